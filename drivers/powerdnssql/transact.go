package powerdnssql

import (
	"context"
	"database/sql"
	"errors"
)

// transact does something in a transaction, once more where others were in its way.
// sure is false where nobody can say whether it was committed.
func (d *Database) transact(ctx context.Context, do func(*sql.Tx) error) (sure bool, err error) {
	for try := 1; ; try++ {
		if sure, err = d.once(ctx, do); err == nil || isOurs(err) {
			return sure, err
		}
		if _, t := d.sort(err); t != again || try == maxTries {
			return sure, err
		}
		if e := pause(ctx, try); e != nil {
			return sure, errors.Join(e, err)
		}
	}
}

func (d *Database) once(ctx context.Context, do func(*sql.Tx) error) (sure bool, err error) {
	if d.turn != nil {
		select {
		case d.turn <- struct{}{}:
			defer func() { <-d.turn }()
		case <-ctx.Done():
			return true, ctx.Err()
		}
	}
	tx, err := d.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return true, err
	}
	if err := do(tx); err != nil {
		tx.Rollback() // fails where the connection is gone, and then the database does it
		return true, err
	}
	if err := tx.Commit(); err != nil {
		_, t := d.sort(err)
		return t != lost || errors.Is(err, sql.ErrTxDone), err // which was rolled back before
	}
	return true, nil
}
