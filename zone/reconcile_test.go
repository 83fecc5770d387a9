package zone

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// requireSound wants that goal has no conflict that live does not have.
func requireSound(t require.TestingT, live, goal *Zone) {
	before := live.Conflicts()
	for _, k := range goal.Conflicts() {
		require.True(t, slices.Contains(before, k) || slices.Contains(before, Key{Name: k.Name}), "the goal conflicts at %s:\n%s", k, goal)
	}
}

// anyBase draws a base that is related to live: what we wrote, and for some sets
// another form that the service keeps.
func anyBase(live *Zone) *rapid.Generator[*Base] {
	return rapid.Custom(func(t *rapid.T) *Base {
		if rapid.IntRange(0, 3).Draw(t, "never synced") == 0 {
			return nil
		}
		wrote := related(live).Draw(t, "wrote")
		stored := wrote
		if live != nil && rapid.Bool().Draw(t, "stored otherwise") {
			var p Plan
			for s := range wrote.All() {
				if l, ok := live.Get(s.Key); ok {
					p.Changes = append(p.Changes, Change{s, l})
				}
			}
			stored = wrote.Apply(p)
		}
		return &Base{Wrote: wrote, Stored: stored}
	})
}

func anyRules() *rapid.Generator[Rules] {
	return rapid.Custom(func(t *rapid.T) Rules {
		r := Rules{
			Foreign: rapid.SampledFrom([]Foreign{ForeignKeep, ForeignPurge}).Draw(t, "foreign"),
			Adopt:   rapid.SampledFrom([]Adopt{AdoptHold, AdoptTake}).Draw(t, "adopt"),
			Drift:   rapid.SampledFrom([]Drift{DriftRepair, DriftKeep}).Draw(t, "drift"),
			SOA:     rapid.SampledFrom([]Authority{ByProvider, BySource}).Draw(t, "soa"),
			ApexNS:  rapid.SampledFrom([]Authority{ByProvider, BySource}).Draw(t, "ns"),
		}
		if rapid.Bool().Draw(t, "ignore") {
			r.Ignore = func(s RRset) bool { return s.Type == "TLSA" }
		}
		return r
	})
}

type situation struct {
	base       *Base
	live, want *Zone
	rules      Rules
}

func anySituation() *rapid.Generator[situation] {
	return rapid.Custom(func(t *rapid.T) situation {
		s := situation{live: anyZone().Draw(t, "live")}
		s.want = related(s.live).Draw(t, "want")
		s.base = anyBase(s.live).Draw(t, "base")
		s.live = guarded(s.live).Draw(t, "live'")
		s.want = guarded(s.want).Draw(t, "want'")
		s.rules = anyRules().Draw(t, "rules")
		if rapid.IntRange(0, 9).Draw(t, "missing") == 0 {
			s.live = nil
		}
		return s
	})
}

func TestPropertyTheGoalIsAlwaysAValidZone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySituation().Draw(t, "situation")
		goal, _ := Reconcile(s.base, s.live, s.want, s.rules)
		requireSound(t, s.live, goal)
		requireSafe(t, s.live, Diff(s.live, goal))
	})
}

// Under the zero rules, and whatever the drift rule, foreign data is in the goal
// as it is in live.
func TestPropertyForeignDataIsNeverDeletedOrOverwritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySituation().Draw(t, "situation")
		s.rules.Foreign, s.rules.Adopt = ForeignKeep, AdoptHold
		goal, _ := Reconcile(s.base, s.live, s.want, s.rules)
		for live := range s.live.All() {
			wrote, stored := s.base.get(live.Key)
			if s.rules.decides("example.com.", live.Key) && live.Key.IsAuthority("example.com.") {
				continue // the rules say that these are the source's
			}
			got, _ := goal.Get(live.Key)
			if wrote.Name == "" && !live.Type.merges() {
				want, _ := s.want.Get(live.Key)
				require.True(t, got.Equal(live), "%s was foreign, wanted is %q, the goal has %q", live, want, got)
			}
			if live.Type.merges() {
				foreign := values{live: live, wrote: wrote, stored: stored}.foreign()
				lost := minus(foreign, got.Data)
				for _, kind := range policies(lost) { // one of ours that was edited is ours
					require.NotEmpty(t, ofPolicy(union(wrote.Data, stored.Data), kind), "foreign %s is gone", lost)
				}
				require.Len(t, lost, len(minus(lost, nil))-len(notPolicies(lost)), "foreign %s is gone from %s", lost, got)
			}
		}
	})
}

func notPolicies(data []string) []string {
	return slices.DeleteFunc(slices.Clone(data), func(d string) bool { return policy(d) != "" })
}

func TestPropertyWhatIsProtectedOrIgnoredStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySituation().Draw(t, "situation")
		goal, _ := Reconcile(s.base, s.live, s.want, s.rules)
		for k := range keysOf(s.live, s.want) {
			live, _ := s.live.Get(k)
			want, _ := s.want.Get(k)
			got, _ := goal.Get(k)
			_, a := s.live.Protection(k)
			_, b := s.want.Protection(k)
			if a || b || s.rules.ignores(live, want) || !s.rules.decides("example.com.", k) {
				require.True(t, got.Equal(live), "%s: %q became %q", k, live, got)
			}
			_, a = s.live.keeps(k)
			_, b = s.want.keeps(k)
			require.False(t, (a || b) && shrinks(live, got), "%s lost data", k)
		}
	})
}

// A sound wish that meets nothing foreign and nothing protected is the goal.
func TestPropertyWithoutForeignDataTheWishIsTheGoal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live := soundZone().Draw(t, "live")
		want := related(live).Draw(t, "want")
		r := Rules{SOA: BySource, ApexNS: BySource}
		goal, fs := Reconcile(&Base{Wrote: live, Stored: live}, live, want, r)
		own := func(s RRset) bool { return !s.Key.IsAuthority("example.com.") }
		require.True(t, goal.Only(own).Equal(want.Only(own)), Diff(goal, want))
		require.False(t, slices.ContainsFunc(fs, func(f Finding) bool { return f.Level > Note }), fs)
		goal, _ = Reconcile(nil, nil, want, r)
		require.True(t, goal.Equal(want))
		goal, _ = Reconcile(nil, live, want, Mirror())
		require.True(t, goal.Only(own).Equal(want.Only(own)), Diff(goal, want))
	})
}

// After a sync the base knows enough for the next one to have nothing to do, or
// just what this one had to leave; and it never claims what is foreign.
func TestPropertyTheSecondPlanIsEmpty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySituation().Draw(t, "situation")
		goal, _ := Reconcile(s.base, s.live, s.want, s.rules)
		if goal == nil {
			return
		}
		after := s.live.Apply(Diff(s.live, goal)).Protect(s.live.Protected()...)
		require.True(t, after.bare().Equal(goal.bare()))
		base := Settle(s.base, Outcome{Want: s.want, Goal: goal, Before: s.live, After: after, Rules: s.rules})
		again, _ := Reconcile(base, after, s.want, s.rules)
		require.True(t, Diff(after, again).Empty(), "%s\nin\n%s%+v\nbase:\n%s%s", Diff(after, again), s, s.rules, base.Wrote, base.Stored)
		for w := range base.Wrote.All() {
			live, _ := s.live.Get(w.Key)
			want, _ := s.want.Get(w.Key)
			wrote, stored := s.base.get(w.Key)
			require.Empty(t, both(w.Data, values{want, live, wrote, stored}.foreign()), "the base claims what is foreign")
		}
	})
}

// A service that keeps what it is given in a form of its own is learnt: with the
// echo in the base nothing is left to do, and nothing foreign is claimed.
func TestPropertyAnEchoIsLearnt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := soundZone().Draw(t, "want")
		before := odd(soundZone().Draw(t, "before").Only(func(s RRset) bool { return s.Type == TXT }), nil)
		goal, _ := Reconcile(nil, before, want, Rules{})
		after := odd(goal, Diff(before, goal).Changes)
		base := Settle(nil, Outcome{Want: want, Goal: goal, Before: before, After: after, Echo: func(Key) bool { return true }})
		again, _ := Reconcile(base, after, want, Rules{})
		require.True(t, Diff(after, again).Empty(), "%s\nafter:\n%swrote:\n%sstored:\n%s", Diff(after, again), after, base.Wrote, base.Stored)
		for s := range before.All() {
			w, _ := base.Wrote.Get(s.Key)
			v, _ := want.Get(s.Key)
			require.Empty(t, both(w.Data, minus(s.Data, v.Data)))
		}
	})
}

// odd keeps the sets that changed as a service with habits does: a TTL of its
// own, texts in one string. Without changes it keeps all so.
func odd(z *Zone, changes []Change) *Zone {
	var records []Record
	for s := range z.All() {
		mine := changes == nil || slices.ContainsFunc(changes, func(c Change) bool { return c.Key() == s.Key })
		for _, r := range s.Records() {
			if mine {
				r.TTL = 900
			}
			if mine && r.Type == TXT {
				raw, _ := RawText(r.Data)
				r.Data = Text(raw)
			}
			records = append(records, r)
		}
	}
	return build(z.name, records)
}

func TestAZoneRemovedByHand(t *testing.T) {
	want := parse(t, "a 1 A 192.0.2.1")
	goal, fs := Reconcile(&Base{Wrote: want, Stored: want}, nil, want, Rules{})
	assert.True(t, goal.Equal(want))
	assert.Equal(t, "note: the zone was removed by hand at the target and is created anew", fs[0].String())
	goal, fs = Reconcile(&Base{Wrote: want, Stored: want}, nil, want, Rules{Drift: DriftKeep})
	assert.Nil(t, goal)
	assert.Equal(t, Blocked, fs[0].Level)
	goal, _ = Reconcile(nil, want, nil, Mirror())
	assert.True(t, goal.Equal(want), "no wish, no change")
}

func TestADNAMEAndDataBelowItAreHeld(t *testing.T) {
	live := parse(t, "x.sub 1 A 192.0.2.1\nsub 1 TXT here")
	want := parse(t, "sub 1 DNAME example.net.\nother 1 A 192.0.2.2")
	goal, fs := Reconcile(nil, live, want, Rules{})
	assert.True(t, goal.Equal(parse(t, "x.sub 1 A 192.0.2.1\nsub 1 TXT here\nother 1 A 192.0.2.2")), goal)
	assert.Equal(t, []Finding{{Blocked, Key{"sub.example.com.", DNAME}, "the DNAME of sub.example.com. and data below it cannot stand together"}}, fs)
	goal, fs = Reconcile(nil, want, live, Rules{})
	assert.True(t, goal.Equal(want), goal)
	assert.Len(t, fs, 2)
	goal, _ = Reconcile(&Base{Wrote: live, Stored: live}, live, want, Rules{})
	assert.True(t, goal.Equal(want), "what is below was ours and goes")
}

func TestAZoneIsNeverWithoutItsSOAAndNS(t *testing.T) {
	live := parse(t, "@ 1 SOA a b 1 2 3 4 5\n@ 1 NS ns1\nns1 1 A 192.0.2.1")
	goal, _ := Reconcile(nil, live, parse(t, "ns1 1 A 192.0.2.1"), Mirror())
	assert.True(t, goal.Equal(live))
	want := parse(t, "@ 1 SOA x y 1 2 3 4 5\n@ 1 NS ns2\nns1 1 A 192.0.2.1")
	goal, fs := Reconcile(nil, live, want, Rules{})
	assert.True(t, goal.Equal(live), "they are the provider's")
	assert.Empty(t, fs)
	goal, fs = Reconcile(nil, live, want, Rules{SOA: BySource, ApexNS: BySource})
	assert.True(t, goal.Equal(want), "they are the source's")
	assert.Empty(t, fs)
}

func (s situation) String() string {
	text := ""
	if s.base != nil {
		text += "wrote:\n" + s.base.Wrote.String() + "stored:\n" + s.base.Stored.String()
	}
	return text + "live:\n" + s.live.String() + "want:\n" + s.want.String()
}
