package engine_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"github.com/zonecast/zonecast/internal/testbed"
	"github.com/zonecast/zonecast/zone"
)

// panel gives zones as a panel has them, 15 records each and one that changes with
// state.
func panel(b testing.TB, n, state int) iter.Seq2[zone.Intent, error] {
	return func(yield func(zone.Intent, error) bool) {
		for i := range n {
			name := zone.Name(fmt.Sprintf("d%d.example.", i))
			z, err := zone.Parse(name, testbed.Panel+fmt.Sprintf("\tstate 300 TXT %d\n", state))
			require.NoError(b, err)
			if !yield(replace(z), nil) {
				return
			}
		}
	}
}

// BenchmarkUnchangedResync sends 10,000 zones with which the target agrees: no call
// is made. Making the zones is part of it.
func BenchmarkUnchangedResync(b *testing.B) {
	s := newStage(b)
	s.Report = nil
	require.NoError(b, s.Run(ctx, panel(b, 10_000, 1)))
	calls := s.Calls()
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, s.Run(ctx, panel(b, 10_000, 1)))
	}
	require.Equal(b, calls, s.Calls())
}

// BenchmarkNewZones brings 1,000 zones to a target in memory.
func BenchmarkNewZones(b *testing.B) {
	for b.Loop() {
		s := newStage(b)
		s.Report = nil
		require.NoError(b, s.Run(ctx, panel(b, 1000, 1)))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "µs/zone")
}

// BenchmarkChangedZonesAtALimit changes 2,000 zones at a service that allows 500
// calls a second and takes 2 ms for each, with the ledger on the disk. The limit
// alone should cost time: time/limit is all that was taken beside what the calls
// have to take.
func BenchmarkChangedZonesAtALimit(b *testing.B) {
	const perSecond, zones = 500, 2000
	s := newStageIn(b, b.TempDir())
	s.Report = nil
	require.NoError(b, s.Run(ctx, panel(b, zones, 0)))
	s.Targets[0].Syncer.Provider = &limited{Memory: &s.Memory, turn: rate.NewLimiter(perSecond, 1),
		ask: func(ctx context.Context) error { return sleep(ctx, 2*time.Millisecond) }}
	calls := s.Calls()
	var took time.Duration
	for state := 1; b.Loop(); state++ {
		ins := slices.Collect(first(panel(b, zones, state)))
		began := time.Now()
		require.NoError(b, s.Run(ctx, each(ins...)))
		took += time.Since(began)
	}
	list, err := s.Standings(ctx, false)
	require.NoError(b, err)
	require.Empty(b, list)
	calls = s.Calls() - calls
	b.ReportMetric(float64(calls/b.N), "calls/op")
	b.ReportMetric(took.Seconds()/(float64(calls)/perSecond), "time/limit")
}

// first gives the first of each pair.
func first[A, B any](in iter.Seq2[A, B]) iter.Seq[A] {
	return func(yield func(A) bool) {
		for a := range in {
			if !yield(a) {
				return
			}
		}
	}
}
