package verify

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/zone"
)

var (
	someNames = []zone.Name{"t.example.", "www.t.example.", "a.b.t.example.", "b.t.example.", "*.t.example.", "*.b.t.example.", "sub.t.example.", "ns.sub.t.example.", "x.y.sub.t.example.", "old.t.example.", "a.old.t.example."}
	someTypes = []zone.Type{zone.A, zone.A, zone.AAAA, zone.TXT, zone.CNAME, zone.NS, zone.NS, zone.DNAME, zone.MX, zone.DS}
)

// anyZone draws a zone without conflicts: with wildcards, names between, delegations
// with glue, and redirections.
func anyZone() *rapid.Generator[*zone.Zone] {
	record := rapid.Custom(func(t *rapid.T) zone.Record {
		name, typ := rapid.SampledFrom(someNames).Draw(t, "name"), rapid.SampledFrom(someTypes).Draw(t, "type")
		n := rapid.IntRange(1, 3).Draw(t, "n")
		data := map[zone.Type]string{
			zone.A: fmt.Sprintf("192.0.2.%d", n), zone.AAAA: fmt.Sprintf("2001:db8::%d", n), zone.TXT: fmt.Sprintf(`"text %d"`, n),
			zone.MX: fmt.Sprintf("%d www.t.example.", n), zone.DS: fmt.Sprintf("%d 8 1 0000000000000000000000000000000000000000", n),
		}[typ]
		if data == "" {
			data = string(rapid.SampledFrom([]zone.Name{"ns.sub.t.example.", "www.t.example.", "elsewhere.example."}).Draw(t, "to"))
		}
		return zone.Record{Name: name, Type: typ, TTL: rapid.SampledFrom([]uint32{300, 600}).Draw(t, "ttl"), Data: data}
	})
	return rapid.Custom(func(t *rapid.T) *zone.Zone {
		records := rapid.SliceOfN(record, 0, 16).Draw(t, "records")
		records = slices.DeleteFunc(records, func(r zone.Record) bool {
			return r.Name == "t.example." && (r.Type == zone.CNAME || r.Type == zone.DNAME || r.Type == zone.DS) ||
				r.Name[0] == '*' && (r.Type == zone.NS || r.Type == zone.DNAME || r.Type == zone.DS)
		})
		records = append(records, zone.Record{Name: "t.example.", Type: zone.SOA, TTL: 300, Data: "ns. hostmaster. 5 1 2 3 4"},
			zone.Record{Name: "t.example.", Type: zone.NS, TTL: 300, Data: "ns.other.example."})
		z, err := zone.New("t.example.", records...)
		if err != nil {
			t.Fatal(err)
		}
		for len(z.Conflicts()) > 0 {
			bad := z.Conflicts()
			z = z.Only(func(s zone.RRset) bool {
				return !slices.ContainsFunc(bad, func(k zone.Key) bool { return k.Name == s.Name && (k.Type == "" || k.Type == s.Type) })
			})
		}
		return z
	})
}

func keysOf(zones ...*zone.Zone) (keys []zone.Key) {
	for _, z := range zones {
		for s := range z.All() {
			if !slices.Contains(keys, s.Key) {
				keys = append(keys, s.Key)
			}
		}
	}
	return keys
}

func TestWhoServesWhatIsWantedIsServed(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		want, was := anyZone().Draw(r, "want"), anyZone().Draw(r, "was")
		n := newInternet()
		n.at["192.0.2.1"] = serving(t, "t.example.", want.String())
		report, err := Walk{Servers: []string{"192.0.2.1"}, Dial: n.dial}.Zone(t.Context(), Want{Zone: want, Was: was, Keys: keysOf(want, was)})
		require.NoError(r, err)
		require.Equal(r, "192.0.2.1: served, serial 5\n", report.String())
	})
}

func TestWhoServesWhatWasIsNeverTakenForDiverged(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		want, was := anyZone().Draw(r, "want"), anyZone().Draw(r, "was")
		n := newInternet()
		n.at["192.0.2.1"] = serving(t, "t.example.", was.String())
		report, err := Walk{Servers: []string{"192.0.2.1"}, Dial: n.dial}.Zone(t.Context(), Want{Zone: want, Was: was, Keys: keysOf(want, was)})
		require.NoError(r, err)
		require.LessOrEqual(r, report.Verdict(), Pending, report.String())
	})
}

// What is neither is told apart: a set with a value that nobody ever had.
func TestWhoServesAnythingElseIsDiverged(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		want, was := anyZone().Draw(r, "want"), anyZone().Draw(r, "was")
		wrong := zone.Record{Name: "www.t.example.", Type: zone.A, TTL: 300, Data: "198.51.100.1"}
		odd := was.Only(func(s zone.RRset) bool { return s.Name != "www.t.example." })
		odd, err := odd.Patch(zone.Patch{Add: []zone.Record{wrong}})
		require.NoError(r, err)
		n := newInternet()
		n.at["192.0.2.1"] = serving(t, "t.example.", odd.String())
		report, err := Walk{Servers: []string{"192.0.2.1"}, Dial: n.dial}.Zone(t.Context(), Want{Zone: want, Was: was, Keys: []zone.Key{{Name: "www.t.example.", Type: zone.A}}})
		require.NoError(r, err)
		require.Equal(r, Diverged, report.Verdict(), report.String())
	})
}
