package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/ledger"
)

func TestALedgerKnowsWhoIsAlive(t *testing.T) {
	l := fresh(t)
	at, err := l.Heartbeat(ctx, "run")
	require.NoError(t, err)
	assert.Zero(t, at)
	require.NoError(t, l.Beat(ctx, "run"))
	at, err = l.Heartbeat(ctx, "run")
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), at, time.Minute)
}

func TestALedgerKnowsWhichTargetsAreLeftAlone(t *testing.T) {
	l := fresh(t)
	_, err := l.Failed(ctx, "slow", "no answer")
	require.NoError(t, err)
	require.NoError(t, l.Block(ctx, "locked", "", "403"))
	list, err := l.Breaks(ctx)
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.WithinDuration(t, time.Now(), list[0].Since, time.Minute)
	list[0].Since = time.Time{}
	assert.Equal(t, []ledger.Break{{Target: "locked", Blocked: true, Reason: "403"}}, list)
	require.NoError(t, l.Unblock(ctx, "locked"))
	list, err = l.Breaks(ctx)
	require.NoError(t, err)
	assert.Empty(t, list)
}

func TestABlockIsLiftedByOtherCredentials(t *testing.T) {
	l := fresh(t)
	blocked := func(secrets string) bool {
		require.NoError(t, l.Renewed(ctx, "dns", secrets))
		list, err := l.Breaks(ctx)
		require.NoError(t, err)
		return len(list) > 0
	}
	assert.False(t, blocked("one"), "nothing to lift")
	require.NoError(t, l.Block(ctx, "dns", "one", "403"))
	assert.True(t, blocked("one"))
	assert.True(t, blocked(""), "who knows of no credentials cannot tell")
	assert.False(t, blocked("two"))
	require.NoError(t, l.Block(ctx, "dns", "", "403"))
	assert.True(t, blocked("two"), "nobody knows what it was blocked with")
}
