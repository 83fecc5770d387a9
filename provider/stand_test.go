package provider_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// many is enough of a zone that a few sets of it are worth asking for.
func many() string {
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, "filler%d 300 A 192.0.2.1\n", i)
	}
	return b.String()
}

// A counted service tells what it was asked: R for a zone, g for sets, w for a plan.
type counted struct {
	*provider.Memory
	asked string
}

func (c *counted) Zone(ctx context.Context, n zone.Name) (*zone.Zone, error) {
	c.asked += "R"
	return c.Memory.Zone(ctx, n)
}

func (c *counted) RRsets(ctx context.Context, n zone.Name, keys ...zone.Key) (*zone.Zone, error) {
	c.asked += "g"
	return c.Memory.RRsets(ctx, n, keys...)
}

func (c *counted) Apply(ctx context.Context, p zone.Plan) error {
	c.asked += "w"
	return c.Memory.Apply(ctx, p)
}

// known is a stage whose zone was written whole a moment ago.
func known(t *testing.T, lines string, exact bool) (*stage, *counted) {
	s := newStage(t, "@ 300 NS ns.example.net.")
	s.Can.Exact = exact
	c := &counted{Memory: s.Memory}
	s.Provider = c
	require.Equal(t, provider.Agreed, s.sync(lines).State)
	s.Fresh, c.asked = true, ""
	return s, c
}

// byHand lets somebody else put a line into the zone.
func (s *stage) byHand(line string) {
	var records []zone.Record
	for _, z := range []*zone.Zone{s.Get(example), parse(s.t, line)} {
		for set := range z.All() {
			records = append(records, set.Records()...)
		}
	}
	z, err := zone.New(example, records...)
	require.NoError(s.t, err)
	s.Put(z)
}

func TestWhatIsKnownStandsForTheRestOfAZone(t *testing.T) {
	text := many() + "www 300 A 192.0.2.1\n@ 300 TXT \"v=spf1 -all\"\n"
	for name, c := range map[string]struct {
		want, hand   string
		exact, reads string // what the two kinds of service are asked
	}{
		"a set changes":                         {many() + "www 300 A 192.0.2.2\n@ 300 TXT \"v=spf1 -all\"", "", "wg", "gwg"},
		"a set goes":                            {many() + "@ 300 TXT \"v=spf1 -all\"", "", "wg", "gwg"},
		"a name comes":                          {text + "new 300 A 192.0.2.3", "", "wg", "gwg"},
		"a set comes beside another":            {text + "www 300 AAAA 2001:db8::1", "", "wg", "gwg"},
		"a text changes":                        {many() + "www 300 A 192.0.2.1\n@ 300 TXT \"v=spf1 +a -all\"", "", "gwg", "gwg"},
		"a text changes beside one of others":   {many() + "www 300 A 192.0.2.1\n@ 300 TXT \"v=spf1 +a -all\"", "@ 300 TXT token", "gwg", "gwg"},
		"nothing changes":                       {text, "", "", ""},
		"a CNAME comes":                         {text + "alias 300 CNAME www", "", "Rwg", "Rwg"},
		"a delegation comes":                    {text + "sub 300 NS ns.example.net.", "", "Rwg", "Rwg"},
		"a name takes a CNAME":                  {many() + "www 300 CNAME filler1\n@ 300 TXT \"v=spf1 -all\"", "", "Rwg", "Rwg"},
		"a set was changed by hand":             {many() + "www 300 A 192.0.2.2\n@ 300 TXT \"v=spf1 -all\"", "www 300 A 192.0.2.77", "wgRwg", "gRwg"},
		"others have made the set that comes":   {text + "new 300 A 192.0.2.3", "new 300 A 192.0.2.77", "wgR", "gR"},
		"others have made a CNAME there":        {text + "new 300 A 192.0.2.3", "new 300 CNAME theirs.example.net.", "wgR", "gR"},
		"others have made a DNAME above":        {text + "new.sub 300 A 192.0.2.3", "sub 300 DNAME theirs.example.net.", "wgR", "gR"},
		"others have made a delegation above":   {text + "new.sub 300 A 192.0.2.3", "sub 300 NS theirs.example.net.", "wg", "gRwg"},
		"so many sets go that they may be held": {"www 300 A 192.0.2.1\n@ 300 TXT \"v=spf1 -all\"", "", "R", "R"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, exact := range []bool{true, false} {
				s, asked := known(t, text, exact)
				if c.hand != "" {
					s.byHand(c.hand)
				}
				res := s.sync(c.want)
				assert.Equal(t, map[bool]string{true: c.exact, false: c.reads}[exact], asked.asked, "exact: %v\n%s", exact, res)
				if c.hand != "" {
					s.Fresh = false
					s.sync(c.want)
					if strings.HasPrefix(c.hand, "www") {
						continue // that was ours
					}
					theirs := parse(t, c.hand)
					assert.True(t, zone.Diff(s.Get(example), theirs).Only(func(p zone.Change) bool { return p.Op() != zone.Delete && len(p.Old.Data) == 0 }).Empty(), "what others wrote is there")
				}
			}
		})
	}
}

func TestTheZoneIsReadWhereSomethingSpeaksAgainstWhatIsKnown(t *testing.T) {
	want := many() + "www 300 A 192.0.2.2"
	for name, spoil := range map[string]func(*stage){
		"it was not seen lately":  func(s *stage) { s.Fresh = false },
		"foreign sets are purged": func(s *stage) { s.Rules.Foreign = zone.ForeignPurge },
		"some sets are ignored":   func(s *stage) { s.Rules.Ignore = func(zone.RRset) bool { return false } },
		"something was approved":  func(s *stage) { s.Approved = []zone.Digest{{}} },
		"a plan was never settled": func(s *stage) {
			l := s.Ledger.(*provider.MemoryLedger)
			_, lease, err := l.Acquire(context.Background(), "memory", example)
			require.NoError(s.t, err)
			require.NoError(s.t, l.Begin(context.Background(), lease, zone.Plan{Zone: example}))
			require.NoError(s.t, l.Release(context.Background(), lease))
		},
		"the set is protected": func(s *stage) {
			s.Put(s.Get(example).Protect(zone.Protected{Key: zone.Key{Name: "www.example.com.", Type: zone.A}, Reason: "an alias"}))
			s.Can.Exact = false
		},
		"the zone is gone": func(s *stage) {
			s.Can.Exact = false
			require.NoError(s.t, s.DeleteZone(context.Background(), example))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, asked := known(t, many()+"www 300 A 192.0.2.1", true)
			spoil(s)
			res := s.sync(want)
			assert.Contains(t, asked.asked, "R")
			assert.False(t, res.Partly)
		})
	}
	s, asked := known(t, many()+"www 300 A 192.0.2.1", true)
	_, err := s.Plan(context.Background(), replace(parse(t, want)))
	require.NoError(t, err)
	assert.Equal(t, "R", asked.asked, "a dry run looks at all of it")
	s.sync(want)
	assert.Equal(t, "Rwg", asked.asked)
	s.Hold = true
	s.sync(many() + "www 300 A 192.0.2.3")
	assert.Equal(t, "RwgR", asked.asked)
}

func TestAZoneOfSomebodyElseIsNotWrittenByWhatIsKnown(t *testing.T) {
	s, _ := known(t, many()+"www 300 A 192.0.2.1", true)
	s.Syncer.Owner = "we"
	require.NoError(t, s.Claim(context.Background(), example, "they"))
	assert.Equal(t, provider.Blocked, s.sync(many()+"www 300 A 192.0.2.2").State)
	got, _ := s.Get(example).Get(zone.Key{Name: "www.example.com.", Type: zone.A})
	assert.Equal(t, []string{"192.0.2.1"}, got.Data)
}

func TestAnAnswerThatWasLostIsSettledByReadingAllOfIt(t *testing.T) {
	s, asked := known(t, many()+"www 300 A 192.0.2.1", true)
	s.Lose = func(step string, _ provider.Point) error {
		if step == "write" {
			return errors.New("connection reset")
		}
		return nil
	}
	_, err := s.Sync(context.Background(), replace(parse(t, many()+"www 300 A 192.0.2.2")))
	require.Error(t, err)
	s.Lose, asked.asked = nil, ""
	res := s.sync(many() + "www 300 A 192.0.2.2")
	assert.Equal(t, "R", asked.asked)
	assert.Equal(t, provider.Agreed, res.State)
}

// What a service has refused all of may be forgotten; what it has done a part of may
// not show yet, so the zone is looked at again.
func TestAConflictIsRestlessOnlyIfSomethingWasDone(t *testing.T) {
	for want, restless := range map[string]bool{"a 300 A 192.0.2.1\nb 300 A 192.0.2.9": false, "a 300 A 192.0.2.9\nb 300 A 192.0.2.9": true} {
		s, _ := known(t, "a 300 A 192.0.2.1\nb 300 A 192.0.2.1\nc 300 A 192.0.2.1", true)
		s.byHand("b 300 A 192.0.2.77")
		res := s.sync(want + "\nc 300 A 192.0.2.1")
		assert.Equal(t, provider.Agreed, res.State)
		assert.Equal(t, restless, res.Restless, "%s\n%s", want, res)
		s.has("@ 300 NS ns.example.net.\n" + want + "\nc 300 A 192.0.2.1")
	}
}

// A hand has put a set back into the form that we once gave it: it is ours and goes,
// also if that was not seen before.
func TestAChangeThatWasRefusedSaysNothingOfItsSet(t *testing.T) {
	for _, fresh := range []bool{false, true} {
		s := newStage(t, "@ 400 NS ns.example.net.")
		s.Can.Exact = true
		s.Keeps = func(set zone.RRset) zone.RRset { set.TTL = max(set.TTL, 400); return set }
		s.sync("a 400 A 192.0.2.1\nb 300 A 192.0.2.1\nc 400 A 192.0.2.1")
		s.Put(s.Get(example).Apply(zone.Plan{Zone: example, Changes: []zone.Change{{New: set("b.example.com.", zone.A, 300, "192.0.2.1")}}}))
		s.Fresh = fresh
		s.sync("a 400 A 192.0.2.2\nc 400 A 192.0.2.1")
		s.has("@ 400 NS ns.example.net.\na 400 A 192.0.2.2\nc 400 A 192.0.2.1")
	}
}

// twin is one of two services to which the same happens; only one of them is read
// whole each time.
type twin struct {
	m *provider.Memory
	s provider.Syncer
}

func newTwin(rules zone.Rules, exact bool, habit func(zone.RRset) zone.RRset) *twin {
	w := &twin{m: &provider.Memory{Can: provider.Traits{Exact: exact}, Keeps: habit}}
	w.s = provider.Syncer{Provider: w.m, Ledger: &provider.MemoryLedger{}, Rules: rules}
	return w
}

// someLines draws what a source or somebody else may have at a few names.
func someLines(t *rapid.T, label string) *zone.Zone {
	names := []string{"@", "www", "mail", "a.b", "b", "x.mail"}
	kinds := []string{"A 192.0.2.%d", "AAAA 2001:db8::%d", "MX 10 mail%d", "TXT t%d", "TXT \"v=spf1 ip4:192.0.2.%d -all\"", "CNAME c%d", "NS ns%d", "DNAME d%d.example.net.", "CAA 0 issue ca%d.example"}
	var b strings.Builder
	for range rapid.IntRange(0, 8).Draw(t, label) {
		fmt.Fprintf(&b, "%s %d ", rapid.SampledFrom(names).Draw(t, "name"), rapid.SampledFrom([]int{300, 300, 600}).Draw(t, "ttl"))
		fmt.Fprintf(&b, rapid.SampledFrom(kinds).Draw(t, "kind")+"\n", rapid.IntRange(1, 2).Draw(t, "which"))
	}
	z := parse(t, b.String())
	for len(z.Conflicts()) > 0 {
		bad := z.Conflicts()
		z = z.Only(func(s zone.RRset) bool {
			for _, k := range bad {
				if k.Name == s.Name {
					return false
				}
			}
			return true
		})
	}
	return z
}

// with lays the sets of one zone over those of another, as a hand would that knows
// nothing of whose they are; what cannot stand then is left as it was.
func with(live, over *zone.Zone) *zone.Zone {
	for s := range over.All() {
		old, _ := live.Get(s.Key)
		if next := live.Apply(zone.Plan{Zone: example, Changes: []zone.Change{{Old: old, New: s}}}); len(next.Conflicts()) == 0 {
			live = next
		}
	}
	return live
}

// nearer reports whether one zone is as another, but for sets that it has as they are
// wanted where the other has none: a service that refuses what cannot stand takes one
// by one what the whole look would have held together.
func nearer(short, whole, want *zone.Zone) bool {
	for _, c := range zone.Diff(whole, short).Changes {
		if w, _ := want.Get(c.Key()); c.Op() != zone.Create || !slices.Equal(c.New.Data, w.Data) {
			return false
		}
	}
	return true
}

// A wish that is carried out by what is known ends as one that is carried out by
// reading the whole zone: of what the wish changes nothing is otherwise, the rest is
// as it was, and when the zone is looked at next all is the same.
func TestWhatIsKnownDoesNoHarm(t *testing.T) {
	stood := 0
	fill := parse(t, many())
	rapid.Check(t, func(t *rapid.T) {
		rules := zone.Rules{Drift: rapid.SampledFrom([]zone.Drift{zone.DriftRepair, zone.DriftKeep}).Draw(t, "drift"), Adopt: rapid.SampledFrom([]zone.Adopt{zone.AdoptHold, zone.AdoptTake}).Draw(t, "adopt")}
		var habit func(zone.RRset) zone.RRset
		if rapid.Bool().Draw(t, "has habits") {
			habit = func(s zone.RRset) zone.RRset { s.TTL = max(s.TTL, 400); return s }
		}
		exact := rapid.Bool().Draw(t, "exact")
		first, theirs, then, byHand := someLines(t, "first"), someLines(t, "theirs"), someLines(t, "then"), someLines(t, "by hand")
		if rapid.Bool().Draw(t, "alike") {
			then = with(first, then)
		}
		gone := rapid.IntRange(0, 8).Draw(t, "gone")
		twins := [2]*twin{newTwin(rules, exact, habit), newTwin(rules, exact, habit)}
		var before *zone.Zone
		var res [2]provider.Result
		for i, w := range twins {
			w.m.Put(with(parse(t, "@ 400 NS ns.example.net."), theirs))
			agreed, err := w.s.Sync(context.Background(), replace(with(fill, first)))
			require.NoError(t, err)
			n := 0
			w.m.Put(with(w.m.Get(example).Only(func(s zone.RRset) bool { n++; return n != gone }), byHand))
			before = w.m.Get(example)
			w.s.Fresh = i == 1 && agreed.State == provider.Agreed
			res[i], err = w.s.Sync(context.Background(), replace(with(fill, then)))
			require.NoError(t, err)
			w.s.Fresh = false
		}
		whole, short := twins[0].m.Get(example), twins[1].m.Get(example)
		if !res[1].Partly {
			require.True(t, short.Equal(whole) || exact && nearer(short, whole, then), "%s\n%s\n%s\nbefore %s\nfirst %s\nthen %s", zone.Diff(whole, short), res[1], res[0], before.Only(func(s zone.RRset) bool { return !strings.Contains(string(s.Name), "filler") }), first, then)
		} else {
			stood++
			changed := map[zone.Key]bool{}
			for _, c := range zone.Diff(with(fill, first), with(fill, then)).Changes {
				changed[c.Key()] = true
			}
			for _, c := range zone.Diff(before, short).Changes {
				require.True(t, changed[c.Key()], "%s was not to change", c.Key())
			}
			for k := range changed {
				a, _ := whole.Get(k)
				b, _ := short.Get(k)
				require.True(t, a.Equal(b), "%s: %q, and by reading all of it %q\n%s\n%s\nbefore %s", k, b, a, res[1], res[0], before.Only(func(s zone.RRset) bool { return !strings.Contains(string(s.Name), "filler") }))
			}
		}
		for range 2 {
			for _, w := range twins {
				_, err := w.s.Sync(context.Background(), replace(with(fill, then)))
				require.NoError(t, err)
			}
		}
		whole, short = twins[0].m.Get(example), twins[1].m.Get(example)
		require.True(t, short.Equal(whole) || exact && nearer(short, whole, then), "in the end:\n%s\n%s\n%s\nbefore %s\nfirst %s\nthen %s", zone.Diff(whole, short), res[1], res[0], before.Only(func(s zone.RRset) bool { return !strings.Contains(string(s.Name), "filler") }), first, then)
	})
	if stood == 0 {
		t.Error("the property has shown nothing")
	}
	t.Logf("the base stood for live %d times", stood)
}

// What a zone above is told of one below is of all of that zone, and lasts while no more
// is looked at than what changes.
func TestHowOthersDelegateToAZoneIsKnownWhateverOfItIsRead(t *testing.T) {
	text := many() + "www 300 A 192.0.2.1\nns 300 A 192.0.2.53\n"
	for _, exact := range []bool{true, false} {
		s := newStage(t, "@ 300 NS ns")
		s.Can.Exact = exact
		c := &counted{Memory: s.Memory}
		s.Provider = c
		cut := func() *zone.Zone {
			base, err := s.Ledger.Base(t.Context(), s.Target, example)
			require.NoError(t, err)
			return base.Cut
		}
		s.sync(text)
		was := cut()
		assert.Equal(t, 2, was.Len(), "the server and its address")
		s.Fresh, c.asked = true, ""
		s.sync(text + "www 300 A 192.0.2.2")
		assert.NotContains(t, c.asked, "R")
		assert.True(t, cut().Equal(was))
		c.asked = ""
		s.sync(text + "ns 300 A 192.0.2.54")
		assert.Contains(t, c.asked, "R")
		assert.Equal(t, 2, cut().Len())
		assert.False(t, cut().Equal(was), "a server has another address")
	}
}
