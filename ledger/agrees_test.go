package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// TestAnAgreementIsAsOldAsTheLastLookAtAllOfTheZone: what was done without it makes
// it no younger.
func TestAnAgreementIsAsOldAsTheLastLookAtAllOfTheZone(t *testing.T) {
	l := fresh(t)
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	l.Now = func() time.Time { return now }
	agrees := func(policy string, within time.Duration) bool {
		yes, err := l.Agrees(ctx, "dns", example, policy, within)
		require.NoError(t, err)
		return yes
	}
	wish := func(text string, r provider.Result, again bool) provider.Acceptance {
		e := entry(example, zone.Replace{Zone: parse(t, text)})
		e.Fresh = time.Hour
		how := accept(t, l, e)[0]
		if how == provider.Unchanged {
			return how
		}
		held, lease := acquire(t, l)
		ins, err := l.Owed(held, "dns", example)
		require.NoError(t, err)
		require.NoError(t, l.Settle(held, lease, provider.Account{UpTo: ins[0].Order, Wish: ins[0].Wish, Result: r, Again: again}))
		require.NoError(t, l.Release(held, lease))
		return how
	}
	assert.False(t, agrees("", time.Hour), "nothing is known")
	wish("www 300 A 192.0.2.1", provider.Result{}, false)
	assert.True(t, agrees("", time.Hour))
	assert.False(t, agrees("other", time.Hour))
	assert.False(t, agrees("", -1), "who asks to look again")

	now = now.Add(40 * time.Minute)
	wish("www 300 A 192.0.2.2", provider.Result{Partly: true}, false)
	assert.Equal(t, provider.Unchanged, wish("www 300 A 192.0.2.2", provider.Result{}, false))
	now = now.Add(30 * time.Minute)
	assert.False(t, agrees("", time.Hour), "the zone was seen whole more than an hour ago")
	assert.Equal(t, provider.Accepted, wish("www 300 A 192.0.2.2", provider.Result{}, false))
	assert.True(t, agrees("", time.Hour))

	wish("www 300 A 192.0.2.3", provider.Result{State: provider.Blocked}, false)
	assert.False(t, agrees("", time.Hour), "it is known not to")
	wish("www 300 A 192.0.2.3", provider.Result{}, false)
	assert.True(t, agrees("", time.Hour))
}
