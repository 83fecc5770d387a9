package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// ownServers gives a name server that nobody else has, as Route 53 does: a zone that
// is made again has others than before.
func ownServers() func() []zone.Name {
	var made atomic.Int64
	return func() []zone.Name { return []zone.Name{zone.Name(fmt.Sprintf("ns-%d.service.example.", made.Add(1)))} }
}

// household is a stage with a zone and one below it, at a service with name servers
// for each, where the one above may never name a server that is not there. later,
// everything works.
func household(t *testing.T) (s *stage, later func()) {
	s = newStage(t)
	now := time.Now()
	s.Ledger.Now = func() time.Time { return now }
	s.Memory.OwnServers = ownServers()
	s.Memory.Lose = func(string, provider.Point) error {
		named, _ := s.Memory.Get("example.").Get(zone.Key{Name: "sub.example.", Type: zone.NS})
		has, _ := s.Memory.Get("sub.example.").Get(zone.Key{Name: "sub.example.", Type: zone.NS})
		for _, server := range named.Data {
			assert.True(t, server == "ns.plesk.example." || slices.Contains(has.Data, server), "lame: %s", server)
		}
		return nil
	}
	return s, func() {
		now = now.Add(2 * time.Hour)
		s.Memory.Fault = nil
	}
}

func above(t *testing.T, more string) zone.Intent {
	return replace(zoneOf(t, "example.", "www 300 A 192.0.2.1\n"+more))
}

func below(t *testing.T) zone.Intent {
	return replace(zoneOf(t, "sub.example.", "@ 300 A 192.0.2.5\nwww 300 A 192.0.2.6"))
}

var belowIsGone = zone.Intent{Zone: "sub.example.", Source: "plesk", Wish: zone.Remove{}}

// servers of the zone below, as the one above has them.
func (s *stage) servers() []string {
	set, _ := s.Memory.Get("example.").Get(zone.Key{Name: "sub.example.", Type: zone.NS})
	return set.Data
}

func TestAZoneBelowIsThereBeforeTheOneAboveDelegatesToIt(t *testing.T) {
	s, _ := household(t)
	require.NoError(t, s.Run(ctx, each(above(t, "sub 300 A 192.0.2.5\nwww.sub 300 A 192.0.2.6"))))
	assert.Equal(t, []provider.State{provider.Agreed}, s.states())

	// Plesk moves the subdomain into a zone of its own. What it says of servers is not
	// how things are here.
	require.NoError(t, s.Run(ctx, each(above(t, "sub 300 NS ns.plesk.example."), below(t))))
	assert.Equal(t, []provider.State{provider.Agreed, provider.Agreed}, s.states())
	assert.Equal(t, []string{"ns-2.service.example."}, s.servers())

	// The next wish for the one above does not change that, and costs what it costs
	// without a zone below.
	calls := s.Calls()
	require.NoError(t, s.Run(ctx, each(above(t, "mail 300 A 192.0.2.9\nsub 300 NS ns.plesk.example."))))
	assert.Equal(t, []provider.State{provider.Agreed}, s.states())
	assert.Equal(t, 3, s.Calls()-calls, "read, written, read back")
	assert.Equal(t, []string{"ns-2.service.example."}, s.servers())
	require.NoError(t, s.Run(ctx, each(above(t, "mail 300 A 192.0.2.9\nsub 300 NS ns.plesk.example."), below(t))))
	assert.Equal(t, 3, s.Calls()-calls, "agreement needs no call")
}

func TestAZoneBelowAloneMakesTheOneAboveDelegate(t *testing.T) {
	s, _ := household(t)
	require.NoError(t, s.Run(ctx, each(above(t, ""))))
	require.NoError(t, s.Run(ctx, each(below(t))))
	assert.Equal(t, []provider.State{provider.Agreed, provider.Agreed, provider.Agreed}, s.states())
	assert.Equal(t, []string{"ns-2.service.example."}, s.servers())
}

func TestAZoneBelowGoesWhenNobodyDelegatesToItAnyMore(t *testing.T) {
	s, _ := household(t)
	require.NoError(t, s.Run(ctx, each(above(t, ""), below(t))))
	s.states()
	require.NoError(t, s.Run(ctx, each(belowIsGone)))
	require.Len(t, s.results, 2)
	assert.Equal(t, zone.Name("example."), s.results[0].Zone, "the one above stops first")
	assert.Equal(t, []provider.State{provider.Agreed, provider.Agreed}, s.states())
	assert.Nil(t, s.Memory.Get("sub.example."))
	assert.Empty(t, s.servers())
}

func TestARemovalWaitsForTheZoneAbove(t *testing.T) {
	s, later := household(t)
	require.NoError(t, s.Run(ctx, each(above(t, ""), below(t))))
	s.states()
	s.Memory.Fault = func(step string, at provider.Point) error {
		if step == "write" && at.Zone == "example." {
			return errors.New("out of order")
		}
		return nil
	}
	require.NoError(t, s.Run(ctx, each(belowIsGone)))
	assert.Equal(t, []provider.State{provider.Owed, provider.Owed}, s.states())
	assert.NotNil(t, s.Memory.Get("sub.example."))
	later()
	s.drain(t)
	assert.Nil(t, s.Memory.Get("sub.example."))
	assert.Empty(t, s.servers())
}

func TestTheZoneAboveKeepsWhatItHasUntilTheOneBelowIsThere(t *testing.T) {
	s, later := household(t)
	require.NoError(t, s.Run(ctx, each(above(t, "sub 300 A 192.0.2.5\nwww.sub 300 A 192.0.2.6"))))
	s.states()
	s.Memory.Fault = func(step string, at provider.Point) error {
		if at.Zone == "sub.example." && step == "create" {
			return errors.New("too many zones")
		}
		return nil
	}
	require.NoError(t, s.Run(ctx, each(above(t, "mail 300 A 192.0.2.9\nsub 300 NS ns.plesk.example."), below(t))))
	assert.Equal(t, []provider.State{provider.Owed, provider.Owed}, s.states())
	live := s.Memory.Get("example.")
	assert.True(t, live.Only(func(r zone.RRset) bool { return r.Type == zone.A }).Equal(
		zoneOf(t, "example.", "www 300 A 192.0.2.1\nmail 300 A 192.0.2.9\nsub 300 A 192.0.2.5\nwww.sub 300 A 192.0.2.6")), "%s", live)
	assert.Empty(t, s.servers())

	later()
	assert.Equal(t, []provider.State{provider.Agreed, provider.Agreed}, s.drain(t))
	assert.Equal(t, []string{"ns-3.service.example."}, s.servers())
	_, is := s.Memory.Get("example.").Get(zone.Key{Name: "www.sub.example.", Type: zone.A})
	assert.False(t, is)
}

// A laggard shows a zone once as it was before.
type laggard struct {
	*provider.Memory
	past *zone.Zone
}

func (l *laggard) Zone(ctx context.Context, name zone.Name) (*zone.Zone, error) {
	z, err := l.Memory.Zone(ctx, name)
	if err == nil && l.past != nil && l.past.Name() == name {
		z, l.past = l.past, nil
	}
	return z, err
}

func TestServersOfAZoneThatWasThereBeforeAreNotBelieved(t *testing.T) {
	s, later := household(t)
	service := &laggard{Memory: &s.Memory}
	s.Targets[0].Syncer.Provider = service
	require.NoError(t, s.Run(ctx, each(above(t, ""), below(t))))
	past := s.Memory.Get("sub.example.")
	require.NoError(t, s.Run(ctx, each(belowIsGone)))
	require.Nil(t, s.Memory.Get("sub.example."))
	s.states()
	service.past = past
	require.NoError(t, s.Run(ctx, each(below(t))))
	assert.Equal(t, []provider.State{provider.Owed}, s.states())
	assert.Empty(t, s.servers())
	later()
	s.drain(t)
	assert.Equal(t, []string{"ns-3.service.example."}, s.servers())
}

func TestADelegationIsOwedWhenAProcessEndsBetweenTheTwoZones(t *testing.T) {
	s, _ := household(t)
	require.NoError(t, s.Run(ctx, each(above(t, "sub 300 A 192.0.2.5"))))
	s.states()
	ctx, kill := context.WithCancel(ctx)
	report := s.Engine.Report
	s.Engine.Report = func(r provider.Result) {
		report(r)
		kill()
	}
	require.NoError(t, s.Run(ctx, each(above(t, ""), below(t))))
	assert.Equal(t, []provider.State{provider.Agreed, provider.Owed}, s.states(), "the one below is there")
	_, is := s.Memory.Get("example.").Get(zone.Key{Name: "sub.example.", Type: zone.A})
	assert.True(t, is, "and the one above still has what it had")
	assert.Equal(t, []provider.State{provider.Agreed}, s.drain(t))
	assert.Equal(t, []string{"ns-2.service.example."}, s.servers())
}
