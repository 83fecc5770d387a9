package servers_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/zone"
)

const apex = "example.com."

func bare() servers.Setup { return servers.Setup{Zones: []*zone.Zone{servers.Bare(apex)}} }

// filled is a zone that a server can hold.
func filled(t *testing.T) *zone.Zone {
	z, err := zone.Parse(apex, servers.Bare(apex).String()+`
@     3600 MX    10 mail
mail  3600 A     192.0.2.1
mail  3600 AAAA  2001:db8::1
*.a   3600 TXT   "one; \"two\"" "\195\188"
b     3600 CNAME a
`)
	require.NoError(t, err)
	return z
}

// lives wants that a server holds what it was given, stops, starts and keeps it.
func lives(t *testing.T, s *servers.NameServer) {
	assert.True(t, s.Transfer(t, apex).Equal(servers.Bare(apex)), s.Transfer(t, apex))
	before := s.Serial(t, apex)
	s.Fill(t, filled(t))
	assert.True(t, s.Transfer(t, apex).Equal(filled(t)), s.Transfer(t, apex))
	assert.Greater(t, s.Serial(t, apex), before)

	a := s.Ask(t, "x.a.example.com.", zone.TXT)
	assert.Equal(t, "NOERROR", a.Status)
	assert.True(t, a.Authoritative)
	assert.Equal(t, []string{`"one; \"two\"" "\195\188"`}, a.Data(zone.TXT))
	assert.Equal(t, "NXDOMAIN", s.Ask(t, "none.example.com.", zone.A).Status)

	s.Stop(t)
	s.Start(t)
	assert.True(t, s.Transfer(t, apex).Equal(filled(t)), "after a stop")
	s.Kill(t)
	s.Start(t)
	assert.True(t, s.Transfer(t, apex).Equal(filled(t)), "after a power cut")
	assert.NotEmpty(t, s.Log(5))
}

func TestBINDLives(t *testing.T) {
	s := servers.BIND(t, bare())
	lives(t, s)
	assert.Contains(t, s.Control(t, "status"), "server is up")
}

func TestKnotLives(t *testing.T) {
	s := servers.Knot(t, bare())
	lives(t, s)
	assert.Contains(t, s.Control(t, "status"), "Running")
}

func TestNothingOfAServerIsLeft(t *testing.T) {
	var dir string
	t.Run("a test", func(t *testing.T) { dir = servers.Knot(t, bare()).Dir })
	_, err := os.Stat(dir)
	assert.ErrorIs(t, err, os.ErrNotExist)
	procs, err := os.ReadDir("/proc")
	require.NoError(t, err)
	for _, p := range procs {
		line, _ := os.ReadFile("/proc/" + p.Name() + "/cmdline")
		cwd, _ := os.Readlink("/proc/" + p.Name() + "/cwd")
		assert.False(t, strings.HasPrefix(cwd, dir), "still there: %q", line)
	}
}
