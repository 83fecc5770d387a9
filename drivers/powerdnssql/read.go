package powerdnssql

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/zone"
)

// A row is one of the table records. What stands in no column that is read has its
// zero value.
type row struct {
	id       int64 // 0: not there yet
	name     string
	typ      string // "": an empty non-terminal
	content  string
	ttl      int64
	prio     sql.NullInt64
	disabled bool
	auth     sql.NullBool
	order    sql.NullString
}

// Zone implements provider.Provider.
func (d *Database) Zone(ctx context.Context, name zone.Name) (*zone.Zone, error) {
	return d.read(ctx, name, "")
}

// RRsets implements provider.Getter.
func (d *Database) RRsets(ctx context.Context, name zone.Name, keys ...zone.Key) (*zone.Zone, error) {
	asked := make(map[zone.Key]bool, len(keys))
	var names []string
	for _, k := range keys {
		asked[k] = true
		names = append(names, pdns.Name(k.Name))
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) == 0 || len(names) > manyNames {
		z, err := d.Zone(ctx, name)
		return z.Only(func(s zone.RRset) bool { return asked[s.Key] }), err
	}
	in, args := d.in("name", names)
	z, err := d.read(ctx, name, " AND "+in, args...)
	return z.Only(func(s zone.RRset) bool { return asked[s.Key] }), err
}

// manyNames is from how many names on a zone is read whole.
const manyNames = 1000

// read reads the rows of a zone that fit a condition. The rows are read in one
// statement, and so are of one moment. A zone without any may just have been
// removed: then it is looked for once more.
func (d *Database) read(ctx context.Context, name zone.Name, where string, args ...any) (*zone.Zone, error) {
	for {
		dom, err := d.domain(ctx, d.db, name, "")
		if err != nil {
			return nil, d.fault(name, err)
		}
		var rows []row
		if rows, err = d.rows(ctx, d.db, dom.id, where, args...); err != nil {
			return nil, d.fault(name, err)
		}
		if len(rows) == 0 {
			switch again, err := d.domain(ctx, d.db, name, ""); {
			case err != nil:
				return nil, d.fault(name, err)
			case again.id != dom.id:
				continue
			}
		}
		return pdns.Read(name, d.plain(rows))
	}
}

// rows reads what decides what a record is.
func (d *Database) rows(ctx context.Context, q querier, id int64, where string, args ...any) (out []row, err error) {
	res, err := q.QueryContext(ctx, d.sql("SELECT name, type, content, ttl, prio, disabled FROM records WHERE domain_id = ?"+where), append([]any{id}, args...)...)
	if err != nil {
		return nil, err
	}
	defer res.Close()
	var name, typ, content sql.NullString
	var ttl sql.NullInt64
	var disabled sql.NullBool
	for res.Next() {
		var r row
		if err := res.Scan(&name, &typ, &content, &ttl, &r.prio, &disabled); err != nil {
			return nil, err
		}
		r.name, r.typ, r.content, r.ttl, r.disabled = name.String, typ.String, content.String, ttl.Int64, disabled.Bool
		out = append(out, r)
	}
	return out, res.Err()
}

// plain gives the rows as records; empty non-terminals are none.
func (d dialect) plain(rows []row) iter.Seq[pdns.Row] {
	return func(yield func(pdns.Row) bool) {
		for _, r := range rows {
			if r.typ != "" && !yield(d.record(r)) {
				return
			}
		}
	}
}

// record gives a row as PowerDNS understands it: the priority of MX and SRV stands
// in a column of its own, and a text without quotes is one string.
func (d dialect) record(r row) pdns.Row {
	typ := strings.ToUpper(r.typ)
	switch {
	case (typ == "MX" || typ == "SRV") && r.prio.Valid:
		r.content = fmt.Sprintf("%d %s", r.prio.Int64, r.content)
	case typ == "TXT" && !strings.HasPrefix(r.content, `"`):
		r.content = `"` + r.content + `"`
	}
	return pdns.Row{Name: dotted(r.name), Type: typ, TTL: r.ttl, Content: r.content, Disabled: r.disabled, Odd: d.odd(r.name)}
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
