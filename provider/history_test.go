package provider_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Whatever a source, other people and a faulty service do to a zone: data that
// was never ours stays as it is, no name is ever in a conflict, and when the
// storm is over the zone has what the source wants or says why not.
func TestPropertyHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(t)
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				h.byHand(t)
			default:
				h.sync(t, rapid.SampledFrom([]int{-1, -1, 0, 1, 2}).Draw(t, "fails after"))
			}
		}
		h.calm(t)
	})
}

// history is a zone with two authors: we write the names ours0 to ours3 and TXT
// at the apex, others write theirs0 to theirs3, and values at the apex too.
type history struct {
	m      *provider.Memory
	s      provider.Syncer
	want   *zone.Zone
	theirs map[zone.Key]zone.RRset
	tokens map[string]bool // TXT values of others at the apex
}

func newHistory(t *rapid.T) *history {
	h := &history{m: &provider.Memory{}, theirs: map[zone.Key]zone.RRset{}, tokens: map[string]bool{}}
	h.s = provider.Syncer{Provider: h.m, Ledger: &provider.MemoryLedger{}}
	h.s.Rules.Drift = rapid.SampledFrom([]zone.Drift{zone.DriftRepair, zone.DriftKeep}).Draw(t, "drift")
	if rapid.Bool().Draw(t, "has habits") {
		h.m.Keeps = func(s zone.RRset) zone.RRset { s.TTL = max(s.TTL, 400); return s }
	}
	h.m.Put(parse(t, "@ 400 NS ns.example.net."))
	return h
}

// byHand lets somebody else write.
func (h *history) byHand(t *rapid.T) {
	if rapid.Bool().Draw(t, "token") {
		token := fmt.Sprintf(`"theirs%d"`, rapid.IntRange(0, 2).Draw(t, "which"))
		h.tokens[token] = true
		z, err := h.m.Get(example).Patch(zone.Patch{Add: []zone.Record{{Name: example, Type: zone.TXT, TTL: 400, Data: token}}})
		require.NoError(t, err)
		h.m.Put(z)
		return
	}
	name, _ := example.Join(fmt.Sprintf("theirs%d", rapid.IntRange(0, 3).Draw(t, "name")))
	s := set(name, zone.A, 400, fmt.Sprintf("192.0.2.%d", rapid.IntRange(1, 9).Draw(t, "address")))
	for old := range h.m.Get(example).All() {
		if old.Name == name && h.theirs[s.Key].Name == "" {
			return // that one is ours by now
		}
	}
	h.theirs[s.Key] = s
	h.m.Put(h.m.Get(example).Apply(zone.Plan{Zone: example, Changes: []zone.Change{{New: s}}}))
}

// sync lets the source wish for something, of names of both kinds.
func (h *history) sync(t *rapid.T, failsAfter int) {
	var lines strings.Builder
	for i := range 4 {
		if rapid.Bool().Draw(t, "has ours") {
			fmt.Fprintf(&lines, "ours%d 300 A 192.0.2.%d\n", i, rapid.IntRange(1, 3).Draw(t, "address"))
		}
	}
	if rapid.Bool().Draw(t, "has text") {
		fmt.Fprintf(&lines, "@ 300 TXT ours%d\n", rapid.IntRange(0, 2).Draw(t, "text"))
	}
	if rapid.Bool().Draw(t, "has theirs") {
		fmt.Fprintf(&lines, "theirs%d 300 %s\n", rapid.IntRange(0, 3).Draw(t, "which"), rapid.SampledFrom([]string{"A 203.0.113.1", "CNAME x.example.net."}).Draw(t, "what"))
	}
	lines.WriteString("always 300 A 192.0.2.1\n")
	h.want = parse(t, lines.String())
	h.m.Fault = func(step string, _ provider.Point) error {
		if failsAfter >= 0 && step == "write" {
			if failsAfter--; failsAfter < 0 {
				failsAfter = 0
				return errors.New("out of order")
			}
		}
		return nil
	}
	before := h.m.Get(example)
	h.s.Sync(context.Background(), replace(h.want))
	h.m.Fault = nil
	h.unharmed(t, before)
}

// unharmed wants that what others wrote is as they wrote it.
func (h *history) unharmed(t *rapid.T, before *zone.Zone) {
	live := h.m.Get(example)
	require.Empty(t, live.Conflicts())
	for k, s := range h.theirs {
		got, _ := live.Get(k)
		require.True(t, got.Equal(s), "%s was %q and is %q; before the sync:\n%s", k, s, got, before)
	}
	txt, _ := live.Get(zone.Key{Name: example, Type: zone.TXT})
	for token := range h.tokens {
		require.Contains(t, txt.Data, token)
	}
}

// calm syncs without faults: then all that is wanted is there or is explained,
// and the next plan is empty.
func (h *history) calm(t *rapid.T) {
	if h.want == nil {
		return
	}
	var res provider.Result
	for range 2 {
		var err error
		res, err = h.s.Sync(context.Background(), replace(h.want))
		require.NoError(t, err)
		h.unharmed(t, nil)
	}
	again, err := h.s.Plan(context.Background(), replace(h.want))
	require.NoError(t, err)
	require.True(t, again.Plan.Empty(), "%s", again.Plan)
	live := h.m.Get(example)
	for s := range h.want.All() {
		got, _ := live.Get(s.Key)
		there := true
		for _, d := range s.Data {
			there = there && strings.Contains(strings.Join(got.Data, "\n"), d)
		}
		require.True(t, there || res.State != provider.Agreed, "%s is missing and nobody says so:\n%s", s, res)
	}
}
