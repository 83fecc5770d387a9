package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// carryOut applies a decision, reads back what became of it and remembers. done
// is false when a set had changed since it was read.
func (j *job) carryOut(ctx context.Context, d decision) (done bool, err error) {
	if d.live == nil {
		return true, j.vanished(ctx)
	}
	p := pursuit{job: j, decision: d, after: d.live, chase: d.target, out: map[zone.Key]bool{}, echo: map[zone.Key]bool{}}
	if err = p.run(ctx); err != nil || p.conflict {
		j.unsure = j.unsure || slices.ContainsFunc(j.begun, isOpen)
		return err != nil, err // what was done is told by the plans that were begun, and live
	}
	j.result.Restless = j.unsure || p.lost || j.result.Awaits != ""
	if j.unsure {
		j.say(zone.Note, zone.Key{}, "somebody was interrupted here a moment ago, and what was done may not show yet: the zone is looked at again")
	}
	if p.lost {
		return true, nil
	}
	if !j.result.Plan.Empty() {
		j.result.Live = p.after
	}
	next := zone.Settle(j.base, zone.Outcome{Want: d.want, Goal: d.target, Before: d.live, After: p.after, Rules: j.EffectiveRules(), Made: j.made, Values: d.values, Echo: p.isEcho})
	j.join(d, p.after, next)
	if err := j.commit(ctx, next, j.base.Repairs(d.now, d.want)...); err != nil {
		return true, err
	}
	return true, j.claim(ctx)
}

// A pursuit applies a plan until live is what it shall be, or nothing helps: a
// success status is no proof (law 5).
type pursuit struct {
	*job
	decision
	after    *zone.Zone        // live as it was read last, as far as it concerns the plan
	chase    *zone.Zone        // the target, and what others put into its merged sets meanwhile
	out      map[zone.Key]bool // sets that the service refused
	echo     map[zone.Key]bool // sets that the service keeps in a form of its own
	conflict bool              // somebody else wrote
	lost     bool              // what was written does not show
}

func (p *pursuit) isEcho(k zone.Key) bool { return p.echo[k] }

func (p *pursuit) run(ctx context.Context) error {
	plan := p.now
	for try := 1; len(plan.Changes) > 0 && !p.conflict; try++ {
		if try > maxTries {
			p.giveUp(plan)
			return nil
		}
		if err := p.begin(ctx, plan); err != nil {
			return err
		}
		before := p.after
		refused := len(p.out)
		failure := p.heed(plan, p.drop(p.Provider.Apply(ctx, plan)))
		err := p.readBack(ctx, plan)
		if err == nil && !p.conflict && len(p.out) > refused {
			p.conflict, err = p.misled(ctx, plan)
		}
		if errors.Is(err, ErrNoZone) {
			p.conflict, err = true, nil // somebody removed it
		}
		if failure != nil || p.conflict {
			return failure
		}
		if err != nil {
			return fmt.Errorf("read back: %w", err)
		}
		p.chase = p.chase.Spare(before, p.after)
		left := p.left(plan)
		if try > 1 && p.stuck(left, before) {
			return nil
		}
		plan = left
	}
	return nil
}

// heed sorts what came back from Apply: refused changes are found, a conflict is
// remembered, as is a zone that is no longer there; what remains is the error.
func (p *pursuit) heed(plan zone.Plan, err error) error {
	ae, ok := errors.AsType[*ApplyError](err)
	switch {
	case errors.Is(err, ErrNoZone):
		p.conflict = true
		return nil
	case !ok:
		return err
	}
	rest := ApplyError{Done: ae.Done, Unknown: ae.Unknown, Err: ae.Err}
	for _, f := range ae.Failed {
		_, isConflict := errors.AsType[*ConflictError](f.Err)
		switch {
		case isConflict:
			p.conflict = true
		case KindOf(f.Err) == KindRefused && f.Index < len(plan.Changes):
			k := plan.Changes[f.Index].Key()
			p.out[k] = true
			p.say(zone.Blocked, k, "the service does not take it: %v", f.Err)
		default:
			rest.Failed = append(rest.Failed, f)
		}
	}
	if rest.Failed == nil && rest.Unknown == nil && rest.Err == nil {
		return nil
	}
	return &rest
}

// readBack reads the sets of the plan again, as cheaply as the driver can.
func (p *pursuit) readBack(ctx context.Context, plan zone.Plan) error {
	keys := make([]zone.Key, len(plan.Changes))
	for i, c := range plan.Changes {
		keys[i] = c.Key()
	}
	got, err := readSets(ctx, p.Provider, p.name, keys)
	if err != nil {
		return err
	}
	var now zone.Plan
	for _, k := range keys {
		set, _ := got.Get(k)
		if set.Name == "" {
			set, _ = p.after.Get(k)
			now.Changes = append(now.Changes, zone.Change{Old: set})
			continue
		}
		now.Changes = append(now.Changes, zone.Change{New: set})
	}
	p.after = p.after.Apply(now)
	return nil
}

// misled reports whether a name at which the service refused a change holds other
// sets than the plan was made for: then it is not the data that is refused. Who has
// not seen the zone cannot tell.
func (p *pursuit) misled(ctx context.Context, plan zone.Plan) (bool, error) {
	if p.result.Partly {
		return true, nil
	}
	live, err := p.Provider.Zone(ctx, p.name)
	if err != nil {
		return false, err
	}
	planned := map[zone.Key]bool{}
	for _, c := range plan.Changes {
		planned[c.Key()] = true
	}
	beside := func(z *zone.Zone, name zone.Name) *zone.Zone {
		return z.Only(func(s zone.RRset) bool { return s.Name == name && !planned[s.Key] })
	}
	for k := range p.out {
		if !beside(live, k.Name).Equal(beside(p.after, k.Name)) {
			return true, nil
		}
	}
	return false, nil
}

// left gives what of a plan is still to be done.
func (p *pursuit) left(plan zone.Plan) zone.Plan {
	mine := map[zone.Key]bool{}
	for _, c := range plan.Changes {
		mine[c.Key()] = !p.out[c.Key()]
	}
	return zone.Diff(p.after, p.chase).Only(func(c zone.Change) bool { return mine[c.Key()] })
}

// stuck reports whether another try left everything as it was before it. What
// differs from live then is how the service keeps what it is given; what does not
// was never done, whatever the service said.
func (p *pursuit) stuck(left zone.Plan, before *zone.Zone) bool {
	for _, c := range left.Changes {
		was, _ := before.Get(c.Key())
		if !was.Equal(c.Old) {
			return false
		}
	}
	for _, c := range left.Changes {
		k := c.Key()
		first, _ := p.live.Get(k)
		goal, _ := p.target.Get(k)
		switch {
		case first.Equal(c.Old) && !sameContent(c.Old, goal):
			p.lost = true
			p.say(zone.Blocked, k, "the service said yes and did not do it")
		case len(c.Old.Data) != len(goal.Data):
			p.say(zone.Blocked, k, "the service said yes and keeps only %q", c.Old)
		default:
			p.echo[k] = true
			p.say(zone.Note, k, "the service keeps it as %q", c.Old)
		}
	}
	return true
}

// sameContent reports whether two sets differ in nothing but their TTL and where
// texts are cut: a form of the same thing, not another thing.
func sameContent(a, b zone.RRset) bool {
	return slices.Equal(content(a), content(b))
}

func content(s zone.RRset) []string {
	out := slices.Clone(s.Data)
	for i, d := range out {
		if raw, err := zone.RawText(d); err == nil && s.Type == zone.TXT {
			out[i] = raw
		}
	}
	slices.Sort(out)
	return out
}

// giveUp explains what cannot be made to hold still.
func (p *pursuit) giveUp(plan zone.Plan) {
	p.lost = true
	for _, c := range plan.Changes {
		p.say(zone.Blocked, c.Key(), "still differs after %d plans: the target has %q", maxTries, c.Old)
	}
}
