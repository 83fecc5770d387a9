package secondary

import (
	"cmp"
	"context"
	"errors"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/zone"
)

// A Transfer is what a primary gave: a zone that is whole.
type Transfer struct {
	Zone     *zone.Zone
	Findings []zone.Finding // what was left out
	// Delta leads from the zone that there was to this one, where the primary gave
	// the difference (RFC 1995).
	Delta *zone.Patch
	// Current holds where the primary has nothing newer; then Zone is the one that
	// there was.
	Current bool
	Records int   // that came
	Octets  int64 // of the messages
}

// Transfer gets a zone: what is newer than have by IXFR, or all of it by AXFR (RFC
// 5936) where have is nil or the primary's difference does not fit it. What does not
// come whole is an error.
func (c Client) Transfer(ctx context.Context, p Primary, name zone.Name, have *zone.Zone) (Transfer, error) {
	l := line{Client: c}
	defer l.close()
	t, err := l.transfer(ctx, p, name, have)
	if err != nil {
		return Transfer{}, p.failed(name, err)
	}
	return t, nil
}

func (l *line) transfer(ctx context.Context, p Primary, name zone.Name, have *zone.Zone) (Transfer, error) {
	if start, ok := have.Start(); ok {
		t, err := l.newer(ctx, p, name, have, start)
		if err == nil || !isDifference(err) {
			return t, err
		}
	}
	in, octets, err := l.get(ctx, p, &incoming{name: name}, nil)
	if err != nil {
		return Transfer{}, err
	}
	return in.whole(octets)
}

// newer gets what is newer than a zone.
func (l *line) newer(ctx context.Context, p Primary, name zone.Name, have *zone.Zone, start zone.Start) (Transfer, error) {
	soa, err := recordOf(name, start)
	if err != nil {
		return Transfer{}, err
	}
	in, octets, err := l.get(ctx, p, &incoming{name: name, ixfr: true, have: start.Serial}, &soa)
	switch {
	case err != nil:
		return Transfer{}, err
	case in.current:
		return Transfer{Zone: have, Current: true, Records: 1, Octets: octets}, nil
	case len(in.steps) == 0:
		return in.whole(octets)
	}
	return in.onto(have, octets)
}

// recordOf is an SOA record as a message has it.
func recordOf(name zone.Name, start zone.Start) (message.Record, error) {
	_, data, err := zone.Pack(zone.SOA, start.String())
	return message.Record{Name: name, Type: message.TypeSOA, Class: message.ClassIN, Data: data}, err
}

// differenceError says that a difference was asked for and what came is no use: all
// of the zone may be.
type differenceError struct{ err error }

func (e *differenceError) Error() string { return e.err.Error() }
func (e *differenceError) Unwrap() error { return e.err }

func isDifference(err error) bool {
	_, ok := errors.AsType[*differenceError](err)
	return ok
}

var (
	errLargest = errors.New("the transfer is larger than is allowed")
	errLongest = errors.New("the transfer takes longer than is allowed")
	errCut     = errors.New("a message of the transfer was cut short by the primary")
)

// get reads a transfer to its end.
func (l *line) get(ctx context.Context, p Primary, in *incoming, have *message.Record) (*incoming, int64, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, cmp.Or(l.Longest, defaultLongest), errLongest)
	defer cancel()
	var octets int64
	typ := uint16(message.TypeAXFR)
	if in.ixfr {
		typ = message.TypeIXFR
	}
	blank := *in
	err := l.byStream(ctx, p, func(s *stream) error {
		*in = blank // the connection may be another one than at first
		q, err := newQuestion(p, in.name, typ, have)
		if err != nil {
			return err
		}
		if err := s.send(q.raw); err != nil {
			return err
		}
		for !in.done {
			if err := l.take(s, q, in); err != nil {
				return in.broken(err)
			}
		}
		octets = s.octets
		return q.dialog.Settled()
	})
	return in, octets, err
}

// take reads one message of a transfer.
func (l *line) take(s *stream, q *question, in *incoming) error {
	m, err := s.receive()
	if err != nil {
		return err
	}
	s.used = true
	if s.octets > cmp.Or(l.Largest, defaultLargest) {
		return errLargest
	}
	if err := q.isOther(m); err != nil {
		return err
	}
	if err := q.dialog.Check(m); err != nil {
		return err
	}
	switch {
	case m.Code() != 0 && in.ixfr && in.records == 0:
		return &differenceError{refused(m.Code())}
	case m.Code() != 0:
		return refused(m.Code())
	case m.Truncated():
		return errCut
	}
	for _, r := range m.Answer {
		in.written += int64(len(r.Name) + message.RecordSize + len(r.Data))
	}
	if in.written > 2*cmp.Or(l.Largest, defaultLargest) {
		return errLargest
	}
	return in.take(m.Answer)
}
