package rfc2136

import (
	"context"
	"errors"
	"slices"

	"github.com/miekg/dns"

	"github.com/zonecast/zonecast/internal/message"
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
	if w.all(w.partsOf(plan)) {
		w.again()
	}
	return w.outcome()
}

// work is the application of a plan.
type work struct {
	*Provider
	ctx     context.Context
	apex    zone.Name
	conn    *conn // nil: none yet, or no more
	ae      provider.ApplyError
	refused []refused
	alive   error // what the server says to an update that changes nothing
	asked   bool  // whether it was asked
}

// refused is a part that the server refused when so many changes were done.
type refused struct {
	part
	rcode int
	done  int
}

// all has parts done, as many at a time as a message holds.
func (w *work) all(parts []part) (goOn bool) {
	for goOn = true; goOn && len(parts) > 0; {
		n := w.fitting(parts)
		goOn = w.do(parts[:n])
		parts = parts[n:]
	}
	return goOn
}

// again tries what was refused before something else was done: BIND takes no MX
// whose host has no address yet.
func (w *work) again() {
	for goOn := true; goOn && slices.ContainsFunc(w.refused, func(r refused) bool { return r.done < len(w.ae.Done) }); {
		var parts []part
		for _, r := range w.refused {
			parts = append(parts, r.part)
		}
		w.refused = nil
		goOn = w.all(parts)
	}
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
	key, _ := w.Key.read()
	return message.HeaderSize + len(w.apex) + 1 + 4 + key.Size()
}

// fitting is how many parts one message has room for, at least one. What they take
// at most is known at once; since names share their ends, more will fit.
func (w *work) fitting(parts []part) (n int) {
	for total := w.room(); n < len(parts); n++ {
		if total += parts[n].size(w.apex); total > message.Size && n > 0 {
			break
		}
	}
	for n < len(parts) {
		m, err := updateOf(w.apex, w.room(), parts[:n]...)
		if err != nil {
			break
		}
		more := min(n*message.Size/m.Len()*19/20, len(parts))
		if _, err := updateOf(w.apex, w.room(), parts[:max(more, n)]...); err != nil || more <= n {
			break
		}
		n = more
	}
	return n
}

// do has parts done. goOn is false where others would fare no better.
func (w *work) do(parts []part) (goOn bool) {
	parts, err := w.renewed(parts)
	if err != nil {
		return w.end(err)
	}
	m, err := updateOf(w.apex, w.room(), parts...)
	if errors.Is(err, message.ErrTooLarge) && len(parts) == 1 {
		return w.large(parts[0])
	}
	if err != nil {
		return w.end(err)
	}
	return w.send(m, parts)
}

// send sends what does parts, and sees what became of it.
func (w *work) send(m *message.Draft, parts []part) (goOn bool) {
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
	case r.Code() == dns.RcodeSuccess:
		for _, p := range parts {
			w.ae.Done = append(w.ae.Done, p.indices()...)
		}
		return true
	case r.Code() == dns.RcodeNotAuth:
		return w.end(refusal(r.Code()))
	case isRace(r.Code()) && len(parts) == 1:
		return w.raced(parts[0], r.Code())
	case isRace(r.Code()):
	case w.isDown():
		return w.end(w.alive)
	case len(parts) == 1:
		w.refused = append(w.refused, refused{parts[0], r.Code(), len(w.ae.Done)})
		return true
	}
	half := len(parts) / 2
	return w.do(parts[:half]) && w.do(parts[half:])
}

// exchange sends an update over the connection, which is made where there is none.
// After an error of the server it is not used again: not every server keeps it.
func (w *work) exchange(m *message.Draft) (r *message.Message, err error) {
	if w.conn == nil {
		if w.conn, err = w.toChange(w.ctx); err != nil {
			return nil, err
		}
	}
	r, err = w.conn.exchange(m)
	if err != nil || r.Code() != dns.RcodeSuccess {
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
	none := part{require: []message.Record{{Name: w.apex, Type: dns.TypeSOA, Class: dns.ClassANY}}}
	m, err := updateOf(w.apex, w.room(), none)
	if err == nil {
		var r *message.Message
		if r, err = w.exchange(m); err == nil && r.Code() != dns.RcodeSuccess {
			err = refusal(r.Code())
		}
	}
	w.alive = err
	return err != nil
}

// end ends the work.
func (w *work) end(err error) bool {
	w.ae.Err = err
	return false
}
