package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// remove does what is to be done with a zone that the source no longer has.
func (j *job) remove(ctx context.Context) error {
	if j.Removal == RemovalKeep {
		j.say(zone.Note, zone.Key{}, "the source has removed the zone; it stays, as is configured")
		j.result.State = Unmanaged
		return nil
	}
	return j.rounds(func() (bool, error) { return j.removeRound(ctx) })
}

func (j *job) removeRound(ctx context.Context) (done bool, err error) {
	live, err := j.read(ctx)
	if err != nil {
		return true, err
	}
	if live == nil {
		return true, j.forget(ctx)
	}
	if theirs, err := j.meet(ctx, live); theirs || err != nil {
		return true, err
	}
	j.result.Restless = j.unsure
	if j.Removal == RemovalEmpty {
		return j.empty(ctx, live)
	}
	plan := zone.Diff(live, nil)
	switch n := j.notOurs(live); {
	case slices.Contains(j.Approved, plan.Digest()):
	case j.Hold:
		j.result.Held = plan
		return true, nil
	case n > 0:
		j.result.Held = plan
		j.say(zone.Blocked, zone.Key{}, "the zone has %d sets that are not ours: its removal awaits approval", n)
		return true, nil
	case !j.proven():
		j.result.Held = plan
		j.say(zone.Blocked, zone.Key{}, "nothing proves that the zone is ours: its removal awaits approval")
		return true, nil
	}
	j.result.Plan = plan
	if j.dry {
		return true, nil
	}
	return true, j.parted(ctx, j.delete)
}

// proven reports whether the zone itself is ours to delete.
func (j *job) proven() bool {
	return j.claimed || j.EffectiveRules().Foreign == zone.ForeignPurge || j.base != nil && j.base.Created
}

// empty takes out what is ours.
func (j *job) empty(ctx context.Context, live *zone.Zone) (done bool, err error) {
	none, goal := j.withoutOurs(live)
	d := decision{live: live, want: none, target: goal}
	d.now, d.held = j.pass(zone.Diff(live, goal))
	j.result.Plan, j.result.Held = d.now, d.held
	if j.dry || !d.held.Empty() {
		return true, nil
	}
	err = j.parted(ctx, func(ctx context.Context) error {
		done, err = j.carryOut(ctx, d)
		return err
	})
	return done || err != nil || j.result.Awaits != "", err
}

// withoutOurs gives what the source wants, nothing, and what stays then.
func (j *job) withoutOurs(live *zone.Zone) (none, goal *zone.Zone) {
	none, _ = zone.New(j.name)
	goal, _ = zone.Reconcile(j.base, live, none, j.EffectiveRules())
	return none, goal
}

// notOurs counts the sets that the removal of a zone would take away though they
// were never ours, or are protected.
func (j *job) notOurs(live *zone.Zone) (n int) {
	_, goal := j.withoutOurs(live)
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
	switch err := c.DeleteZone(ctx, j.name); {
	case KindOf(err) == KindRefused && !errors.Is(err, ErrNoZone):
		j.result.Plan = zone.Plan{Zone: j.name}
		j.say(zone.Blocked, zone.Key{}, "the service does not let it go: %v", err)
		return nil
	case err != nil && !errors.Is(err, ErrNoZone):
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
