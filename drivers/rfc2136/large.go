package rfc2136

import (
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
		r.TTL = 0
		short.require = append(short.require, r)
	}
	m, err := updateOf(w.apex, w.room(), short)
	if err != nil {
		w.fail(p, &provider.ServiceError{Kind: provider.KindRefused, Err: err})
		return true
	}
	return w.send(m, []part{short})
}
