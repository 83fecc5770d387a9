package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// parted does what takes a zone away when no zone above delegates to it any more. It
// asks them to stop, and comes again if they have not.
func (j *job) parted(ctx context.Context, do func(context.Context) error) error {
	if j.Ledger == nil || j.Delegation == DelegationSource {
		return do(ctx)
	}
	if err := j.withdraw(ctx); err != nil {
		return err
	}
	above, err := j.Ledger.Above(ctx, j.Target, j.name)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return j.under(ctx, above, do)
}

// under does something if none of the zones above delegates to this one. Who is at
// work on them, and may have begun to delegate, is waited for; nobody is meanwhile.
// They never wait for those below them.
func (j *job) under(ctx context.Context, above []zone.Name, do func(context.Context) error) (err error) {
	if len(above) == 0 {
		return do(ctx)
	}
	at := above[0]
	held, lease, err := j.Ledger.Acquire(ctx, j.Target, at)
	if err != nil {
		return fmt.Errorf("lease of %s: %w", at, err)
	}
	defer func() {
		if e := j.Ledger.Release(context.WithoutCancel(ctx), lease); err == nil && e != nil {
			err = fmt.Errorf("lease of %s: %w", at, e)
		}
	}()
	switch delegates, err := j.isDelegatedBy(held, at); {
	case err != nil:
		return fmt.Errorf("ledger: %w", err)
	case delegates:
		j.result.Plan = zone.Plan{Zone: j.name}
		j.result.Awaits, j.result.Restless = at, true
		j.say(zone.Note, zone.Key{}, "the zone %s still delegates to it, and stops first", at)
		return nil
	}
	return j.under(held, above[1:], do)
}

// isDelegatedBy reports whether a zone above delegates to this one, or may do so.
func (j *job) isDelegatedBy(ctx context.Context, at zone.Name) (bool, error) {
	base, err := j.Ledger.Base(ctx, j.Target, at)
	if err != nil || base != nil && slices.Contains(base.Delegates, j.name) {
		return err == nil, err
	}
	begun, err := j.Ledger.Begun(ctx, j.Target, at)
	return slices.ContainsFunc(begun, func(b Begun) bool {
		return !b.Settled && slices.ContainsFunc(b.Changes, func(c zone.Change) bool {
			return c.New.Key == zone.Key{Name: j.name, Type: zone.NS}
		})
	}), err
}

// withdraw has nobody delegate to the zone any more.
func (j *job) withdraw(ctx context.Context) error {
	if cutOf(j.base) == nil {
		return nil
	}
	next := *j.base
	next.Cut = nil
	return j.commit(ctx, &next)
}

// vanished is for a zone that is not there and does not come.
func (j *job) vanished(ctx context.Context) error {
	if j.Ledger == nil || len(j.begun) > 0 {
		return nil
	}
	return j.withdraw(ctx)
}
