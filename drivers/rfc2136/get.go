package rfc2136

import (
	"context"
	"errors"
	"slices"

	"github.com/miekg/dns"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/zone"
)

// A query costs a server about as much as so many records of a transfer, and what
// goes around some queries as much as so many queries.
const (
	queryCost   = 50
	queryAround = 20
	mostQueries = 200
)

// RRsets implements provider.Getter. Of a large zone a few sets are asked for by
// query. An answer may be made of a wildcard, or come from another zone of the
// server, so what was read is then put to the server as the prerequisites of an
// update that changes nothing, which are about the data of the zone and nothing
// else. Where anything is in doubt the whole zone is read.
func (p *Provider) RRsets(ctx context.Context, name zone.Name, keys ...zone.Key) (*zone.Zone, error) {
	if len(keys) <= mostQueries && p.size(name) > queryCost*(len(keys)+queryAround) {
		if z, err := p.ask(ctx, name, keys); err == nil {
			return z, nil
		} else if ctx.Err() != nil {
			return nil, err
		}
	}
	z, err := p.Zone(ctx, name)
	if err != nil {
		return nil, err
	}
	return z.Only(func(s zone.RRset) bool { return slices.Contains(keys, s.Key) }), nil
}

var errDoubt = errors.New("the answer to a query may not be what the zone has")

// ask reads sets by queries, and has them confirmed.
func (p *Provider) ask(ctx context.Context, name zone.Name, keys []zone.Key) (*zone.Zone, error) {
	records, err := p.query(ctx, name, keys)
	if err != nil {
		return nil, err
	}
	z, err := zone.New(name, records...)
	if err != nil {
		return nil, err
	}
	return z, p.confirm(ctx, z, keys)
}

// query asks for sets, and for what could hide them, all questions at once.
func (p *Provider) query(ctx context.Context, name zone.Name, keys []zone.Key) (records []zone.Record, err error) {
	c, err := p.toRead(ctx)
	if err != nil {
		return nil, err
	}
	defer c.close()
	all := slices.Concat(keys, cuts(name, keys))
	open := map[uint16]query{}
	for i, k := range all {
		m := message.New(message.Query, k.Name, number(k.Type))
		for _, taken := open[m.ID()]; taken; _, taken = open[m.ID()] {
			m = message.New(message.Query, k.Name, number(k.Type))
		}
		d, err := c.question(m)
		if err != nil {
			return nil, err
		}
		open[m.ID()] = query{i, d}
	}
	for range all {
		i, got, err := c.hear(open, all)
		switch {
		case err != nil:
			return nil, err
		case i < len(keys):
			records = append(records, got...)
		case len(got) > 0:
			return nil, errDoubt // a delegation: what is at or below it may come from the child
		}
	}
	return records, nil
}

// A query is one that is open: for which of the keys, and what verifies its answer.
type query struct {
	i      int
	dialog *message.Dialog
}

// hear waits for the answer to one of the open questions, by whose number it is
// known.
func (c *conn) hear(open map[uint16]query, keys []zone.Key) (i int, got []zone.Record, err error) {
	r, err := c.answer()
	if err != nil {
		return 0, nil, err
	}
	q, ok := open[r.ID()]
	if !ok {
		return 0, nil, errOther
	}
	delete(open, r.ID())
	if err := q.dialog.Check(r); err != nil {
		return 0, nil, err
	}
	if q.dialog.Bare() {
		return 0, nil, errDoubt
	}
	got, err = honest(r, keys[q.i])
	return q.i, got, err
}

// cuts are the names at which a delegation would hide some of the sets, as keys of
// its NS.
func cuts(apex zone.Name, keys []zone.Key) (out []zone.Key) {
	seen := map[zone.Name]bool{}
	for _, k := range keys {
		for n := k.Name; n != apex && n.In(apex) && !seen[n]; n = n.Parent() {
			seen[n] = true
			out = append(out, zone.Key{Name: n, Type: zone.NS})
		}
	}
	return out
}

// honest gives the records of a set from an answer that speaks for the zone.
func honest(r *message.Message, k zone.Key) (records []zone.Record, err error) {
	sound := r.Code() == dns.RcodeSuccess || r.Code() == dns.RcodeNameError
	if !r.IsReply() || !sound || !r.Authoritative() || r.Truncated() {
		return nil, errDoubt
	}
	for _, a := range r.Answer {
		switch {
		case a.Type == dns.TypeDNAME && a.Name != k.Name:
			return nil, errDoubt
		case a.Name == k.Name && a.Type == number(k.Type):
			record, err := a.Zone()
			if err != nil {
				return nil, err
			}
			records = append(records, record)
		}
	}
	return records, nil
}

// confirm asks whether just these sets are in the zone.
func (p *Provider) confirm(ctx context.Context, z *zone.Zone, keys []zone.Key) error {
	var all part
	for _, k := range keys {
		set, ok := z.Get(k)
		if !ok {
			all.require = append(all.require, absent(k.Name, number(k.Type)))
			continue
		}
		old, err := rrs(set)
		if err != nil {
			return err
		}
		for _, r := range old {
			r.TTL = 0
			all.require = append(all.require, r)
		}
	}
	w := &work{Provider: p, ctx: ctx, apex: z.Name()}
	defer w.hangUp()
	m, err := updateOf(w.apex, w.room(), all)
	if err != nil {
		return err
	}
	r, err := w.exchange(m)
	if err == nil && r.Code() != dns.RcodeSuccess {
		err = errDoubt
	}
	return err
}
