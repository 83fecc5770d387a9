package provider

import (
	"context"
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// patch changes single records in the zone that encloses the intent's name: of
// the zones that the target has, the one with the longest name.
func (j *job) patch(ctx context.Context, p zone.Patch) error {
	if j.Reverse.PTR == PTROff && isReverse(j.name) {
		j.say(zone.Note, zone.Key{}, "reverse zones are not kept")
		j.result.State = Unmanaged
		return nil
	}
	asked := j.name
	for _, at := range j.candidates(asked) {
		j.name = at
		live, err := j.read(ctx)
		if err != nil {
			return err
		}
		if live != nil {
			j.result.Zone, j.result.Plan.Zone, j.result.Held.Zone = at, at, at
			if j.Ledger != nil {
				live = nil // it is read again when nobody else may write
			}
			return j.leased(ctx, func(ctx context.Context) error { return j.patchZone(ctx, p, live) })
		}
	}
	if network := j.Reverse.network(asked); network != "" && len(p.Add) > 0 && j.Missing == MissingCreate {
		return j.opens(ctx, network, p)
	}
	j.say(zone.Note, zone.Key{}, "the target has no zone for this name")
	j.result.State = Unmanaged
	return nil
}

// isZoneCut holds for the names at which a customer can have a zone: neither a
// top-level domain nor the tops of the reverse trees.
func isZoneCut(n zone.Name) bool {
	return n != zone.Root && n.Parent() != zone.Root && n != "in-addr.arpa." && n != "ip6.arpa."
}

// patchZone does what the patch says, as far as it can stand beside the rest.
// live is what was read under the lease, nil where that is still to be done.
func (j *job) patchZone(ctx context.Context, p zone.Patch, live *zone.Zone) error {
	return j.rounds(func() (bool, error) {
		found := live
		if live = nil; found == nil {
			var err error
			if found, err = j.read(ctx); err != nil || found == nil {
				return true, err
			}
		}
		return j.patchRound(ctx, p, found)
	})
}

func (j *job) patchRound(ctx context.Context, p zone.Patch, live *zone.Zone) (done bool, err error) {
	if theirs, err := j.meet(ctx, live); theirs || err != nil {
		return true, err
	}
	if isPast(live, j.begun) && !j.dry {
		// A set is written whole, so one that was read as it was a moment ago would
		// bring back what is gone, and no later patch would know.
		j.result.Restless = true
		j.say(zone.Note, zone.Key{}, "the target shows what was there before it was written to last: the patch waits until it does not")
		return true, nil
	}
	if live.Presigned() {
		j.say(zone.Blocked, zone.Key{}, signedHere)
		return true, nil
	}
	d, err := j.decidePatch(live, p)
	if err != nil {
		return true, err
	}
	j.result.Plan, j.result.Held = d.now, d.held
	if j.dry || j.awaits(d) {
		return true, nil
	}
	return j.carryOut(ctx, d)
}

// decidePatch makes the plan of a patch: live with the records changed, but for
// what would conflict or is protected.
func (j *job) decidePatch(live *zone.Zone, p zone.Patch) (d decision, err error) {
	p.Add = slices.DeleteFunc(slices.Clone(p.Add), func(r zone.Record) bool { return j.clashes(live, p, r) })
	if p, err = j.due(live, p); err != nil {
		return d, err
	}
	patched, err := live.Patch(p)
	if err != nil {
		return d, err
	}
	patched, fs := adjust(j.Provider, live, patched)
	j.found(fs...)
	for _, r := range slices.Concat(p.Add, p.Drop) {
		k := zone.Key{Name: r.Name, Type: r.Type}
		if g, ok := live.Protection(k); ok {
			j.say(zone.Blocked, k, "protected at the target: %s", g.Reason)
		}
	}
	d = decision{live: live, want: j.ours(p), values: true}
	var why error
	if plan := zone.Diff(live, patched).Only(j.decides); j.Hold {
		d.now, d.held = j.pass(plan)
	} else {
		d.now, d.held, why = j.Limits.Split(live, plan)
		if j.emptiesByOnes(why) {
			d.now, d.held, why = plan, zone.Plan{Zone: j.name}, nil
		}
	}
	if !d.held.Empty() && slices.Contains(j.Approved, d.held.Digest()) {
		d.now, d.held, why = zone.Diff(live, patched).Only(j.decides), zone.Plan{Zone: j.name}, nil
	}
	d.target = live.Apply(d.now)
	if why != nil {
		j.say(zone.Blocked, zone.Key{}, "%d deletions are held: %v", len(d.held.Changes), why)
	}
	return d, nil
}

// decides reports whether a change is the source's to make.
func (j *job) decides(c zone.Change) bool {
	r := j.EffectiveRules()
	switch k := c.Key(); {
	case !k.IsAuthority(j.name):
		return true
	case k.Type == zone.SOA:
		return r.SOA == zone.BySource
	default:
		return r.ApexNS == zone.BySource
	}
}

// clashes reports, and says, whether a record cannot be added beside what is
// there.
func (j *job) clashes(live *zone.Zone, p zone.Patch, r zone.Record) bool {
	with, err := live.Patch(zone.Patch{Drop: p.Drop, Add: []zone.Record{r}})
	if err != nil || len(with.Conflicts()) <= len(live.Conflicts()) {
		return false // what is wrong with the record itself comes out later
	}
	j.say(zone.Blocked, zone.Key{Name: r.Name, Type: r.Type}, "%q cannot stand beside what is there", r.Data)
	return true
}

// ours gives what the base will be wanted to hold: what was ours, patched.
func (j *job) ours(p zone.Patch) *zone.Zone {
	wrote, _ := zone.New(j.name)
	if j.base != nil {
		wrote = j.base.Wrote
	}
	if patched, err := wrote.Patch(p); err == nil {
		return patched
	}
	return wrote
}
