package rfc2136

import (
	"slices"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/zone"
)

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
	r, err := w.exchange(message.New(message.Query, key.Name, message.TypeSOA))
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
