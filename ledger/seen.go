package ledger

import (
	"context"

	"github.com/zonecast/zonecast/zone"
)

// Seen keeps what was missing at the servers of a zone when somebody looked whether they
// serve what was written; "" is nothing.
func (l *Ledger) Seen(ctx context.Context, target string, name zone.Name, missing string) error {
	_, err := l.one(ctx, soon, `UPDATE zone SET missing = ?, seen_at = `+l.now()+`, missing_since = CASE missing WHEN '' THEN `+l.now()+` ELSE missing_since END
		WHERE target = ? AND name = ? AND (missing <> '' OR ? <> '')`, missing, target, string(name), missing)
	return err
}
