package powerdnssql_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// BenchmarkTwentyChanges changes 20 of 100,000 records, again and again: by reading
// the zone, and by what is known of it.
func BenchmarkTwentyChanges(b *testing.B) {
	for _, name := range []string{"MariaDB", "PostgreSQL", "SQLite"} {
		s := servers.PowerDNS(b, servers.Setup{Database: kinds[name](b)})
		s.Stop(b)
		p := open(b, s.Database)
		want := [2]*zone.Zone{large(100_000), twenty(large(100_000))}
		create(p, want[0])
		for _, fresh := range []bool{false, true} {
			syncer := provider.Syncer{Provider: p, Ledger: &provider.MemoryLedger{}}
			_, err := syncer.Sync(ctx, intent(want[0]))
			require.NoError(b, err)
			b.Run(fmt.Sprintf("%s/known=%v", name, fresh), func(b *testing.B) {
				syncer.Fresh = fresh
				i := 0
				for b.Loop() {
					i++
					res, err := syncer.Sync(ctx, intent(want[i%2]))
					require.NoError(b, err)
					require.Len(b, res.Plan.Changes, 20)
					require.Equal(b, fresh, res.Partly)
				}
				if syncer.Fresh = false; i%2 == 1 {
					_, err := syncer.Sync(ctx, intent(want[0]))
					require.NoError(b, err)
				}
			})
		}
	}
}

func intent(z *zone.Zone) zone.Intent {
	return zone.Intent{Zone: z.Name(), Wish: zone.Replace{Zone: z}}
}

// twenty gives the zone with other addresses at 20 names.
func twenty(z *zone.Zone) *zone.Zone {
	p := zone.Plan{Zone: z.Name()}
	for s := range z.All() {
		if s.Type == zone.A && len(p.Changes) < 20 {
			next := s
			next.Data = []string{"198.51.100.7"}
			p.Changes = append(p.Changes, zone.Change{Old: s, New: next})
		}
	}
	return z.Apply(p)
}
