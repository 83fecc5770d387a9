package secondary

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// check finds out whether a primary has something newer than we.
func (r *run) check(ctx context.Context, l *line, f *follower) {
	r.mu.Lock()
	now := time.Now()
	get := f.whole(r.resync(), now) && !f.waits(now)
	listed := f.serial
	f.serial = nil // it is good for once
	retired := f.retired
	r.mu.Unlock()
	switch {
	case retired:
		r.done(f, nil)
	case get:
		r.get(f)
	case listed != nil:
		r.compare(ctx, f, *listed)
	default:
		r.ask(ctx, l, f)
	}
}

func (r *run) resync() time.Duration { return cmp.Or(r.Resync, defaultResync) }

// waits holds for a suspect zone while there is no reason to look at it again.
func (f *follower) waits(now time.Time) bool {
	return f.known && f.Suspect != "" && !f.Force && f.looked != nil && now.Sub(f.lookAt) < lookAgain
}

// ask asks one primary after another for the serial, until one has something newer:
// who is behind says nothing about the others.
func (r *run) ask(ctx context.Context, l *line, f *follower) {
	var errs []error
	var same, old *zone.Start
	for _, p := range r.peers {
		start, err := r.askOne(ctx, l, p, f.Zone)
		switch {
		case errors.Is(err, errNotByUDP):
			r.get(f)
			return
		case err != nil:
			errs = append(errs, err)
		case start.Serial == f.Serial:
			same = &start
		case !zone.SerialBefore(f.Serial, start.Serial):
			old = &start
		default:
			r.found(ctx, f, start)
			return
		}
	}
	switch {
	case same != nil:
		r.found(ctx, f, *same)
	case old != nil:
		r.found(ctx, f, *old)
	default:
		r.unheard(ctx, f, errors.Join(errs...))
	}
}

// unheard ends a look at a zone that no primary would tell of. How long the zone may be
// without them its SOA says, also to who has begun anew.
func (r *run) unheard(ctx context.Context, f *follower, err error) {
	if f.start == (zone.Start{}) {
		if z, e := r.content(ctx, f); e == nil {
			r.mu.Lock()
			f.start, _ = z.Start()
			r.mu.Unlock()
		}
	}
	r.done(f, err)
}

func (r *run) askOne(ctx context.Context, l *line, p *peer, name zone.Name) (zone.Start, error) {
	if err := p.open(time.Now()); err != nil {
		return zone.Start{}, p.failed(name, err)
	}
	start, err := l.serial(ctx, p.Primary, name)
	if errors.Is(err, errNotByUDP) {
		p.ease()
		return start, err
	}
	r.heard(p, err)
	if err != nil {
		return start, p.failed(name, err)
	}
	return start, nil
}

// found notes what the primary's SOA is.
func (r *run) found(ctx context.Context, f *follower, start zone.Start) {
	r.mu.Lock()
	f.start = start
	r.mu.Unlock()
	r.compare(ctx, f, start.Serial)
}

// compare decides by the primary's serial.
func (r *run) compare(ctx context.Context, f *follower, theirs uint32) {
	r.mu.Lock()
	f.theirs = &theirs
	same := theirs == f.Serial
	if same && f.Suspect == "" {
		f.checked = time.Now()
	}
	unseen := f.Suspect == "" || f.looked == nil || *f.looked != theirs
	r.mu.Unlock()
	switch {
	case same && f.Suspect == "":
		r.same(ctx, f)
	case !unseen:
		r.done(f, f.suspicion())
	default:
		r.get(f)
	}
}

// A SuspectError says that a primary has something else than we and that its serial
// does not say that it is newer.
type SuspectError struct {
	Zone   zone.Name
	Reason string
}

// Error says what is suspect.
func (e *SuspectError) Error() string {
	return fmt.Sprintf("zone %s: is suspect: %s", e.Zone, e.Reason)
}

func (f *follower) suspicion() error { return &SuspectError{f.Zone, f.Suspect} }

// heard notes what came of asking a primary. When it is back, all that could not be
// asked about is looked at.
func (r *run) heard(p *peer, err error) {
	if !p.heard(err, time.Now()) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.zones {
		if f.err != nil && !f.busy {
			r.look(f, false)
		}
	}
}
