package rfc2136

import (
	"context"
	"errors"
	"fmt"

	"github.com/miekg/dns"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Zone implements provider.Provider: it reads the zone by AXFR (RFC 5936). Whatever
// is not a whole transfer is an error.
func (p *Provider) Zone(ctx context.Context, name zone.Name) (*zone.Zone, error) {
	records, err := p.transfer(ctx, name)
	if _, ok := errors.AsType[*unprovenError](err); ok && p.serves(ctx, name) {
		err = &provider.ServiceError{Kind: provider.KindRefused, Code: "NOTAUTH", Err: errors.New("the server has the zone, and does not give it away for this key")}
	}
	if err != nil {
		return nil, fmt.Errorf("transfer: %w", err)
	}
	p.remember(name, len(records))
	return zoneOf(name, records)
}

func (p *Provider) transfer(ctx context.Context, name zone.Name) ([]zone.Record, error) {
	c, err := p.toRead(ctx)
	if err != nil {
		return nil, err
	}
	defer c.close()
	return c.transfer(name)
}

// An unprovenError is a NOTAUTH that nobody signed: some servers say that for a zone
// that is not there, others for a key that they do not know.
type unprovenError struct{ err error }

func (e *unprovenError) Error() string { return e.err.Error() }
func (e *unprovenError) Unwrap() error { return e.err }

// serves reports whether the server answers for a zone if it is just asked.
func (p *Provider) serves(ctx context.Context, name zone.Name) bool {
	c, err := p.toRead(ctx)
	if err != nil {
		return false
	}
	defer c.close()
	c.key = message.Key{}
	r, err := c.exchange(message.New(message.Query, name, message.TypeSOA))
	if err != nil {
		return false
	}
	records, err := honest(r, zone.Key{Name: name, Type: zone.SOA})
	return err == nil && len(records) > 0
}

// transfer gives the records of a zone.
func (c *conn) transfer(name zone.Name) ([]zone.Record, error) {
	m := message.New(message.Query, name, message.TypeAXFR)
	d, err := c.question(m)
	if err != nil {
		return nil, err
	}
	t := transfer{name: name, id: m.ID()}
	for !t.done {
		r, err := c.answer()
		if err != nil {
			return nil, fmt.Errorf("%w after %d records", err, len(t.records))
		}
		if err := d.Check(r); err != nil {
			return nil, c.says(untrusted(err))
		}
		if err := t.take(r); err != nil {
			if (d.Bare() || c.key.IsZero()) && r.Code() == dns.RcodeNotAuth {
				err = &unprovenError{err}
			}
			return nil, c.says(err)
		}
	}
	if err := d.Settled(); err != nil {
		return nil, c.says(untrusted(err))
	}
	return t.records, nil
}

// transfer is one on its way: it begins with the SOA of the zone and ends where that
// comes again.
type transfer struct {
	name    zone.Name
	id      uint16
	records []zone.Record
	done    bool
}

var (
	errNoStart   = errors.New("the transfer does not begin with the SOA of the zone")
	errMoved     = errors.New("the transfer ends with another SOA than it began with")
	errBehind    = errors.New("the transfer goes on behind its end")
	errClass     = errors.New("the transfer has a record of another class")
	errTruncated = errors.New("a message of the transfer was cut short by the server")
	errQuestion  = errors.New("the transfer is one of another zone")
	errEndless   = errors.New("the transfer does not end")
)

// mostRecords is more than any zone has that is kept by a panel.
const mostRecords = 10_000_000

// take adds what a message has.
func (t *transfer) take(r *message.Message) error {
	switch {
	case r.ID() != t.id || !r.IsReply() || r.Opcode() != dns.OpcodeQuery:
		return errOther
	case r.Code() != dns.RcodeSuccess:
		return refusal(r.Code())
	case r.Truncated():
		return errTruncated
	}
	for _, q := range r.Question {
		if q.Name != t.name || q.Type != dns.TypeAXFR {
			return errQuestion
		}
	}
	if len(r.Answer) == 0 && len(t.records) == 0 {
		return errNoStart
	}
	for _, record := range r.Answer {
		if err := t.add(record); err != nil {
			return err
		}
	}
	return nil
}

// add takes one record.
func (t *transfer) add(r message.Record) error {
	if t.done {
		return errBehind
	}
	if r.Class != dns.ClassINET {
		return fmt.Errorf("%s: %w", r.Name, errClass)
	}
	if len(t.records) == mostRecords {
		return errEndless
	}
	record, err := r.Zone()
	if err != nil {
		return err
	}
	isStart := r.Type == dns.TypeSOA && r.Name == t.name
	switch {
	case len(t.records) == 0 && !isStart:
		return errNoStart
	case len(t.records) > 0 && isStart && record != t.records[0]:
		return errMoved
	case len(t.records) > 0 && isStart:
		t.done = true
		return nil
	}
	t.records = append(t.records, record)
	return nil
}
