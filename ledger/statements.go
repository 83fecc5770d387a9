package ledger

import (
	"context"
	"database/sql"
	"sync"
)

// A database keeps the statements that are asked for again prepared: parsing one
// takes SQLite longer than doing it. What changes anything is a transaction, which says
// how it ends.
type database struct {
	db    *sql.DB
	mu    sync.Mutex
	asked map[string]bool      // once: most processes do their work and end
	kept  map[string]*sql.Stmt // twice
}

// manyStatements bounds what is kept. A program does not have so many, but tests
// whose clock stands in each text do.
const manyStatements = 200

// known gives a statement that was prepared before, nil where there is none; again
// reports whether it was asked for before.
func (d *database) known(query string) (s *sql.Stmt, again bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.asked == nil {
		d.asked, d.kept = map[string]bool{}, map[string]*sql.Stmt{}
	}
	again = d.asked[query]
	if len(d.asked) < manyStatements {
		d.asked[query] = true
	}
	return d.kept[query], again
}

// keep prepares a statement, unless somebody did so a moment ago. An error says
// that it has to do without.
func (d *database) keep(ctx context.Context, query string) *sql.Stmt {
	s, err := d.db.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if was := d.kept[query]; was != nil {
		s.Close()
		return was
	}
	d.kept[query] = s
	return s
}

// statement gives a prepared statement for what was asked for before.
func (d *database) statement(ctx context.Context, query string) *sql.Stmt {
	s, again := d.known(query)
	if s == nil && again {
		s = d.keep(ctx, query)
	}
	return s
}

func (d *database) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s := d.statement(ctx, query); s != nil {
		return s.QueryContext(ctx, args...)
	}
	return d.db.QueryContext(ctx, query, args...)
}

func (d *database) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if s := d.statement(ctx, query); s != nil {
		return s.QueryRowContext(ctx, args...)
	}
	return d.db.QueryRowContext(ctx, query, args...)
}

// A transaction uses what the database has prepared. What it lacks it cannot get
// while the one connection is taken: that is for afterwards.
type transaction struct {
	*sql.Tx
	db    *database
	mine  map[string]*sql.Stmt
	asked map[string]bool // and whether it was before this transaction
}

func (t *transaction) statement(ctx context.Context, query string) *sql.Stmt {
	if s := t.mine[query]; s != nil {
		return s
	}
	s, before := t.db.known(query)
	_, again := t.asked[query]
	switch {
	case s != nil:
		s = t.StmtContext(ctx, s)
	case again:
		s, _ = t.PrepareContext(ctx, query)
	default:
		t.asked[query] = before
	}
	if s != nil {
		t.mine[query] = s
	}
	return s
}

// keep prepares for the next transaction what this one had to do without.
func (t *transaction) keep(ctx context.Context) {
	for query, before := range t.asked {
		if before {
			t.db.statement(ctx, query)
		}
	}
}

func (t *transaction) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if s := t.statement(ctx, query); s != nil {
		return s.ExecContext(ctx, args...)
	}
	return t.Tx.ExecContext(ctx, query, args...)
}

func (t *transaction) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s := t.statement(ctx, query); s != nil {
		return s.QueryContext(ctx, args...)
	}
	return t.Tx.QueryContext(ctx, query, args...)
}

func (t *transaction) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if s := t.statement(ctx, query); s != nil {
		return s.QueryRowContext(ctx, args...)
	}
	return t.Tx.QueryRowContext(ctx, query, args...)
}
