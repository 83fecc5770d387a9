package provider_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// writes counts the writes of a stage.
func writes(s *stage) *int {
	n := 0
	s.Fault = func(step string, _ provider.Point) error {
		if step == "write" {
			n++
		}
		return nil
	}
	return &n
}

func TestAHabitOfTheServiceIsLearnt(t *testing.T) {
	s := newStage(t, "")
	s.Keeps = func(set zone.RRset) zone.RRset { set.TTL = 900; return set }
	n := writes(s)
	says(t, s.sync("www 300 A 192.0.2.1"), provider.Agreed, "+ zone example.com.", "+ www.example.com. 300 A 192.0.2.1",
		`note: www.example.com. A: the service keeps it as "www.example.com.\t900\tIN\tA\t192.0.2.1"`)
	assert.Equal(t, 2, *n, "once, and once more to be sure")
	says(t, s.sync("www 300 A 192.0.2.1"), provider.Agreed)
	assert.Equal(t, 2, *n, "from then on nothing")
	says(t, s.sync("www 300 A 192.0.2.2"), provider.Agreed, "- www.example.com. 900 A 192.0.2.1", "+ www.example.com. 300 A 192.0.2.2",
		`note: www.example.com. A: the service keeps it as "www.example.com.\t900\tIN\tA\t192.0.2.2"`)
}

func TestAYesIsNoProof(t *testing.T) {
	s := newStage(t, "www 300 A 192.0.2.1")
	s.Rules = zone.Mirror()
	s.Keeps = func(set zone.RRset) zone.RRset { // it keeps what it had
		if old, ok := parse(t, "www 300 A 192.0.2.1").Get(set.Key); ok {
			return old
		}
		return set
	}
	says(t, s.sync("www 300 A 192.0.2.2\nb 300 A 192.0.2.3"), provider.Blocked,
		"+ b.example.com. 300 A 192.0.2.3", "- www.example.com. 300 A 192.0.2.1", "+ www.example.com. 300 A 192.0.2.2",
		"blocked: www.example.com. A: the service said yes and did not do it")
	s.has("www 300 A 192.0.2.1\nb 300 A 192.0.2.3")
}

func TestAServiceThatLosesValuesIsNotLearnt(t *testing.T) {
	s := newStage(t, "")
	s.Keeps = func(set zone.RRset) zone.RRset { set.Data = set.Data[len(set.Data)-1:]; return set }
	res := s.sync("www 300 A 192.0.2.1\nwww 300 A 192.0.2.2")
	assert.Equal(t, provider.Blocked, res.State)
	assert.Contains(t, res.String(), "the service said yes and keeps only")
	res = s.sync("www 300 A 192.0.2.1\nwww 300 A 192.0.2.2")
	assert.NotZero(t, res.State.ExitCode(), "nor does it look right the next time")
}

func TestAServiceThatNeverHoldsStillIsGivenUp(t *testing.T) {
	s := newStage(t, "")
	ttl := uint32(1000)
	s.Keeps = func(set zone.RRset) zone.RRset { ttl++; set.TTL = ttl; return set }
	n := writes(s)
	res := s.sync("www 300 A 192.0.2.1")
	assert.Equal(t, provider.Blocked, res.State)
	assert.Contains(t, res.String(), "blocked: www.example.com. A: still differs after 3 plans")
	assert.Equal(t, 3, *n)
}

func TestWhatSomebodyElseWroteMeanwhileIsNotOverwritten(t *testing.T) {
	s := newStage(t, "www 300 A 192.0.2.1\nb 300 A 192.0.2.1")
	s.Rules.Adopt = zone.AdoptTake
	times := 0
	s.Fault = func(step string, at provider.Point) error {
		if step == "write" && at.Change.Key().Name == "www.example.com." && times == 0 {
			times++
			s.Put(s.Get(example).Apply(zone.Plan{Changes: []zone.Change{{New: set("www.example.com.", zone.A, 300, "192.0.2.77")}}}))
		}
		return nil
	}
	res := s.sync("www 300 A 192.0.2.2\nb 300 A 192.0.2.2")
	assert.Equal(t, provider.Agreed, res.State, res)
	assert.Equal(t, "- www.example.com. 300 A 192.0.2.77\n+ www.example.com. 300 A 192.0.2.2\n", res.Plan.String(), "it was decided anew with what is there")
	s.has("www 300 A 192.0.2.2\nb 300 A 192.0.2.2")

	i := byte(100)
	s.Fault = func(step string, at provider.Point) error {
		if step == "write" {
			i++
			s.Put(s.Get(example).Apply(zone.Plan{Changes: []zone.Change{{New: set("www.example.com.", zone.A, 300, "192.0.2."+string('0'+i%10))}}}))
		}
		return nil
	}
	res = s.sync("www 300 A 192.0.2.250\nb 300 A 192.0.2.2")
	assert.Equal(t, provider.Blocked, res.State)
	assert.Contains(t, res.String(), "somebody else keeps writing to this zone: given up after 3 plans")
}

func TestARefusedChangeDoesNotStopTheOthers(t *testing.T) {
	s := newStage(t, "")
	s.Fault = func(step string, at provider.Point) error {
		if step == "write" && at.Change.Key().Name == "bad.example.com." {
			return &provider.ServiceError{Kind: provider.KindRefused, Code: "InvalidInput", RequestID: "r1", Err: errors.New("no such thing")}
		}
		return nil
	}
	says(t, s.sync("a 300 A 192.0.2.1\nbad 300 A 192.0.2.2\nc 300 A 192.0.2.3"), provider.Blocked,
		"+ zone example.com.", "+ a.example.com. 300 A 192.0.2.1", "+ bad.example.com. 300 A 192.0.2.2", "+ c.example.com. 300 A 192.0.2.3",
		"blocked: bad.example.com. A: the service does not take it: refused (InvalidInput): no such thing [request r1]")
	s.has("a 300 A 192.0.2.1\nc 300 A 192.0.2.3")
}

func TestALostAnswerIsSettledByReading(t *testing.T) {
	s := newStage(t, "")
	s.Lose = func(step string, at provider.Point) error {
		if step == "write" {
			return errors.New("connection reset")
		}
		return nil
	}
	res, err := s.Sync(context.Background(), replace(parse(t, "a 300 A 192.0.2.1\nb 300 A 192.0.2.2")))
	assert.ErrorContains(t, err, "connection reset; no answer to changes [0]")
	assert.Equal(t, provider.Failed, res.State)
	s.Lose = nil
	says(t, s.sync("a 300 A 192.0.2.1\nb 300 A 192.0.2.2"), provider.Agreed, "+ b.example.com. 300 A 192.0.2.2")
	says(t, s.sync("b 300 A 192.0.2.2"), provider.Agreed, "- a.example.com. 300 A 192.0.2.1")
}

func TestAnErrorInTheMiddleLosesNothing(t *testing.T) {
	for after := range 4 {
		s := newStage(t, "old 300 A 192.0.2.9")
		s.sync("old 300 A 192.0.2.9\nx 300 TXT ours")
		left := after
		s.Fault = func(step string, at provider.Point) error {
			if step == "write" {
				if left--; left < 0 {
					return &provider.ServiceError{Kind: provider.KindThrottled, Err: errors.New("slow down")}
				}
			}
			return nil
		}
		_, err := s.Sync(context.Background(), replace(parse(t, "a 300 A 192.0.2.1\nb 300 A 192.0.2.2\nx 300 TXT new")))
		require.Error(t, err)
		assert.Equal(t, provider.KindThrottled, provider.KindOf(err))
		s.Fault = nil
		require.Equal(t, provider.Agreed, s.sync("a 300 A 192.0.2.1\nb 300 A 192.0.2.2\nx 300 TXT new").State)
		s.has("a 300 A 192.0.2.1\nb 300 A 192.0.2.2\nx 300 TXT new")
	}
}

func TestAReadThatFailsWritesNothing(t *testing.T) {
	s := newStage(t, "www 300 A 192.0.2.9")
	s.Rules = zone.Mirror()
	s.Fault = func(step string, _ provider.Point) error { return errors.New(step + " failed") }
	_, err := s.Sync(context.Background(), replace(parse(t, "www 300 A 192.0.2.1")))
	assert.EqualError(t, err, "zone example.com.: read failed")
	_, err = s.Sync(context.Background(), zone.Intent{Zone: example, Wish: zone.Remove{}})
	assert.EqualError(t, err, "zone example.com.: read failed")
	s.has("www 300 A 192.0.2.9")
}
