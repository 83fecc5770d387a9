package pdns

import (
	"fmt"
	"iter"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// A Row is one record as PowerDNS keeps it; names may lack their final dot.
type Row struct {
	Name     string
	Type     string
	TTL      int64 // in seconds
	Content  string
	Disabled bool   // somebody has switched it off
	Odd      string // why it is not what it looks like; "": it is
}

// Read makes a zone of rows. What the model cannot hold is protected, with all
// that stands in for it: a record that is switched off, an ALIAS, a LUA script,
// data that nobody can read. Rows outside the zone, which PowerDNS leaves out, are
// left out.
func Read(apex zone.Name, rows iter.Seq[Row]) (*zone.Zone, error) {
	r := reader{apex: apex}
	for row := range rows {
		r.row(row)
	}
	z, err := zone.New(apex, r.records...)
	if err != nil {
		z, err = zone.New(apex, r.sound()...)
	}
	if err != nil {
		return nil, err
	}
	if r.guards == nil {
		return z, nil
	}
	return z.Only(r.unguarded()).Protect(r.guards...), nil
}

// The numbers of PowerDNS's own types.
const (
	typeALIAS zone.Type = "TYPE65401"
	typeLUA   zone.Type = "TYPE65402"
)

type reader struct {
	apex    zone.Name
	records []zone.Record
	guards  []zone.Protected
}

func (r *reader) row(row Row) {
	name, err := zone.ParseName(row.Name)
	if err != nil {
		r.guard("", zone.Type(row.Type), "a record stands at a name that cannot be read: %v", err)
		return
	}
	if !name.In(r.apex) {
		return
	}
	typ, err := zone.ParseType(row.Type)
	switch {
	case row.Odd != "":
		r.guard(name, "", "%s", row.Odd)
	case row.Type == "ALIAS":
		r.guard(name, typeALIAS, "an ALIAS to %s", row.Content)
		r.guard(name, zone.A, "an ALIAS to %s stands in for it", row.Content)
		r.guard(name, zone.AAAA, "an ALIAS to %s stands in for it", row.Content)
	case row.Type == "LUA":
		stands, _, _ := strings.Cut(row.Content, " ")
		r.guard(name, zone.Type(stands), "a LUA record makes it up")
		r.guard(name, typeLUA, "a LUA record")
	case err != nil:
		r.guard(name, "", "has a record of the type %q, which nobody here knows", row.Type)
	case row.Disabled:
		r.guard(name, typ, "somebody has disabled a record of it")
	case row.TTL < 0 || row.TTL > zone.MaxTTL:
		r.guard(name, typ, "has a TTL of %d", row.TTL)
	default:
		r.records = append(r.records, zone.Record{Name: name, Type: typ, TTL: uint32(row.TTL), Data: row.Content})
	}
}

func (r *reader) guard(n zone.Name, t zone.Type, format string, args ...any) {
	r.guards = append(r.guards, zone.Protected{Key: zone.Key{Name: n, Type: t}, Reason: fmt.Sprintf(format, args...)})
}

// sound gives the records that can be read, and guards the sets of the others.
func (r *reader) sound() []zone.Record {
	var good []zone.Record
	for _, rec := range r.records {
		if _, err := zone.Canonical(rec.Type, rec.Data); err != nil {
			r.guard(rec.Name, rec.Type, "has a record that cannot be read: %v", err)
			continue
		}
		good = append(good, rec)
	}
	return good
}

// unguarded says which sets the zone has whole: of the others nobody shall see a
// part.
func (r *reader) unguarded() func(zone.RRset) bool {
	none, _ := zone.New(r.apex)
	none = none.Protect(r.guards...)
	return func(s zone.RRset) bool {
		_, guarded := none.Protection(s.Key)
		return !guarded
	}
}
