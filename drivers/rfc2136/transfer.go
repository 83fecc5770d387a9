package rfc2136

import (
	"context"
	"errors"
	"fmt"

	"github.com/miekg/dns"

	"github.com/zonecast/zonecast/zone"
)

// Zone implements provider.Provider: it reads the zone by AXFR (RFC 5936). Whatever
// is not a whole transfer is an error.
func (p *Provider) Zone(ctx context.Context, name zone.Name) (*zone.Zone, error) {
	c, err := p.toRead(ctx)
	if err != nil {
		return nil, err
	}
	defer c.close()
	records, err := c.transfer(name)
	if err != nil {
		return nil, fmt.Errorf("transfer: %w", err)
	}
	p.remember(name, len(records))
	return zoneOf(name, records)
}

// transfer gives the records of a zone.
func (c *conn) transfer(name zone.Name) ([]zone.Record, error) {
	m, err := newMessage(newID(), dns.OpcodeQuery, name, dns.TypeAXFR)
	if err != nil {
		return nil, err
	}
	d, err := c.question(m)
	if err != nil {
		return nil, err
	}
	t := transfer{name: name, id: m.id()}
	for !t.done {
		r, err := c.answer()
		if err != nil {
			return nil, fmt.Errorf("%w after %d records", err, len(t.records))
		}
		if err := d.check(r); err != nil {
			return nil, c.says(untrusted(err))
		}
		if err := t.take(r); err != nil {
			return nil, c.says(err)
		}
	}
	if err := d.settled(); err != nil {
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
)

// take adds what a message has.
func (t *transfer) take(r *reply) error {
	switch {
	case r.id() != t.id || !r.isReply() || r.opcode() != dns.OpcodeQuery:
		return errOther
	case r.rcode() != dns.RcodeSuccess:
		return refusal(r.rcode())
	case r.truncated():
		return errTruncated
	}
	for _, q := range r.question {
		if q.name != t.name || q.typ != dns.TypeAXFR {
			return errQuestion
		}
	}
	if len(r.answer) == 0 && len(t.records) == 0 {
		return errNoStart
	}
	for _, record := range r.answer {
		if err := t.add(record); err != nil {
			return err
		}
	}
	return nil
}

// add takes one record.
func (t *transfer) add(r rr) error {
	if t.done {
		return errBehind
	}
	if r.class != dns.ClassINET {
		return fmt.Errorf("%s: %w", r.name, errClass)
	}
	record, err := r.record()
	if err != nil {
		return err
	}
	isStart := r.typ == dns.TypeSOA && r.name == t.name
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
