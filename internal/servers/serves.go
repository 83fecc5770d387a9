package servers

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/zonecast/zonecast/zone"
)

// Serves wants that a server serves just this zone: by transfer, set by set, and
// where there is nothing.
func (s *NameServer) Serves(t testing.TB, want *zone.Zone) {
	t.Helper()
	got := s.Transfer(t, want.Name())
	assert.Empty(t, zone.Diff(got, unguarded(want)).Changes, "a transfer")
	for set := range unguarded(want).All() {
		a := s.Ask(t, set.Name, set.Type)
		switch {
		case set.Type == zone.SOA, belowCut(want, set.Key):
		case set.Type == zone.NS && atCut(want, set.Name) && a.Authoritative: // by the zone below, which is here as well
		case atCut(want, set.Name):
			assert.Equal(t, "NOERROR", a.Status)
			assert.Subset(t, recordsOf(append(a.Authority, a.Answer...)), recordsOf(set.Records()), "%s", set.Key)
			assert.Equal(t, set.Type == zone.DS, a.Authoritative, "%s", set.Key)
		default:
			assert.Equal(t, "NOERROR", a.Status, "%s", set.Key)
			assert.True(t, a.Authoritative, "%s", set.Key)
			assert.Equal(t, set.Data, a.Data(set.Type), "%s", set.Key)
		}
	}
}

// unguarded is what of a zone is not protected.
func unguarded(z *zone.Zone) *zone.Zone {
	none, _ := zone.New(z.Name())
	out := none.Apply(zone.Diff(none, z))
	return out.Only(func(s zone.RRset) bool { _, is := z.Protection(s.Key); return !is })
}

func recordsOf(records []zone.Record) (out []string) {
	for _, r := range records {
		out = append(out, string(r.Name)+" "+string(r.Type)+" "+r.Data)
	}
	slices.Sort(out)
	return out
}

// atCut holds for the name of a delegation, belowCut for what stands below one.
func atCut(z *zone.Zone, n zone.Name) bool {
	_, ok := z.Get(zone.Key{Name: n, Type: zone.NS})
	return ok && n != z.Name()
}

func belowCut(z *zone.Zone, k zone.Key) bool {
	for n := k.Name; n != z.Name() && n != zone.Root; n = n.Parent() {
		if atCut(z, n.Parent()) {
			return true
		}
	}
	return false
}
