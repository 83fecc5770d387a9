package secondary

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

const (
	patience  = 5 // failures in a row
	firstRest = 10 * time.Second
	lastRest  = 5 * time.Minute
	stepUp    = 20 // transfers in a row after which one more is tried at a time
)

// A peer is a primary with what was experienced of it: how many transfers it bears,
// and whether it is worth asking at all.
type peer struct {
	Primary
	most int

	mu     sync.Mutex
	limit  int           // transfers at a time, as many as it bears
	inside int           // as many are under way
	wins   int           // in a row
	losses int           // in a row
	rest   time.Duration // the last time that it was left alone
	until  time.Time     // left alone
	err    error         // why
	freed  chan struct{} // closed and made anew when one has left
}

func newPeer(p Primary, most int) *peer {
	return &peer{Primary: p, most: most, limit: most, freed: make(chan struct{})}
}

// errResting says that a primary is left alone for now.
var errResting = errors.New("the primary is left alone for a while")

// open says whether the primary may be asked; one may find out when its rest is
// over.
func (p *peer) open(now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.until.IsZero() {
		return nil
	}
	if now.Before(p.until) {
		return errors.Join(errResting, p.err)
	}
	p.until = now.Add(p.rest) // the others wait for what comes of it
	return nil
}

// heard notes what came of asking. What a primary says about a zone, even if it is a
// refusal, shows that it lives; back says that it had not before.
func (p *peer) heard(err error, now time.Time) (back bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil || answered(err) {
		back = p.rest > 0
		p.losses, p.rest, p.until, p.err = 0, 0, time.Time{}, nil
		return back
	}
	if errors.Is(err, context.Canceled) {
		return false
	}
	p.losses++
	if p.losses >= patience || p.rest > 0 {
		p.rest = min(max(2*p.rest, firstRest), lastRest)
		p.until, p.err = now.Add(p.rest), err
	}
	return false
}

// ease lets the same zone go on with a trial.
func (p *peer) ease() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rest > 0 {
		p.until = time.Unix(1, 0)
	}
}

// answered holds for errors that are answers.
func answered(err error) bool {
	_, ok := errors.AsType[*refusal](err)
	return ok || errors.Is(err, errNotAuthority) || errors.Is(err, errNoSOA) || errors.Is(err, errNoResolver) || errors.Is(err, errAlias) || errors.Is(err, errWhose)
}

// unreachable holds where no primary could be reached at all, which says nothing of the
// zone.
func unreachable(err error) bool {
	e, ok := errors.AsType[*net.OpError](err)
	return ok && e.Op == "dial" && !answered(err)
}

// enter waits until there may be one more transfer.
func (p *peer) enter(ctx context.Context) error {
	for {
		p.mu.Lock()
		if p.inside < p.limit {
			p.inside++
			p.mu.Unlock()
			return nil
		}
		freed := p.freed
		p.mu.Unlock()
		select {
		case <-freed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// leave is called after a transfer. One that the primary did not bear halves how
// many there may be at a time; what goes well lets them grow again.
func (p *peer) leave(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inside--
	switch {
	case err == nil:
		if p.wins++; p.wins >= stepUp && p.limit < p.most {
			p.limit, p.wins = p.limit+1, 0
		}
	case !answered(err) && !errors.Is(err, context.Canceled):
		p.limit, p.wins = max(p.limit/2, 1), 0
	}
	close(p.freed)
	p.freed = make(chan struct{})
}
