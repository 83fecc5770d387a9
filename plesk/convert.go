package plesk

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// converter makes a zone of the rows of one command.
type converter struct {
	index    int
	name     zone.Name
	ttl      uint32        // of rows that state none
	ttlErr   error         // why these are not fit; may be nil
	records  []zone.Record // their names and types are canonical
	rows     []int         // where the records come from
	source   []row
	guards   []zone.Protected
	apex     []zone.Protected // what stays at the apex unless the source has it
	findings []zone.Finding
	errs     []error
	skipped  [kinds][]string
}

// replace makes the Replace of a create or update.
func (c command) replace(in zone.Intent) (zone.Intent, error) {
	v := converter{index: int(in.Order), name: in.Zone, ttl: DefaultTTL, source: c.zone.rows}
	if soa := c.zone.soa; soa != nil {
		if strings.EqualFold(soa.kind, "slave") {
			in.Findings = []zone.Finding{{Text: "Plesk is a secondary for this zone: skipped"}}
			return in, nil
		}
		v.defaultTTL(soa)
	}
	v.records, v.rows = make([]zone.Record, 0, len(c.zone.rows)), make([]int, 0, len(c.zone.rows))
	for i, r := range c.zone.rows {
		v.row(i, r)
	}
	z := v.zone()
	z = v.withoutConflicts(z)
	z = v.withStart(z, c.zone.soa)
	v.sayTTLs(z)
	v.saySkipped()
	in.Wish, in.Findings = zone.Replace{Zone: v.guarded(z)}, v.findings
	return in, errors.Join(v.errs...)
}

// guarded protects what the source could not say for sure.
func (v *converter) guarded(z *zone.Zone) *zone.Zone {
	for _, p := range v.apex {
		if _, ok := z.Get(p.Key); !ok {
			v.guards = append(v.guards, p)
		}
	}
	return z.Protect(v.guards...)
}

// refuse protects the set of a row that is not fit, and says so.
func (v *converter) refuse(i int, err error) {
	r := v.source[i]
	e := &RowError{v.index, v.name, i, r.host, r.kind, r.value, err}
	v.errs = append(v.errs, e)
	k := v.keyOf(r)
	f := zone.Finding{Level: zone.Refused, Key: k, Text: fmt.Sprintf("row %d: %s", i, e.reason())}
	if k.Name == "" {
		f.Key, f.Text = zone.Key{Name: v.name}, e.Error()
	}
	v.findings = append(v.findings, f)
	v.guards = append(v.guards, zone.Protected{Key: k, Reason: e.Error()})
	if k.Name == v.name && k.Type == zone.CNAME {
		for _, t := range []zone.Type{zone.A, zone.AAAA} {
			v.apex = append(v.apex, zone.Protected{Key: zone.Key{Name: v.name, Type: t}, Reason: e.Error()})
		}
	}
}

// keyOf gives what a row that is not fit protects:
//
//	              host in the zone    at the apex     host not to be trusted
//	type          its set             its set         the type anywhere
//	CNAME, DNAME  its name            its set         the type anywhere
//	not known     its name            as CNAME        all sets
//	not trusted   its name            all sets        all sets
//
// A CNAME, and what may be one, stands in for all other sets of its name; the
// apex cannot be frozen whole, so that a CNAME there protects the addresses that
// it would have stood for.
func (v *converter) keyOf(r row) zone.Key {
	t, unknown := zone.ParseType(strings.TrimSpace(r.kind))
	n, bad := zone.ParseName(r.host)
	hostLost := r.hostLost || bad != nil || !n.In(v.name)
	switch {
	case r.kindLost && (hostLost || n == v.name):
		return zone.Key{}
	case r.kindLost:
		return zone.Key{Name: n}
	case hostLost:
		return zone.Key{Type: t}
	case unknown == nil && t != zone.CNAME && t != zone.DNAME:
		return zone.Key{Name: n, Type: t}
	case n != v.name:
		return zone.Key{Name: n}
	case unknown != nil:
		return zone.Key{Name: n, Type: zone.CNAME}
	}
	return zone.Key{Name: n, Type: t}
}

// zone puts the records through the door. Only where that refuses some, each is
// judged alone.
func (v *converter) zone() *zone.Zone {
	z, err := zone.New(v.name, v.records...)
	if err == nil {
		return z
	}
	var good []zone.Record
	for i, r := range v.records {
		if _, err := zone.New(v.name, r); err != nil {
			v.refuse(v.rows[i], bare(err))
			continue
		}
		good = append(good, r)
	}
	z, _ = zone.New(v.name, good...)
	return z
}

var errConflict = errors.New("cannot stand beside the other rows of its name")

// withoutConflicts drops the sets that cannot be served together and refuses
// their rows.
func (v *converter) withoutConflicts(z *zone.Zone) *zone.Zone {
	bad := map[zone.Key]bool{}
	for _, k := range z.Conflicts() {
		bad[k] = true
		v.guards = append(v.guards, zone.Protected{Key: k, Reason: errConflict.Error()})
	}
	if len(bad) == 0 {
		return z
	}
	isBad := func(n zone.Name, t zone.Type) bool { return bad[zone.Key{Name: n, Type: t}] || bad[zone.Key{Name: n}] }
	for i, r := range v.records {
		if isBad(r.Name, r.Type) {
			v.refuse(v.rows[i], errConflict)
		}
	}
	return z.Only(func(s zone.RRset) bool { return !isBad(s.Name, s.Type) })
}

// sayTTLs notes the sets whose rows disagree.
func (v *converter) sayTTLs(z *zone.Zone) {
	if z.Len() == len(v.records) {
		return // a set for each record: nobody to disagree with
	}
	ttls := map[zone.Key][]uint32{}
	for _, r := range v.records {
		k := zone.Key{Name: r.Name, Type: r.Type}
		ttls[k] = append(ttls[k], r.TTL)
	}
	for s := range z.All() {
		all := ttls[s.Key]
		slices.Sort(all)
		if all = slices.Compact(all); len(all) > 1 {
			text := fmt.Sprintf("rows disagree on the TTL, %s: the lowest holds", strings.Trim(fmt.Sprint(all), "[]"))
			v.findings = append(v.findings, zone.Finding{Key: s.Key, Text: text})
		}
	}
}
