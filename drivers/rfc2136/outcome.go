package rfc2136

import (
	"errors"
	"fmt"
	"slices"

	"github.com/miekg/dns"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// raced finds which sets of a part are not as they were read.
func (w *work) raced(p part, rcode int) (goOn bool) {
	culprits := p.changes
	if len(p.changes) > 1 {
		culprits = slices.DeleteFunc(slices.Clone(p.changes), func(c zone.Change) bool { return w.holds(c) })
	}
	for i, c := range p.changes {
		err := error(&provider.ConflictError{Key: c.Key(), Err: refusal(rcode)})
		if len(culprits) > 0 && !slices.ContainsFunc(culprits, func(o zone.Change) bool { return o.Key() == c.Key() }) {
			err = fmt.Errorf("not done, since %s was not: %w", culprits[0].Key(), refusal(rcode))
		}
		w.ae.Failed = append(w.ae.Failed, provider.ChangeError{Index: p.from + i, Err: err})
	}
	return true
}

// holds reports whether the old half of a change is live, by an update that changes
// nothing.
func (w *work) holds(c zone.Change) bool {
	old, err := rrs(c.Old)
	if err != nil {
		return false
	}
	m, err := updateOf(w.apex, w.room(), part{require: prerequisites(c, old, []zone.Change{c})})
	if err != nil {
		return false
	}
	r, err := w.exchange(m)
	return err == nil && r.Code() == dns.RcodeSuccess
}

// fail notes that a part is not done.
func (w *work) fail(p part, err error) {
	for i, c := range p.changes {
		e := err
		if len(p.changes) > 1 {
			e = fmt.Errorf("%s and what changes with it at its name: %w", c.Key(), err)
		}
		w.ae.Failed = append(w.ae.Failed, provider.ChangeError{Index: p.from + i, Err: e})
	}
}

func (p part) indices() (out []int) {
	for i := range p.changes {
		out = append(out, p.from+i)
	}
	return out
}

// outcome sums up what became of the plan. Where the server takes other changes, it
// is what is refused that it minds, whatever it says.
func (w *work) outcome() error {
	for _, r := range w.refused {
		err := refusal(r.rcode)
		if se, ok := errors.AsType[*provider.ServiceError](err); ok {
			se.Kind = provider.KindRefused
		}
		w.fail(r.part, err)
	}
	if w.ae.Err == nil && len(w.ae.Failed) == 0 && len(w.ae.Unknown) == 0 {
		return nil
	}
	slices.Sort(w.ae.Done)
	slices.SortFunc(w.ae.Failed, func(a, b provider.ChangeError) int { return a.Index - b.Index })
	return &w.ae
}
