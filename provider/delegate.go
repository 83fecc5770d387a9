package provider

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// Delegation is who names the servers where a zone delegates to one below it that the
// same target holds. It needs a Ledger, which knows of both.
type Delegation uint8

// The zero value has the zone above name the servers that the one below has at the
// target, as they are in no other place, and the addresses of those that lie in it.
// The zone below is there, read back, before the one above says so, and goes when
// that no longer does. As long as it is only wished for, the one above keeps what it
// has at that name and below it. An engine has them take their turns; who uses a Syncer
// alone syncs the zones that a Result names as Roused, and again the one that Awaits.
const (
	DelegationFollow Delegation = iota
	DelegationSource            // the source does, and nothing waits for anything
)

// Delegated gives what a source wants of a zone, which is live at the target as given,
// with the delegations that are not as the source has them. It is for who shows what
// is wanted; Plan and Sync see to it themselves.
func (s *Syncer) Delegated(ctx context.Context, live, want *zone.Zone) (_ *zone.Zone, err error) {
	j := &job{Syncer: s, dry: true, name: want.Name()}
	if s.Ledger != nil {
		if j.base, err = s.Ledger.Base(ctx, s.Target, j.name); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
	}
	return j.delegate(ctx, live, want)
}

// delegate gives what is wanted with the delegations that follow zones below.
func (j *job) delegate(ctx context.Context, live, want *zone.Zone) (*zone.Zone, error) {
	j.follows, j.result.Awaits = nil, ""
	if j.Ledger == nil || j.Delegation == DelegationSource || want.Presigned() {
		return want, nil
	}
	below, err := j.Ledger.Below(ctx, j.Target, j.name)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	var cuts []*zone.Zone
	for b := range nearest(below) {
		k := zone.Key{Name: b.Name, Type: zone.NS}
		switch {
		case b.Cut == nil:
			want = want.Shield(b.Name, "waits for the zone of this name", live, j.wrote())
			j.result.Awaits = b.Name
			j.say(zone.Note, k, "the name has a zone of its own, which is not at the target yet: what is here stays until it is")
		case breaksTrust(live, want, b.Cut):
			want = j.distrusts(live, want, b.Cut)
		default:
			j.differs(want, b.Cut)
			cuts, j.follows = append(cuts, b.Cut), append(j.follows, b.Name)
		}
	}
	return want.Delegate(cuts...), nil
}

// nearest leaves out those zones that another one of them delegates to.
func nearest(below []Below) iter.Seq[Below] {
	cuts := map[zone.Name]bool{}
	for _, b := range below {
		cuts[b.Name] = b.Cut != nil
	}
	return func(yield func(Below) bool) {
		for _, b := range below {
			at := b.Name.Parent()
			for at != zone.Root && !cuts[at] {
				at = at.Parent()
			}
			if at == zone.Root && (b.Cut != nil || b.Awaited) && !yield(b) {
				return
			}
		}
	}
}

// breaksTrust reports whether to delegate as a cut says would make a zone bogus for
// those who validate (RFC 4035 section 5.2): it is said to be signed and is not.
func breaksTrust(live, want, cut *zone.Zone) bool {
	is, _ := live.Get(zone.Key{Name: cut.Name(), Type: zone.NS})
	servers, _ := cut.Get(zone.Key{Name: cut.Name(), Type: zone.NS})
	return (isSecure(live, cut.Name()) || isSecure(want, cut.Name())) && !cut.Signed() && !slices.Equal(is.Data, servers.Data)
}

func isSecure(z *zone.Zone, cut zone.Name) bool {
	_, ok := z.Get(zone.Key{Name: cut, Type: zone.DS})
	return ok
}

// distrusts leaves such a delegation as it is. A DS record that the source no longer
// wants goes, and next time the servers follow.
func (j *job) distrusts(live, want, cut *zone.Zone) *zone.Zone {
	k := zone.Key{Name: cut.Name(), Type: zone.NS}
	if !isSecure(want, k.Name) {
		j.say(zone.Blocked, k, "the zone of this name is not signed at the target: the DS record goes first, then its servers follow")
		return want.Protect(zone.Protected{Key: k, Reason: "a DS record goes first"})
	}
	j.say(zone.Blocked, k, "the zone of this name is not signed at the target, and the DS record says that it is: nobody would believe its servers")
	return want.Shield(k.Name, "a DS record says that the zone of this name is signed", live, j.wrote())
}

// differs notes where the source has other servers for a zone than the target.
func (j *job) differs(want, cut *zone.Zone) {
	k := zone.Key{Name: cut.Name(), Type: zone.NS}
	has, ok := want.Get(k)
	servers, _ := cut.Get(k)
	if ok && !slices.Equal(has.Data, servers.Data) {
		j.say(zone.Note, k, "the servers that the zone of this name has at the target take the place of the source's")
	}
}

// wrote is what of the zone is ours.
func (j *job) wrote() *zone.Zone {
	if j.base == nil {
		return nil
	}
	return j.base.Wrote
}

// join puts into a new base how others delegate to the zone, as it was read back, and
// to whom it does. What awaits approval is not yet the zone that its source has.
func (j *job) join(d decision, after *zone.Zone, next *zone.Base) {
	if j.base != nil {
		next.Cut, next.Delegates = j.base.Cut, j.base.Delegates
	}
	if d.values || j.Ledger == nil {
		return
	}
	next.Delegates = j.delegates(next.Wrote, d.want)
	switch {
	case !d.serves, j.unsure, j.result.Partly: // it is as it was
	case j.Delegation == DelegationSource:
		next.Cut = nil
	case next.Cut != nil || d.held.Empty():
		next.Cut = after.Cut()
	}
}

// delegates gives the zones below that what is ours now delegates to for their sake,
// and not for the source's.
func (j *job) delegates(wrote, want *zone.Zone) (names []zone.Name) {
	all := j.follows
	if j.base != nil {
		all = slices.Concat(all, j.base.Delegates)
	}
	for _, n := range all {
		k := zone.Key{Name: n, Type: zone.NS}
		is, ok := wrote.Get(k)
		wanted, _ := want.Get(k)
		if ok && (slices.Contains(j.follows, n) || !is.Equal(wanted)) {
			names = append(names, n)
		}
	}
	slices.SortFunc(names, zone.Compare)
	return slices.Compact(names)
}
