package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Standings gives how every queue stands that needs somebody's attention, or,
// with all, every one; the longest first.
func (l *Ledger) Standings(ctx context.Context, all bool) (list []provider.Standing, err error) {
	rows, err := l.db.QueryContext(ctx, `
		SELECT coalesce(zone.target, queue.target), coalesce(zone.name, queue.name), coalesce(zone.state, 0), coalesce(zone.reason, ''),
			coalesce(zone.since, queue.since, 0), coalesce(zone.held_digest, ''), zone.held, coalesce(queue.attempts, 0), coalesce(queue.next, 0), coalesce(queue.error, ''),
			coalesce(queue.since, 0), coalesce(queue.not_before > `+l.now()+`, 0), coalesce(zone.missing, ''), coalesce(zone.seen_at, 0), coalesce(zone.missing_since, 0), zone.wrote IS NOT NULL, (SELECT count(*) FROM intent WHERE intent.target = queue.target AND intent.queue = queue.name)
		FROM zone FULL OUTER JOIN queue ON zone.target = queue.target AND zone.name = queue.name
		WHERE ? OR queue.name IS NOT NULL OR zone.state NOT IN (?, ?) OR zone.missing <> '' AND zone.wrote IS NOT NULL ORDER BY 5, 1, 2`, all, int(provider.Agreed), int(provider.Unmanaged))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s provider.Standing
		var name, failure string
		var state int
		var plan []byte
		var since, next, owedSince, seen, missing float64
		var tombstone, ours bool
		if err := rows.Scan(&s.Target, &name, &state, &s.Reason, &since, &s.Held, &plan, &s.Attempts, &next, &failure, &owedSince, &tombstone, &s.Missing, &seen, &missing, &ours, &s.Owed); err != nil {
			return nil, err
		}
		s.Zone, s.State, s.Since, s.Next = zone.Name(name), provider.State(state), timeOf(since), timeOf(next)
		if s.Owed > 0 && !(s.State == provider.Held && s.Attempts > 0) { // which waits for somebody, not for its turn
			s.State, s.Since = provider.Owed, timeOf(owedSince)
			switch {
			case tombstone:
				s.State, s.Reason = provider.Tombstoned, "the source has removed the zone"
			case failure != "":
				s.Reason = failure
			}
		}
		if !ours {
			s.Missing = "" // of a zone that is no more
		}
		if s.Missing != "" {
			s.MissingSince, s.Seen = timeOf(missing), timeOf(seen)
		}
		if s.Shape, err = shapeOf(plan); err != nil {
			return nil, fmt.Errorf("%s at %s: %w", s.Zone, s.Target, err)
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// shapeOf gives the shape of a held plan, "" where there is none.
func shapeOf(plan []byte) (string, error) {
	if plan == nil {
		return "", nil
	}
	var p zone.Plan
	err := json.Unmarshal(plan, &p)
	return p.Shape().String(), err
}

// Backlog is how many queues something can be done about now, at all targets.
func (l *Ledger) Backlog(ctx context.Context) (n int, err error) {
	err = l.db.QueryRowContext(ctx, `SELECT count(*) FROM queue WHERE next <= `+l.now()+`
		AND NOT EXISTS (SELECT 1 FROM target WHERE target.name = queue.target AND until > `+l.now()+`)`).Scan(&n)
	return n, err
}

// Wish gives what the source wished last of a zone, nil where nothing is known.
func (l *Ledger) Wish(ctx context.Context, target string, name zone.Name) (w zone.Wish, source string, err error) {
	err = steadily(func() error {
		var kind string
		var body []byte
		err := l.db.QueryRowContext(ctx, `SELECT wish_kind, wish, source FROM zone WHERE target = ? AND name = ?`, target, string(name)).Scan(&kind, &body, &source)
		if err == nil && kind != "" {
			w, err = l.decodeWish(ctx, name, kind, body)
		}
		return err
	})
	if err == sql.ErrNoRows {
		return nil, "", nil
	}
	return w, source, err
}

// Beat notes that somebody who does a regular job is alive.
func (l *Ledger) Beat(ctx context.Context, name string) error {
	_, err := l.one(ctx, soon, `INSERT INTO heartbeat (name, at) VALUES (?, `+l.now()+`) ON CONFLICT (name) DO UPDATE SET at = excluded.at`, name)
	return err
}

// Heartbeat is when somebody was alive last; zero: never.
func (l *Ledger) Heartbeat(ctx context.Context, name string) (time.Time, error) {
	var at float64
	err := l.db.QueryRowContext(ctx, `SELECT at FROM heartbeat WHERE name = ?`, name).Scan(&at)
	if err == sql.ErrNoRows {
		return time.Time{}, nil
	}
	return timeOf(at), err
}

// A Break is a target that is left alone for now.
type Break struct {
	Target  string    `json:"target"`
	Blocked bool      `json:"blocked"` // until somebody acts
	Reason  string    `json:"reason"`
	Since   time.Time `json:"since"`
	Until   time.Time `json:"until,omitzero"`
}

// Breaks gives the targets that are left alone for now.
func (l *Ledger) Breaks(ctx context.Context) (list []Break, err error) {
	rows, err := l.db.QueryContext(ctx, `SELECT name, blocked <> '', reason, since, until FROM target WHERE until > `+l.now()+` ORDER BY name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var b Break
		var since, until float64
		if err := rows.Scan(&b.Target, &b.Blocked, &b.Reason, &since, &until); err != nil {
			return nil, err
		}
		if b.Since = timeOf(since); !b.Blocked {
			b.Until = timeOf(until)
		}
		list = append(list, b)
	}
	return list, rows.Err()
}
