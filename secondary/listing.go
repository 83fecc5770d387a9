package secondary

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// A listing is how reading the list goes.
type listing struct {
	at   time.Time // when it could last be read
	err  error     // why it cannot be used; nil: it can
	held string    // why nothing is removed
}

// list reads the list and follows what it says, and what somebody says of zones.
func (r *run) list(ctx context.Context) error {
	return errors.Join(r.read(ctx), r.forced(ctx))
}

// read follows what the list says. An error changes nothing.
func (r *run) read(ctx context.Context) error {
	entries, err := r.List.Zones(ctx)
	if err == nil && len(entries) == 0 {
		err = errEmptyList
	}
	if err != nil {
		r.unlisted(err)
		return fmt.Errorf("list: %w", err)
	}
	ripe, others, err := r.noted(ctx, entries)
	if err != nil {
		return err
	}
	r.drop(ripe, zone.Remove{})
	r.drop(others, nil)
	return nil
}

// unlisted notes that the list cannot be used. What is known is still followed.
func (r *run) unlisted(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lists.err = err
	r.lookAtIdle()
}

// noted takes in what the list says, and has the store know of it before any of ripe
// is removed. others are zones that somebody else has from now on.
func (r *run) noted(ctx context.Context, entries []Entry) (ripe, others []zone.Name, err error) {
	r.keeping.Lock()
	defer r.keeping.Unlock()
	r.mu.Lock()
	r.lists.at, r.lists.err = time.Now(), nil
	changed, others := r.follow(entries)
	changed, ripe = r.lost(r.lists.at, changed)
	r.mu.Unlock()
	if len(changed) == 0 {
		return ripe, others, nil
	}
	if err := r.store().Keep(ctx, r.Name, changed...); err != nil {
		return nil, nil, fmt.Errorf("store: %w", err)
	}
	return ripe, others, nil
}

// follow takes in what the list says. changed is what the store does not know yet, and
// others are zones that were followed and are not any more. The lock is held.
func (r *run) follow(entries []Entry) (changed []Copy, others []zone.Name) {
	now := time.Now()
	for _, f := range r.zones {
		f.listed = false
	}
	for _, e := range entries {
		f := r.zones[e.Name]
		if r.Takes != nil && !r.Takes(e) {
			if f != nil && f.known {
				f.listed = true // and not lost
				others = append(others, e.Name)
			}
			continue
		}
		if f == nil {
			f = &follower{Copy: Copy{Zone: e.Name, Member: e.Member}, place: -1, began: now}
			r.zones[e.Name] = f
		}
		f.listed, f.serial = true, e.Serial
		if !f.Gone.IsZero() {
			f.Gone = time.Time{}
			changed = append(changed, f.Copy)
		}
		if e.Member != f.Member {
			if f.known && f.Member != "" && e.Member != "" { // a reset: our copy counts for nothing, and the target keeps its own
				f.Force = true
				r.look(f, false)
			}
			f.Member = e.Member
			if f.known {
				changed = append(changed, f.Copy)
			}
		}
		if f.place < 0 && !f.busy || e.Serial != nil && f.known && !f.busy {
			r.look(f, false)
		}
	}
	return changed, others
}

// lost finds what the list has no more. The lock is held.
func (r *run) lost(now time.Time, changed []Copy) ([]Copy, []zone.Name) {
	var lost []Copy
	for name, f := range r.zones {
		switch {
		case f.listed:
		case !f.known && !f.busy: // nobody has been told of it
			r.schedule.remove(f)
			delete(r.zones, name)
		case f.known:
			if f.Gone.IsZero() {
				f.Gone = now
				changed = append(changed, f.Copy)
				r.log(slog.LevelWarn, "the list does not have a zone any more", "zone", name)
			}
			lost = append(lost, f.Copy)
		}
	}
	ripe, held := r.Removals.judge(lost, now)
	if held != "" && held != r.lists.held {
		r.log(slog.LevelError, "removals are held", "reason", held)
	}
	r.lists.held = held
	return changed, ripe
}

// lookAtIdle has every zone looked at that nobody will look at. The lock is held.
func (r *run) lookAtIdle() {
	for _, f := range r.zones {
		if f.place < 0 && !f.busy {
			r.look(f, false)
		}
	}
}

// drop ends following zones, with a wish, or without one where others have them.
func (r *run) drop(names []zone.Name, wish zone.Wish) {
	var offers []offer
	r.mu.Lock()
	for _, name := range names {
		f := r.zones[name]
		if f == nil || f.busy {
			continue // the next read of the list finds it again
		}
		r.schedule.remove(f)
		f.busy = true
		r.work.Add(1)
		offers = append(offers, offer{f: f, wish: wish, copy: f.Copy, forget: true})
	}
	r.mu.Unlock()
	for _, o := range offers {
		r.offers <- o
	}
}

// forced learns which zones somebody has said to take.
func (r *run) forced(ctx context.Context) error {
	r.keeping.Lock()
	defer r.keeping.Unlock()
	names, err := r.store().Forced(ctx, r.Name)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range names {
		if f := r.zones[n]; f != nil && !f.Force {
			f.Force, r.shrunk = true, 0
			r.look(f, true)
		}
	}
	return nil
}
