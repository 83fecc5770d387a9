package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"time"

	"github.com/zonecast/zonecast/provider"
)

// A breaker keeps work away from a target that does not answer, for all processes
// alike: after some failures in a row it opens, for longer each time, and lets one
// try through when its time is over.
const (
	breakAfter  = 5 // failures in a row
	shortBreak  = 30 * time.Second
	longBreak   = 15 * time.Minute
	trialTime   = 2 * time.Minute            // that one try may take before the next
	blockedTime = 100 * 365 * 24 * time.Hour // until somebody acts
)

// Gate reports whether a target may be worked with. After a break it lets one in,
// and nobody else for a while.
func (l *Ledger) Gate(ctx context.Context, target string) (g provider.Gate, err error) {
	var left float64
	var failures int
	err = l.db.QueryRowContext(ctx, `SELECT until - `+l.now()+`, failures, reason FROM target WHERE name = ?`, target).Scan(&left, &failures, &g.Why)
	switch {
	case err == sql.ErrNoRows:
		return provider.Gate{Open: true}, nil
	case err != nil:
		return provider.Gate{}, err
	case left > 0:
		g.Wait = time.Duration(left * float64(time.Second))
		return g, nil
	case failures < breakAfter:
		return provider.Gate{Open: true}, nil
	}
	g.Wait = trialTime
	g.Open, err = l.one(ctx, soon, `UPDATE target SET until = `+l.now()+` + ? WHERE name = ? AND until <= `+l.now(), trialTime.Seconds(), target)
	g.Trial = g.Open
	return g, err
}

// Answered notes that a target works.
func (l *Ledger) Answered(ctx context.Context, target string) error {
	_, err := l.one(ctx, soon, `UPDATE target SET failures = 0, until = 0, blocked = '', reason = '' WHERE name = ? AND failures > 0`, target)
	return err
}

// Failed notes that a target did not answer, or not well. closed reports whether it
// is left alone now.
func (l *Ledger) Failed(ctx context.Context, target, why string) (closed bool, err error) {
	var until float64
	err = l.tx(ctx, soon, func(tx *transaction) error {
		return tx.QueryRowContext(ctx, `INSERT INTO target (name, failures, reason, since) VALUES (?, 1, ?, `+l.now()+`)
			ON CONFLICT (name) DO UPDATE SET failures = failures + 1, reason = excluded.reason, since = CASE WHEN failures = 0 THEN excluded.since ELSE target.since END,
			until = CASE WHEN failures + 1 < ? THEN 0 ELSE `+l.now()+` + min(?, ? * (1 << min(failures + 1 - ?, 20))) END
			RETURNING until`,
			target, why, breakAfter, longBreak.Seconds(), shortBreak.Seconds(), breakAfter).Scan(&until)
	})
	return until > 0, err
}

// Block keeps a target from all work until Unblock: its credentials are wrong or
// its quota is used up, and no patience helps. secrets sums up the credentials that
// it was tried with; with others Renewed lifts the block, unless it is "".
func (l *Ledger) Block(ctx context.Context, target, secrets, why string) error {
	_, err := l.one(ctx, soon, `INSERT INTO target (name, failures, until, blocked, reason, since) VALUES (?, ?, `+l.now()+` + ?, ?, ?, `+l.now()+`)
		ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, until = excluded.until, blocked = excluded.blocked, reason = excluded.reason, since = excluded.since`,
		target, breakAfter, blockedTime.Seconds(), cmp.Or(secrets, anySecrets), why)
	return err
}

// anySecrets says that a target is blocked whatever its credentials are.
const anySecrets = "yes"

// Renewed lifts the block of a target whose credentials are others than those that
// it was blocked with.
func (l *Ledger) Renewed(ctx context.Context, target, secrets string) error {
	var was string
	err := l.db.QueryRowContext(ctx, `SELECT blocked FROM target WHERE name = ?`, target).Scan(&was)
	if err == sql.ErrNoRows || err == nil && (was == "" || was == anySecrets || was == secrets || secrets == "") {
		return nil
	}
	if err != nil {
		return err
	}
	return l.Unblock(ctx, target)
}

// Unblock lets work begin at once: with the target, and with all that is owed to it.
func (l *Ledger) Unblock(ctx context.Context, target string) error {
	return l.tx(ctx, lasting, func(tx *transaction) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM target WHERE name = ?`, target); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE queue SET next = max(`+l.now()+`, not_before), attempts = 0 WHERE target = ?`, target)
		return err
	})
}
