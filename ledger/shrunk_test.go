package ledger_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/zone"
)

func TestZonesThatGetSmallerAreCountedForADay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	l, second := open(t, path), open(t, path)
	for _, l := range []*ledger.Ledger{l, second} {
		l.Now = func() time.Time { return now }
	}
	shrink := func(l *ledger.Ledger, target string, n, most int) (others, zones int) {
		held, lease, err := l.Acquire(t.Context(), target, zone.Name(fmt.Sprintf("z%d.example.", n)))
		require.NoError(t, err)
		others, zones, err = l.Shrink(held, lease, func(zones int) int { return most })
		require.NoError(t, err)
		require.NoError(t, l.Release(held, lease))
		return others, zones
	}
	for n := range 3 {
		others, _ := shrink(l, "dns", n, 3)
		assert.Equal(t, n, others)
	}
	others, _ := shrink(second, "dns", 9, 3)
	assert.Equal(t, 3, others, "another process counts with it")
	others, _ = shrink(l, "dns", 9, 4)
	assert.Equal(t, 3, others, "who was not let through does not count")
	others, _ = shrink(l, "dns", 0, 9)
	assert.Equal(t, 3, others, "each once, and not itself")
	others, _ = shrink(l, "another", 0, 3)
	assert.Zero(t, others)

	now = now.Add(23 * time.Hour)
	others, _ = shrink(l, "dns", 1, 4)
	assert.Equal(t, 3, others)
	now = now.Add(2 * time.Hour)
	others, _ = shrink(l, "dns", 2, 1)
	assert.Equal(t, 1, others, "the one that got smaller again")
}
