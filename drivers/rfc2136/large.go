package rfc2136

import (
	"slices"

	"github.com/miekg/dns"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// large does a part that does not fit a message together with what it replaces. The
// zone is read once more instead: if the sets are as they were, the update is done on
// the condition that the SOA is still that of the zone just read, whose serial
// every change raises.
func (w *work) large(p part) (goOn bool) {
	w.hangUp() // or two connections would be one too many where there is room for one
	live, err := w.Zone(w.ctx, w.apex)
	if err != nil {
		return w.end(err)
	}
	for i, c := range p.changes {
		if is, _ := live.Get(c.Key()); !is.Equal(c.Old) {
			w.ae.Failed = append(w.ae.Failed, provider.ChangeError{Index: p.from + i, Err: &provider.ConflictError{Key: c.Key()}})
		}
	}
	if w.ae.Failed != nil && w.ae.Failed[len(w.ae.Failed)-1].Index >= p.from {
		return true
	}
	start, _ := live.Get(zone.Key{Name: w.apex, Type: zone.SOA})
	soa, err := rrs(start)
	if err != nil {
		return w.end(err)
	}
	short := part{from: p.from, changes: p.changes, update: p.update}
	for _, r := range soa {
		r.ttl = 0
		short.require = append(short.require, r)
	}
	m, err := updateOf(w.apex, w.room(), short)
	if err != nil {
		w.fail(p, &provider.ServiceError{Kind: provider.KindRefused, Err: err})
		return true
	}
	return w.send(m, []part{short})
}

// renewed gives parts as they are to be said now. Each message raises the serial of
// the zone, and the SOA is then no longer what the plan was made from: if nothing
// else of it has changed, it is still as it was read.
func (w *work) renewed(parts []part) ([]part, error) {
	key := zone.Key{Name: w.apex, Type: zone.SOA}
	isSOA := func(c zone.Change) bool { return c.Key() == key && c.Op() == zone.Update }
	i := slices.IndexFunc(parts, func(p part) bool { return slices.ContainsFunc(p.changes, isSOA) })
	if i < 0 || len(w.ae.Done) == 0 {
		return parts, nil
	}
	now, err := w.start(key)
	if err != nil {
		return nil, err
	}
	changes := slices.Clone(parts[i].changes)
	soa := &changes[slices.IndexFunc(changes, isSOA)]
	if was := soa.Old; only(w.apex, was).Equal(only(w.apex, now)) {
		soa.Old = now
	}
	p, err := partOf(w.apex, parts[i].from, changes)
	parts = slices.Clone(parts)
	parts[i] = p
	return parts, err
}

// start asks for the SOA.
func (w *work) start(key zone.Key) (zone.RRset, error) {
	m, err := newMessage(newID(), dns.OpcodeQuery, key.Name, dns.TypeSOA)
	if err != nil {
		return zone.RRset{}, err
	}
	r, err := w.exchange(m)
	if err != nil {
		return zone.RRset{}, err
	}
	records, err := honest(r, key)
	if err != nil {
		return zone.RRset{}, err
	}
	z, err := zone.New(key.Name, records...)
	set, _ := z.Get(key)
	return set, err
}

// only is a zone of one set, or none.
func only(apex zone.Name, s zone.RRset) *zone.Zone {
	z, _ := zone.New(apex, s.Records()...)
	return z
}
