package planisys

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/zone"
)

func drawSet(t *rapid.T, label string) zone.RRset {
	s := zone.RRset{Key: zone.Key{Name: "www.example.com.", Type: zone.A}, TTL: uint32(rapid.IntRange(1, 2).Draw(t, label+" TTL"))}
	s.Data = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"}), 0, 4, rapid.ID).Draw(t, label)
	slices.Sort(s.Data)
	if len(s.Data) == 0 {
		return zone.RRset{}
	}
	return s
}

// The law of steps: done in order they make the wanted set of any rows, with as few
// calls as there can be, and on the way the set is never empty where neither end
// is. The same data twice, and TTLs that differ, may stand in what a service has.
func TestStepsLeadFromAnyRowsToAnySet(t *testing.T) {
	c := &program{add: &operation{place: "add"}, change: &operation{place: "change"}, remove: &operation{place: "remove"}}
	rapid.Check(t, func(t *rapid.T) {
		have := rowsOf(drawSet(t, "have"), true)
		for i := range have {
			have[i].record.TTL = uint32(rapid.IntRange(1, 2).Draw(t, "row TTL"))
		}
		if len(have) > 0 && rapid.Bool().Draw(t, "twice") {
			again := have[0]
			again.id = "again"
			have = append(have, again)
		}
		want := drawSet(t, "want")
		live := map[any]zone.Record{}
		right := 0
		seen := map[string]bool{}
		for _, r := range have {
			live[r.id] = r.record
			if slices.Contains(want.Data, r.record.Data) && r.record.TTL == want.TTL && !seen[r.record.Data] {
				right++
				seen[r.record.Data] = true
			}
		}
		steps := c.steps(have, want)
		for i, s := range steps {
			switch s.operation(c) {
			case c.add:
				live[i] = *s.want
			case c.change:
				live[s.have.id] = *s.want
			case c.remove:
				delete(live, s.have.id)
			}
			assert.GreaterOrEqual(t, len(live), min(len(have), len(want.Data)))
		}
		assert.Len(t, steps, max(len(have), len(want.Data))-right, "no call that could be spared")
		var got []string
		for _, r := range live {
			assert.Equal(t, want.TTL, r.TTL)
			got = append(got, r.Data)
		}
		slices.Sort(got)
		assert.Equal(t, want.Data, got)
	})
}
