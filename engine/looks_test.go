package engine_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func texts(r provider.Result) (out []string) {
	for _, f := range r.Findings {
		out = append(out, f.Text)
	}
	return out
}

func TestAWriteIsLookedForAndNothingElseWaits(t *testing.T) {
	s := newStage(t)
	others := make(chan struct{})
	s.Targets[0].Parallel = 1
	s.Targets[0].Verify = func(ctx context.Context, r provider.Result) string {
		assert.True(t, r.Live.Equal(s.Memory.Get(r.Zone)), "the look has what was read back")
		if r.Zone != "a.example." {
			return ""
		}
		<-others
		return "served by 1 of 2 servers"
	}
	s.Report = func(r provider.Result) {
		if s.results = append(s.results, r); r.Zone == "c.example." {
			close(others)
		}
	}
	var ins []zone.Intent
	for _, name := range []zone.Name{"a.example.", "b.example.", "c.example."} {
		ins = append(ins, replace(zoneOf(t, name, "www 300 A 192.0.2.1")))
	}
	require.NoError(t, s.Run(ctx, each(ins...)))
	require.Len(t, s.results, 3)
	at := func(name zone.Name) int {
		return slices.IndexFunc(s.results, func(r provider.Result) bool { return r.Zone == name })
	}
	assert.Greater(t, at("a.example."), at("c.example."), "which came after it, and did not wait")
	a := s.results[at("a.example.")]
	assert.Equal(t, provider.Agreed, a.State)
	assert.Equal(t, []string{"not all servers serve it yet: served by 1 of 2 servers"}, texts(a))

	list, err := s.Standings(ctx, false)
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, provider.Agreed, list[0].State)
	assert.Equal(t, "served by 1 of 2 servers", list[0].Missing)
	assert.WithinDuration(t, time.Now(), list[0].Seen, time.Minute)

	s.Targets[0].Verify = func(context.Context, provider.Result) string { return "" }
	require.NoError(t, s.Run(ctx, each(replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.2")))))
	list, err = s.Standings(ctx, false)
	require.NoError(t, err)
	assert.Empty(t, list, "what is served now is no matter any more")
}

func TestNobodyLooksWhereNothingWasWritten(t *testing.T) {
	s := newStage(t)
	looks := 0
	s.Targets[0].Verify = func(context.Context, provider.Result) string { looks++; return "" }
	in := replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.1"))
	require.NoError(t, s.Run(ctx, each(in)))
	s.Refresh = -1
	require.NoError(t, s.Run(ctx, each(in)))
	s.Targets[0].Observe = true
	require.NoError(t, s.Run(ctx, each(replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.2")))))
	assert.Equal(t, 1, looks)
	assert.Len(t, s.results, 3)
}

func TestTheNextWordAboutAZoneEndsALook(t *testing.T) {
	s := newStage(t)
	s.Engine.Ledger = nil
	s.Targets[0].Syncer.Rules = zone.Mirror()
	s.Targets[0].Verify = func(ctx context.Context, r provider.Result) string {
		if len(s.results) == 0 {
			<-ctx.Done()
			return "behind"
		}
		return ""
	}
	a, b := zoneOf(t, "a.example.", "www 300 A 192.0.2.1"), zoneOf(t, "a.example.", "www 300 A 192.0.2.2")
	require.NoError(t, s.Run(ctx, each(replace(a), replace(b))))
	require.Len(t, s.results, 2)
	assert.Equal(t, []string{"not all servers serve it yet: behind"}, texts(s.results[0]))
	assert.Empty(t, s.results[1].Findings)
	assert.True(t, s.results[1].Live.Equal(b))
}

func TestALookEndsWithTheTimeOfTheWork(t *testing.T) {
	s := newStage(t)
	s.Targets[0].Verify = func(ctx context.Context, r provider.Result) string { <-ctx.Done(); return "time was up" }
	ctx, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	require.NoError(t, s.Run(ctx, each(replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.1")))))
	assert.Less(t, time.Since(began), 5*time.Second)
	assert.Equal(t, []provider.State{provider.Agreed}, s.states(), "the write is done all the same")
}

func TestSoManyLooksAndNoMore(t *testing.T) {
	s := newStage(t)
	release := make(chan struct{})
	s.Targets[0].Verify = func(context.Context, provider.Result) string { <-release; return "" }
	s.Report = func(r provider.Result) {
		if s.results = append(s.results, r); len(s.results) == 10 {
			close(release)
		}
	}
	var ins []zone.Intent
	for i := range 74 {
		ins = append(ins, replace(zoneOf(t, zone.Name(fmt.Sprintf("z%d.example.", i)), "www 300 A 192.0.2.1")))
	}
	require.NoError(t, s.Run(ctx, each(ins...)))
	assert.Len(t, s.results, 74)
	for i, r := range s.results {
		if i < 10 {
			assert.Equal(t, []string{"not all servers serve it yet: nobody has looked whether it is served: many others were being looked at"}, texts(r))
		} else {
			assert.Empty(t, r.Findings)
		}
	}
}

func TestALookThatPanicsHarmsNothing(t *testing.T) {
	s := newStage(t)
	s.Targets[0].Verify = func(context.Context, provider.Result) string { panic("odd") }
	require.NoError(t, s.Run(ctx, each(replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.1")))))
	assert.Equal(t, []string{"not all servers serve it yet: the look panicked: odd"}, texts(s.results[0]))
	assert.Equal(t, []provider.State{provider.Agreed}, s.states())
}

func TestLooksMayGoOnWhenTheWorkIsDone(t *testing.T) {
	s := newStage(t)
	s.Looks = &engine.Looks{}
	release := make(chan struct{})
	s.Targets[0].Verify = func(ctx context.Context, r provider.Result) string { <-release; return "behind" }
	require.NoError(t, s.Run(ctx, each(replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.1")))))
	assert.Empty(t, s.states(), "nothing is said yet")
	s.Targets[0].Verify = nil
	require.NoError(t, s.Run(ctx, each(replace(zoneOf(t, "b.example.", "www 300 A 192.0.2.1")))))
	assert.Equal(t, []provider.State{provider.Agreed}, s.states(), "nobody waits")
	close(release)
	s.Looks.Wait()
	require.Len(t, s.results, 1)
	assert.Equal(t, []string{"not all servers serve it yet: behind"}, texts(s.results[0]))
}
