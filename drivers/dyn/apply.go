package dyn

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Apply implements provider.Provider: all changes are staged, looked at, and published
// at once. An empty plan costs nothing.
func (p *Provider) Apply(ctx context.Context, plan zone.Plan) error {
	if len(plan.Changes) == 0 {
		return nil
	}
	if err := p.fit(plan.Zone); err != nil {
		return &provider.ApplyError{Err: err}
	}
	return p.writing(ctx, plan.Zone, func() error { return p.apply(ctx, plan) })
}

// writing does something to a zone to which nobody else of this account writes
// meanwhile.
func (p *Provider) writing(ctx context.Context, name zone.Name, do func() error) error {
	unlock, err := p.use().zones.lock(ctx, name)
	if err != nil {
		return err
	}
	defer unlock()
	return do()
}

func (p *Provider) apply(ctx context.Context, plan zone.Plan) error {
	a := p.use()
	var b *batch
	err := a.work(ctx, func(s *session) (err error) {
		b = &batch{session: s, plan: plan, failed: map[int]error{}}
		if b.live, err = s.read(ctx, plan.Zone); err != nil {
			return err
		}
		b.compare()
		if len(b.good()) == 0 {
			return nil
		}
		if err := p.thaw(ctx, s, plan.Zone); err != nil {
			return err
		}
		return b.run(ctx)
	})
	if err == nil && b.published {
		err = a.settle(ctx, b.task, a.get)
		b.unsure = err != nil
	}
	if err == nil && b.published {
		err = a.notes.write(ctx, plan.Zone, unpublished, false)
	}
	_ = p.refreeze(ctx, plan.Zone) // else Finish does
	return b.outcome(err)
}

// A batch is the changes of a plan on their way into a zone.
type batch struct {
	*session
	plan      zone.Plan
	live      holding
	failed    map[int]error // changes that are left out
	published bool
	unsure    bool   // whether it is published, nobody knows
	task      scalar // that carries the publish out
}

// groups gives what stands or falls together, by the index of its first change.
func (b *batch) groups() iter.Seq2[int, []zone.Change] {
	return func(yield func(int, []zone.Change) bool) {
		from := 0
		for _, group := range b.plan.Groups() {
			if !yield(from, group) {
				return
			}
			from += len(group)
		}
	}
}

// good gives the changes that nothing speaks against yet.
func (b *batch) good() (all []int) {
	for i := range b.plan.Changes {
		if b.failed[i] == nil {
			all = append(all, i)
		}
	}
	return all
}

// fail leaves a group out for what is wrong with one of its changes.
func (b *batch) fail(from int, group []zone.Change, bad int, why error) {
	for i := range group {
		b.failed[from+i] = fmt.Errorf("not done, since %s was not: %w", group[bad].Key(), why)
	}
	b.failed[from+bad] = why
}

// compare leaves out what the zone, as it is now, does not allow.
func (b *batch) compare() {
	for from, group := range b.groups() {
		for i, c := range group {
			if why := b.forbids(c); why != nil {
				b.fail(from, group, i, why)
				break
			}
		}
	}
}

// forbids says why a change cannot be done to the zone as it is.
func (b *batch) forbids(c zone.Change) error {
	k := c.Key()
	if k.IsAuthority(b.plan.Zone) {
		return refused("%s is the service's own", k)
	}
	if p, ok := b.live.zone.Protection(k); ok {
		return refused("%s is protected: %s", k, p.Reason)
	}
	if is, _ := b.live.zone.Get(k); !is.Equal(c.Old) {
		return &provider.ConflictError{Key: k}
	}
	for _, data := range c.New.Data {
		if _, err := encode(k.Type, data); err != nil {
			return refused("%s", err)
		}
	}
	if c.Op() == zone.Delete && slices.ContainsFunc(b.live.ids[k], noNumber) {
		return refused("the service gives no numbers of the records of %s, and without them it would delete others, too", k)
	}
	return nil
}

// noNumber holds for an id that names no record.
func noNumber(id string) bool {
	return strings.Trim(id, "0123456789") != "" || strings.Trim(id, "0") == ""
}

func refused(format string, args ...any) error {
	return &provider.ServiceError{Kind: provider.KindRefused, Err: fmt.Errorf(format, args...)}
}

// run stages and publishes. Whatever goes wrong before the publish is known to be
// done, nothing of it stays behind.
func (b *batch) run(ctx context.Context) error {
	if err := b.stageAll(ctx); err != nil || len(b.good()) == 0 {
		return b.undo(ctx, err)
	}
	if err := b.verify(ctx); err != nil {
		return b.undo(ctx, err)
	}
	task, err := b.publish(ctx, b.plan.Zone, len(b.good()))
	switch {
	case err == nil:
		b.published, b.task = true, task
	case rest.Unsettled(err):
		b.unsure = true
	default:
		return b.undo(ctx, err)
	}
	return err
}

// outcome tells of each change what became of it.
func (b *batch) outcome(err error) error {
	ae := &provider.ApplyError{Err: err}
	if b == nil {
		return ae
	}
	for i := range b.plan.Changes {
		switch why := b.failed[i]; {
		case why != nil:
			ae.Failed = append(ae.Failed, provider.ChangeError{Index: i, Err: why})
		case b.unsure:
			ae.Unknown = append(ae.Unknown, i)
		case b.published:
			ae.Done = append(ae.Done, i)
		}
	}
	if ae.Failed == nil && ae.Unknown == nil && ae.Err == nil {
		return nil
	}
	return ae
}

// splits reports whether an error is that of one change, which the others need not
// suffer from.
func splits(err error) bool {
	_, conflict := errors.AsType[*provider.ConflictError](err)
	return conflict || provider.KindOf(err) == provider.KindRefused
}
