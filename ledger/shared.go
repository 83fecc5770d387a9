package ledger

import (
	"context"
	"database/sql"
	"time"

	"github.com/zonecast/zonecast/provider"
)

// Shared gives what the drivers of a target, in all processes, share, and with it
// the mark of zones that are ours. Buckets are for all targets alike: two of them may
// be at one account.
func (l *Ledger) Shared(target, owner string) provider.Shared { return shared{l, target, owner} }

type shared struct {
	*Ledger
	target, owner string
}

// Owner implements provider.Shared.
func (s shared) Owner() string { return s.owner }

// Recall implements provider.Shared.
func (s shared) Recall(ctx context.Context, key string) (value string, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT value FROM note WHERE target = ? AND key = ?`, s.target, key).Scan(&value)
	if err == sql.ErrNoRows {
		return "", nil
	}
	return value, err
}

// Keep implements provider.Shared.
func (s shared) Keep(ctx context.Context, key, value string) error {
	if value == "" {
		_, err := s.one(ctx, lasting, `DELETE FROM note WHERE target = ? AND key = ?`, s.target, key)
		return err
	}
	_, err := s.one(ctx, lasting, `INSERT INTO note (target, key, value) VALUES (?, ?, ?)
		ON CONFLICT (target, key) DO UPDATE SET value = excluded.value`, s.target, key, value)
	return err
}

// Take implements provider.Shared. What the ledger has of a bucket is when it is
// full again: each token takes its share of time, and a burst is how far ahead of
// the clock that may lie.
func (s shared) Take(ctx context.Context, bucket string, rate float64, burst int) (wait time.Duration, err error) {
	share := 1 / rate
	var ahead float64
	err = s.tx(ctx, soon, func(tx *transaction) error {
		return tx.QueryRowContext(ctx, `INSERT INTO bucket (name, full) VALUES (?1, `+s.now()+` + ?2)
			ON CONFLICT (name) DO UPDATE SET full = max(bucket.full, `+s.now()+`) + ?2 RETURNING full - `+s.now(), bucket, share).Scan(&ahead)
	})
	return max(0, time.Duration((ahead-share*float64(burst))*float64(time.Second))), err
}
