package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// remove deletes the zone if nothing in it belongs to somebody else.
func (j *job) remove(ctx context.Context) error {
	live, err := j.read(ctx)
	if err != nil {
		return err
	}
	if live == nil {
		return j.forget(ctx)
	}
	if theirs, err := j.meet(ctx, live); theirs || err != nil {
		return err
	}
	plan := zone.Diff(live, nil)
	if n := j.notOurs(live); n > 0 && !slices.Contains(j.Approved, plan.Digest()) {
		j.result.Held = plan
		j.say(zone.Blocked, zone.Key{}, "the zone has %d sets that are not ours: its removal awaits approval", n)
		return nil
	}
	j.result.Plan = plan
	if j.dry {
		return nil
	}
	return j.delete(ctx)
}

// notOurs counts the sets that the removal of a zone would take away though they
// were never ours, or are protected.
func (j *job) notOurs(live *zone.Zone) (n int) {
	r := j.rules()
	empty, _ := zone.New(j.name)
	goal, _ := zone.Reconcile(j.base, live, empty, r)
	for s := range goal.All() {
		if !s.Key.IsAuthority(j.name) {
			n++
		}
	}
	return n + len(live.Protected())
}

func (j *job) delete(ctx context.Context) error {
	c, ok := As[Creator](j.Provider)
	if !ok {
		j.result.Plan = zone.Plan{Zone: j.name}
		j.say(zone.Blocked, zone.Key{}, "the driver cannot delete zones")
		return nil
	}
	if err := j.begin(ctx, j.result.Plan); err != nil {
		return err
	}
	if err := c.DeleteZone(ctx, j.name); err != nil && !errors.Is(err, ErrNoZone) {
		return fmt.Errorf("delete: %w", err)
	}
	live, err := j.read(ctx)
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	if live != nil {
		return errors.New("delete: the service said yes, but still has the zone")
	}
	return j.forget(ctx)
}

// forget drops what is known of a zone that is no longer there.
func (j *job) forget(ctx context.Context) error {
	if j.dry {
		return nil
	}
	return j.commit(ctx, nil)
}
