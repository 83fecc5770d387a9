package engine_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

var ctx = context.Background()

var _ engine.Ledger = (*ledger.Ledger)(nil)

// shm is a folder in memory where there is one.
func shm(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "ledger")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func open(t testing.TB, path string) *ledger.Ledger {
	t.Helper()
	db, err := sql.Open("sqlite", ledger.SQLite.Source(path))
	require.NoError(t, err)
	l, err := ledger.Open(ctx, db, ledger.SQLite)
	require.NoError(t, err)
	return l
}

// stage is an engine with one target in memory.
type stage struct {
	engine.Engine
	provider.Memory
	*ledger.Ledger
	results []provider.Result
}

func newStage(t testing.TB) *stage { return newStageIn(t, shm(t)) }

func newStageIn(t testing.TB, dir string) *stage {
	s := &stage{Ledger: open(t, filepath.Join(dir, "ledger.db"))}
	t.Cleanup(func() { s.Ledger.Close() })
	s.Engine = engine.Engine{
		Ledger:  s.Ledger,
		Report:  func(r provider.Result) { s.results = append(s.results, r) },
		Targets: []engine.Target{{Syncer: provider.Syncer{Target: "dns", Provider: &s.Memory}}},
	}
	return s
}

func zoneOf(t testing.TB, name zone.Name, text string) *zone.Zone {
	t.Helper()
	z, err := zone.Parse(name, text)
	require.NoError(t, err)
	return z
}

func each(ins ...zone.Intent) iter.Seq2[zone.Intent, error] {
	return func(yield func(zone.Intent, error) bool) {
		for _, in := range ins {
			if !yield(in, nil) {
				return
			}
		}
	}
}

func replace(z *zone.Zone) zone.Intent {
	return zone.Intent{Zone: z.Name(), Source: "plesk", Wish: zone.Replace{Zone: z}}
}

func (s *stage) states() (out []provider.State) {
	for _, r := range s.results {
		out = append(out, r.State)
	}
	s.results = nil
	return out
}

func TestARunBringsTheTargetInLineAndThenCostsNothing(t *testing.T) {
	s := newStage(t)
	a, b := zoneOf(t, "a.example.", "www 300 A 192.0.2.1"), zoneOf(t, "b.example.", "www 300 A 192.0.2.2")
	require.NoError(t, s.Run(ctx, each(replace(a), replace(b))))
	assert.Equal(t, []provider.State{provider.Agreed, provider.Agreed}, s.states())
	assert.True(t, s.Memory.Get("a.example.").Equal(a))
	assert.True(t, s.Memory.Get("b.example.").Equal(b))
	calls := s.Calls()
	require.NoError(t, s.Run(ctx, each(replace(a), replace(b))))
	assert.Equal(t, []provider.State{provider.Agreed, provider.Agreed}, s.states())
	assert.Equal(t, calls, s.Calls(), "agreement needs no call")
}

func TestABurstEndsAsOneSyncOfTheNewestState(t *testing.T) {
	s := newStage(t)
	var ins []zone.Intent
	for i := range 50 {
		ins = append(ins, replace(zoneOf(t, "a.example.", fmt.Sprintf("www 300 A 192.0.2.%d", i))))
	}
	require.NoError(t, s.Run(ctx, each(ins...)))
	assert.Equal(t, []provider.State{provider.Agreed}, s.states())
	assert.True(t, s.Memory.Get("a.example.").Equal(ins[49].Wish.(zone.Replace).Zone))
}

func TestThePatchesOfAReverseZoneAreOne(t *testing.T) {
	s := newStage(t)
	s.Put(zoneOf(t, "2.0.192.in-addr.arpa.", "@ 300 NS ns1.example.net.\n7 300 PTR keep.example."))
	var ins []zone.Intent
	for i := range 256 {
		name := zone.Name(fmt.Sprintf("%d.2.0.192.in-addr.arpa.", i))
		r := []zone.Record{{Name: name, Type: zone.PTR, TTL: 300, Data: "host.example."}}
		ins = append(ins, zone.Intent{Zone: name, Source: "plesk", Wish: zone.Patch{Add: r}})
		if i%2 == 0 {
			ins = append(ins, zone.Intent{Zone: name, Source: "plesk", Wish: zone.Patch{Drop: r}})
		}
	}
	require.NoError(t, s.Run(ctx, each(ins...)))
	require.Len(t, s.results, 1)
	assert.Len(t, s.results[0].Plan.Changes, 127, "one address has a name")
	assert.Equal(t, 129, s.Memory.Get("2.0.192.in-addr.arpa.").Len())
}

// A delayed service shows some zone as it was, and takes what it is given whatever
// is there.
type delayed struct {
	*provider.Memory
	past *zone.Zone // nil: it does not
}

func (d *delayed) Zone(ctx context.Context, name zone.Name) (*zone.Zone, error) {
	if d.past != nil && name == d.past.Name() {
		return d.past, nil
	}
	return d.Memory.Zone(ctx, name)
}

func (d *delayed) Apply(ctx context.Context, plan zone.Plan) error {
	return d.Memory.Apply(ctx, blindly(plan, d.Memory.Get(plan.Zone)))
}

func TestAPatchWaitsAsLongAsTheTargetShowsThePast(t *testing.T) {
	s := newStage(t)
	now := time.Now()
	s.Ledger.Now = func() time.Time { return now }
	before := zoneOf(t, reverse, "@ 300 NS ns1.example.net.")
	s.Put(before)
	service := &delayed{Memory: &s.Memory}
	s.Targets[0].Syncer.Provider, s.Targets[0].Syncer.Reverse = service, provider.Reverse{PTR: provider.PTRAdd}
	add := func(host string) zone.Intent {
		r := zone.Record{Name: "7." + reverse, Type: zone.PTR, TTL: 300, Data: host}
		return zone.Intent{Zone: r.Name, Source: "plesk", Wish: zone.Patch{Add: []zone.Record{r}}}
	}
	require.NoError(t, s.Run(ctx, each(add("one.example."))))
	service.past = before
	require.NoError(t, s.Run(ctx, each(add("two.example."))))
	assert.Equal(t, []provider.State{provider.Agreed, provider.Owed}, s.states())
	service.past = nil
	now = now.Add(2 * time.Minute)
	_, err := s.Drain(ctx)
	require.NoError(t, err)
	assert.Equal(t, []provider.State{provider.Agreed}, s.states())
	assert.True(t, s.Memory.Get(reverse).Equal(zoneOf(t, reverse, "@ 300 NS ns1.example.net.\n7 300 PTR one.example.\n7 300 PTR two.example.")))
}

func TestWhatFailsIsOwedAndDoneLater(t *testing.T) {
	s := newStage(t)
	now := time.Now()
	s.Ledger.Now = func() time.Time { return now }
	s.Fault = func(step string, _ provider.Point) error {
		if step == "write" {
			return &provider.ServiceError{Kind: provider.KindTransient, Err: errors.New("no answer")}
		}
		return nil
	}
	s.Put(zoneOf(t, "a.example.", "www 300 A 192.0.2.1\nforeign 300 TXT x"))
	want := zoneOf(t, "a.example.", "www 300 A 192.0.2.1\nnew 300 A 192.0.2.9")
	require.NoError(t, s.Run(ctx, each(replace(want))))
	assert.Equal(t, []provider.State{provider.Owed}, s.states())
	s.Fault = nil
	next, err := s.Drain(ctx)
	require.NoError(t, err)
	assert.Empty(t, s.states(), "not before its time")
	assert.InDelta(t, 30*time.Second, next, float64(12*time.Second))
	now = now.Add(time.Minute)
	next, err = s.Drain(ctx)
	require.NoError(t, err)
	assert.Zero(t, next)
	assert.Equal(t, []provider.State{provider.Agreed}, s.states())
	assert.Equal(t, 3, s.Memory.Get("a.example.").Len())
}

func TestATargetThatDoesNotAnswerIsLeftAloneForAWhile(t *testing.T) {
	s := newStage(t)
	s.Fault = func(string, provider.Point) error { return errors.New("no answer") }
	var ins []zone.Intent
	for i := range 40 {
		ins = append(ins, replace(zoneOf(t, zone.Name(fmt.Sprintf("z%d.example.", i)), "www 300 A 192.0.2.1")))
	}
	s.Targets[0].Parallel = 1
	require.NoError(t, s.Run(ctx, each(ins...)))
	assert.Len(t, s.states(), 40)
	assert.Equal(t, 5, s.Calls(), "after five failures in a row it is not asked")
	list, err := s.Standings(ctx, false)
	require.NoError(t, err)
	assert.Len(t, list, 40)
}

func TestATargetThatRefusesWhatItIsAskedForIsThere(t *testing.T) {
	s := newStage(t)
	now := time.Now()
	s.Ledger.Now = func() time.Time { return now }
	s.Fault = func(string, provider.Point) error { return errors.New("no answer") }
	for i := range 5 {
		require.NoError(t, s.Run(ctx, each(replace(zoneOf(t, zone.Name(fmt.Sprintf("z%d.example.", i)), "www 300 A 192.0.2.1")))))
	}
	breaks, err := s.Breaks(ctx)
	require.NoError(t, err)
	require.Len(t, breaks, 1)
	s.Fault = func(step string, _ provider.Point) error {
		if step == "create" {
			return &provider.ServiceError{Kind: provider.KindRefused, Err: errors.New("not with this account")}
		}
		return nil
	}
	now = now.Add(time.Minute)
	_, err = s.Drain(ctx)
	require.NoError(t, err)
	breaks, err = s.Breaks(ctx)
	require.NoError(t, err)
	assert.Empty(t, breaks)
}

func TestWrongCredentialsBlockTheTarget(t *testing.T) {
	s := newStage(t)
	tries := 0
	s.Fault = func(string, provider.Point) error {
		tries++
		return &provider.ServiceError{Kind: provider.KindAuth, Code: "403"}
	}
	want := replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.1"))
	require.NoError(t, s.Run(ctx, each(want)))
	require.NoError(t, s.Run(ctx, each(want)))
	assert.Equal(t, 1, tries)
	s.Fault = nil
	require.NoError(t, s.Unblock(ctx, "dns"))
	_, err := s.Drain(ctx)
	require.NoError(t, err)
	assert.Equal(t, []provider.State{provider.Owed, provider.Owed, provider.Agreed}, s.states())
}

func TestOtherCredentialsLiftABlock(t *testing.T) {
	s := newStage(t)
	s.Targets[0].Secrets = "one"
	s.Fault = func(string, provider.Point) error {
		return &provider.ServiceError{Kind: provider.KindAuth, Code: "403"}
	}
	require.NoError(t, s.Run(ctx, each(replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.1")))))
	s.Fault = nil
	_, err := s.Drain(ctx)
	require.NoError(t, err)
	assert.Equal(t, []provider.State{provider.Owed}, s.states(), "the same credentials are not tried again")
	s.Targets[0].Secrets = "two"
	_, err = s.Drain(ctx)
	require.NoError(t, err)
	assert.Equal(t, []provider.State{provider.Agreed}, s.states())
}

func TestWhatATargetOwesIsNotDueWhileItIsLeftAlone(t *testing.T) {
	s := newStage(t)
	now := time.Now()
	s.Ledger.Now = func() time.Time { return now }
	var tries atomic.Int32
	s.Fault = func(string, provider.Point) error {
		tries.Add(1)
		return &provider.ServiceError{Kind: provider.KindAuth, Code: "403"}
	}
	require.NoError(t, s.Run(ctx, each(replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.1")), replace(zoneOf(t, "b.example.", "www 300 A 192.0.2.1")))))
	now = now.Add(time.Hour)
	s.states()
	next, err := s.Drain(ctx)
	require.NoError(t, err)
	assert.Greater(t, next, 24*time.Hour)
	assert.Empty(t, s.states())
	assert.LessOrEqual(t, tries.Load(), int32(2))
}

func TestWhatIsNotReachedInTimeIsOwed(t *testing.T) {
	s := newStage(t)
	ended, cancel := context.WithCancel(ctx)
	queues, unread, err := s.Journal(ctx, each(replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.1")), replace(zoneOf(t, "b.example.", "www 300 A 192.0.2.1"))))
	require.NoError(t, errors.Join(unread, err))
	cancel()
	require.NoError(t, s.Work(ended, queues))
	assert.Equal(t, []provider.State{provider.Owed, provider.Owed}, s.states())
	_, err = s.Drain(ctx)
	require.NoError(t, err)
	assert.Equal(t, []provider.State{provider.Agreed, provider.Agreed}, s.states())
}

func TestTimeMayBeUpBetweenTwoIntentsOfAZone(t *testing.T) {
	s := newStage(t)
	a := zoneOf(t, "a.example.", "www 300 A 192.0.2.1")
	s.Put(a)
	r := []zone.Record{{Name: "new.a.example.", Type: zone.A, TTL: 300, Data: "192.0.2.2"}}
	queues, unread, err := s.Journal(ctx, each(replace(a), zone.Intent{Zone: "new.a.example.", Wish: zone.Patch{Add: r}}))
	require.NoError(t, errors.Join(unread, err))
	ended, cancel := context.WithCancel(ctx)
	report := s.Report
	s.Report = func(r provider.Result) { report(r); cancel() }
	require.NoError(t, s.Work(ended, queues))
	assert.Equal(t, []provider.State{provider.Agreed, provider.Owed}, s.states())
	_, err = s.Drain(ctx)
	require.NoError(t, err)
	assert.Equal(t, []provider.State{provider.Agreed}, s.states())
	assert.Equal(t, 2, s.Memory.Get("a.example.").Len())
}

func TestAnObservedTargetIsNeverWrittenTo(t *testing.T) {
	s := newStage(t)
	s.Targets[0].Observe = true
	require.NoError(t, s.Run(ctx, each(replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.1")))))
	assert.Equal(t, []provider.State{provider.Pending}, s.states())
	assert.Nil(t, s.Memory.Get("a.example."))
}

func TestEachTargetGetsItsZones(t *testing.T) {
	s := newStage(t)
	var other provider.Memory
	s.Targets = append(s.Targets, engine.Target{Syncer: provider.Syncer{Target: "other", Provider: &other}, Takes: func(n zone.Name) bool { return n == "b.example." }})
	a, b := zoneOf(t, "a.example.", "www 300 A 192.0.2.1"), zoneOf(t, "b.example.", "www 300 A 192.0.2.2")
	require.NoError(t, s.Run(ctx, each(replace(a), replace(b))))
	assert.Len(t, s.states(), 3)
	assert.Nil(t, other.Get("a.example."))
	assert.True(t, other.Get("b.example.").Equal(b))
}

func TestWithoutALedgerEverythingIsDoneAtOnce(t *testing.T) {
	s := newStage(t)
	s.Engine.Ledger = nil
	bad := errors.New("command 2 cannot be read")
	err := s.Run(ctx, func(yield func(zone.Intent, error) bool) {
		_ = yield(replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.1")), nil) && yield(zone.Intent{}, bad)
	})
	assert.ErrorIs(t, err, bad)
	assert.Equal(t, []provider.State{provider.Agreed}, s.states())
}

func TestAHeldPlanIsDoneWhenItIsApproved(t *testing.T) {
	s := newStage(t)
	s.Put(zoneOf(t, "a.example.", "www 300 A 192.0.2.1"))
	require.NoError(t, s.Run(ctx, each(replace(zoneOf(t, "a.example.", "www 300 A 192.0.2.2")))))
	require.Equal(t, provider.Held, s.results[0].State)
	require.NoError(t, s.Approve(ctx, "dns", "a.example.", s.results[0].Held.Digest()))
	s.states()
	_, err := s.Drain(ctx)
	require.NoError(t, err)
	assert.Equal(t, []provider.State{provider.Agreed}, s.states())
	assert.True(t, s.Memory.Get("a.example.").Equal(zoneOf(t, "a.example.", "www 300 A 192.0.2.2")))
}

func TestPatchesThatAreHeldGatherUntilTheyAreApproved(t *testing.T) {
	s := newStage(t)
	now := time.Now()
	s.Ledger.Now = func() time.Time { return now }
	s.Targets[0].Syncer.Hold = true
	s.Put(zoneOf(t, reverse, "@ 300 NS ns1.example.net."))
	for i := range 3 {
		name := zone.Name(fmt.Sprintf("%d.%s", i, reverse))
		require.NoError(t, s.Run(ctx, each(zone.Intent{Zone: name, Source: "plesk",
			Wish: zone.Patch{Add: []zone.Record{{Name: name, Type: zone.PTR, TTL: 300, Data: "host.example."}}}})))
	}
	held := s.results[2].Held
	assert.Len(t, held.Changes, 3)
	assert.Equal(t, provider.Held, s.results[2].State)
	list, err := s.Standings(ctx, false)
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, provider.Held, list[0].State)
	assert.Equal(t, held.Digest().String(), list[0].Held)
	assert.Equal(t, 1, s.Memory.Get(reverse).Len())
	require.NoError(t, s.Approve(ctx, "dns", reverse, held.Digest()))
	s.states()
	_, err = s.Drain(ctx)
	require.NoError(t, err)
	assert.Equal(t, []provider.State{provider.Agreed}, s.states())
	assert.Equal(t, 4, s.Memory.Get(reverse).Len())
}

func TestNobodyIsAskedAboutAPlanThatAStaleReadMayHaveMade(t *testing.T) {
	s := newStage(t)
	now := time.Now()
	s.Ledger.Now = func() time.Time { return now }
	s.Targets[0].Syncer.Hold, s.Refresh = true, -1
	was, want := zoneOf(t, "a.example.", "www 300 A 192.0.2.1"), zoneOf(t, "a.example.", "www 300 A 192.0.2.2")
	s.Put(was)
	require.NoError(t, s.Run(ctx, each(replace(want))))
	require.NoError(t, s.Approve(ctx, "dns", "a.example.", s.results[0].Held.Digest()))
	_, err := s.Drain(ctx)
	require.NoError(t, err)
	s.Put(was)
	require.NoError(t, s.Run(ctx, each(replace(want))))
	assert.Equal(t, []provider.State{provider.Held, provider.Agreed, provider.Owed}, s.states())
	now = now.Add(2 * time.Minute)
	_, err = s.Drain(ctx)
	require.NoError(t, err)
	assert.Equal(t, []provider.State{provider.Held}, s.states(), "somebody has put it back")
}

func TestAChangeOfAZoneThatWasSeenLatelyCostsNoReading(t *testing.T) {
	s := newStage(t)
	s.Can.Exact = true
	calls := func(address string) int {
		before := s.Calls()
		require.NoError(t, s.Run(ctx, each(replace(zoneOf(t, "a.example.", "www 300 A 192.0.2."+address)))))
		assert.Equal(t, []provider.State{provider.Agreed}, s.states())
		return s.Calls() - before
	}
	calls("1")
	assert.Equal(t, 2, calls("2"), "written, read back")
	assert.Equal(t, 2, calls("3"))
	assert.Equal(t, 0, calls("3"))
	s.Targets[0].Policy = "other"
	assert.Equal(t, 3, calls("4"), "read, written, read back")
	assert.Equal(t, 2, calls("5"))
	s.Refresh = -1
	assert.Equal(t, 3, calls("6"), "who asks for a look gets one")
}
