package powerdnssql_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/pdns/pdnstest"
	"github.com/zonecast/zonecast/drivers/powerdnssql"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/provider/providertest"
	"github.com/zonecast/zonecast/zone"
)

const apex = "example.com."

var ctx = context.Background()

// own starts a database for one test, kinds makes one at a server that all tests
// share.
var (
	own   = map[string]func(testing.TB) *servers.Database{"MariaDB": servers.MariaDB, "PostgreSQL": servers.PostgreSQL, "SQLite": servers.SQLite}
	kinds = map[string]func(testing.TB) *servers.Database{"MariaDB": shared(servers.MariaDB), "PostgreSQL": shared(servers.PostgreSQL), "SQLite": servers.SQLite}
)

func TestMain(m *testing.M) { os.Exit(servers.Share(m)) }

func shared(start func(testing.TB) *servers.Database) func(testing.TB) *servers.Database {
	var one *servers.Database
	return func(t testing.TB) *servers.Database {
		if one == nil {
			one = start(servers.Lasting(t))
		}
		return one.Another(t)
	}
}

// each runs a test on every database, with a PowerDNS that serves from it; where
// there is little time on the one that starts at once.
func each(t *testing.T, setup servers.Setup, test func(*testing.T, *servers.NameServer, *powerdnssql.Database)) {
	t.Helper()
	for name := range kinds {
		if testing.Short() && name != "SQLite" {
			continue
		}
		on(t, name, setup, test)
	}
}

// every is each for what has to be known of all of them.
func every(t *testing.T, setup servers.Setup, test func(*testing.T, *servers.NameServer, *powerdnssql.Database)) {
	t.Helper()
	for name := range kinds {
		on(t, name, setup, test)
	}
}

func on(t *testing.T, name string, setup servers.Setup, test func(*testing.T, *servers.NameServer, *powerdnssql.Database)) {
	t.Run(name, func(t *testing.T) {
		setup.Database = kinds[name](t)
		test(t, servers.PowerDNS(t, setup), open(t, setup.Database))
	})
}

func open(t testing.TB, db *servers.Database) *powerdnssql.Database {
	t.Helper()
	d, err := powerdnssql.Open(db.Kind, db.DSN())
	require.NoError(t, err)
	t.Cleanup(func() { d.Close() })
	return d
}

// mirror makes the database hold what is wanted.
func mirror(t testing.TB, p provider.Provider, want *zone.Zone) provider.Result {
	t.Helper()
	s := provider.Syncer{Provider: p, Rules: zone.Mirror(), Limits: zone.Limits{Off: true}}
	res, _ := s.Sync(ctx, zone.Intent{Zone: want.Name(), Wish: zone.Replace{Zone: want}})
	return res
}

func parse(t testing.TB, lines string) *zone.Zone { return pdnstest.Parse(t, apex, lines) }

func bare() servers.Setup { return servers.Setup{Zones: []*zone.Zone{servers.Bare(apex)}} }

func read(t testing.TB, p provider.Provider) *zone.Zone {
	t.Helper()
	z, err := p.Zone(ctx, apex)
	require.NoError(t, err)
	return z
}

func TestTheDatabaseWalks(t *testing.T) {
	every(t, servers.Setup{}, func(t *testing.T, s *servers.NameServer, d *powerdnssql.Database) {
		providertest.Run(t, providertest.Subject{
			Provider: d, Zone: apex,
			Fill:    func(z *zone.Zone) { s.Fill(t, z) },
			Protect: func(k zone.Key) { disable(t, s, k) },
		})
	})
}

// disable puts a record at a key that is switched off.
func disable(t testing.TB, s *servers.NameServer, k zone.Key) {
	t.Helper()
	off := map[string]string{"postgres": "true"}[s.Database.Kind]
	if off == "" {
		off = "1"
	}
	s.Database.Run(t, fmt.Sprintf("INSERT INTO records (domain_id, name, type, content, ttl, prio, disabled) SELECT id, '%s', '%s', '192.0.2.99', 60, 0, %s FROM domains WHERE name = 'example.com';",
		strings.TrimSuffix(string(k.Name), "."), k.Type, off))
}

func TestWhatTheDatabaseHoldsIsServed(t *testing.T) {
	every(t, servers.Setup{Settings: "dname-processing=yes"}, func(t *testing.T, s *servers.NameServer, d *powerdnssql.Database) {
		want := pdnstest.Everything(t, apex)
		res := mirror(t, d, want)
		require.Equal(t, provider.Agreed, res.State, res.Findings)
		s.Admit(t, apex)
		s.Serves(t, want)
		pdnstest.Between(t, s, apex)
		assert.Equal(t, "MASTER\n", s.Database.Run(t, "SELECT type FROM domains;"))

		other := want.Only(func(s zone.RRset) bool { return s.Key.IsAuthority(apex) || len(s.Name)%2 == 0 })
		res = mirror(t, d, other)
		require.Equal(t, provider.Agreed, res.State, res.Findings)
		s.Serves(t, other)
	})
}
