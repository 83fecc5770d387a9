package engine_test

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"strings"

	"github.com/stretchr/testify/require"
)

// The power is cut once in some storms: all processes die at once, and of the database
// there is what was on the disk. What was committed after the last durable commit is
// gone, as much of that as can be: the power goes when the next one is about to end.
type power struct {
	boots  int // how often it came back
	after  int // how many durable commits it goes; 0: it does not
	last   int // how many there were
	disk   map[string][][]driver.Value
	killed func() // has all processes die
}

func (d *simDB) boots() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.power.boots
}

// cut says when the power goes, and what happens then.
func (d *simDB) cut(after int, killed func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.power = power{boots: d.power.boots, after: after, killed: killed}
}

// fails has the power go if it is time, at the end of a transaction, which the others
// wait for: then it is no more, and the tables are as they were on the disk.
func (d *simDB) fails(c *simConn) bool {
	d.mu.Lock()
	p := &d.power
	if p.after == 0 || !c.lasting || c.changes() == c.before {
		d.mu.Unlock()
		return false
	}
	p.last++
	now := p.last > p.after
	if p.last == p.after {
		p.disk = c.read()
	}
	if now {
		p.after = 0
		p.boots++
	}
	d.mu.Unlock()
	if now {
		p.killed()
		c.write(p.disk)
	}
	return now
}

// ExecContext implements driver.ExecerContext: it hears what is said of how
// transactions end.
func (c *simConn) ExecContext(_ context.Context, query string, _ []driver.NamedValue) (driver.Result, error) {
	how, ok := strings.CutPrefix(query, "PRAGMA synchronous=")
	if !ok {
		return nil, driver.ErrSkip
	}
	c.lasting = how == "FULL"
	return driver.RowsAffected(0), nil
}

// count gives what a connection has changed so far, if somebody will want to know.
func (d *simDB) count(c *simConn) int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.power.after == 0 || !c.lasting {
		return 0
	}
	return c.changes()
}

// changes counts the rows that were changed over a connection.
func (c *simConn) changes() int64 { return c.rows(`SELECT total_changes()`)[0][0].(int64) }

// tables are those of the ledger, but for the one that says which it is.
func (c *simConn) tables() (names []string) {
	for _, row := range c.rows(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'ledger'`) {
		names = append(names, row[0].(string))
	}
	return names
}

func (c *simConn) read() map[string][][]driver.Value {
	all := map[string][][]driver.Value{}
	for _, t := range c.tables() {
		all[t] = c.rows(`SELECT * FROM ` + t)
	}
	return all
}

func (c *simConn) write(all map[string][][]driver.Value) {
	for _, t := range c.tables() {
		c.rows(`DELETE FROM ` + t)
		for _, row := range all[t] {
			c.rows(fmt.Sprintf(`INSERT INTO %s VALUES (?%s)`, t, strings.Repeat(", ?", len(row)-1)), row...)
		}
	}
}

// rows does what a statement says, within the transaction of a connection.
func (c *simConn) rows(query string, args ...driver.Value) (all [][]driver.Value) {
	s, err := c.PrepareContext(context.Background(), query)
	require.NoError(c.home.t, err)
	var named []driver.NamedValue
	for i, a := range args {
		named = append(named, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
	rows, err := s.(driver.StmtQueryContext).QueryContext(context.Background(), named)
	require.NoError(c.home.t, err)
	defer rows.Close()
	for {
		row := make([]driver.Value, len(rows.Columns()))
		if err := rows.Next(row); err == io.EOF {
			return all
		}
		require.NoError(c.home.t, err)
		all = append(all, row)
	}
}
