package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// ErrNotHeld is the error of an approval for which nothing waits: never, no more,
// or not in this form, since a newer wish dissolves what was held.
var ErrNotHeld = errors.New("nothing with this digest awaits approval")

// Approve lets a held plan be done: the last wish is owed again, and this time
// the plan with this digest passes.
func (l *Ledger) Approve(ctx context.Context, target string, name zone.Name, digest zone.Digest) error {
	return l.tx(ctx, lasting, func(tx *transaction) error { return l.approve(ctx, tx, target, name, digest) })
}

func (l *Ledger) approve(ctx context.Context, tx *transaction, target string, name zone.Name, digest zone.Digest) error {
	ok, err := changed(tx.ExecContext(ctx, `UPDATE zone SET approved = held_digest WHERE target = ? AND name = ? AND held_digest = ?`,
		target, string(name), digest.String()))
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("%s at %s: %s: %w", name, target, digest, ErrNotHeld)
	}
	return l.owe(ctx, tx, target, name)
}

// ApproveLike approves every held plan of a shape, at one target or with "" at all
// of them, and gives what it approved: all or, with an error, nothing.
func (l *Ledger) ApproveLike(ctx context.Context, target string, shape zone.Digest) (approved []Held, err error) {
	err = l.tx(ctx, lasting, func(tx *transaction) error {
		all, err := held(ctx, tx, target)
		if err != nil {
			return err
		}
		approved = slices.DeleteFunc(all, func(h Held) bool { return h.Plan.Shape() != shape })
		if len(approved) == 0 {
			return fmt.Errorf("shape %s: %w", shape, ErrNotHeld)
		}
		for _, h := range approved {
			if err := l.approve(ctx, tx, h.Target, h.Name, h.Plan.Digest()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return approved, nil
}

// owe makes the last wish for a zone owed again, unless something newer is.
func (l *Ledger) owe(ctx context.Context, tx *transaction, target string, name zone.Name) error {
	if _, err := tx.ExecContext(ctx, `INSERT INTO intent (target, queue, name, source, kind, body, arrived)
		SELECT target, name, name, source, wish_kind, wish, `+l.now()+` FROM zone WHERE target = ? AND name = ? AND wish_kind <> ''
		AND NOT EXISTS (SELECT 1 FROM intent WHERE intent.target = zone.target AND intent.queue = zone.name)`,
		target, string(name)); err != nil {
		return err
	}
	return l.dueNow(ctx, tx, target, name)
}

// dueNow has a queue be worked on now, unless it is one that waits for its time.
func (l *Ledger) dueNow(ctx context.Context, tx *transaction, target string, name zone.Name) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO queue (target, name, bulk, next, since) VALUES (?, ?, 0, `+l.now()+`, `+l.now()+`)
		ON CONFLICT (target, name) DO UPDATE SET next = max(excluded.next, queue.not_before), attempts = 0`, target, string(name))
	return err
}

// Approved gives the digests that may pass for a zone.
func (l *Ledger) Approved(ctx context.Context, target string, name zone.Name) ([]zone.Digest, error) {
	var text string
	err := l.db.QueryRowContext(ctx, `SELECT approved FROM zone WHERE target = ? AND name = ?`, target, string(name)).Scan(&text)
	if err == sql.ErrNoRows || err == nil && text == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	d, err := zone.ParseDigest(text)
	return []zone.Digest{d}, err
}
