package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// replace makes the zone what is wanted. When somebody else wrote in between it
// begins anew with what is there now.
func (j *job) replace(ctx context.Context, want *zone.Zone) error {
	if want.Name() != j.name {
		return fmt.Errorf("the intent has zone %q", want.Name())
	}
	if isEmpty(want) {
		j.say(zone.Refused, zone.Key{}, "the source has no records for this zone, and an empty zone is never written")
		return nil
	}
	if slices.ContainsFunc(j.result.Findings, refusesAll) {
		return nil // the source itself says so: what is there stays
	}
	return j.rounds(func() (bool, error) { return j.round(ctx, want) })
}

// rounds repeats a round until it is done; each begins with what was found
// before the first.
func (j *job) rounds(round func() (done bool, err error)) error {
	said := slices.Clip(j.result.Findings)
	for range maxTries {
		j.result.Findings = said
		if done, err := round(); done || err != nil {
			return err
		}
	}
	j.result.Restless = true
	j.say(zone.Blocked, zone.Key{}, "somebody else keeps writing to this zone: given up after %d plans", maxTries)
	return nil
}

// isEmpty holds for a zone that has nothing to serve.
func isEmpty(z *zone.Zone) bool {
	for s := range z.All() {
		if s.Type != zone.SOA {
			return false
		}
	}
	return true
}

// round reads, decides, writes and reads back, once. done is false when the zone
// changed under its hands.
func (j *job) round(ctx context.Context, want *zone.Zone) (done bool, err error) {
	if d, ok, err := j.stand(ctx, want); err != nil {
		return true, err
	} else if ok {
		return j.follow(ctx, d)
	}
	live, err := j.read(ctx)
	if err != nil {
		return true, err
	}
	if live == nil && j.Missing == MissingSkip {
		j.say(zone.Note, zone.Key{}, "the target does not have this zone, and shall not get it from us")
		j.result.State = Unmanaged
		return true, nil
	}
	if live != nil {
		if theirs, err := j.meet(ctx, live); theirs || err != nil {
			return true, err
		}
	}
	if want, err = j.delegate(ctx, live, want); err != nil {
		return true, err
	}
	d, ok := j.decide(live, want)
	if !ok {
		return true, nil
	}
	if d, err = j.inFleet(ctx, d); err != nil {
		return true, err
	}
	j.result.Plan, j.result.Held = d.now, d.held
	j.result.Plan.Zone, j.result.Held.Zone = j.name, j.name
	if j.dry || j.awaits(d) {
		return true, nil
	}
	if d.now.Create {
		d, err = j.create(ctx, d, want)
		if errors.Is(err, ErrZoneExists) || errors.Is(err, ErrNoZone) {
			return false, nil // somebody was quicker, or has removed it again
		}
		if err != nil {
			return true, err
		}
	}
	return j.carryOut(ctx, d)
}

// A decision is what to do with a zone as it is.
type decision struct {
	live   *zone.Zone // nil: not there yet
	want   *zone.Zone // adjusted to the service
	target *zone.Zone // what live shall be when now is done
	now    zone.Plan
	held   zone.Plan
	values bool // it is about single records
	serves bool // the zone is one that its source has
}

// decide makes the plan. ok is false where the zone as a whole is refused.
func (j *job) decide(live, want *zone.Zone) (d decision, ok bool) {
	if want.Presigned() {
		return j.decidePresigned(live, want)
	}
	want, fs := adjust(j.Provider, live, want)
	j.found(fs...)
	if slices.ContainsFunc(fs, refusesAll) {
		return d, false
	}
	d = decision{live: live, want: want, serves: true}
	goal, fs := zone.Reconcile(j.base, live, want, j.EffectiveRules())
	approved, otherwise := j.withApproval(d, goal, fs)
	var why error
	if j.holds() {
		d.now, d.target, d.held = zone.Plan{Zone: j.name}, live, zone.Diff(live, approved)
	} else {
		d.now, _, why = j.Limits.Split(live, zone.Diff(live, goal))
		d.target = live.Apply(d.now)
		d.held = zone.Diff(d.target, approved)
		d.held.Create = false
	}
	if slices.Contains(j.Approved, d.held.Digest()) {
		d.now, d.target = zone.Diff(live, approved), approved
		d.held, why, fs = zone.Plan{Zone: j.name}, nil, otherwise
	}
	j.found(fs...)
	if why != nil {
		j.say(zone.Blocked, zone.Key{}, "%d deletions are held: %v", len(d.held.Changes), why)
	}
	return d, true
}

// withApproval gives the goal, and what there is to say about it, if everything
// that awaits approval had it.
func (j *job) withApproval(d decision, goal *zone.Zone, fs []zone.Finding) (*zone.Zone, []zone.Finding) {
	r := j.EffectiveRules()
	if !slices.ContainsFunc(fs, func(f zone.Finding) bool { return awaitsApproval(f, r) }) {
		return goal, fs
	}
	r.Adopt = zone.AdoptTake
	return zone.Reconcile(j.base.Uncontested(), d.live, d.want, r)
}

// awaitsApproval holds for a finding that may be another one with an approval.
func awaitsApproval(f zone.Finding, r zone.Rules) bool {
	return f.Level == zone.Contested || f.Level == zone.Blocked && r.Adopt != zone.AdoptTake
}

// refusesAll holds for a finding that forbids to write anything, of a source as of a
// driver.
func refusesAll(f zone.Finding) bool { return f.Level == zone.Refused && f.Key == (zone.Key{}) }

// create makes the zone and decides anew: it comes with what the service puts
// into it.
func (j *job) create(ctx context.Context, d decision, want *zone.Zone) (decision, error) {
	c, ok := As[Creator](j.Provider)
	if !ok {
		j.say(zone.Blocked, zone.Key{}, "the target does not have this zone, and the driver cannot create zones")
		j.result.Plan = zone.Plan{Zone: j.name}
		return decision{}, nil
	}
	if err := j.begin(ctx, d.now); err != nil {
		return d, err
	}
	servers, err := c.CreateZone(ctx, d.target)
	if err != nil {
		return d, fmt.Errorf("create: %w", err)
	}
	j.result.NameServers, j.made = servers, true
	live, err := j.read(ctx)
	if err != nil {
		return d, err
	}
	if live == nil {
		return d, ErrNoZone
	}
	said := len(j.result.Findings)
	d, _ = j.decide(live, want)
	j.result.Findings = dropRepeats(j.result.Findings, said)
	j.result.Held = d.held
	return d, nil
}

// dropRepeats leaves out the findings from a place on that were said before it.
func dropRepeats(fs []zone.Finding, from int) []zone.Finding {
	said := make(map[zone.Finding]bool, from)
	for _, f := range fs[:from] {
		said[f] = true
	}
	return append(fs[:from:from], slices.DeleteFunc(fs[from:], func(f zone.Finding) bool { return said[f] })...)
}

// begin makes a plan durable before it causes a call.
func (j *job) begin(ctx context.Context, p zone.Plan) error {
	if j.Ledger == nil {
		return nil
	}
	if err := j.Ledger.Begin(ctx, j.lease, p); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	j.begun = append(j.begun, Begun{Plan: p})
	return nil
}

// commit remembers what is ours now. As long as live may not show what was begun,
// those plans are looked at again next time.
func (j *job) commit(ctx context.Context, next *zone.Base, repaired ...zone.Key) error {
	if j.Ledger == nil || len(j.begun) == 0 && sameBase(j.base, next) {
		return nil
	}
	if j.unsure {
		repaired = nil // it may have been the past
	}
	roused, err := j.Ledger.Commit(ctx, j.lease, next, !j.unsure, repaired...)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	j.result.Roused = append(j.result.Roused, roused...)
	j.base = next
	return nil
}

func sameBase(a, b *zone.Base) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Wrote.Equal(b.Wrote) && a.Stored.Equal(b.Stored) && a.Created == b.Created &&
		a.Cut.Equal(b.Cut) && slices.Equal(a.Delegates, b.Delegates)
}
