package provider

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// PTR is what becomes of the PTR record that a source wants for an address which
// has one already: most programs that ask for the name of an address take the first
// answer, and mail servers want it to be the right one.
type PTR uint8

// The zero value leaves an address alone that has a PTR record.
const (
	PTRFirst   PTR = iota
	PTRAdd         // it gets another one, up to eight
	PTRReplace     // the new one takes the place of what is there
	PTROff         // reverse zones are nobody's business
)

// maxPTR is how many PTR records an address can have without its answer growing
// beyond what resolvers get by UDP.
const maxPTR = 8

// Reverse is how reverse zones are kept.
type Reverse struct {
	PTR     PTR
	Zones   []zone.Name // where PTR records go; empty: into the zone of the target that encloses them
	Create4 int         // bits of the network that a missing zone for an IPv4 address is made for: 8, 16 or 24; 0: none is
	Create6 int         // the same for IPv6, a multiple of 4 below 128
}

// isPointer holds for PTR records in the reverse trees.
func isPointer(r zone.Record) bool {
	return r.Type == zone.PTR && isReverse(r.Name)
}

func isReverse(n zone.Name) bool { return n.In("in-addr.arpa.") || n.In("ip6.arpa.") }

// due gives what of a patch is to be done: what is dropped has to be ours, and the
// PTR records of an address come as Reverse.PTR says.
func (j *job) due(live *zone.Zone, p zone.Patch) (zone.Patch, error) {
	p.Drop = slices.DeleteFunc(slices.Clone(p.Drop), func(r zone.Record) bool { return j.theirs(live, r) })
	now, err := live.Patch(zone.Patch{Drop: p.Drop})
	if err != nil {
		return p, err
	}
	add := p.Add
	p.Add = nil
	for _, r := range add {
		if isPointer(r) && !j.admits(now, r, &p) {
			continue
		}
		p.Add = append(p.Add, r)
		if now, err = now.Patch(zone.Patch{Add: []zone.Record{r}}); err != nil {
			return p, err
		}
	}
	return p, nil
}

// theirs reports, and says, whether a record that shall go was put there by somebody
// else. Without a memory it is believed to be ours.
func (j *job) theirs(live *zone.Zone, r zone.Record) bool {
	if j.Ledger == nil || j.EffectiveRules().Foreign == zone.ForeignPurge || !holds(live, r) {
		return false
	}
	if j.base != nil && (holds(j.base.Wrote, r) || holds(j.base.Stored, r)) {
		return false
	}
	j.say(zone.Note, zone.Key{Name: r.Name, Type: r.Type}, "%q is not ours and stays", r.Data)
	return true
}

// holds reports whether a zone has a record, whatever its TTL.
func holds(z *zone.Zone, r zone.Record) bool {
	if z == nil {
		return false
	}
	one, err := zone.New(z.Name(), r)
	if err != nil {
		return false // which comes out elsewhere
	}
	k := zone.Key{Name: r.Name, Type: r.Type}
	want, _ := one.Get(k)
	is, _ := z.Get(k)
	return len(want.Data) > 0 && slices.Contains(is.Data, want.Data[0])
}

// admits decides, and says, whether an address gets another PTR record; what has to
// make room for it is dropped.
func (j *job) admits(now *zone.Zone, r zone.Record, p *zone.Patch) bool {
	k := zone.Key{Name: r.Name, Type: r.Type}
	is, _ := now.Get(k)
	if len(is.Data) == 0 || holds(now, r) {
		return true
	}
	switch j.Reverse.PTR {
	case PTRReplace:
		for _, other := range is.Records() {
			p.Drop = append(p.Drop, other)
			p.Add = slices.DeleteFunc(p.Add, func(r zone.Record) bool { return r.Name == other.Name && r.Type == other.Type })
		}
		return true
	case PTRAdd:
		if len(is.Data) < maxPTR {
			return true
		}
		j.say(zone.Blocked, k, "%q is not added: the address has %d PTR records", r.Data, len(is.Data))
	default:
		j.say(zone.Note, k, "%q is not added: the address has %q", r.Data, is.Data[0])
	}
	return false
}

// candidates gives the zones that a name may be in, the longest name first: those
// that are configured, or else every zone above it.
func (j *job) candidates(n zone.Name) (out []zone.Name) {
	configured := j.Reverse.Zones
	for at := n; isZoneCut(at); at = at.Parent() {
		if configured == nil || !isReverse(n) || slices.Contains(configured, at) {
			out = append(out, at)
		}
	}
	return out
}

// network gives the zone that is made for an address whose reverse zone is missing,
// "" where none is to be.
func (r Reverse) network(n zone.Name) zone.Name {
	top, bits, each := zone.Name("in-addr.arpa."), r.Create4, 8
	if n.In("ip6.arpa.") {
		top, bits, each = "ip6.arpa.", r.Create6, 4
	}
	if bits <= 0 || !n.In(top) {
		return ""
	}
	labels := 0
	for at := n; at != top; at = at.Parent() {
		labels++
	}
	for ; labels > bits/each; labels-- {
		n = n.Parent()
	}
	if labels < bits/each {
		return ""
	}
	return n
}

// opens makes the reverse zone that is missing, with what a patch adds to it.
func (j *job) opens(ctx context.Context, name zone.Name, p zone.Patch) error {
	j.name = name
	j.result.Zone, j.result.Plan.Zone, j.result.Held.Zone = name, name, name
	want, err := zone.New(name, p.Add...)
	if err != nil {
		return err
	}
	return j.leased(ctx, func(ctx context.Context) error {
		live, err := j.read(ctx)
		if err != nil {
			return err
		}
		if live != nil { // somebody was quicker
			return j.patchZone(ctx, p, nil)
		}
		return j.replace(ctx, want)
	})
}

// emptiesByOnes holds where a reverse zone loses its last few records: each was
// named, and is ours, and an address without a name is nothing unusual.
func (j *job) emptiesByOnes(why error) bool {
	e, ok := errors.AsType[*zone.LimitError](why)
	return ok && isReverse(j.name) && e.Losses <= cmp.Or(j.Limits.Free, 8)
}
