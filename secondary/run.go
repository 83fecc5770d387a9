package secondary

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// atOnce is how many zones are asked about at a time. That is few enough not to be a
// storm, and many enough for primaries that are far away.
const atOnce = 64

// A run is a Secondary at work.
type run struct {
	*Secondary
	hand      Handler
	peers     []*peer
	resolvers []*peer // who are asked for DS

	checks    *queue // zones to be asked about
	transfers *queue // zones to be got
	offers    chan offer
	wake      chan struct{} // the schedule has changed
	relist    chan struct{} // the list may have changed
	work      sync.WaitGroup

	keeping  sync.Mutex // is held from looking at a Copy until the store has it
	mu       sync.Mutex
	zones    map[zone.Name]*follower
	schedule schedule
	lists    listing
	shrunk   int     // zones that have lost records since some were forced
	errs     []error // of a single pass
	single   bool
	counts   counts
}

func (s *Secondary) begin(hand Handler) (*run, error) {
	switch {
	case len(s.Primaries) == 0:
		return nil, errNoPrimaries
	case s.List == nil:
		return nil, errNoList
	}
	r := &run{Secondary: s, hand: hand, offers: make(chan offer, most), wake: make(chan struct{}, 1), relist: make(chan struct{}, 1), zones: map[zone.Name]*follower{}}
	r.checks, r.transfers = newQueue(r.work.Done), newQueue(r.work.Done)
	for _, p := range s.Primaries {
		if _, err := p.Key.key(); err != nil {
			return nil, err
		}
		r.peers = append(r.peers, newPeer(p, cmp.Or(s.Transfers, defaultTransfers)))
	}
	r.resolvers = s.asResolvers()
	return r, nil
}

// recall begins with what the store has.
func (r *run) recall(ctx context.Context) error {
	copies, err := r.store().Copies(ctx, r.Name)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	now := time.Now()
	r.mu.Lock() // somebody may ask for the status already
	defer r.mu.Unlock()
	for _, c := range copies {
		r.zones[c.Zone] = &follower{Copy: c, known: true, place: -1, began: now}
	}
	return nil
}

// once looks at everything once.
func (r *run) once(ctx context.Context) error {
	r.single = true
	stop := r.workers(ctx)
	r.again(ctx)
	r.work.Wait()
	err := r.list(ctx)
	r.work.Wait()
	stop()
	return errors.Join(append([]error{err, ctx.Err()}, r.errs...)...)
}

// forever looks again and again.
func (r *run) forever(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ears, err := r.listen(ctx)
	if err != nil {
		return err
	}
	stop := r.workers(ctx)
	var wg sync.WaitGroup
	r.again(ctx)
	wg.Go(func() { r.dispatch(ctx) })
	for _, ear := range ears {
		wg.Go(func() { ear(ctx) })
	}
	for ctx.Err() == nil {
		if err := r.list(ctx); err != nil && ctx.Err() == nil {
			r.log(slog.LevelWarn, "the list of zones cannot be used: nothing changes", "error", err)
		}
		r.untilNextList(ctx)
	}
	wg.Wait()
	stop()
	return nil
}

func (r *run) poll() time.Duration { return cmp.Or(r.Poll, defaultPoll) }

// leastList is how long it is at least between two reads of the list.
const leastList = 5 * time.Second

// untilNextList waits until the list is read again: earlier, where a primary has
// spoken of a zone that the list did not have.
func (r *run) untilNextList(ctx context.Context) {
	rest := jitter(r.poll())
	least := min(leastList, rest)
	r.sleep(ctx, least)
	t := time.NewTimer(rest - least)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.relist:
	case <-ctx.Done():
	}
}

func (r *run) sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// workers starts those who ask, get and hand on. stop waits until what they are at
// is done, and ends them.
func (r *run) workers(ctx context.Context) (stop func()) {
	var asking, handing sync.WaitGroup
	for range atOnce {
		asking.Go(func() { r.serve(ctx, r.checks, r.check) })
	}
	for range cmp.Or(r.Transfers, defaultTransfers) * len(r.peers) {
		asking.Go(func() { r.serve(ctx, r.transfers, r.transfer) })
	}
	handing.Go(func() { r.handOn(ctx) })
	ended := context.AfterFunc(ctx, func() { r.checks.close(); r.transfers.close() })
	return func() {
		ended()
		r.checks.close()
		r.transfers.close()
		asking.Wait()
		close(r.offers)
		handing.Wait()
	}
}

// serve works on the zones of a queue, one after another.
func (r *run) serve(ctx context.Context, q *queue, do func(context.Context, *line, *follower)) {
	l := &line{Client: r.Client}
	defer l.close()
	for f := q.pop(l.close); f != nil; f = q.pop(l.close) {
		do(ctx, l, f)
	}
}

// dispatch has zones looked at when they are due.
func (r *run) dispatch(ctx context.Context) {
	for ctx.Err() == nil {
		r.mu.Lock()
		f, next := r.schedule.due(time.Now())
		if f != nil {
			r.begun(f, r.checks)
		}
		r.mu.Unlock()
		if f != nil {
			continue
		}
		wait := time.Hour
		if !next.IsZero() {
			wait = time.Until(next)
		}
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-r.wake:
		case <-ctx.Done():
		}
		t.Stop()
	}
}

// look has a zone looked at now. The lock is held.
func (r *run) look(f *follower, urgent bool) {
	f.urgent = f.urgent || urgent
	if f.busy {
		f.again = true
		return
	}
	r.schedule.remove(f)
	r.begun(f, r.checks)
}

// get has a zone got from its primary.
func (r *run) get(f *follower) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.transfers.push(f, f.urgent)
}

// begun gives a zone to the workers. The lock is held.
func (r *run) begun(f *follower, q *queue) {
	f.busy, f.again = true, false
	r.work.Add(1)
	q.push(f, f.urgent)
}

// done takes a zone back from the workers: err is why it could not be checked.
func (r *run) done(f *follower, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.work.Done()
	now := time.Now()
	f.busy, f.err = false, err
	if err != nil {
		if !errors.Is(err, errResting) { // or it waits for the primary, which says nothing of the zone
			f.fails++
		}
		f.errAt = now
		if r.single {
			r.errs = append(r.errs, err)
		}
	} else {
		f.fails, f.urgent = 0, false
	}
	r.tell(f, err)
	if f.retired || r.single {
		return
	}
	if f.again {
		r.begun(f, r.checks)
		return
	}
	f.next = f.later(r.poll(), now)
	if err != nil && f.urgent { // what was said to have changed is not left to the next poll
		f.next = now.Add(jitter(time.Second << min(f.fails, 8)))
	}
	r.schedule.add(f)
	r.stir()
}

// stir has the schedule looked at again.
func (r *run) stir() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// tell logs what is new about a zone. The lock is held.
func (r *run) tell(f *follower, err error) {
	if err != nil && f.fails == 1 && !errors.Is(err, context.Canceled) {
		r.log(slog.LevelWarn, "a zone cannot be checked", "zone", f.Zone, "serial", f.Serial, "error", err)
	}
}
