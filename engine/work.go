package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"sync"
	"time"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Work settles queues: each target for itself, some zones of it at a time. It
// returns when each is settled or its next try is due later, or when ctx ends.
func (e *Engine) Work(ctx context.Context, queues []Queue) error {
	looks, wait := e.looks()
	defer wait()
	var wg sync.WaitGroup
	errs := make([]error, len(e.Targets))
	for i := range e.Targets {
		w := shift{Engine: e, t: &e.Targets[i], looks: looks, waits: map[zone.Name]provider.Result{}, ear: ear{Provider: e.Targets[i].Syncer.Provider}}
		var mine []zone.Name
		for _, q := range queues {
			if q.Target == w.t.name() {
				mine = append(mine, q.Name)
			}
		}
		if len(mine) > 0 {
			wg.Go(func() { errs[i] = w.run(ctx, mine) })
		}
	}
	wg.Wait()
	return errors.Join(errs...)
}

// Drain works on all that is owed and due, fresh events first, until nothing is.
// next is when something will be, 0 where nothing is owed.
func (e *Engine) Drain(ctx context.Context) (next time.Duration, err error) {
	for {
		queues, next, err := e.due(ctx)
		if len(queues) == 0 || err != nil {
			return next, err
		}
		if err := e.Work(ctx, queues); err != nil {
			return 0, err
		}
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
	}
}

// due gives what can be worked on now, and when there is more.
func (e *Engine) due(ctx context.Context) (queues []Queue, next time.Duration, err error) {
	for i := range e.Targets {
		target := e.Targets[i].name()
		if err := e.Ledger.Renewed(ctx, target, e.Targets[i].Secrets); err != nil {
			return nil, 0, fmt.Errorf("ledger: %w", err)
		}
		due, wait, err := e.Ledger.Due(ctx, target, 1000)
		if err != nil {
			return nil, 0, fmt.Errorf("ledger: %w", err)
		}
		for _, name := range due {
			queues = append(queues, Queue{target, name})
		}
		if wait > 0 && (next == 0 || wait < next) {
			next = wait
		}
	}
	return queues, next, nil
}

// A shift is the work on some queues of one target.
type shift struct {
	*Engine
	t     *Target
	looks *Looks
	tell  func(provider.Result) // says a result, after a look where something was written
	ear   ear

	mu     sync.Mutex
	shut   string                        // why the target is not worked with any more
	waits  map[zone.Name]provider.Result // of queues that wait for another, until they have had their turn
	roused []zone.Name                   // queues that have got work
}

// say reports what became of a queue. Where it waits for another one that is kept back,
// as long as its turn may still come.
func (w *shift) say(queue zone.Name, r provider.Result) {
	w.mu.Lock()
	w.roused = append(w.roused, r.Roused...)
	delete(w.waits, queue)
	kept := r.State == provider.Owed && r.Awaits != ""
	if kept {
		w.waits[queue] = r
	}
	w.mu.Unlock()
	if !kept {
		w.tell(r)
	}
}

// close ends the work with the target.
func (w *shift) close(why string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shut = why
}

func (w *shift) closed() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.shut
}

// run works on queues, some at a time.
func (w *shift) run(ctx context.Context, queues []zone.Name) error {
	w.tell = func(r provider.Result) {
		w.looks.tell(ctx, word{Result: r, verify: w.t.Verify, found: func(missing string) { w.seen(ctx, r, missing) }, say: w.report})
	}
	look := context.WithoutCancel(ctx) // each queue looks at the time for itself
	if err := w.Ledger.Renewed(look, w.t.name(), w.t.Secrets); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	gate, err := w.Ledger.Gate(look, w.t.name())
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	if !gate.Open {
		w.close(gate.Why)
	}
	if gate.Trial {
		if err := w.queue(ctx, queues[0]); err != nil {
			return err
		}
		queues = queues[1:]
	}
	for len(queues) > 0 {
		now, later := abreast(queues)
		err = errors.Join(err, w.wave(ctx, now))
		queues = w.wakened(later)
	}
	for _, r := range w.waits {
		w.tell(r)
	}
	return err
}

// wave works on queues that need not wait for each other.
func (w *shift) wave(ctx context.Context, queues []zone.Name) error {
	next := make(chan zone.Name)
	var wg sync.WaitGroup
	errs := make([]error, min(cmp.Or(w.t.Parallel, defaultParallel), len(queues)))
	for i := range errs {
		wg.Go(func() {
			for q := range next {
				errs[i] = errors.Join(errs[i], w.queue(ctx, q))
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

// abreast parts queues into those that can be worked on now, and those of zones that
// stand above one of them and may delegate to it when it is there.
func abreast(queues []zone.Name) (now, later []zone.Name) {
	above := map[zone.Name]bool{}
	for _, q := range queues {
		for q != zone.Root && !above[q.Parent()] {
			q = q.Parent()
			above[q] = true
		}
	}
	for _, q := range queues {
		if above[q] {
			later = append(later, q)
		} else {
			now = append(now, q)
		}
	}
	return now, later
}

// wakened adds to queues those that have got work meanwhile.
func (w *shift) wakened(queues []zone.Name) []zone.Name {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, q := range w.roused {
		if !slices.Contains(queues, q) {
			queues = append(queues, q)
		}
	}
	w.roused = nil
	return queues
}

// queue settles one queue. The error is one of the ledger; what the target says is
// reported.
func (w *shift) queue(ctx context.Context, name zone.Name) (err error) {
	if why := w.closed(); why != "" {
		w.owed(name, "the target is not worked with for now: "+why)
		return nil
	}
	worked := false
	defer func() {
		switch {
		case err == nil:
		case ctx.Err() != nil && !worked:
			w.owed(name, "time was up before its turn came")
			err = nil
		default:
			err = fmt.Errorf("ledger: zone %s: %w", name, err)
		}
	}()
	held, lease, err := w.Ledger.Acquire(ctx, w.t.name(), name)
	if err != nil {
		return err
	}
	defer func() {
		if e := w.Ledger.Release(held, lease); err == nil {
			err = e
		}
	}()
	ins, err := w.Ledger.Owed(held, w.t.name(), name)
	for _, in := range coalesce(name, ins) {
		if ctx.Err() != nil {
			w.owed(name, "time was up before its turn came")
			return nil
		}
		worked = true
		if done, err := w.intent(held, name, lease, in); err != nil || !done {
			return err // what stands behind it waits for it
		}
	}
	return err
}

// intent works on one intent of a queue. done is false where it stays owed.
func (w *shift) intent(ctx context.Context, queue zone.Name, lease string, in zone.Intent) (done bool, err error) {
	s := w.t.Syncer
	s.Ledger, s.Provider = w.Ledger, &w.ear
	settle := context.WithoutCancel(ctx) // what was done is to be known even if time is up
	approved, err := w.Ledger.Approved(settle, w.t.name(), queue)
	if err != nil {
		return false, err
	}
	s.Approved = slices.Concat(s.Approved, approved)
	if s.Fresh, err = w.fresh(settle, queue, in); err != nil {
		return false, err
	}
	result, failure := w.t.do(ctx, s, in)
	a := provider.Account{UpTo: in.Order, Wish: in.Wish, Source: in.Source, Policy: w.t.Policy, Result: result, Approved: approved}
	waits := s.Hold && isPatch(in) && !result.Held.Empty() // the next patch shall not take its place
	if a.Again = failure != nil || result.Restless || waits; a.Again {
		tries, err := w.Ledger.Attempts(settle, w.t.name(), queue)
		if err != nil {
			return false, err
		}
		a.Retry = retryAfter(failure, tries, queue)
		if failure != nil || result.Restless {
			result.State = provider.Owed
		}
	}
	if err := w.Ledger.Settle(settle, lease, a); err != nil {
		return false, err
	}
	if failure == nil || ctx.Err() == nil || w.ear.silent(ctx) {
		err = w.judge(settle, failure)
	}
	w.say(queue, result)
	return !a.Again, err
}

// seen keeps what was found when it was looked whether a write is served.
func (w *shift) seen(ctx context.Context, r provider.Result, missing string) {
	if err := w.Ledger.Seen(context.WithoutCancel(ctx), r.Target, r.Zone, missing); err != nil {
		w.warn("what was found cannot be kept", "target", r.Target, "zone", r.Zone, "error", err)
	}
}

// fresh reports whether the zone of an intent was seen whole, and agreed, so lately
// that it would cost nothing if the intent wished for the same as then.
func (w *shift) fresh(ctx context.Context, queue zone.Name, in zone.Intent) (bool, error) {
	if _, ok := in.Wish.(zone.Replace); !ok {
		return false, nil
	}
	return w.Ledger.Agrees(ctx, w.t.name(), queue, w.t.Policy, cmp.Or(w.Refresh, defaultRefresh))
}

// judge tells the ledger, and this shift, whether the target works.
func (w *shift) judge(ctx context.Context, failure error) error {
	if failure == nil {
		return w.Ledger.Answered(ctx, w.t.name())
	}
	switch provider.KindOf(failure) {
	case provider.KindAuth, provider.KindQuota:
		w.warn("the target is left alone until somebody acts", "target", w.t.name(), "error", failure)
		w.close(failure.Error())
		return w.Ledger.Block(ctx, w.t.name(), w.t.Secrets, failure.Error())
	case provider.KindRefused, provider.KindNotFound: // it is there, and knows its mind
		return w.Ledger.Answered(ctx, w.t.name())
	default:
		closed, err := w.Ledger.Failed(ctx, w.t.name(), failure.Error())
		if closed {
			w.close(failure.Error())
		}
		return err
	}
}

// owed reports a queue that could not be worked on now.
func (w *shift) owed(name zone.Name, why string) {
	r := provider.Result{Target: w.t.name(), Zone: name, State: provider.Owed, Findings: []zone.Finding{{Text: why}}}
	r.Plan.Zone, r.Held.Zone = name, name
	w.say(name, r)
}

const (
	firstRetry = 30 * time.Second
	lastRetry  = time.Hour
)

// retryAfter is how long to wait before the next try: twice as long each time, a
// little more or less for each zone so that not all come at once, and as long as the
// service asks for.
func retryAfter(failure error, tries int, queue zone.Name) time.Duration {
	d := min(firstRetry<<min(tries, 20), lastRetry)
	own := float64(crc32.ChecksumIEEE([]byte(queue))) / (1 << 32)
	d = d*3/4 + time.Duration(own*float64(d/2))
	if se, ok := errors.AsType[*provider.ServiceError](failure); ok {
		d = max(d, se.RetryAfter)
	}
	return d
}
