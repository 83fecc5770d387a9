package secondary

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// transfer gets a zone from the first primary that has something new. What is in
// doubt is heeded only where no primary has anything better.
func (r *run) transfer(ctx context.Context, l *line, f *follower) {
	var errs []error
	var same *uint32
	var doubted func()
	for _, p := range r.peers {
		t, asked, err := r.fetch(ctx, l, p, f)
		switch {
		case err != nil:
			errs = append(errs, err)
		case t.Zone == nil:
			same = &asked
		case r.doubts(p, f, t) == "":
			r.weigh(ctx, p, f, t)
			return
		default:
			doubted = func() { r.weigh(ctx, p, f, t) }
		}
	}
	switch {
	case same != nil:
		r.compare(ctx, f, *same)
	case doubted != nil:
		doubted()
	default:
		r.unheard(ctx, f, errors.Join(errs...))
	}
}

// fetch gets a zone from one primary. A primary that is not asked over UDP is asked
// here first; where it has nothing new there is no zone.
func (r *run) fetch(ctx context.Context, l *line, p *peer, f *follower) (t Transfer, asked uint32, err error) {
	if err := p.open(time.Now()); err != nil {
		return t, 0, p.failed(f.Zone, err)
	}
	if err := p.enter(ctx); err != nil {
		return t, 0, p.failed(f.Zone, err)
	}
	t, asked, err = r.fetchInside(ctx, l, p.Primary, f)
	p.leave(err)
	r.heard(p, err)
	r.counts.transfer(t, err)
	if err != nil {
		return t, 0, p.failed(f.Zone, err)
	}
	return t, asked, nil
}

func (r *run) fetchInside(ctx context.Context, l *line, p Primary, f *follower) (t Transfer, asked uint32, err error) {
	r.mu.Lock()
	whole := f.whole(r.resync(), time.Now())
	told := f.theirs != nil && zone.SerialBefore(f.Serial, *f.theirs)
	r.mu.Unlock()
	if whole {
		t, err = l.transfer(ctx, p, f.Zone, nil)
		return t, 0, err
	}
	if !told {
		start, err := l.serialByStream(ctx, p, f.Zone)
		if err != nil {
			return t, 0, err
		}
		r.mu.Lock()
		f.start = start
		r.mu.Unlock()
		if start.Serial == f.Serial {
			return t, start.Serial, nil
		}
		if !zone.SerialBefore(f.Serial, start.Serial) {
			t, err = l.transfer(ctx, p, f.Zone, nil)
			return t, 0, err
		}
	}
	have, err := r.store().Content(ctx, r.Name, f.Zone)
	if err != nil {
		return t, 0, fmt.Errorf("store: %w", err)
	}
	if have.Serial() != f.Serial { // somebody else has kept it meanwhile
		have = nil
	}
	if t, err = l.transfer(ctx, p, f.Zone, have); t.Current {
		t.Zone = nil
		return t, f.Serial, err
	}
	return t, 0, err
}

// weigh decides about what came.
func (r *run) weigh(ctx context.Context, p *peer, f *follower, t Transfer) {
	have, err := r.content(ctx, f)
	if err != nil {
		r.done(f, err)
		return
	}
	r.attend(ctx, f, t.Zone)
	start, _ := t.Zone.Start()
	now := time.Now()
	equal := have != nil && t.Zone.Equal(have)
	r.mu.Lock()
	doubt, forced := f.doubt(p.at(), start.Serial), f.Force
	f.start, f.theirs = start, &start.Serial
	if forced && !equal && f.unforced(p.at(), start.Serial) != "" {
		doubt = r.tooMany(have, t.Zone)
	}
	if doubt != "" && !equal {
		r.mu.Unlock()
		r.done(f, r.suspect(ctx, p, f, start.Serial, doubt, forced))
		return
	}
	o := r.offer(p, f, t, have, equal, now)
	r.mu.Unlock()
	r.offers <- o
}

// suspect notes that what a primary has is not taken, and why, which it gives as an
// error. heeded: that is so although somebody had said to take it.
func (r *run) suspect(ctx context.Context, p *peer, f *follower, theirs uint32, why string, heeded bool) error {
	r.keeping.Lock()
	defer r.keeping.Unlock()
	r.mu.Lock()
	fresh := f.Suspect == ""
	f.Suspect, f.Doubted = why, p.at()
	f.looked, f.lookAt = &theirs, time.Now()
	f.Force = f.Force && !heeded
	c := f.Copy
	c.Heeded = heeded
	r.mu.Unlock()
	if fresh {
		r.log(slog.LevelError, "a zone is suspect", "zone", f.Zone, "reason", why)
	}
	if err := r.store().Keep(ctx, r.Name, c); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return f.suspicion()
}

// content gives our copy, nil where there is none.
func (r *run) content(ctx context.Context, f *follower) (*zone.Zone, error) {
	if !f.known {
		return nil, nil
	}
	z, err := r.store().Content(ctx, r.Name, f.Zone)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return z, nil
}

func (r *run) doubts(p *peer, f *follower, t Transfer) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return f.doubt(p.at(), t.Zone.Serial())
}

// doubt says why what a primary has is not taken, should it be something else than
// ours: its serial went backwards, now or earlier. Another primary whose serial is
// newer is above it.
func (f *follower) doubt(at string, theirs uint32) string {
	if f.Force {
		return ""
	}
	return f.unforced(at, theirs)
}

// unforced is doubt, whatever somebody has said.
func (f *follower) unforced(at string, theirs uint32) string {
	newer := zone.SerialBefore(f.Serial, theirs)
	switch {
	case !f.known:
		return ""
	case !newer && theirs != f.Serial:
		return fmt.Sprintf("the serial at %s is %d, and ours is %d: it went backwards, as after a backup was restored", at, theirs, f.Serial)
	case f.Suspect != "" && (!newer || f.Doubted == at):
		return f.Suspect
	}
	return ""
}

// tooMany counts a zone that was forced if it loses records, and says why it is not
// taken all the same where too many do: a backup may be older than was thought. The
// lock is held.
func (r *run) tooMany(have, theirs *zone.Zone) string {
	most := max(cmp.Or(r.ForceMost, defaultForceMost), 0)
	switch {
	case !shrinks(have, theirs):
		return ""
	case r.shrunk < most:
		r.shrunk++
		return ""
	}
	return fmt.Sprintf("it would lose records, as %d zones have since they were forced, and no more may at a time: look at those, and force again", most)
}

// shrinks reports whether a zone loses a record, but for its SOA.
func shrinks(have, theirs *zone.Zone) bool {
	for s := range have.All() {
		is, _ := theirs.Get(s.Key)
		if s.Type != zone.SOA && len(is.Data) < len(s.Data) {
			return true
		}
	}
	return false
}
