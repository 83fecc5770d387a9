package engine_test

import (
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/testbed"
	"github.com/zonecast/zonecast/zone"
)

// panel gives zones as a panel has them, 15 records each.
func panel(b testing.TB, n int) iter.Seq2[zone.Intent, error] {
	return func(yield func(zone.Intent, error) bool) {
		for i := range n {
			name := zone.Name(fmt.Sprintf("d%d.example.", i))
			z, err := zone.Parse(name, testbed.Panel)
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
	require.NoError(b, s.Run(ctx, panel(b, 10_000)))
	calls := s.Calls()
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, s.Run(ctx, panel(b, 10_000)))
	}
	require.Equal(b, calls, s.Calls())
}

// BenchmarkNewZones brings 1,000 zones to a target in memory.
func BenchmarkNewZones(b *testing.B) {
	for b.Loop() {
		s := newStage(b)
		s.Report = nil
		require.NoError(b, s.Run(ctx, panel(b, 1000)))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "µs/zone")
}
