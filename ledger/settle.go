package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Settle writes down what came of working on a queue, for who holds its lease:
// what was done is owed no more, what failed is tried again later.
func (l *Ledger) Settle(ctx context.Context, id string, a provider.Account) error {
	return l.with(ctx, soon, id, func(tx *transaction, own lease) error {
		do := func(query string, args ...any) error {
			_, err := tx.ExecContext(ctx, query, args...)
			return err
		}
		reason := reasonOf(a.Result)
		if n := len(a.Result.Findings); a.Again && reason == "" && n > 0 {
			reason = a.Result.Findings[n-1].Text // why it is not over yet
		}
		if a.Again {
			if err := do(`UPDATE queue SET attempts = attempts + 1, next = `+l.now()+` + ?, error = ? WHERE target = ? AND name = ?`,
				a.Retry.Seconds(), reason, own.target, own.name); err != nil {
				return err
			}
			state := provider.Owed
			if !a.Result.Restless && a.Result.State == provider.Held {
				state = provider.Held
			}
			if err := l.stand(do, own, state, reason, a.Result.Held); err != nil {
				return err
			}
			return l.heed(ctx, tx, own, a)
		}
		if err := do(`DELETE FROM intent WHERE target = ? AND queue = ? AND id <= ?`, own.target, own.name, int64(a.UpTo)); err != nil {
			return err
		}
		if err := do(`DELETE FROM queue WHERE target = ? AND name = ? AND NOT EXISTS (
			SELECT 1 FROM intent WHERE intent.target = queue.target AND intent.queue = queue.name)`, own.target, own.name); err != nil {
			return err
		}
		if err := l.stand(do, own, a.Result.State, reason, a.Result.Held); err != nil {
			return err
		}
		if err := l.remember(ctx, tx, own, a); err != nil {
			return err
		}
		return l.heed(ctx, tx, own, a)
	})
}

// stand writes down how a queue stands; since is when it began to.
func (l *Ledger) stand(do func(string, ...any) error, own lease, s provider.State, reason string, held zone.Plan) error {
	var body any
	digest := ""
	if !held.Empty() {
		b, err := json.Marshal(held)
		if err != nil {
			return err
		}
		body, digest = b, held.Digest().String()
	}
	return do(`INSERT INTO zone (target, name, state, reason, since, held, held_digest) VALUES (?, ?, ?, ?, `+l.now()+`, ?, ?)
		ON CONFLICT (target, name) DO UPDATE SET state = excluded.state, reason = excluded.reason, held = excluded.held, held_digest = excluded.held_digest,
		since = CASE WHEN zone.state = excluded.state AND zone.since IS NOT NULL THEN zone.since ELSE excluded.since END`,
		own.target, own.name, int(s), reason, body, digest)
}

// heed ends an approval, unless what it is for is tried again. One that was said while the
// work went on, for what is held by now, stands, and the wish is owed for it.
func (l *Ledger) heed(ctx context.Context, tx *transaction, own lease, a provider.Account) error {
	var approved, held string
	if err := tx.QueryRowContext(ctx, `SELECT approved, held_digest FROM zone WHERE target = ? AND name = ?`, own.target, own.name).Scan(&approved, &held); err != nil {
		return err
	}
	known := slices.ContainsFunc(a.Approved, func(d zone.Digest) bool { return d.String() == approved })
	switch {
	case approved == "":
		return nil
	case approved == held && !known:
		return l.owe(ctx, tx, own.target, zone.Name(own.name))
	case a.Again:
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE zone SET approved = '' WHERE target = ? AND name = ?`, own.target, own.name)
	return err
}

// remember keeps what the source wished last, and whether the target agrees.
func (l *Ledger) remember(ctx context.Context, tx *transaction, own lease, a provider.Account) error {
	kind, body, err := l.encodeWish(ctx, tx, zone.Name(own.name), a.Wish)
	if err != nil || kind == kindNone {
		return err
	}
	if kind == kindPatch {
		if leads, err := l.leads(ctx, tx, own); leads || err != nil {
			return err
		}
	}
	digest, agreed := any(nil), "NULL"
	if r, ok := a.Wish.(zone.Replace); ok && a.Result.State == provider.Agreed {
		digest, agreed = []byte(wishDigest(r.Zone)), l.now()
		if a.Result.Partly {
			agreed = "agreed_at" // for the rest stands what was seen then
		}
	}
	if _, err := tx.ExecContext(ctx, `UPDATE zone SET wish_kind = ?, wish = ?, source = ?, digest = ?, policy = ?, agreed_at = `+agreed+` WHERE target = ? AND name = ?`,
		kind, body, a.Source, digest, a.Policy, own.target, own.name); err != nil {
		return err
	}
	return l.sweep(ctx, tx, zone.Name(own.name))
}

// Agrees reports whether a target was found to agree with what was wished of a zone
// within some time, all of it, under a policy.
func (l *Ledger) Agrees(ctx context.Context, target string, queue zone.Name, policy string, within time.Duration) (yes bool, err error) {
	err = l.db.QueryRowContext(ctx, `SELECT agreed_at IS NOT NULL AND policy = ? AND `+l.now()+` - agreed_at < ? FROM zone WHERE target = ? AND name = ?`,
		policy, within.Seconds(), target, string(queue)).Scan(&yes)
	if err == sql.ErrNoRows {
		return false, nil
	}
	return yes, err
}

// reasonOf gives the error, or the first of the worst findings.
func reasonOf(r provider.Result) string {
	if r.Err != nil {
		return r.Err.Error()
	}
	reason, worst := "", zone.Note
	for _, f := range r.Findings {
		if f.Level > worst {
			reason, worst = f.String(), f.Level
		}
	}
	return reason
}

// Attempts is how often a queue has failed since something new came in.
func (l *Ledger) Attempts(ctx context.Context, target string, queue zone.Name) (n int, err error) {
	err = l.db.QueryRowContext(ctx, `SELECT attempts FROM queue WHERE target = ? AND name = ?`, target, string(queue)).Scan(&n)
	if err == sql.ErrNoRows {
		return 0, nil
	}
	return n, err
}
