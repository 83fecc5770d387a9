package provider

import (
	"context"
	"errors"
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// Where a zone was seen whole lately and a wish changes a few sets of it, what the
// base has of the others stands for reading them. It decides about no set: what
// changes is read, or is left to a service that refuses a change of what it does not
// have so. Whatever is not as it is remembered leads to reading all of it.

// mostAsked is how many sets are asked for at most, and perSet how many times as many
// the zone has to have of which at least one is not.
const (
	mostAsked = 100
	perSet    = 20
)

// stand decides what to do without reading the zone whole. ok is false where that is
// not to be, and then nothing has been said.
func (j *job) stand(ctx context.Context, want *zone.Zone) (d decision, ok bool, err error) {
	if j.result.Partly = false; !j.mayStand() || want.Presigned() {
		return d, false, nil
	}
	j.whole = true // is the next round, if there is one
	said := slices.Clip(j.result.Findings)
	defer func() {
		if !ok {
			j.result.Findings = said
		}
	}()
	if want, err = j.delegate(ctx, j.base.Stored, want); err != nil {
		return d, false, err
	}
	wished, fs := adjust(j.Provider, j.base.Stored, want)
	reach, ok := j.base.Reach(wished, j.EffectiveRules())
	if !ok || slices.ContainsFunc(fs, isTrouble) {
		return d, false, nil
	}
	live, ok, err := j.certain(ctx, reach)
	if !ok || err != nil {
		return d, false, err
	}
	d, ok = j.decide(live, want)
	if !ok || !d.held.Empty() || slices.ContainsFunc(j.result.Findings[len(said):], isTrouble) || !within(d.now, reach.Changes) || j.moves(d.now) {
		return d, false, nil
	}
	j.result.Partly = true
	return d, true, nil
}

// mayStand reports whether nothing is known that speaks against it.
func (j *job) mayStand() bool {
	return j.Fresh && !j.whole && !j.dry && !j.Hold && len(j.Approved) == 0 && j.base != nil &&
		!slices.ContainsFunc(j.begun, isOpen)
}

// isOpen holds for a plan of which nobody knows what came of it.
func isOpen(b Begun) bool { return !b.Settled }

// isTrouble holds for a finding that is more than a note.
func isTrouble(f zone.Finding) bool { return f.Level > zone.Note }

// within reports whether a plan changes nothing but some sets.
func within(p zone.Plan, keys []zone.Key) bool {
	mine := make(map[zone.Key]bool, len(keys))
	for _, k := range keys {
		mine[k] = true
	}
	return !p.Create && !p.Delete && !slices.ContainsFunc(p.Changes, func(c zone.Change) bool { return !mine[c.Key()] })
}

// moves reports whether a plan changes how others delegate to the zone, which only
// all of it tells.
func (j *job) moves(p zone.Plan) bool {
	servers := map[zone.Name]bool{}
	for _, z := range []*zone.Zone{j.base.Cut, j.base.Stored} {
		ns, _ := z.Get(zone.Key{Name: j.name, Type: zone.NS})
		for _, server := range ns.Data {
			servers[zone.Name(server)] = true
		}
	}
	return slices.ContainsFunc(p.Changes, func(c zone.Change) bool {
		k := c.Key()
		isAddress := k.Type == zone.A || k.Type == zone.AAAA
		return k.Name == j.name && (k.Type == zone.NS || k.Type == "DNSKEY") || isAddress && servers[k.Name]
	})
}

// certain gives what is known with what has to be certain looked at. ok is false
// where that costs as much as the whole zone, or where something is not as known.
func (j *job) certain(ctx context.Context, reach zone.Reach) (live *zone.Zone, ok bool, err error) {
	if len(reach.Changes) == 0 || isExact(j.Provider) && !reach.Shared {
		return j.base.Stored, true, nil
	}
	g, ok := As[Getter](j.Provider)
	if keys := reach.Keys(); !ok || len(keys) > mostAsked || len(keys)*perSet > j.base.Stored.Len() {
		return nil, false, nil
	}
	got, err := g.RRsets(ctx, j.name, reach.Keys()...)
	if errors.Is(err, ErrNoZone) {
		return nil, false, nil // what follows from that is found by reading it
	}
	if err != nil {
		return nil, false, err
	}
	live, ok = j.base.Live(reach, got)
	return live, ok, nil
}

// follow carries out what was decided by what is known. A zone of somebody else is
// left alone.
func (j *job) follow(ctx context.Context, d decision) (done bool, err error) {
	if theirs, err := j.foreign(ctx); theirs || err != nil {
		return true, err
	}
	if d, err = j.inFleet(ctx, d); err != nil {
		return true, err
	}
	j.result.Plan, j.result.Held = d.now, d.held
	return j.carryOut(ctx, d)
}

// drop leaves of the plan that was begun last, if it was made by what is known, what
// may have been done: of the rest nothing can be concluded from what live holds.
func (j *job) drop(err error) error {
	ae, ok := errors.AsType[*ApplyError](err)
	if !ok || !j.result.Partly || len(j.begun) == 0 {
		return err
	}
	last := &j.begun[len(j.begun)-1]
	var done []zone.Change
	for i, c := range last.Changes {
		if slices.Contains(ae.Done, i) || slices.Contains(ae.Unknown, i) {
			done = append(done, c)
		}
	}
	last.Changes, last.Settled = done, len(done) == 0
	return err
}

// isExact holds for a service that refuses a change of what it does not have so.
func isExact(p Provider) bool {
	d, ok := As[Describer](p)
	return ok && d.Traits().Exact
}
