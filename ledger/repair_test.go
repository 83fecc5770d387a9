package ledger_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/zone"
)

// passed lets time go by between two leases.
func passed(t *testing.T, l *ledger.Ledger, now *time.Time, d time.Duration, lease string) (context.Context, string) {
	t.Helper()
	require.NoError(t, l.Release(ctx, lease))
	*now = now.Add(d)
	return acquire(t, l)
}

func TestTheBaseTellsHowOftenASetWasPutBackInADay(t *testing.T) {
	l := fresh(t)
	now := time.Unix(1_800_000_000, 0)
	l.Now = func() time.Time { return now }
	_, lease := acquire(t, l)
	base := &zone.Base{Wrote: parse(t, "www 300 A 192.0.2.1"), Stored: parse(t, "www 300 A 192.0.2.1")}
	www, mx := zone.Key{Name: "www.example.com.", Type: zone.A}, zone.Key{Name: example, Type: zone.MX}
	commit(t, l, lease, base, true, www)
	_, lease = passed(t, l, &now, 20*time.Hour, lease)
	commit(t, l, lease, base, true, www, mx)
	commit(t, l, lease, base, true)
	got, err := l.Base(ctx, "dns", example)
	require.NoError(t, err)
	assert.Equal(t, map[zone.Key]int{www: 2, mx: 1}, got.Repaired)
	_, lease = passed(t, l, &now, 5*time.Hour, lease)
	got, err = l.Base(ctx, "dns", example)
	require.NoError(t, err)
	assert.Equal(t, map[zone.Key]int{www: 1, mx: 1}, got.Repaired)
	_, lease = passed(t, l, &now, 20*time.Hour, lease)
	got, err = l.Base(ctx, "dns", example)
	require.NoError(t, err)
	assert.Empty(t, got.Repaired)
	require.NoError(t, l.Release(ctx, lease))
}
