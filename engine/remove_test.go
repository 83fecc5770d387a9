package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

const week = 7 * 24 * time.Hour

// tombstones is a stage on which removal waits for a week, and the time there.
func tombstones(t *testing.T) (s *stage, now *time.Time) {
	s = newStage(t)
	s.Targets[0].Delay = week
	start := time.Now()
	now = &start
	s.Ledger.Now = func() time.Time { return *now }
	require.NoError(t, s.Run(ctx, each(replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.1")))))
	assert.Equal(t, []provider.State{provider.Agreed}, s.states())
	return s, now
}

var removal = zone.Intent{Zone: "a.example.", Source: "plesk", Wish: zone.Remove{}}

func (s *stage) drain(t *testing.T) []provider.State {
	t.Helper()
	_, err := s.Drain(ctx)
	require.NoError(t, err)
	return s.states()
}

func TestARemovedZoneIsServedForAWeekAndThenDeleted(t *testing.T) {
	s, now := tombstones(t)
	require.NoError(t, s.Run(ctx, each(removal)))
	assert.Equal(t, []provider.State{provider.Tombstoned}, s.states())
	*now = now.Add(6 * 24 * time.Hour)
	require.NoError(t, s.Run(ctx, each(removal)))
	assert.Equal(t, []provider.State{provider.Tombstoned}, s.states(), "said again, it counts from the first time")
	require.NoError(t, s.Unblock(ctx, "dns"))
	assert.Empty(t, s.drain(t), "a retry is no reason to hurry")
	list, err := s.Standings(ctx, false)
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, provider.Tombstoned, list[0].State)
	assert.NotNil(t, s.Memory.Get("a.example."))

	*now = now.Add(25 * time.Hour)
	assert.Equal(t, []provider.State{provider.Agreed}, s.drain(t))
	assert.Nil(t, s.Memory.Get("a.example."))
}

func TestAZoneThatComesBackIsNeverRemoved(t *testing.T) {
	s, now := tombstones(t)
	require.NoError(t, s.Run(ctx, each(removal)))
	require.NoError(t, s.Run(ctx, each(replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.1")))))
	assert.Equal(t, []provider.State{provider.Tombstoned, provider.Agreed}, s.states())
	*now = now.Add(2 * week)
	assert.Empty(t, s.drain(t))
	assert.NotNil(t, s.Memory.Get("a.example."))
}

func TestAZoneThatGotDataOfOthersIsHeldWhenItsTimeIsOver(t *testing.T) {
	s, now := tombstones(t)
	require.NoError(t, s.Run(ctx, each(removal)))
	s.Put(zoneOf(t, "a.example.", "www 300 A 192.0.2.1\nshop 300 A 192.0.2.7"))
	*now = now.Add(2 * week)
	assert.Equal(t, []provider.State{provider.Tombstoned, provider.Held}, append(s.states(), s.drain(t)...))
	assert.Equal(t, 2, s.Memory.Get("a.example.").Len())
}

func TestAZoneThatWeDidNotMakeIsHeld(t *testing.T) {
	s := newStage(t)
	s.Put(zoneOf(t, "a.example.", "www 300 A 192.0.2.1"))
	require.NoError(t, s.Run(ctx, each(replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.1")))))
	require.NoError(t, s.Run(ctx, each(removal)))
	assert.Equal(t, []provider.State{provider.Agreed, provider.Held}, s.states())
	require.NotNil(t, s.Memory.Get("a.example."))
}

func TestARemovalCanLeaveTheZone(t *testing.T) {
	s := newStage(t)
	s.Put(zoneOf(t, "a.example.", "hand 300 A 192.0.2.7"))
	s.Targets[0].Syncer.Removal = provider.RemovalEmpty
	require.NoError(t, s.Run(ctx, each(replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.1")))))
	require.NoError(t, s.Run(ctx, each(removal)))
	assert.True(t, s.Memory.Get("a.example.").Equal(zoneOf(t, "a.example.", "hand 300 A 192.0.2.7")))
	s.Targets[0].Syncer.Removal = provider.RemovalKeep
	require.NoError(t, s.Run(ctx, each(replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.1")))))
	require.NoError(t, s.Run(ctx, each(removal)))
	assert.Equal(t, 2, s.Memory.Get("a.example.").Len())
	assert.Equal(t, []provider.State{provider.Agreed, provider.Agreed, provider.Agreed, provider.Unmanaged}, s.states())
}
