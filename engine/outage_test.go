package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

const (
	patience = 5 * time.Second        // of a panel
	atOnce   = 500 * time.Millisecond // what a panel call may take where nothing can be done
	timeout  = 30 * time.Second       // of a driver that gets no answer
)

func TestAnOutageOfSixHoursHoldsNobodyUpAndRecoveryIsGentle(t *testing.T) {
	zones, changes := 1000, 20_000
	if testing.Short() {
		zones, changes = 200, 1000
	}
	synctest.Test(t, func(t *testing.T) {
		o := newOutage(t, zones)
		defer o.close()
		stop := o.daemon()
		o.is(mute)
		o.panel(changes/2, 3*time.Hour)
		o.is(down)
		o.panel(changes/2, 3*time.Hour)
		assert.Positive(t, o.unwarned, "somebody has to find out")
		assert.Less(t, o.unwarned, 20)
		assert.Less(t, o.vain, 100, "calls in vain")
		assert.Empty(t, o.heldUp, "panel calls took so long although the outage was known")
		failed := o.memory.Calls()
		o.is(well)
		time.Sleep(time.Hour)
		stop()
		o.check()
		t.Logf("%d calls in vain, %d panel calls held up before the outage was known, %d calls to recover", o.vain, o.unwarned, o.memory.Calls()-failed)
	})
}

func TestWithoutADaemonAServiceThatSaysNothingHoldsUpFewPanelCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutage(t, 50)
		defer o.close()
		o.is(mute)
		o.panel(600, 3*time.Hour)
		assert.InDelta(t, 5, o.unwarned, 3)
		assert.Less(t, len(o.heldUp), 30, "one after each break")
	})
}

// What the service does: all is well, it says nothing, or that it is down.
type condition int

const (
	well condition = iota
	mute
	down
)

// An outage is a service that fails for hours, while a panel goes on and a daemon
// tries again. It has a bucket of calls, and refuses what exceeds it.
type outage struct {
	t      *testing.T
	path   string
	zones  int
	memory provider.Memory
	bucket *rate.Limiter
	ledger *ledger.Ledger // of the panel's processes: to open it for each would cost a minute
	began  time.Time

	mu        sync.Mutex
	now       condition
	sent      int
	newest    map[zone.Name]*zone.Zone
	vain      int             // calls
	throttled []time.Duration // calls, since the beginning
	known     bool            // the breaker has opened
	unwarned  int             // panel calls that took longer than they should before it had
	heldUp    []time.Duration // panel calls that took longer than they should since
}

func newOutage(t *testing.T, zones int) *outage {
	o := &outage{t: t, path: filepath.Join(shm(t), "ledger.db"), zones: zones, bucket: rate.NewLimiter(10, 50), began: time.Now(), newest: map[zone.Name]*zone.Zone{}}
	o.ledger = open(t, o.path)
	return o
}

func (o *outage) close() { o.ledger.Close() }

func (o *outage) is(c condition) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = c
}

// ask is one call, which takes its time.
func (o *outage) ask(ctx context.Context) error {
	if err := sleep(ctx, 20*time.Millisecond+rand.N(100*time.Millisecond)); err != nil {
		return err
	}
	now, allowed := o.meet()
	switch {
	case now == mute:
		if err := sleep(ctx, timeout); err != nil {
			return err
		}
		return context.DeadlineExceeded
	case !allowed:
		return &provider.ServiceError{Kind: provider.KindThrottled, Code: "429"}
	case now == down:
		return &provider.ServiceError{Kind: provider.KindTransient, Code: "503"}
	}
	return nil
}

// meet tells what the service is like, and takes a call out of its bucket.
func (o *outage) meet() (now condition, allowed bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.now != well {
		o.vain++
	}
	if allowed = o.bucket.Allow(); !allowed {
		o.throttled = append(o.throttled, time.Since(o.began))
	}
	return o.now, allowed
}

// engine is that of a process, whose limiter knows nothing of others.
func (o *outage) engine(l *ledger.Ledger) *engine.Engine {
	p := &limited{Memory: &o.memory, turn: rate.NewLimiter(10, 30), ask: o.ask}
	return &engine.Engine{Ledger: l, Targets: []engine.Target{{Syncer: provider.Syncer{Target: "dns", Provider: p}}}}
}

// panel sends changes at random moments of a time, each from a process of its own.
func (o *outage) panel(changes int, within time.Duration) {
	var wg sync.WaitGroup
	for range changes {
		time.Sleep(rand.N(2 * within / time.Duration(changes)))
		z := o.change()
		known := o.isKnown()
		wg.Go(func() { o.process(z, known) })
	}
	wg.Wait()
}

// change gives the next zone a new state.
func (o *outage) change() *zone.Zone {
	name := zone.Name(fmt.Sprintf("z%d.example.", o.sent%o.zones))
	z := zoneOf(o.t, name, fmt.Sprintf("www 300 A 192.0.2.1\nstate 300 TXT %d", o.sent))
	o.newest[name] = z
	o.sent++
	return z
}

func (o *outage) isKnown() bool {
	if !o.known {
		breaks, err := o.ledger.Breaks(o.t.Context())
		require.NoError(o.t, err)
		o.known = len(breaks) > 0
	}
	return o.known
}

func (o *outage) process(z *zone.Zone, known bool) {
	ctx, cancel := context.WithTimeout(o.t.Context(), patience)
	defer cancel()
	began := time.Now()
	assert.NoError(o.t, o.engine(o.ledger).Run(ctx, each(replace(z))))
	took := time.Since(began)
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case took <= atOnce:
	case known:
		o.heldUp = append(o.heldUp, took)
	default:
		o.unwarned++
	}
}

// daemon works on what is owed, as zonecast run does, until it is stopped.
func (o *outage) daemon() (stop func()) {
	ctx, cancel := context.WithCancel(o.t.Context())
	l := open(o.t, o.path)
	e := o.engine(l)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			next, err := e.Drain(ctx)
			if err != nil && ctx.Err() == nil {
				o.t.Error(err)
			}
			if next <= 0 || next > patience {
				next = patience
			}
			_ = sleep(ctx, next)
		}
	}()
	return func() {
		cancel()
		<-done
		l.Close()
	}
}

// check holds the service to the newest wishes.
func (o *outage) check() {
	require.Len(o.t, o.newest, o.zones)
	for name, want := range o.newest {
		require.True(o.t, o.memory.Get(name).Equal(want), "%s\n%s", name, zone.Diff(o.memory.Get(name), want))
	}
	list, err := o.ledger.Standings(o.t.Context(), false)
	require.NoError(o.t, err)
	assert.Empty(o.t, list)
	assert.Empty(o.t, o.throttled)
}
