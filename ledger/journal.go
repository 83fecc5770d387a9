package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Accept takes entries into the journal, all of them or none, and tells of each
// what became of it. A Replace and a Remove supersede what the queue has; a Patch
// waits behind it. The error of a difference may be provider.ErrGap.
func (l *Ledger) Accept(ctx context.Context, entries iter.Seq2[provider.Entry, error]) (became []provider.Acceptance, err error) {
	err = l.tx(ctx, lasting, func(tx *transaction) error {
		became = became[:0]
		a := acceptor{Ledger: l, ctx: ctx, tx: tx}
		for e, err := range entries {
			if err != nil {
				return err
			}
			how, err := a.accept(e)
			if err != nil {
				return fmt.Errorf("%s at %s: %w", e.Intent.Zone, e.Target, err)
			}
			became = append(became, how)
		}
		return nil
	})
	return became, err
}

// An acceptor takes entries in, in one transaction.
type acceptor struct {
	*Ledger
	ctx context.Context
	tx  *transaction
}

func (a acceptor) accept(e provider.Entry) (provider.Acceptance, error) {
	kind, body, err := a.encodeWish(a.ctx, a.tx, e.Intent.Zone, e.Intent.Wish)
	if err != nil {
		return 0, err
	}
	if r, ok := e.Intent.Wish.(zone.Replace); ok {
		if how, err := a.judge(e, r.Zone); how != provider.Accepted || err != nil {
			return how, err
		}
	}
	if p, ok := e.Intent.Wish.(zone.Patch); ok && p.IsDifference() {
		if err := a.follows(e, p); err != nil {
			return 0, err
		}
	}
	if kind == kindRemove {
		if theirs, err := a.theirs(e); theirs || err != nil {
			return provider.Theirs, err
		}
	}
	if kind == kindRemove && e.Delay > 0 {
		var one int
		err := a.tx.QueryRowContext(a.ctx, `SELECT 1 FROM intent WHERE target = ? AND queue = ? AND kind = ?`, e.Target, string(e.Queue), kind).Scan(&one)
		if err != sql.ErrNoRows {
			return provider.Delayed, err // said again, it counts from the first time
		}
	}
	if kind != kindPatch && kind != kindDiffers {
		if err := a.exec(`DELETE FROM intent WHERE target = ? AND queue = ?`, e.Target, string(e.Queue)); err != nil {
			return 0, err
		}
		if err := a.exec(`DELETE FROM queue WHERE target = ? AND name = ?`, e.Target, string(e.Queue)); err != nil {
			return 0, err
		}
	}
	var findings any
	if len(e.Intent.Findings) > 0 {
		if findings, err = json.Marshal(e.Intent.Findings); err != nil {
			return 0, err
		}
	}
	if err := a.exec(`INSERT INTO intent (target, queue, name, source, kind, body, findings, arrived) VALUES (?, ?, ?, ?, ?, ?, ?, `+a.now()+`)`,
		e.Target, string(e.Queue), string(e.Intent.Zone), e.Intent.Source, kind, body, findings); err != nil {
		return 0, err
	}
	how, delay := provider.Accepted, 0.0
	if kind == kindRemove && e.Delay > 0 {
		how, delay = provider.Delayed, e.Delay.Seconds()
	}
	return how, a.exec(`INSERT INTO queue (target, name, bulk, next, not_before, since) VALUES (?, ?, ?, `+a.now()+` + ?, `+a.now()+` + ?, `+a.now()+`)
		ON CONFLICT (target, name) DO UPDATE SET bulk = min(queue.bulk, excluded.bulk), next = max(excluded.next, queue.not_before), attempts = 0`,
		e.Target, string(e.Queue), e.Bulk, delay, delay)
}

// theirs reports whether the last who wished for the whole zone was another source.
func (a acceptor) theirs(e provider.Entry) (bool, error) {
	var source string
	err := a.tx.QueryRowContext(a.ctx, `SELECT coalesce(
		(SELECT source FROM intent WHERE target = ?1 AND queue = ?2 AND kind = '`+kindReplace+`' ORDER BY id DESC LIMIT 1),
		(SELECT source FROM zone WHERE target = ?1 AND name = ?2 AND wish_kind = '`+kindReplace+`'), '')`, e.Target, string(e.Queue)).Scan(&source)
	return source != "" && source != e.Intent.Source, err
}

func (a acceptor) exec(query string, args ...any) error {
	_, err := a.tx.ExecContext(a.ctx, query, args...)
	return err
}

// judge says whether a wish is worth its work: not where the target agrees with
// it, nor where a newer one was accepted a moment ago and a process that was
// started earlier comes late.
func (a acceptor) judge(e provider.Entry, want *zone.Zone) (provider.Acceptance, error) {
	var digest []byte
	var policy string
	var agreed, accepted sql.NullFloat64
	var serial int64
	var now float64
	var owed bool
	err := a.tx.QueryRowContext(a.ctx, `SELECT digest, policy, agreed_at, serial, accepted_at, `+a.now()+`,
		EXISTS (SELECT 1 FROM intent WHERE intent.target = zone.target AND queue = zone.name)
		FROM zone WHERE target = ? AND name = ?`, e.Target, string(e.Queue)).
		Scan(&digest, &policy, &agreed, &serial, &accepted, &now, &owed)
	if err != nil && err != sql.ErrNoRows {
		return 0, err
	}
	own := want.Serial()
	if err == nil && isTime(own, now) && isTime(uint32(serial), now) && zone.SerialBefore(own, uint32(serial)) && now-accepted.Float64 < 60 {
		return provider.Stale, nil
	}
	if d := wishDigest(want); err == nil && !owed && agreed.Valid && policy == e.Policy &&
		now-agreed.Float64 < e.Fresh.Seconds() && string(digest) == d {
		return provider.Unchanged, nil
	}
	return provider.Accepted, a.exec(`INSERT INTO zone (target, name, path, serial, accepted_at) VALUES (?, ?, ?, ?, `+a.now()+`)
		ON CONFLICT (target, name) DO UPDATE SET path = excluded.path, serial = excluded.serial, accepted_at = excluded.accepted_at, approved = ''`,
		e.Target, string(e.Queue), pathOf(e.Queue), int64(own))
}

// wishDigest sums up what a wish wants and what it leaves alone.
func wishDigest(want *zone.Zone) string {
	d := want.Digest()
	return string(d[:]) + fmt.Sprint(want.Protected())
}

// isTime holds for a serial that is the time of sending, give or take a day.
func isTime(serial uint32, now float64) bool {
	return float64(serial) > now-day && float64(serial) < now+day
}

// Due gives the queues of a target that something can be done about now, fresh
// events before a mass resync, and how long it is until the next one is due where
// there is none; 0: nothing is owed. Nothing is due while the breaker is open.
func (l *Ledger) Due(ctx context.Context, target string, most int) (queues []zone.Name, wait time.Duration, err error) {
	queues, err = namesOf(ctx, l.db, `SELECT name FROM queue WHERE target = ? AND next <= `+l.now()+`
		AND NOT EXISTS (SELECT 1 FROM target WHERE target.name = ? AND until > `+l.now()+`) ORDER BY bulk, next, name LIMIT ?`, target, target, most)
	if err != nil || len(queues) > 0 {
		return queues, 0, err
	}
	var left sql.NullFloat64
	err = l.db.QueryRowContext(ctx, `SELECT max(min(next), coalesce((SELECT until FROM target WHERE name = ?), 0)) - `+l.now()+` FROM queue WHERE target = ?`,
		target, target).Scan(&left)
	return nil, time.Duration(left.Float64 * float64(time.Second)), err
}

// Owed gives the intents of a queue, in the order in which they arrived; Order is
// that. A difference is the whole zone by now. It is for who holds the lease of the queue.
func (l *Ledger) Owed(ctx context.Context, target string, queue zone.Name) (ins []zone.Intent, err error) {
	err = steadily(func() error {
		entries, err := l.entries(ctx, target, queue)
		ins = nil
		for _, e := range entries {
			in, err := l.intent(ctx, e)
			if err == nil && e.kind == kindDiffers {
				ins, err = l.onto(ctx, target, ins, in)
			} else {
				ins = append(ins, in)
			}
			if err != nil {
				return fmt.Errorf("intent %d, zone %s: %w", e.Order, e.Zone, err)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return ins, nil
}

// An entry is an intent as the journal has it.
type entry struct {
	zone.Intent
	kind           string
	body, findings []byte
}

func (l *Ledger) intent(ctx context.Context, e entry) (in zone.Intent, err error) {
	in = e.Intent
	if in.Wish, err = l.decodeWish(ctx, in.Zone, e.kind, e.body); err == nil && e.findings != nil {
		err = json.Unmarshal(e.findings, &in.Findings)
	}
	return in, err
}

func (l *Ledger) entries(ctx context.Context, target string, queue zone.Name) (list []entry, err error) {
	rows, err := l.db.QueryContext(ctx, `SELECT id, name, source, kind, body, findings FROM intent WHERE target = ? AND queue = ? ORDER BY id`, target, string(queue))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var e entry
		if err := rows.Scan(&e.Order, &e.Zone, &e.Source, &e.kind, &e.body, &e.findings); err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, rows.Err()
}
