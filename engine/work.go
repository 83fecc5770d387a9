package engine

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Work settles queues: each target for itself, some zones of it at a time. It
// returns when each is settled or its next try is due later, or when ctx ends.
func (e *Engine) Work(ctx context.Context, queues []Queue) error {
	var wg sync.WaitGroup
	errs := make([]error, len(e.Targets))
	w := worker{Engine: e}
	for i := range e.Targets {
		t := &e.Targets[i]
		var mine []zone.Name
		for _, q := range queues {
			if q.Target == t.name() {
				mine = append(mine, q.Name)
			}
		}
		if len(mine) > 0 {
			wg.Go(func() { errs[i] = w.target(ctx, t, mine) })
		}
	}
	wg.Wait()
	return errors.Join(errs...)
}

// Drain works on all that is owed and due, fresh events first, until nothing is.
// next is when something will be, 0 where nothing is owed.
func (e *Engine) Drain(ctx context.Context) (next time.Duration, err error) {
	for {
		var queues []Queue
		next = 0
		for i := range e.Targets {
			due, wait, err := e.Ledger.Due(ctx, e.Targets[i].name(), 1000)
			if err != nil {
				return 0, fmt.Errorf("ledger: %w", err)
			}
			for _, name := range due {
				queues = append(queues, Queue{e.Targets[i].name(), name})
			}
			if wait > 0 && (next == 0 || wait < next) {
				next = wait
			}
		}
		if len(queues) == 0 || ctx.Err() != nil {
			return next, ctx.Err()
		}
		if err := e.Work(ctx, queues); err != nil {
			return 0, err
		}
	}
}

// A worker lets one zone at a time be reported.
type worker struct {
	*Engine
	reports sync.Mutex
}

func (w *worker) say(r provider.Result) {
	w.reports.Lock()
	defer w.reports.Unlock()
	w.report(r)
}

// target works on the queues of one target, some at a time.
func (w *worker) target(ctx context.Context, t *Target, queues []zone.Name) error {
	next := make(chan zone.Name)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	for range min(or(t.Parallel, defaultParallel), len(queues)) {
		wg.Go(func() {
			for q := range next {
				if err := w.queue(ctx, t, q); err != nil {
					mu.Lock()
					errs = append(errs, err)
					mu.Unlock()
				}
			}
		})
	}
	for _, q := range queues {
		next <- q
	}
	close(next)
	wg.Wait()
	return errors.Join(errs...)
}

// queue settles one queue. The error is one of the ledger; what the target says is
// reported.
func (w *worker) queue(ctx context.Context, t *Target, name zone.Name) (err error) {
	fail := func(err error) error {
		if ctx.Err() != nil {
			w.say(owed(t, name, "time was up before its turn came"))
			return nil
		}
		return fmt.Errorf("ledger: zone %s: %w", name, err)
	}
	switch ok, why, _, err := w.Ledger.Closed(ctx, t.name()); {
	case err != nil:
		return fail(err)
	case !ok:
		w.say(owed(t, name, "the target is not worked with for now: "+why))
		return nil
	}
	held, lease, err := w.Ledger.Acquire(ctx, t.name(), name)
	if err != nil {
		if ctx.Err() != nil {
			w.say(owed(t, name, "another process is at work on it"))
			return nil
		}
		return fail(err)
	}
	defer func() {
		if e := w.Ledger.Release(context.WithoutCancel(ctx), lease); err == nil && e != nil {
			err = fail(e)
		}
	}()
	ins, err := w.Ledger.Owed(held, t.name(), name)
	if err != nil {
		return fail(err)
	}
	for _, in := range coalesce(name, ins) {
		if ctx.Err() != nil {
			return fail(ctx.Err())
		}
		ok, err := w.intent(held, t, name, lease, in)
		if err != nil {
			return fmt.Errorf("ledger: zone %s: %w", name, err)
		}
		if !ok {
			return nil // what stands behind it waits for it
		}
	}
	return nil
}

// intent works on one intent of a queue. ok is false where it stays owed.
func (w *worker) intent(ctx context.Context, t *Target, queue zone.Name, lease string, in zone.Intent) (ok bool, err error) {
	s := t.Syncer
	s.Ledger = w.Ledger
	settle := context.WithoutCancel(ctx) // what was done is to be known even if time is up
	approved, err := w.Ledger.Approved(settle, t.name(), queue)
	if err != nil {
		return false, err
	}
	s.Approved = append(s.Approved[:len(s.Approved):len(s.Approved)], approved...)
	result, failure := t.do(ctx, s, in)
	a := provider.Account{UpTo: in.Order, Wish: in.Wish, Source: in.Source, Policy: t.Policy, Result: result}
	if a.Again = failure != nil || result.Restless; a.Again {
		tries, err := w.Ledger.Attempts(settle, t.name(), queue)
		if err != nil {
			return false, err
		}
		a.Retry = retryAfter(failure, tries)
		result.State = provider.Owed
	}
	if err := w.Ledger.Settle(settle, lease, a); err != nil {
		return false, err
	}
	if err := w.judge(settle, t, ctx, failure); err != nil {
		return false, err
	}
	w.say(result)
	return !a.Again, nil
}

// judge tells the ledger whether the target works.
func (w *worker) judge(settle context.Context, t *Target, ctx context.Context, failure error) error {
	switch {
	case failure == nil:
		return w.Ledger.Answered(settle, t.name())
	case ctx.Err() != nil:
		return nil // our time was up; that says nothing of the target
	}
	switch kind := provider.KindOf(failure); kind {
	case provider.KindAuth, provider.KindQuota:
		w.warn("the target is left alone until somebody acts", "target", t.name(), "kind", kind)
		return w.Ledger.Block(settle, t.name(), failure.Error())
	case provider.KindTransient, provider.KindThrottled:
		return w.Ledger.Failed(settle, t.name(), failure.Error())
	}
	return nil
}

// owed is the result of a queue that could not be worked on now.
func owed(t *Target, name zone.Name, why string) provider.Result {
	r := provider.Result{Target: t.name(), Zone: name, State: provider.Owed, Findings: []zone.Finding{{Text: why}}}
	r.Plan.Zone, r.Held.Zone = name, name
	return r
}

const (
	firstRetry = 30 * time.Second
	lastRetry  = time.Hour
)

// retryAfter is how long to wait before the next try: twice as long each time, a
// little more or less so that not all come at once, and as long as the service
// asks for.
func retryAfter(failure error, tries int) time.Duration {
	d := min(firstRetry<<min(tries, 20), lastRetry)
	d = d*3/4 + rand.N(d/2)
	if se, ok := errors.AsType[*provider.ServiceError](failure); ok {
		d = max(d, se.RetryAfter)
	}
	return d
}
