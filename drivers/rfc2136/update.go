package rfc2136

import (
	"errors"
	"slices"

	"github.com/miekg/dns"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/zone"
)

// A part is what has to be done at once: the changes of a name. The server does it
// only if the sets are as the plan has them (RFC 2136 section 2.4).
type part struct {
	from    int // the index of its first change in the plan
	changes []zone.Change
	require []message.Record
	update  []message.Record
}

var errNeeded = errors.New("a zone cannot be without it")

// partOf turns changes into what an update says of them.
func partOf(apex zone.Name, from int, changes []zone.Change) (p part, err error) {
	p = part{from: from, changes: changes}
	for _, c := range changes {
		if c.Op() == zone.Delete && c.Key().IsAuthority(apex) {
			return p, errNeeded
		}
		old, err := rrs(c.Old)
		if err != nil {
			return p, err
		}
		next, err := rrs(withNextSerial(c))
		if err != nil {
			return p, err
		}
		for _, r := range prerequisites(c, old, changes) {
			if r.Class != dns.ClassNONE || !slices.ContainsFunc(p.require, sameAs(r)) { // once is enough
				p.require = append(p.require, r)
			}
		}
		p.update = append(p.update, updates(c, old, next, apex)...)
	}
	return p, nil
}

// rrs gives the records of a set; none for the zero set.
func rrs(s zone.RRset) (out []message.Record, err error) {
	for _, data := range s.Data {
		r := message.Record{Name: s.Name, Class: dns.ClassINET, TTL: s.TTL}
		if r.Type, r.Data, err = zone.Pack(s.Type, data); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// withNextSerial gives the new half of a change. A server takes no SOA whose serial
// is not higher than that it has (section 3.4.2.2).
func withNextSerial(c zone.Change) zone.RRset {
	if c.New.Type != zone.SOA || c.Old.Name == "" {
		return c.New
	}
	old, errOld := zone.ParseStart(c.Old.Data[0])
	next, errNext := zone.ParseStart(c.New.Data[0])
	if errOld != nil || errNext != nil {
		return c.New
	}
	next.Serial = zone.NextSerial(old.Serial, next.Serial)
	s := c.New
	s.Data = []string{next.String()}
	return s
}

// prerequisites say how a set is before its change: just as it was read, or not
// there at all. TTLs do not count.
func prerequisites(c zone.Change, old []message.Record, beside []zone.Change) (out []message.Record) {
	k := c.Key()
	for _, r := range old {
		r.TTL = 0
		out = append(out, r)
	}
	if c.Op() != zone.Create {
		return out
	}
	out = append(out, absent(k.Name, number(k.Type)))
	if k.Type == zone.CNAME {
		return append(out, alone(k.Name, beside)...)
	}
	if !slices.ContainsFunc(beside, func(b zone.Change) bool { return b.Key() == zone.Key{Name: k.Name, Type: zone.CNAME} }) {
		out = append(out, absent(k.Name, dns.TypeCNAME))
	}
	return out
}

// common are the types that somebody may have put to a name meanwhile.
var common = []zone.Type{zone.A, zone.AAAA, zone.MX, zone.TXT, zone.NS, zone.SRV, zone.CAA, zone.PTR, "HTTPS", "SVCB", "TLSA", zone.DNAME}

// alone says that a name has nothing but what goes from it now: servers ignore a
// CNAME beside other data, and say yes (section 3.4.2.2).
func alone(n zone.Name, beside []zone.Change) (out []message.Record) {
	goes := map[zone.Type]bool{}
	for _, c := range beside {
		if c.Old.Name == n {
			goes[c.Old.Type] = true
		}
	}
	if len(goes) == 0 {
		return []message.Record{absent(n, dns.TypeANY)}
	}
	for _, t := range common {
		if !goes[t] {
			out = append(out, absent(n, number(t)))
		}
	}
	return out
}

// absent says that a set is not there; that of type ANY is the name itself.
func absent(n zone.Name, typ uint16) message.Record {
	return message.Record{Name: n, Type: typ, Class: dns.ClassNONE}
}

// sameAs reports whether a record says the same as another.
func sameAs(r message.Record) func(message.Record) bool {
	return func(o message.Record) bool {
		return r.Name == o.Name && r.Type == o.Type && r.Class == o.Class && slices.Equal(r.Data, o.Data)
	}
}

// number is the number of a type that is known to have one.
func number(t zone.Type) uint16 {
	if n, ok := dns.StringToType[string(t)]; ok {
		return n
	}
	n, _, _ := zone.Pack(t, `\# 0`)
	return n
}

// updates take a set from its old to its new half.
func updates(c zone.Change, old, next []message.Record, apex zone.Name) (out []message.Record) {
	k := c.Key()
	switch {
	case k.Name == apex && k.Type == zone.NS:
		return swapped(old, next) // servers do not take the set away (section 3.4.2.3)
	case c.Old.Name != "" && k.Type != zone.SOA:
		out = append(out, message.Record{Name: k.Name, Type: number(k.Type), Class: dns.ClassANY})
	}
	return append(out, next...)
}

// swapped adds what is new and takes away what is not any more, record by record.
// Where the TTL changes, Knot takes no record that it has; so all go, but not before
// another one stands in for them.
func swapped(old, next []message.Record) (out []message.Record) {
	if len(old) == 0 || len(next) == 0 || old[0].TTL == next[0].TTL {
		return append(slices.Clone(next), without(old, next)...)
	}
	standIn := next[0]
	standIn.Data = []byte("\x07invalid\x00") // which is nobody's (RFC 2606)
	out = append(out, standIn)
	out = append(out, without(old, nil)...)
	out = append(out, next...)
	return append(out, without([]message.Record{standIn}, next)...)
}

// without takes records away, but for those to keep.
func without(old, keep []message.Record) (out []message.Record) {
	for _, r := range old {
		if !slices.ContainsFunc(keep, func(k message.Record) bool { return slices.Equal(k.Data, r.Data) }) {
			r.Class, r.TTL = dns.ClassNONE, 0
			out = append(out, r)
		}
	}
	return out
}

// size is how many octets a part takes in a message, at most.
func (p part) size(apex zone.Name) (n int) {
	for _, rs := range [][]message.Record{p.require, p.update} {
		for _, r := range rs {
			n += sizeOf(r, apex)
		}
	}
	return n
}

// updateOf is the message that does parts. It leaves room for a signature.
func updateOf(apex zone.Name, room int, parts ...part) (m *message.Draft, err error) {
	m = message.New(message.Update, apex, message.TypeSOA)
	for _, p := range parts {
		for _, r := range p.require {
			if err == nil {
				err = m.Add(message.Prerequisites, r)
			}
		}
	}
	for _, p := range parts {
		for _, r := range p.update {
			if err == nil {
				err = m.Add(message.Changes, r)
			}
		}
	}
	if err == nil && m.Len()+room > message.Size {
		err = message.ErrTooLarge
	}
	return m, err
}
