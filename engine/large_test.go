package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

// large is a zone of so many records, of which one says the state.
func large(b testing.TB, records, state int) *zone.Zone {
	var text strings.Builder
	text.WriteString("@ 300 NS ns.example.net.\n")
	for i := range records - 1 {
		at := state
		if i > 0 {
			at = 0
		}
		fmt.Fprintf(&text, "h%d 300 A 10.%d.%d.%d\n", i, at%256, i/256%256, i%256)
	}
	return zoneOf(b, "large.example.", text.String())
}

// BenchmarkOneChangeInALargeZone changes one of 100,000 records, again and again,
// with the ledger on the disk and the target in memory.
func BenchmarkOneChangeInALargeZone(b *testing.B) {
	for name, exact := range map[string]bool{"read whole": false, "as known": true} {
		b.Run(name, func(b *testing.B) {
			s := newStageIn(b, b.TempDir())
			s.Report, s.Can.Exact = nil, exact
			if !exact {
				s.Refresh = -1
			}
			want := []zone.Intent{replace(large(b, 100_000, 0)), replace(large(b, 100_000, 1))}
			s.Put(want[0].Wish.(zone.Replace).Zone)
			require.NoError(b, s.Run(ctx, each(want[0])))
			i := 0
			for b.Loop() {
				i++
				require.NoError(b, s.Run(ctx, each(want[i%2])))
			}
			require.True(b, s.Get("large.example.").Equal(want[i%2].Wish.(zone.Replace).Zone))
		})
	}
}
