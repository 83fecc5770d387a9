package powerdnssql_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/powerdnssql"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/zone"
)

// The ways in which PowerDNS signs a zone.
var modes = map[string][]string{"unsigned": nil, "nsec": {}, "nsec3": {"1 0 3 ab"}, "optout": {"1 1 0 -"}, "narrow": {"1 0 0 -", "narrow"}, "narrowout": {"1 1 0 -", "narrow"}}

// TestRectifyFindsNothingToDo asks PowerDNS's own tool: after any change of any zone
// it changes nothing, however the zone is signed.
func TestRectifyFindsNothingToDo(t *testing.T) {
	rounds := map[string]int{"sqlite": 12, "mysql": 3, "postgres": 3}
	zones := map[string]int{"sqlite": 10, "mysql": 3, "postgres": 3}
	each(t, servers.Setup{Settings: "primary=no"}, func(t *testing.T, s *servers.NameServer, d *powerdnssql.Database) {
		r := rand.New(rand.NewPCG(1, 2))
		var names []zone.Name
		for _, mode := range slices.Sorted(maps.Keys(modes)) {
			args := modes[mode]
			var plain []string
			for i := range zones[s.Database.Kind] {
				n := zone.Name(fmt.Sprintf("z%d.%s.example.", i, mode))
				_, err := d.CreateZone(ctx, servers.Bare(n))
				require.NoError(t, err)
				names, plain = append(names, n), append(plain, strings.TrimSuffix(string(n), "."))
			}
			if args == nil {
				continue
			}
			s.Control(t, append([]string{"secure-zone"}, plain...)...)
			for _, n := range plain {
				if len(args) > 0 {
					s.Control(t, append([]string{"set-nsec3", n}, args...)...)
				}
			}
		}
		s.Control(t, "rectify-all-zones")
		for range rounds[s.Database.Kind] {
			said := map[zone.Name]string{}
			for _, n := range names {
				live, err := d.Zone(ctx, n)
				require.NoError(t, err)
				want := someZone(r, n, live)
				plan := zone.Diff(live, want)
				said[n] = plan.String()
				require.NoError(t, d.Apply(ctx, plan))
				got, err := d.Zone(ctx, n)
				require.NoError(t, err)
				require.True(t, want.Equal(got), "%s\n%s", want, got)
			}
			before := dump(t, s.Database)
			s.Control(t, "rectify-all-zones")
			if after := dump(t, s.Database); before != after {
				a, b := apart(before, after)
				assert.Equal(t, a, b)
				for n, plan := range said {
					if short := strings.TrimSuffix(string(n), "."); strings.Contains(a+b, short+"\t") || strings.Contains(a+b, "."+short) {
						now, _ := d.Zone(ctx, n)
						t.Fatalf("the plan was\n%sthe zone is\n%s", plan, now)
					}
				}
			}
		}
	})
}

// dump gives all rows, in order.
func dump(t testing.TB, db *servers.Database) string {
	t.Helper()
	return db.Run(t, "SELECT name, coalesce(type, '-'), coalesce(content, '-'), ttl, disabled, auth, coalesce(ordername, 'NULL') FROM records ORDER BY 1, 2, 3;")
}

// apart gives the lines that only one of two texts has.
func apart(a, b string) (onlyA, onlyB string) {
	x, y := map[string]bool{}, map[string]bool{}
	for l := range strings.Lines(a) {
		x[l] = true
	}
	for l := range strings.Lines(b) {
		y[l] = true
		if !x[l] {
			onlyB += l
		}
	}
	for l := range strings.Lines(a) {
		if !y[l] {
			onlyA += l
		}
	}
	return onlyA, onlyB
}

var (
	someNames = []string{"@", "a", "b", "c.a", "x.c.a", "y.x.c.a", "d.b", "e.d.b", "*.w", "f.g.h", "k.g.h", `o\.d.b`, "q.b", "p_q.h"}
	someSets  = []string{"A 192.0.2.1", "A 192.0.2.2", "AAAA 2001:db8::1", "TXT x", "NS ns.example.net.", "NS ns.other.example.", "DS 1 13 2 " + strings.Repeat("ab", 32), "MX 10 mail.example.net."}
)

// someZone changes some names of a zone.
func someZone(r *rand.Rand, apex zone.Name, live *zone.Zone) *zone.Zone {
	for range 1 + r.IntN(3) {
		names, sets := someNames, someSets
		if r.IntN(2) == 0 { // around a delegation the rules are many
			names, sets = []string{"d.b", "d.b", "q.b"}, []string{someSets[0], someSets[4], someSets[6]}
		}
		at, err := apex.Join(names[r.IntN(len(names))])
		if err != nil {
			panic(err)
		}
		if r.IntN(3) == 0 {
			live = live.Only(func(s zone.RRset) bool { return s.Name != at || s.Key.IsAuthority(apex) })
			continue
		}
		typ, data, _ := strings.Cut(sets[r.IntN(len(sets))], " ")
		k := zone.Key{Name: at, Type: zone.Type(typ)}
		if k.IsAuthority(apex) || typ == "DS" && at == apex || typ == "NS" && strings.HasPrefix(string(at), "*") {
			continue
		}
		if r.IntN(4) == 0 {
			live = live.Only(func(s zone.RRset) bool { return s.Key != k })
			continue
		}
		data, err = zone.Canonical(k.Type, data)
		if err != nil {
			panic(err)
		}
		old, _ := live.Get(k)
		live = live.Apply(zone.Plan{Zone: apex, Changes: []zone.Change{{Old: old, New: zone.RRset{Key: k, TTL: 300, Data: []string{data}}}}})
	}
	return live
}
