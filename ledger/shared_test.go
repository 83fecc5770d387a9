package ledger_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/ledger"
)

func TestWhatADriverKeepsIsItsTargetsAlone(t *testing.T) {
	l := fresh(t)
	dns, other := l.Shared("dns", "us"), l.Shared("other", "us")
	require.NoError(t, dns.Keep(ctx, "zone example.com.", "Z1"))
	require.NoError(t, dns.Keep(ctx, "zone example.com.", "Z2"))
	value, err := dns.Recall(ctx, "zone example.com.")
	require.NoError(t, err)
	assert.Equal(t, "Z2", value)
	value, err = other.Recall(ctx, "zone example.com.")
	require.NoError(t, err)
	assert.Empty(t, value)
	require.NoError(t, dns.Keep(ctx, "zone example.com.", ""))
	value, err = dns.Recall(ctx, "zone example.com.")
	require.NoError(t, err)
	assert.Empty(t, value)
}

func TestProcessesDrawFromOneBucket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	now := time.Unix(1_800_000_000, 0)
	one, two := open(t, path), open(t, path)
	one.Now = func() time.Time { return now }
	two.Now = one.Now
	var waits []time.Duration
	take := func(bucket string) {
		for _, l := range []*ledger.Ledger{one, two} {
			wait, err := l.Shared("dns", "us").Take(ctx, bucket, 10, 3)
			require.NoError(t, err)
			waits = append(waits, wait.Round(time.Millisecond))
		}
	}
	take("account")
	take("account")
	take("account")
	assert.Equal(t, []time.Duration{0, 0, 0, 100e6, 200e6, 300e6}, waits, "three at once, then ten a second")
	waits, now = nil, now.Add(time.Minute)
	take("account")
	take("other")
	assert.Equal(t, []time.Duration{0, 0, 0, 0}, waits, "it is no fuller than full, and each for itself")
}
