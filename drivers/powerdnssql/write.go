package powerdnssql

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/zone"
)

const (
	manyRows   = 1000    // of a statement
	manyOctets = 1 << 20 // of a statement: MySQL takes 4 MB at least by default
)

// in is a condition that a column has one of some values.
func (d dialect) in(column string, values []string) (where string, args []any) {
	args = make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return column + " IN (?" + strings.Repeat(",?", len(values)-1) + ")", args
}

// ids is a condition that a row is one of some.
func ids(all []int64) string {
	b := []byte("id IN (")
	for i, id := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, id, 10)
	}
	return string(append(b, ')'))
}

// selectRows reads whole rows.
func (d dialect) selectRows() string {
	return "SELECT id, name, coalesce(type, ''), coalesce(content, ''), coalesce(ttl, 0), coalesce(prio, -1), coalesce(disabled, " + d.no + "), auth, ordername FROM records WHERE domain_id = ?"
}

// load reads the rows that changes concern, and locks them.
func (d *Database) load(ctx context.Context, tx *sql.Tx, dom domain, r *region, changes []zone.Change) error {
	names := r.names(changes)
	if r.all = len(names) > manyNames; r.all {
		return d.loadRows(ctx, tx, dom, r, d.lock)
	}
	texts := make([]string, len(names))
	for i, n := range names {
		texts[i] = pdns.Name(n)
	}
	in, args := d.in("name", texts)
	return d.loadRows(ctx, tx, dom, r, " AND "+in+d.lock, args...)
}

// loadDeeper reads all rows that lie deeper than so many labels below the apex.
func (d *Database) loadDeeper(ctx context.Context, tx *sql.Tx, dom domain, r *region, depth int) error {
	if depth == 0 {
		r.all = true
		return d.loadRows(ctx, tx, dom, r, "")
	}
	r.deeper = true
	return d.loadRows(ctx, tx, dom, r, " AND name LIKE ? ESCAPE '|'", deeperThan(depth, r.apex))
}

// deeperThan is a pattern for names of more labels below the apex than depth.
func deeperThan(depth int, apex zone.Name) string {
	pattern := "%" + strings.Repeat(".%", depth)
	if apex == zone.Root {
		return pattern
	}
	return pattern + "." + strings.NewReplacer("|", "||", "_", "|_", "%", "|%").Replace(pdns.Name(apex))
}

func (d *Database) loadRows(ctx context.Context, tx *sql.Tx, dom domain, r *region, where string, args ...any) error {
	res, err := tx.QueryContext(ctx, d.sql(d.selectRows()+where), append([]any{dom.id}, args...)...)
	if err != nil {
		return err
	}
	defer res.Close()
	var rows []row
	for res.Next() {
		var one row
		if err := res.Scan(&one.id, &one.name, &one.typ, &one.content, &one.ttl, &one.prio, &one.disabled, &one.auth, &one.order); err != nil {
			return err
		}
		one.typ = strings.ToUpper(one.typ)
		rows = append(rows, one)
	}
	r.add(rows)
	return res.Err()
}

// write carries out an edit: what goes goes first.
func (d *Database) write(ctx context.Context, tx querier, domain int64, e edit) error {
	for part := range slices.Chunk(e.remove, manyRows) {
		if _, err := tx.ExecContext(ctx, "DELETE FROM records WHERE "+ids(part)); err != nil {
			return err
		}
	}
	for _, ttl := range slices.Sorted(maps.Keys(e.ttl)) {
		for part := range slices.Chunk(e.ttl[ttl], manyRows) {
			if _, err := tx.ExecContext(ctx, d.sql("UPDATE records SET ttl = ? WHERE "+ids(part)), int64(ttl)); err != nil {
				return err
			}
		}
	}
	for _, s := range e.start {
		if _, err := tx.ExecContext(ctx, d.sql("UPDATE records SET content = ?, ttl = ? WHERE id = ?"), s.content, s.ttl, s.id); err != nil {
			return err
		}
	}
	for _, p := range slices.SortedFunc(maps.Keys(e.place), comparePlaces) {
		for part := range slices.Chunk(e.place[p], manyRows) {
			if _, err := tx.ExecContext(ctx, d.sql("UPDATE records SET auth = ?, ordername = ? WHERE "+ids(part)), p.auth, p.order); err != nil {
				return err
			}
		}
	}
	return d.insertRows(ctx, tx, domain, e.insert)
}

func comparePlaces(a, b place) int {
	return cmp.Or(strings.Compare(a.order.String, b.order.String), strings.Compare(strconv.FormatBool(a.order.Valid), strconv.FormatBool(b.order.Valid)), strings.Compare(strconv.FormatBool(a.auth), strconv.FormatBool(b.auth)))
}

// insertRows inserts many rows by a statement. All that is text is bound.
func (d *Database) insertRows(ctx context.Context, tx querier, domain int64, rows []row) error {
	for len(rows) > 0 {
		const columns = "INSERT INTO records (domain_id, name, type, content, ttl, prio, disabled, auth, ordername) VALUES "
		b := append(make([]byte, 0, 64*min(len(rows), manyRows)), columns...)
		var args []any
		n, size := 0, 0
		for ; n < len(rows) && n < manyRows && size < manyOctets; n++ {
			if n > 0 {
				b = append(b, ',')
			}
			b, args = d.appendRow(b, args, domain, rows[n])
			size += len(rows[n].content) + len(rows[n].name) + 64
		}
		if _, err := tx.ExecContext(ctx, d.sql(string(b)), args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// appendRow writes the values of a row.
func (d dialect) appendRow(b []byte, args []any, domain int64, r row) ([]byte, []any) {
	b = strconv.AppendInt(append(b, '('), domain, 10)
	if r.typ == "" {
		b, args = append(b, ",?,NULL,NULL,NULL,NULL,"...), append(args, r.name)
	} else {
		b, args = append(b, ",?,?,?,"...), append(args, r.name, r.typ, r.content)
		b = strconv.AppendInt(b, r.ttl, 10)
		b = append(strconv.AppendInt(append(b, ','), r.prio, 10), ',')
	}
	b = append(append(b, d.no...), ',')
	if r.auth.Bool {
		b = append(b, d.yes...)
	} else {
		b = append(b, d.no...)
	}
	if !r.order.Valid {
		return append(b, ",NULL)"...), args
	}
	return append(b, ",?)"...), append(args, r.order.String)
}
