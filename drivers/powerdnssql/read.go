package powerdnssql

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/zone"
)

// Zone implements provider.Provider.
func (d *Database) Zone(ctx context.Context, name zone.Name) (*zone.Zone, error) {
	return d.read(ctx, name, "")
}

// manyNames is from how many names on a zone is read whole.
const manyNames = 1000

// RRsets implements provider.Getter.
func (d *Database) RRsets(ctx context.Context, name zone.Name, keys ...zone.Key) (*zone.Zone, error) {
	asked := make(map[zone.Key]bool, len(keys))
	var names []string
	for _, k := range keys {
		asked[k] = true
		names = append(names, pdns.Name(k.Name))
	}
	slices.Sort(names)
	names = slices.Compact(names)
	where, args := "", []any(nil)
	if len(names) > 0 && len(names) <= manyNames {
		where, args = d.in(" AND name", names)
	}
	z, err := d.read(ctx, name, where, args...)
	return z.Only(func(s zone.RRset) bool { return asked[s.Key] }), err
}

// read reads the rows of a zone that fit a condition. They are read in one
// statement, and so are of one moment. A zone without any may just have been
// removed: then it is looked for once more.
func (d *Database) read(ctx context.Context, name zone.Name, where string, args ...any) (*zone.Zone, error) {
	for {
		dom, err := d.domain(ctx, d.db, name, "")
		if err != nil {
			return nil, d.fault(name, err)
		}
		s := scan{dialect: d.dialect, types: map[string]string{}}
		if s.rows, err = d.db.QueryContext(ctx, d.sql(d.records()+where), append([]any{dom.id}, args...)...); err != nil {
			return nil, d.fault(name, err)
		}
		z, err := pdns.Read(name, s.all)
		if s.err != nil {
			err = s.err
		}
		if err != nil {
			return nil, d.fault(name, err)
		}
		if s.some {
			return z, nil
		}
		again, err := d.domain(ctx, d.db, name, "")
		switch {
		case err != nil:
			return nil, d.fault(name, err)
		case again.id == dom.id:
			return z, nil
		}
	}
}

// records reads what decides what a record is.
func (d dialect) records() string {
	return "SELECT name, type, content, coalesce(ttl, 0), coalesce(prio, -1), coalesce(disabled, " + d.no + ") FROM records WHERE domain_id = ?"
}

// A scan reads rows one by one.
type scan struct {
	dialect
	rows  *sql.Rows
	types map[string]string // of which there are few
	some  bool              // there was a row
	err   error
}

// all gives the rows to their end. Empty non-terminals are no records.
func (s *scan) all(yield func(pdns.Row) bool) {
	defer s.rows.Close()
	var name, typ, content sql.RawBytes
	for s.rows.Next() {
		var r row
		if s.err = s.rows.Scan(&name, &typ, &content, &r.ttl, &r.prio, &r.disabled); s.err != nil {
			return
		}
		s.some = true
		r.name, r.typ, r.content = string(name), s.typeOf(typ), string(content)
		if r.typ != "" && !yield(s.record(r)) {
			return
		}
	}
	s.err = s.rows.Err()
}

func (s *scan) typeOf(raw []byte) string {
	typ, known := s.types[string(raw)]
	if !known {
		typ = strings.ToUpper(string(raw))
		s.types[typ] = typ
	}
	return typ
}

// A row is one of the table records. What stands in no column that is read has its
// zero value.
type row struct {
	id       int64  // below 1: not there yet
	name     string // without the final dot
	typ      string // in capitals; "": an empty non-terminal
	content  string
	ttl      int64
	prio     int64 // below 0: none
	disabled bool
	auth     sql.NullBool
	order    sql.NullString
}

// record gives a row as PowerDNS understands it: the priority of MX and SRV stands
// in a column of its own, and a text without quotes is one string.
func (d dialect) record(r row) pdns.Row {
	out := pdns.Row{Name: dotted(r.name), Type: r.typ, TTL: r.ttl, Content: r.content, Disabled: r.disabled, Odd: d.odd(r.name)}
	switch {
	case (r.typ == "MX" || r.typ == "SRV") && r.prio >= 0:
		out.Content = fmt.Sprintf("%d %s", r.prio, r.content)
	case r.typ == "TXT" && !strings.HasPrefix(r.content, `"`):
		out.Content = `"` + r.content + `"`
	}
	return out
}

// dotted is a name with its final dot.
func dotted(name string) string {
	if strings.HasSuffix(name, ".") {
		return name
	}
	return name + "."
}

// odd says why PowerDNS does not find a row by the name that it has; "" where it
// does.
func (d dialect) odd(name string) string {
	switch {
	case strings.HasSuffix(name, ".") && name != ".":
		return fmt.Sprintf("has a row whose name %q ends in a dot: PowerDNS does not find it", name)
	case d.exact && strings.ToLower(name) != name:
		return fmt.Sprintf("has a row whose name %q has capital letters: PowerDNS does not find it", name)
	}
	return ""
}
