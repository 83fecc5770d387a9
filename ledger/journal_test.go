package ledger_test

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func writeNoise(path string) error {
	return os.WriteFile(path, []byte(strings.Repeat("noise ", 4096)), 0o644)
}

func entry(name zone.Name, w zone.Wish) provider.Entry {
	in := zone.Intent{Zone: name, Source: "plesk", Wish: w}
	return provider.Entry{Target: "dns", Queue: provider.QueueOf(in), Intent: in, Fresh: time.Hour}
}

func each(entries ...provider.Entry) iter.Seq2[provider.Entry, error] {
	return func(yield func(provider.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func accept(t testing.TB, l *ledger.Ledger, entries ...provider.Entry) []provider.Acceptance {
	t.Helper()
	became, err := l.Accept(ctx, each(entries...))
	require.NoError(t, err)
	return became
}

func ptr(host string) zone.Patch {
	return zone.Patch{Add: []zone.Record{{Name: "1.2.0.192.in-addr.arpa.", Type: zone.PTR, TTL: 300, Data: host}}}
}

func TestTheNewestWishSupersedesAndPatchesQueue(t *testing.T) {
	l := fresh(t)
	old, now := parse(t, "www 300 A 192.0.2.1"), parse(t, "www 300 A 192.0.2.2").Protect(zone.Protected{Key: zone.Key{Name: "bad.example.com."}, Reason: "a bad row"})
	findings := zone.Intent{Zone: example, Source: "plesk", Wish: zone.Replace{Zone: now}, Findings: []zone.Finding{{Level: zone.Refused, Text: "row 7"}}}
	accept(t, l, entry(example, zone.Replace{Zone: old}), entry(example, zone.Remove{}),
		provider.Entry{Target: "dns", Queue: example, Intent: findings},
		entry("1.2.0.192.in-addr.arpa.", ptr("a.example.com.")), entry("2.2.0.192.in-addr.arpa.", ptr("b.example.com.")))
	ins, err := l.Owed(ctx, "dns", example)
	require.NoError(t, err)
	require.Len(t, ins, 1)
	assert.True(t, ins[0].Wish.(zone.Replace).Zone.Equal(now))
	assert.Equal(t, now.Protected(), ins[0].Wish.(zone.Replace).Zone.Protected())
	assert.Equal(t, findings.Findings, ins[0].Findings)
	ins, err = l.Owed(ctx, "dns", "2.0.192.in-addr.arpa.")
	require.NoError(t, err)
	require.Len(t, ins, 2)
	assert.Equal(t, ptr("a.example.com."), ins[0].Wish)
	assert.Less(t, ins[0].Order, ins[1].Order)
	due, _, err := l.Due(ctx, "dns", 10)
	require.NoError(t, err)
	assert.ElementsMatch(t, []zone.Name{example, "2.0.192.in-addr.arpa."}, due)
}

func TestAZoneIsRemovedByNobodyButItsSource(t *testing.T) {
	l := fresh(t)
	remove := func(source string) provider.Acceptance {
		e := entry(example, zone.Remove{})
		e.Intent.Source = source
		return accept(t, l, e)[0]
	}
	accept(t, l, entry(example, zone.Replace{Zone: parse(t, "www 300 A 192.0.2.1")}))
	assert.Equal(t, provider.Theirs, remove("crm"), "what is owed is plesk's")
	held, lease, err := l.Acquire(ctx, "dns", example)
	require.NoError(t, err)
	ins, err := l.Owed(held, "dns", example)
	require.NoError(t, err)
	require.Len(t, ins, 1)
	require.NoError(t, l.Settle(held, lease, provider.Account{UpTo: ins[0].Order, Wish: ins[0].Wish, Source: ins[0].Source}))
	require.NoError(t, l.Release(held, lease))
	assert.Equal(t, provider.Theirs, remove("crm"), "what was wished is plesk's")
	assert.Equal(t, provider.Accepted, remove("plesk"))
	assert.Equal(t, provider.Accepted, remove("plesk"))
}

func TestADocumentIsTakenWholeOrNotAtAll(t *testing.T) {
	l := fresh(t)
	_, err := l.Accept(ctx, func(yield func(provider.Entry, error) bool) {
		_ = yield(entry(example, zone.Remove{}), nil) && yield(provider.Entry{}, errors.New("cut short"))
	})
	assert.ErrorContains(t, err, "cut short")
	due, wait, err := l.Due(ctx, "dns", 10)
	require.NoError(t, err)
	assert.Empty(t, due)
	assert.Zero(t, wait)
}

// settle works on the example zone's queue as an engine would.
func settle(t testing.TB, l *ledger.Ledger, state provider.State, failure error) {
	t.Helper()
	held, lease := acquire(t, l)
	ins, err := l.Owed(held, "dns", example)
	require.NoError(t, err)
	last := ins[len(ins)-1]
	r := provider.Result{Target: "dns", Zone: example, State: state, Err: failure}
	require.NoError(t, l.Settle(held, lease, provider.Account{UpTo: last.Order, Wish: last.Wish, Result: r, Again: failure != nil, Retry: time.Hour}))
	require.NoError(t, l.Release(held, lease))
}

func TestWhatTheTargetAgreesWithIsNotOwedAgain(t *testing.T) {
	l := fresh(t)
	want := entry(example, zone.Replace{Zone: parse(t, "@ 300 SOA a. b. 7 1 2 3 4\nwww 300 A 192.0.2.1")})
	later := entry(example, zone.Replace{Zone: parse(t, "@ 300 SOA a. b. 8 1 2 3 4\nwww 300 A 192.0.2.1")})
	assert.Equal(t, []provider.Acceptance{provider.Accepted}, accept(t, l, want))
	assert.Equal(t, []provider.Acceptance{provider.Accepted}, accept(t, l, want), "it is still owed")
	settle(t, l, provider.Agreed, nil)
	assert.Equal(t, []provider.Acceptance{provider.Unchanged}, accept(t, l, later), "a serial alone is no change")
	for name, change := range map[string]func(*provider.Entry){
		"another policy":   func(e *provider.Entry) { e.Policy = "other" },
		"an old agreement": func(e *provider.Entry) { e.Fresh = -1 },
		"something else":   func(e *provider.Entry) { e.Intent.Wish = zone.Replace{Zone: parse(t, "www 300 A 192.0.2.9")} },
		"something less": func(e *provider.Entry) {
			e.Intent.Wish = zone.Replace{Zone: want.Intent.Wish.(zone.Replace).Zone.Protect(zone.Protected{Key: zone.Key{Name: example, Type: zone.MX}})}
		},
		"a removal":          func(e *provider.Entry) { e.Intent.Wish = zone.Remove{} },
		"the zone elsewhere": func(e *provider.Entry) { e.Target = "other" },
	} {
		e := want
		change(&e)
		assert.Equal(t, []provider.Acceptance{provider.Accepted}, accept(t, l, e), name)
		if e.Target == "dns" {
			settle(t, l, provider.Held, nil)
			accept(t, l, want)
			settle(t, l, provider.Agreed, nil)
		}
	}
}

func TestWhatFailedIsTriedAgainLater(t *testing.T) {
	l := fresh(t)
	accept(t, l, entry(example, zone.Remove{}))
	settle(t, l, provider.Failed, errors.New("no answer"))
	due, wait, err := l.Due(ctx, "dns", 10)
	require.NoError(t, err)
	assert.Empty(t, due)
	assert.InDelta(t, time.Hour, wait, float64(time.Minute))
	list, err := l.Standings(ctx, false)
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, provider.Owed, list[0].State)
	assert.Equal(t, "no answer", list[0].Reason)
	assert.Equal(t, 1, list[0].Attempts)
	accept(t, l, entry(example, zone.Remove{}))
	due, _, err = l.Due(ctx, "dns", 10)
	require.NoError(t, err)
	assert.Equal(t, []zone.Name{example}, due, "something new is tried at once")
}

func TestWhoComesLateDoesNotUndoWhatIsNewer(t *testing.T) {
	l := fresh(t)
	now := time.Now().Unix()
	at := func(serial int64, address string) provider.Entry {
		return entry(example, zone.Replace{Zone: parse(t, fmt.Sprintf("@ 300 SOA a. b. %d 1 2 3 4\nwww 300 A %s", serial, address))})
	}
	assert.Equal(t, provider.Accepted, accept(t, l, at(now, "192.0.2.2"))[0])
	assert.Equal(t, provider.Stale, accept(t, l, at(now-1, "192.0.2.1"))[0])
	assert.Equal(t, provider.Accepted, accept(t, l, at(now, "192.0.2.3"))[0], "within a second nobody knows")
	assert.Equal(t, provider.Accepted, accept(t, l, at(2026112101, "192.0.2.4"))[0], "a serial of another kind says nothing")
}

func TestAnApprovalLetsTheLastWishRunAgain(t *testing.T) {
	l := fresh(t)
	want := parse(t, "www 300 A 192.0.2.1")
	accept(t, l, entry(example, zone.Replace{Zone: want}))
	held, lease := acquire(t, l)
	ins, err := l.Owed(held, "dns", example)
	require.NoError(t, err)
	plan := zone.Diff(parse(t, "www 300 A 192.0.2.1\nold 300 A 192.0.2.2"), want)
	require.NoError(t, l.Settle(held, lease, provider.Account{UpTo: ins[0].Order, Wish: ins[0].Wish, Source: "plesk",
		Result: provider.Result{State: provider.Held, Held: plan}}))
	require.NoError(t, l.Release(held, lease))

	assert.ErrorIs(t, l.Approve(ctx, "dns", example, want.Digest()), ledger.ErrNotHeld)
	assert.ErrorIs(t, l.Approve(ctx, "other", example, plan.Digest()), ledger.ErrNotHeld)
	require.NoError(t, l.Approve(ctx, "dns", example, plan.Digest()))
	approved, err := l.Approved(ctx, "dns", example)
	require.NoError(t, err)
	assert.Equal(t, []zone.Digest{plan.Digest()}, approved)
	ins, err = l.Owed(ctx, "dns", example)
	require.NoError(t, err)
	require.Len(t, ins, 1)
	assert.True(t, ins[0].Wish.(zone.Replace).Zone.Equal(want))

	accept(t, l, entry(example, zone.Replace{Zone: parse(t, "www 300 A 192.0.2.7")}))
	approved, err = l.Approved(ctx, "dns", example)
	require.NoError(t, err)
	assert.Empty(t, approved, "a newer wish dissolves it")
}

func TestABreakerOpensForLongerEachTimeAndLetsOneThrough(t *testing.T) {
	l := fresh(t)
	now := time.Now()
	l.Now = func() time.Time { return now }
	gate := func() (bool, time.Duration) {
		g, err := l.Gate(ctx, "dns")
		require.NoError(t, err)
		return g.Open, g.Wait
	}
	failed := func() bool {
		closed, err := l.Failed(ctx, "dns", "no answer")
		require.NoError(t, err)
		return closed
	}
	for range 4 {
		assert.False(t, failed())
		ok, _ := gate()
		assert.True(t, ok)
	}
	assert.True(t, failed())
	ok, wait := gate()
	assert.False(t, ok)
	assert.Equal(t, 30*time.Second, wait.Round(time.Second))
	now = now.Add(31 * time.Second)
	ok, _ = gate()
	assert.True(t, ok, "one may try")
	ok, _ = gate()
	assert.False(t, ok, "and one alone")
	assert.True(t, failed())
	_, wait = gate()
	assert.Equal(t, time.Minute, wait.Round(time.Second))
	now = now.Add(61 * time.Second)
	gate()
	require.NoError(t, l.Answered(ctx, "dns"))
	ok, _ = gate()
	assert.True(t, ok)
	ok, _ = gate()
	assert.True(t, ok)

	require.NoError(t, l.Block(ctx, "dns", "", "the key is wrong"))
	now = now.Add(1000 * time.Hour)
	ok, wait = gate()
	assert.False(t, ok, "%v", wait)
	require.NoError(t, l.Unblock(ctx, "dns"))
	ok, _ = gate()
	assert.True(t, ok)
}
