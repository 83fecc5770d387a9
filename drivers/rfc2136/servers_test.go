package rfc2136_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/rfc2136"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/provider/providertest"
	"github.com/zonecast/zonecast/zone"
)

const apex = zone.Name("example.com.")

var ctx = context.Background()

// kinds are the servers that the tests run against.
var kinds = map[string]func(testing.TB, servers.Setup) *servers.NameServer{"BIND": servers.BIND, "Knot": servers.Knot}

func bare(settings ...string) (s servers.Setup) {
	s.Zones = []*zone.Zone{servers.Bare(apex)}
	for _, line := range settings {
		s.Settings += line + "\n"
	}
	return s
}

func driver(s *servers.NameServer) *rfc2136.Provider {
	return &rfc2136.Provider{Primaries: []string{s.Addr}, Key: rfc2136.Key(s.Key)}
}

// parse reads a zone that has what every zone has, and more, however it is indented.
func parse(t testing.TB, text string) *zone.Zone {
	t.Helper()
	lines := strings.Split(servers.Bare(apex).String()+text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	z, err := zone.Parse(apex, strings.Join(lines, "\n"))
	require.NoError(t, err)
	return z
}

// mirror makes a zone the one that is wanted.
func mirror(p provider.Provider, want *zone.Zone) provider.Result {
	s := provider.Syncer{Provider: p, Rules: zone.Rules{Foreign: zone.ForeignPurge, Adopt: zone.AdoptTake}, Limits: zone.Limits{Off: true}}
	res, _ := s.Sync(ctx, zone.Intent{Zone: want.Name(), Wish: zone.Replace{Zone: want}})
	return res
}

// PowerDNS has drivers of its own, but does updates as well.
func TestTheWalkOnPowerDNS(t *testing.T) {
	s := servers.PowerDNS(t, bare())
	providertest.Run(t, providertest.Subject{Provider: driver(s), Zone: apex, Fill: func(z *zone.Zone) { s.Fill(t, z) }})
}

func TestTheWalk(t *testing.T) {
	for name, start := range kinds {
		for _, authority := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				s := start(t, bare())
				p := driver(s)
				p.Authority = authority
				providertest.Run(t, providertest.Subject{Provider: p, Zone: apex, Fill: func(z *zone.Zone) { s.Fill(t, z) }})
			})
		}
	}
}
