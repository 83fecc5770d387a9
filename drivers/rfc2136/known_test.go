package rfc2136_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Of a large zone that was seen whole no more is read than what changes.
func TestWhatIsKnownOfAZoneStandsForItsTransfer(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		p := driver(s)
		syncer := provider.Syncer{Provider: p, Ledger: &provider.MemoryLedger{}}
		sync := func(lines string) provider.Result {
			res, err := syncer.Sync(ctx, zone.Intent{Zone: apex, Wish: zone.Replace{Zone: parse(t, lines)}})
			require.NoError(t, err)
			require.Equal(t, provider.Agreed, res.State, res)
			return res
		}
		was := hosting + many
		sync(was)
		n := counted(p)
		syncer.Fresh = true
		for name, lines := range map[string]string{
			"a set changes":  strings.Replace(was, "webmail 3600 A 192.0.2.1", "webmail 3600 A 192.0.2.2", 1),
			"a text changes": strings.Replace(was, "v=DMARC1; p=none", "v=DMARC1; p=reject", 1),
			"a set goes":     strings.Replace(was, "mail 3600 AAAA 2001:db8::1", "", 1),
			"a set comes":    was + "mail 3600 CAA 0 issue \"ca.example.net\"\n",
		} {
			before := n.received.Load()
			assert.True(t, sync(lines).Partly, name)
			assert.Less(t, n.received.Load()-before, int64(5000), name)
			live, err := p.Zone(ctx, apex)
			require.NoError(t, err)
			assert.Empty(t, zone.Diff(live, parse(t, lines)).Changes, name)
			sync(was)
		}
	})
}
