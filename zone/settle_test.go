package zone

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func always(Key) bool { return true }

// A service that joins strings, a foreign SPF that holds ours back: nothing may
// be claimed that was not sent.
func TestWhatWasHeldIsNeverClaimedAsStored(t *testing.T) {
	live := parse(t, `@ 300 TXT "v=spf1 include:mailhoster.example -all"`)
	want := parse(t, `@ 300 TXT "v=spf1 ours -all"`+"\n"+`@ 300 TXT "a" "b"`)
	goal, _ := Reconcile(nil, live, want, Rules{})
	after := parse(t, `@ 300 TXT "v=spf1 include:mailhoster.example -all"`+"\n"+`@ 300 TXT "ab"`)
	base := Settle(nil, Outcome{Want: want, Goal: goal, Before: live, After: after, Echo: always})
	assert.Equal(t, `"a" "b"`, dataOf(base.Wrote, "example.com.", TXT))
	assert.Equal(t, `"ab"`, dataOf(base.Stored, "example.com.", TXT))
	again, fs := Reconcile(base, after, want, Rules{})
	assert.True(t, again.Equal(after), again)
	assert.Equal(t, Blocked, fs[0].Level)
}

func TestWhatCameByHandMeanwhileIsNotClaimed(t *testing.T) {
	live, want := parse(t, ""), parse(t, `@ 300 TXT "mine"`)
	after := parse(t, `@ 300 TXT "mine"`+"\n"+`@ 300 TXT "token-added-meanwhile"`)
	base := Settle(nil, Outcome{Want: want, Goal: want, Before: live, After: after, Echo: always})
	goal, _ := Reconcile(base, after, parse(t, `@ 300 TXT "new"`), Rules{})
	assert.Equal(t, `"new" | "token-added-meanwhile"`, dataOf(goal, "example.com.", TXT))
}

func TestTwoFormsThatNobodyCanTellApartAreNotLearnt(t *testing.T) {
	want := parse(t, `@ 300 TXT "one"`+"\n"+`@ 300 TXT "two"`)
	after := parse(t, `@ 300 TXT "ONE!"`+"\n"+`@ 300 TXT "TWO!"`)
	base := Settle(nil, Outcome{Want: want, Goal: want, Before: parse(t, ""), After: after, Echo: always})
	assert.Zero(t, base.Wrote.Len())
}

func TestAFailedRepairStaysARepair(t *testing.T) {
	wrote := parse(t, `@ 300 TXT "v=spf1 a -all"`)
	live := parse(t, `@ 300 TXT "v=spf1 byhand -all"`)
	want := parse(t, `@ 300 TXT "v=spf1 b -all"`)
	goal, _ := Reconcile(&Base{Wrote: wrote, Stored: wrote}, live, want, Rules{})
	require.Equal(t, `"v=spf1 b -all"`, dataOf(goal, "example.com.", TXT))
	base := Settle(&Base{Wrote: wrote, Stored: wrote}, Outcome{Want: want, Goal: goal, Before: live, After: live})
	again, _ := Reconcile(base, live, want, Rules{})
	assert.True(t, again.Equal(goal), "the service failed once, and the next run does it")
}

func TestAProtectedSetStaysInTheBase(t *testing.T) {
	wrote := parse(t, "a 300 A 192.0.2.1")
	live := parse(t, "a 300 A 192.0.2.9")
	want := parse(t, "b 300 A 192.0.2.1").Protect(Protected{Key{"a.example.com.", A}, "a bad row"})
	goal, _ := Reconcile(&Base{Wrote: wrote, Stored: wrote}, live, want, Rules{})
	after := live.Apply(Diff(live, goal))
	base := Settle(&Base{Wrote: wrote, Stored: wrote}, Outcome{Want: want, Goal: goal, Before: live, After: after})
	_, ok := base.Wrote.Get(Key{"a.example.com.", A})
	assert.True(t, ok)
}

func TestDeletionsThatWereNotDoneStayOurs(t *testing.T) {
	wrote := parse(t, "a 300 A 192.0.2.1\n@ 300 TXT x")
	base := Settle(&Base{Wrote: wrote, Stored: wrote}, Outcome{Want: parse(t, "b 1 A 192.0.2.1"), Goal: parse(t, ""), Before: wrote, After: wrote})
	assert.True(t, base.Wrote.Equal(wrote))
	assert.Nil(t, Settle(&Base{Wrote: wrote, Stored: wrote}, Outcome{Want: wrote, Before: wrote}), "the zone is gone")
}

func dataOf(z *Zone, n Name, t Type) (out string) {
	s, _ := z.Get(Key{n, t})
	for i, d := range s.Data {
		if i > 0 {
			out += " | "
		}
		out += d
	}
	return out
}

// The service kept "two" as "one"; now the source wants "one" as well.
func TestAFormThatIsWantedForItselfStandsForNoOther(t *testing.T) {
	base := &Base{Wrote: parse(t, `@ 300 TXT two`), Stored: parse(t, `@ 300 TXT one`)}
	live, want := parse(t, `@ 300 TXT one`), parse(t, "@ 300 TXT one\n@ 300 TXT two")
	goal, _ := Reconcile(base, live, want, Rules{})
	assert.True(t, goal.Equal(want), goal)
	base = Settle(base, Outcome{Want: want, Goal: goal, Before: live, After: goal})
	again, _ := Reconcile(base, goal, want, Rules{})
	assert.True(t, again.Equal(goal), again)
}

// Where nothing has changed on any side there is nothing to settle: the base stays.
func TestPropertyWhatStandsSettlesAsItWas(t *testing.T) {
	stood := 0
	rapid.Check(t, func(t *rapid.T) {
		live, want := soundZone().Draw(t, "live"), soundZone().Draw(t, "want")
		r := Rules{Adopt: rapid.SampledFrom([]Adopt{AdoptHold, AdoptTake}).Draw(t, "adopt"), SOA: BySource, ApexNS: BySource}
		echo := rapid.Bool().Draw(t, "echo")
		var base *Base
		for range 2 {
			goal, _ := Reconcile(base, live, want, r)
			after := goal
			if echo { // the service keeps everything for longer
				after = goal.Only(func(RRset) bool { return true })
				for i := range after.sets {
					after.sets[i].TTL = max(after.sets[i].TTL, 600)
				}
			}
			o := Outcome{Want: want, Goal: goal, Before: live, After: after, Rules: r, Echo: func(Key) bool { return echo }}
			wrote, stored := base.zones()
			for name, here := range namesOf(o.Want, wrote, stored, o.Goal, o.Before, o.After) {
				if !stands(here) {
					continue
				}
				stood++
				w, s := o.settleName(here)
				require.True(t, slices.EqualFunc(w, here[1], RRset.Equal) && slices.EqualFunc(s, here[2], RRset.Equal), "%s: %v, %v became %v, %v", name, here[1], here[2], w, s)
			}
			base, live = Settle(base, o), after
		}
	})
	if stood == 0 {
		t.Error("the property has shown nothing")
	}
}
