package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/config"
	"github.com/zonecast/zonecast/plesk"
)

const handmade = `; zonecast owner zonecast
example.com. 300 IN SOA ns1.example.net. hostmaster.example.net. 7 10800 3600 604800 10800
example.com. 300 IN NS ns1.example.net.
www.example.com. 300 IN A 192.0.2.99
`

func TestWhatAnotherProcessMakesOfOurZonesCounts(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "zones"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "zones", "example.com.zone"), []byte(handmade), 0o644))
	r, err := standard(t, dir).Open(t.Context(), nil)
	require.NoError(t, err)
	defer r.Close()
	var out bytes.Buffer
	p := program{out: &out}
	queues, err := p.journal(t.Context(), r, plesk.Decode(strings.NewReader(
		`[{"command":"update","zone":{"name":"example.com","rr":[{"host":"example.com.","type":"NS","value":"ns1.example.net."},{"host":"www.example.com.","type":"A","value":"192.0.2.1"}]}}]`)))
	require.NoError(t, err)
	_, err = r.Engine.Drain(t.Context()) // as the other does
	require.NoError(t, err)
	require.NoError(t, p.work(t.Context(), r, queues))
	assert.Equal(t, 3, p.exitCode())
	assert.Contains(t, out.String(), "local: example.com.: held since")
}

func standard(t *testing.T, dir string) *config.Config {
	t.Helper()
	c, err := config.Default(dir)
	require.NoError(t, err)
	return c
}
