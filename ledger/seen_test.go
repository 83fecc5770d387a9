package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestWhatIsMissingAtServersIsKnownUntilItIsThere(t *testing.T) {
	l := fresh(t)
	seen := func(missing string) []provider.Standing {
		require.NoError(t, l.Seen(ctx, "dns", example, missing))
		list, err := l.Standings(ctx, false)
		require.NoError(t, err)
		return list
	}
	assert.Empty(t, seen("served by 1 of 2 servers"), "of a zone that nobody wrote")

	_, lease := acquire(t, l)
	z := parse(t, "www 300 A 192.0.2.1")
	require.NoError(t, l.Commit(ctx, lease, &zone.Base{Wrote: z, Stored: z}, true))
	require.NoError(t, l.Release(ctx, lease))
	assert.Empty(t, seen(""))
	list := seen("served by 1 of 2 servers")
	require.Len(t, list, 1)
	assert.Equal(t, provider.Agreed, list[0].State)
	assert.Equal(t, "served by 1 of 2 servers", list[0].Missing)
	since := list[0].MissingSince
	assert.WithinDuration(t, time.Now(), since, time.Minute)

	l.Now = func() time.Time { return time.Now().Add(time.Hour) }
	list = seen("served by none")
	require.Len(t, list, 1)
	assert.Equal(t, since, list[0].MissingSince)
	assert.Equal(t, time.Hour, list[0].Seen.Sub(since).Round(time.Minute))
	assert.Empty(t, seen(""))

	seen("served by none")
	_, lease = acquire(t, l)
	require.NoError(t, l.Commit(ctx, lease, nil, true))
	list, err := l.Standings(ctx, true)
	require.NoError(t, err)
	for _, s := range list {
		assert.Empty(t, s.Missing, "of a zone that is no more")
	}
}
