package providertest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// unchanged wants that a zone in agreement is read and nothing else.
func (w walker) unchanged(t *testing.T) {
	if w.Calls == nil {
		t.Log("left out: no Calls")
		return
	}
	if w.Fill != nil {
		w.Fill(w.zone(t, ""))
	}
	lines := "www 3600 A 192.0.2.1"
	w.becomes(t, lines)
	before := w.Calls()
	w.read(t)
	read := w.Calls() - before
	before = w.Calls()
	_, err := w.syncer().Sync(context.Background(), w.intent(w.zone(t, lines)))
	require.NoError(t, err)
	require.LessOrEqual(t, w.Calls()-before, read, "an unchanged zone cost more calls than reading it")
}

// pages wants every record of a zone that no service gives in one page.
func (w walker) pages(t *testing.T) {
	if w.Fill == nil {
		t.Log("left out: no Fill")
		return
	}
	for _, n := range []int{99, 100, 101, 300, 301, 1201} {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "host%d 3600 A 192.0.2.%d\n", i, i%250)
		}
		want := w.zone(t, b.String())
		w.Fill(want)
		require.True(t, zone.Diff(w.data(w.read(t)), w.data(want)).Empty(), "of %d records some are missing or twice there", n)
	}
	w.Fill(w.zone(t, ""))
}

// plan makes the plan from what is live to the lines.
func (w walker) plan(t *testing.T, lines string) zone.Plan {
	t.Helper()
	return zone.Diff(w.data(w.read(t)), w.data(w.adjusted(w.zone(t, lines))))
}

// middle fails in the middle of a plan and looks whether the error tells what
// was done, then wants the next sync to finish.
func (w walker) middle(t *testing.T) {
	if w.FailAfter == nil {
		t.Log("left out: no FailAfter")
		return
	}
	w.becomes(t, "old 3600 A 192.0.2.1")
	lines := "a 3600 A 192.0.2.1\nb 3600 A 192.0.2.2\nc 3600 A 192.0.2.3"
	plan := w.plan(t, lines)
	require.Len(t, plan.Changes, 4)
	w.FailAfter(1)
	err := w.Provider.Apply(context.Background(), plan)
	w.FailAfter(-1)
	require.Error(t, err, "the service failed, and the driver did not say so")
	if ae, ok := errors.AsType[*provider.ApplyError](err); ok {
		w.truthful(t, plan, ae)
	} else {
		t.Log("the driver does not say what was done: everything is unknown")
	}
	w.becomes(t, lines)
}

// truthful compares an error with what is live.
func (w walker) truthful(t *testing.T, plan zone.Plan, ae *provider.ApplyError) {
	live := w.read(t)
	is := func(i int, want zone.RRset) bool {
		got, _ := live.Get(plan.Changes[i].Key())
		return got.Equal(want)
	}
	for _, i := range ae.Done {
		require.True(t, is(i, plan.Changes[i].New), "change %d is said to be done and is not", i)
	}
	for _, f := range ae.Failed {
		require.True(t, is(f.Index, plan.Changes[f.Index].Old), "change %d is said to have failed and was done", f.Index)
	}
	require.Less(t, len(ae.Done), len(plan.Changes), "all is said to be done")
}

// twoWriters wants both of two plans for different names that go at once.
func (w walker) twoWriters(t *testing.T) {
	w.becomes(t, "www 3600 A 192.0.2.1")
	var plans []zone.Plan
	for _, n := range []string{"one", "two", "three", "four"} {
		plans = append(plans, w.plan(t, "www 3600 A 192.0.2.1\n"+n+" 3600 TXT "+n))
	}
	var wg sync.WaitGroup
	errs := make([]error, len(plans))
	for i, p := range plans {
		wg.Go(func() { errs[i] = w.Provider.Apply(context.Background(), p) })
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	w.isNow(t, w.zone(t, "www 3600 A 192.0.2.1\none 3600 TXT one\ntwo 3600 TXT two\nthree 3600 TXT three\nfour 3600 TXT four"))
}

// stale applies a plan whose old half is no longer live. A service that can tell
// refuses; one that cannot lets the last writer win, but never mixes both.
func (w walker) stale(t *testing.T) {
	w.becomes(t, "www 3600 A 192.0.2.1")
	late := w.plan(t, "www 3600 A 192.0.2.2")
	first := w.plan(t, "www 3600 A 192.0.2.3")
	require.NoError(t, w.Provider.Apply(context.Background(), first))
	err := w.Provider.Apply(context.Background(), late)
	got, _ := w.read(t).Get(late.Changes[0].Key())
	if err == nil {
		t.Log("the service cannot tell that a set has changed since it was read")
		require.Equal(t, []string{"192.0.2.2"}, got.Data)
		return
	}
	_, ok := errors.AsType[*provider.ConflictError](err)
	require.True(t, ok, "want a ConflictError, got %v", err)
	require.Equal(t, []string{"192.0.2.3"}, got.Data)
}

// protected wants that what the model cannot hold is seen, named and left alone.
func (w walker) protected(t *testing.T) {
	if w.Protect == nil {
		t.Log("left out: no Protect")
		return
	}
	w.becomes(t, "www 3600 A 192.0.2.1")
	name, err := w.Zone.Join("odd")
	require.NoError(t, err)
	k := zone.Key{Name: name, Type: zone.A}
	w.Protect(k)
	p, ok := w.read(t).Protection(k)
	require.True(t, ok, "the driver does not see what it cannot hold")
	require.NotEmpty(t, p.Reason)
	for _, lines := range []string{"www 3600 A 192.0.2.9", "www 3600 A 192.0.2.9\nodd 3600 A 192.0.2.2", "odd 3600 CNAME host.example.net."} {
		res, err := w.syncer().Sync(context.Background(), w.intent(w.zone(t, lines)))
		require.NoError(t, err)
		for _, c := range res.Plan.Changes {
			require.NotEqual(t, name, c.Key().Name, "a protected name was written")
		}
		_, ok = w.read(t).Protection(k)
		require.True(t, ok, "the protected set is gone")
	}
	if w.Fill != nil {
		w.Fill(w.zone(t, ""))
	}
}

// cancelled wants that a cancelled context stops a call before it has an effect.
func (w walker) cancelled(t *testing.T) {
	plan := w.plan(t, "cancelled 3600 A 192.0.2.1")
	before := w.read(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := w.Provider.Zone(ctx, w.Zone)
	require.Error(t, err)
	require.Error(t, w.Provider.Apply(ctx, plan))
	require.True(t, before.Equal(w.read(t)), "a cancelled call changed the zone")
}
