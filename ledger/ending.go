package ledger

import (
	"context"
	"database/sql"
	"errors"
)

// An ending is how a transaction ends. Whichever it is, a process that dies takes nothing
// of it back, and nobody sees it before what ended earlier.
type ending int

const (
	// lasting: it is on the disk then, with all that ended before it. What was taken in is
	// (law 9), what people said, and a plan before its first call.
	lasting ending = iota
	// soon: it is on the disk with the next that lasts, and until then a power cut may take
	// it back. What came of a plan is found by reading, as when a process dies; leases of
	// processes that ended are worth nothing. Of five commits for a zone one waits for the
	// disk.
	soon
)

// tx runs do in one transaction. do must not wait for anything but the database.
func (l *Ledger) tx(ctx context.Context, e ending, do func(*transaction) error) error {
	conn, err := l.db.db.Conn(ctx) // the ending is one of a connection
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, l.d.ends[e]); err != nil {
		return err
	}
	begun, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	tx := &transaction{begun, l.db, map[string]*sql.Stmt{}, map[string]bool{}}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	conn.Close() // to prepare takes one
	tx.keep(ctx)
	return nil
}

// one changes what one statement says. yes is whether that was one row.
func (l *Ledger) one(ctx context.Context, e ending, query string, args ...any) (yes bool, err error) {
	err = l.tx(ctx, e, func(tx *transaction) error {
		yes, err = changed(tx.ExecContext(ctx, query, args...))
		return err
	})
	return yes, err
}

func changed(res sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}
