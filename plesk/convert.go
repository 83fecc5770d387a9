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
	ttl      uint32 // of rows that state none
	records  []zone.Record
	rows     []int // where the records come from
	source   []row
	guards   []zone.Protected
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
	in.Wish, in.Findings = zone.Replace{Zone: z.Protect(v.guards...)}, v.findings
	return in, errors.Join(v.errs...)
}

// refuse protects the set of a row that is not fit, and says so.
func (v *converter) refuse(i int, err error) {
	r := v.source[i]
	e := &RowError{v.index, v.name, i, r.host, r.kind, r.value, err}
	v.errs = append(v.errs, e)
	keys := v.keysOf(r)
	f := zone.Finding{Level: zone.Refused, Key: keys[0], Text: fmt.Sprintf("row %d: %s", i, e.reason())}
	if f.Key.Name == "" {
		f.Key, f.Text = zone.Key{Name: v.name}, e.Error()
	}
	v.findings = append(v.findings, f)
	for _, k := range keys {
		v.guards = append(v.guards, zone.Protected{Key: k, Reason: e.Error()})
	}
}

// keysOf gives what a row that is not fit protects: its set; for a type that
// may stand in for addresses, as a CNAME does, its whole name, or at the apex,
// which cannot be frozen whole, the addresses too; and where the host is not to
// be trusted, whatever set of its type it may be.
func (v *converter) keysOf(r row) []zone.Key {
	t, err := zone.ParseType(strings.TrimSpace(r.kind))
	standsIn := err != nil || t == zone.CNAME || t == zone.DNAME
	n, bad := zone.ParseName(r.host)
	switch {
	case r.lost || bad != nil || !n.In(v.name):
		return []zone.Key{{Type: t}}
	case !standsIn:
		return []zone.Key{{Name: n, Type: t}}
	case n != v.name:
		return []zone.Key{{Name: n}}
	}
	return []zone.Key{{Name: n, Type: zone.CNAME}, {Name: n, Type: zone.A}, {Name: n, Type: zone.AAAA}}
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
	bad := z.Conflicts()
	if len(bad) == 0 {
		return z
	}
	isBad := func(k zone.Key) bool {
		return slices.Contains(bad, k) || slices.Contains(bad, zone.Key{Name: k.Name})
	}
	for i, r := range v.records {
		n, err := zone.ParseName(string(r.Name))
		t, err2 := zone.ParseType(string(r.Type))
		if err == nil && err2 == nil && isBad(zone.Key{Name: n, Type: t}) {
			v.refuse(v.rows[i], errConflict)
		}
	}
	for _, k := range bad {
		v.guards = append(v.guards, zone.Protected{Key: k, Reason: errConflict.Error()})
	}
	return z.Only(func(s zone.RRset) bool { return !isBad(s.Key) })
}

// sayTTLs notes the sets whose rows disagree.
func (v *converter) sayTTLs(z *zone.Zone) {
	if z.Len() == len(v.records) {
		return // a set for each record: nobody to disagree with
	}
	ttls := map[zone.Key][]uint32{}
	for _, r := range v.records {
		n, err := zone.ParseName(string(r.Name))
		t, err2 := zone.ParseType(string(r.Type))
		if err == nil && err2 == nil {
			k := zone.Key{Name: n, Type: t}
			ttls[k] = append(ttls[k], r.TTL)
		}
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
