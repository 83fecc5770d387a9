package rfc2136

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/miekg/dns"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Apply implements provider.Provider: the plan is one UPDATE (RFC 2136) where it
// fits, else as few as hold it. The server does all of a message or nothing; where
// it does nothing, the message is sent again in halves, until what the server
// minds stands alone. That a server says yes is no proof that it did it: the zone
// has to be read again.
func (p *Provider) Apply(ctx context.Context, plan zone.Plan) error {
	w := &work{Provider: p, ctx: ctx, apex: plan.Zone}
	defer w.hangUp()
	parts := w.partsOf(plan)
	for len(parts) > 0 {
		n := w.fitting(parts)
		if !w.do(parts[:n]) {
			break
		}
		parts = parts[n:]
	}
	return w.outcome()
}

// work is the application of a plan.
type work struct {
	*Provider
	ctx   context.Context
	apex  zone.Name
	conn  *conn // nil: none yet, or no more
	ae    provider.ApplyError
	alive error // what the server says to an update that changes nothing
	asked bool  // whether it was asked
}

// partsOf cuts a plan into parts. Those that cannot be said in a message have
// failed.
func (w *work) partsOf(plan zone.Plan) (parts []part) {
	from := 0
	for _, group := range plan.Groups() {
		p, err := partOf(plan.Zone, from, group)
		if err != nil {
			w.fail(p, &provider.ServiceError{Kind: provider.KindRefused, Err: err})
		} else {
			parts = append(parts, p)
		}
		from += len(group)
	}
	return parts
}

// room is what a message has beside its parts.
func (w *work) room() int {
	key, _ := w.Key.signer()
	return headerSize + len(w.apex) + 1 + 4 + key.size()
}

// fitting is how many parts one message has room for, at least one. What they take
// at most is known at once; since names share their ends, more will fit.
func (w *work) fitting(parts []part) (n int) {
	for total := w.room(); n < len(parts); n++ {
		if total += parts[n].size(w.apex); total > maxMessage && n > 0 {
			break
		}
	}
	for n < len(parts) {
		m, err := updateOf(w.apex, w.room(), parts[:n]...)
		if err != nil {
			break
		}
		more := min(n*maxMessage/len(m.buf)*19/20, len(parts))
		if _, err := updateOf(w.apex, w.room(), parts[:max(more, n)]...); err != nil || more <= n {
			break
		}
		n = more
	}
	return n
}

// do has parts done. goOn is false where others would fare no better.
func (w *work) do(parts []part) (goOn bool) {
	m, err := updateOf(w.apex, w.room(), parts...)
	if errors.Is(err, errTooLarge) && len(parts) == 1 {
		return w.large(parts[0])
	}
	if err != nil {
		return w.end(err)
	}
	return w.send(m, parts)
}

// send sends what does parts, and sees what became of it.
func (w *work) send(m *message, parts []part) (goOn bool) {
	r, err := w.exchange(m)
	if lost, ok := errors.AsType[*lostError](err); ok {
		for _, p := range parts {
			w.ae.Unknown = append(w.ae.Unknown, p.indices()...)
		}
		return w.end(lost.err)
	}
	switch {
	case err != nil:
		return w.end(err)
	case r.rcode() == dns.RcodeSuccess:
		for _, p := range parts {
			w.ae.Done = append(w.ae.Done, p.indices()...)
		}
		return true
	case r.rcode() == dns.RcodeNotAuth:
		return w.end(refusal(r.rcode()))
	case isRace(r.rcode()) && len(parts) == 1:
		return w.raced(parts[0], r.rcode())
	case isRace(r.rcode()):
	case w.isDown():
		return w.end(w.alive)
	case len(parts) == 1:
		w.refuse(parts[0], r.rcode())
		return true
	}
	half := len(parts) / 2
	return w.do(parts[:half]) && w.do(parts[half:])
}

// exchange sends an update over the connection, which is made where there is none.
// After an error of the server it is not used again: not every server keeps it.
func (w *work) exchange(m *message) (r *reply, err error) {
	if w.conn == nil {
		if w.conn, err = w.toChange(w.ctx); err != nil {
			return nil, err
		}
	}
	r, err = w.conn.exchange(m)
	if err != nil || r.rcode() != dns.RcodeSuccess {
		w.hangUp()
	}
	return r, err
}

func (w *work) hangUp() {
	if w.conn != nil {
		w.conn.close()
		w.conn = nil
	}
}

// isDown asks, once, whether the server refuses updates of this zone as such, by one
// that changes nothing.
func (w *work) isDown() bool {
	if w.asked {
		return w.alive != nil
	}
	w.asked = true
	none := part{require: []rr{{name: w.apex, typ: dns.TypeSOA, class: dns.ClassANY}}}
	m, err := updateOf(w.apex, w.room(), none)
	if err == nil {
		var r *reply
		if r, err = w.exchange(m); err == nil && r.rcode() != dns.RcodeSuccess {
			err = refusal(r.rcode())
		}
	}
	w.alive = err
	return err != nil
}

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
	return err == nil && r.rcode() == dns.RcodeSuccess
}

// refuse says what the server said to a part that stands alone.
func (w *work) refuse(p part, rcode int) {
	err := refusal(rcode)
	if se, ok := errors.AsType[*provider.ServiceError](err); ok {
		se.Kind = provider.KindRefused // since it takes others, it is this that it minds
	}
	w.fail(p, err)
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

// end ends the work.
func (w *work) end(err error) bool {
	w.ae.Err = err
	return false
}

func (p part) indices() (out []int) {
	for i := range p.changes {
		out = append(out, p.from+i)
	}
	return out
}

func (w *work) outcome() error {
	if w.ae.Err == nil && len(w.ae.Failed) == 0 && len(w.ae.Unknown) == 0 {
		return nil
	}
	slices.SortFunc(w.ae.Failed, func(a, b provider.ChangeError) int { return a.Index - b.Index })
	return &w.ae
}
