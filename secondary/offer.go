package secondary

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// An offer is what is handed on, and what is known once that was done.
type offer struct {
	f      *follower
	wish   zone.Wish // nil: nothing has changed
	found  []zone.Finding
	copy   Copy
	forget bool // afterwards nothing is known
	again  bool // no primary was asked
}

// most is how many intents are handed on at a time.
const most = 256

// offer makes one of a zone that was got. The lock is held.
func (r *run) offer(p *peer, f *follower, t Transfer, have *zone.Zone, equal bool, now time.Time) offer {
	c := Copy{Zone: f.Zone, Serial: t.Zone.Serial(), From: p.at(), Got: now, Compared: f.Compared, Gone: f.Gone, Member: f.Member,
		Parent: f.Parent, Secured: f.Secured, Bare: f.Bare, Heeded: true, Content: t.Zone}
	if t.Delta == nil {
		c.Compared = now
	}
	o := offer{f: f, copy: c, found: t.Findings}
	switch {
	case t.Delta != nil && r.Differences && !isSigned(have) && !isSigned(t.Zone):
		o.wish, o.copy.Bare = *t.Delta, false // even of the serial alone, which the next one leads from
	case equal && t.Delta != nil:
		// but for the serial nothing has changed
	default:
		o.wish, o.found, o.copy.Bare = r.wish(f, t.Zone, o.found, now)
	}
	if have != nil && !equal && have.Serial() == t.Zone.Serial() {
		o.found = append(o.found, zone.Finding{Text: fmt.Sprintf("the primary has something else than before with the same serial %d", have.Serial())})
	}
	return o
}

// again hands on what the store has and somebody was not told of. What cannot be done is
// done with the zone's next change, or at the next beginning.
func (r *run) again(ctx context.Context) {
	if r.Untold == nil {
		return
	}
	names, err := r.Untold(ctx)
	for _, n := range names {
		if err == nil && ctx.Err() == nil {
			err = r.anew(ctx, n)
		}
	}
	if err != nil && ctx.Err() == nil {
		r.log(slog.LevelWarn, "what is here already cannot be handed on anew", "error", err)
	}
}

// anew hands on a zone as the store has it.
func (r *run) anew(ctx context.Context, n zone.Name) error {
	r.mu.Lock()
	f := r.zones[n]
	r.mu.Unlock()
	if f == nil {
		return nil
	}
	z, err := r.content(ctx, f)
	if err != nil || z == nil {
		return err
	}
	r.mu.Lock()
	r.schedule.remove(f)
	f.busy = true
	r.work.Add(1)
	o := offer{f: f, copy: f.Copy, again: true}
	o.wish, o.found, o.copy.Bare = r.wish(f, z, nil, time.Now())
	r.mu.Unlock()
	r.offers <- o
	return nil
}

// handOn hands intents to the handler, as many as there are at a time, and then has
// the store keep what they are about.
func (r *run) handOn(ctx context.Context) {
	for o := range r.offers {
		batch := []offer{o}
		for len(batch) < most {
			select {
			case o, ok := <-r.offers:
				if ok {
					batch = append(batch, o)
					continue
				}
			default:
			}
			break
		}
		if err := r.take(ctx, batch); err != nil {
			for _, o := range batch {
				r.done(o.f, fmt.Errorf("zone %s: %w", o.copy.Zone, err))
			}
		}
	}
}

// take has a batch taken by the handler and then by the store.
func (r *run) take(ctx context.Context, batch []offer) error {
	var ins []zone.Intent
	for i, o := range batch {
		if o.wish != nil && r.Takes != nil && !r.Takes(Entry{Name: o.copy.Zone}) {
			batch[i].wish, batch[i].forget = nil, true // it is somebody else's by now
			continue
		}
		if o.wish != nil {
			ins = append(ins, zone.Intent{Zone: o.copy.Zone, Source: r.Name, Order: uint64(i), Wish: o.wish, Findings: o.found})
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(ins) > 0 {
		err := r.hand(ctx, ins)
		if err != nil && ctx.Err() == nil && wholes(ins, batch) {
			err = r.hand(ctx, ins)
		}
		if err != nil {
			return fmt.Errorf("handing on: %w", err)
		}
	}
	return r.keep(context.WithoutCancel(ctx), batch) // what was handed on is to be known
}

// wholes makes differences the whole zones that they lead to, and says whether there are
// any.
func wholes(ins []zone.Intent, batch []offer) (any bool) {
	for i, in := range ins {
		if _, ok := in.Wish.(zone.Patch); ok {
			ins[i].Wish, any = zone.Replace{Zone: batch[in.Order].copy.Content}, true
		}
	}
	return any
}

// keep has the store know of a batch that was handed on.
func (r *run) keep(ctx context.Context, batch []offer) error {
	r.keeping.Lock()
	defer r.keeping.Unlock()
	copies, gone := r.outcome(batch)
	if len(copies) > 0 {
		if err := r.store().Keep(ctx, r.Name, copies...); err != nil {
			return fmt.Errorf("store: %w", err)
		}
	}
	if len(gone) > 0 {
		if err := r.store().Forget(ctx, r.Name, gone...); err != nil {
			return fmt.Errorf("store: %w", err)
		}
	}
	for _, o := range batch {
		r.taken(o)
	}
	return nil
}

// outcome is what the store is to know and to forget. What the list has said of a zone
// meanwhile counts.
func (r *run) outcome(batch []offer) (copies []Copy, gone []zone.Name) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, o := range batch {
		if o.forget {
			gone = append(gone, o.copy.Zone)
			continue
		}
		batch[i].copy.Gone = o.f.Gone
		copies = append(copies, batch[i].copy)
	}
	return copies, gone
}

// taken notes that an offer was taken.
func (r *run) taken(o offer) {
	r.mu.Lock()
	f := o.f
	if o.forget {
		f.retired = true
		delete(r.zones, f.Zone)
	} else {
		if !o.again {
			f.known, f.checked, f.looked = true, time.Now(), nil
		}
		f.Copy = o.copy
		f.Content, f.Heeded, f.plain = nil, false, false
	}
	r.mu.Unlock()
	if o.wish != nil {
		r.log(slog.LevelInfo, "handed on", "zone", o.copy.Zone, "serial", o.copy.Serial, "from", o.copy.From, "kind", fmt.Sprintf("%T", o.wish))
	}
	r.done(f, nil)
}
