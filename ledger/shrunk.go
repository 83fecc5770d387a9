package ledger

import (
	"context"
	"strconv"
)

// Shrink implements provider.Ledger.
func (l *Ledger) Shrink(ctx context.Context, id string, allows func(zones int) int) (others, zones int, err error) {
	err = l.with(ctx, soon, id, func(tx *transaction, own lease) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM shrunk WHERE target = ? AND at < `+l.now()+` - `+strconv.Itoa(day), own.target); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM shrunk WHERE target = ? AND name <> ?`, own.target, own.name).Scan(&others); err != nil {
			return err
		}
		if others >= allows(0) { // to count all zones takes time
			if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM zone WHERE target = ?`, own.target).Scan(&zones); err != nil {
				return err
			}
		}
		if others >= allows(zones) {
			return nil
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO shrunk (target, name, at) VALUES (?, ?, `+l.now()+`) ON CONFLICT (target, name) DO UPDATE SET at = excluded.at`, own.target, own.name)
		return err
	})
	return others, zones, err
}
