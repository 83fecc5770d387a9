package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Base implements provider.Ledger. What an older version wrote comes in through
// the door again, and has this version's spelling.
func (l *Ledger) Base(ctx context.Context, target string, name zone.Name) (base *zone.Base, err error) {
	err = steadily(func() error {
		base, err = l.base(ctx, target, name)
		return err
	})
	return base, err
}

func (l *Ledger) base(ctx context.Context, target string, name zone.Name) (*zone.Base, error) {
	var wrote, stored, repairs, cut, delegates []byte
	var now float64
	base := &zone.Base{}
	err := l.db.QueryRowContext(ctx, `SELECT wrote, stored, created, repairs, cut, delegates, `+l.now()+` FROM zone WHERE target = ? AND name = ?`, target, string(name)).
		Scan(&wrote, &stored, &base.Created, &repairs, &cut, &delegates, &now)
	if err == sql.ErrNoRows || err == nil && wrote == nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if base.Wrote, err = l.zoneOf(ctx, name, wrote); err == nil {
		base.Stored, err = l.zoneOf(ctx, name, stored)
	}
	if err == nil {
		base, err = withKin(base, cut, delegates)
	}
	if err == nil {
		base.Repaired, err = countRepairs(repairs, now)
	}
	if err != nil {
		return nil, fmt.Errorf("base of %s at %s: %w", name, target, err)
	}
	return base, nil
}

// Meet implements provider.Ledger.
func (l *Ledger) Meet(ctx context.Context, id string, live *zone.Zone) error {
	return l.with(ctx, soon, id, func(tx *transaction, own lease) error {
		body, err := l.column(ctx, tx, zone.Name(own.name), live)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO zone (target, name, met, met_at) VALUES (?, ?, ?, `+l.now()+`)
			ON CONFLICT (target, name) DO UPDATE SET met = excluded.met, met_at = excluded.met_at WHERE zone.met IS NULL`,
			own.target, own.name, body)
		return err
	})
}

// Met gives what a zone held at first contact, nil where there was none.
func (l *Ledger) Met(ctx context.Context, target string, name zone.Name) (*zone.Zone, error) {
	return l.oneZone(ctx, name, `SELECT met FROM zone WHERE target = ? AND name = ?`, target, string(name))
}

// keptPlans is how many plans of a zone are remembered.
const keptPlans = 20

// Begin implements provider.Ledger.
func (l *Ledger) Begin(ctx context.Context, id string, plan zone.Plan) error {
	body, err := json.Marshal(plan)
	if err != nil {
		return err
	}
	return l.with(ctx, lasting, id, func(tx *transaction, own lease) error { // by it all that is lost afterwards is found by reading
		// What fails for days is begun again and again: once is enough to know.
		if _, err := tx.ExecContext(ctx, `DELETE FROM plan WHERE target = ? AND name = ? AND NOT settled AND body = ?`, own.target, own.name, body); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO plan (target, name, at, run, body) VALUES (?, ?, `+l.now()+`, ?, ?)`,
			own.target, own.name, own.token, body); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM plan WHERE target = ? AND name = ? AND id <= (
			SELECT id FROM plan WHERE target = ? AND name = ? AND settled ORDER BY id DESC LIMIT 1 OFFSET ?)`,
			own.target, own.name, own.target, own.name, keptPlans)
		return err
	})
}

// recent is how long a service may take to show what it was told, in seconds.
const recent = 60

// Begun implements provider.Ledger.
func (l *Ledger) Begun(ctx context.Context, target string, name zone.Name) (begun []provider.Begun, err error) {
	err = l.plans(ctx, target, name, `AND (NOT settled OR at > `+l.now()+` - `+strconv.Itoa(recent)+`)`, func(p Past) { begun = append(begun, p.Begun) })
	return begun, err
}

// A Past is a plan that was begun, when, and in which run: what came of one turn at
// the zone. Its Invert is what takes it back.
type Past struct {
	provider.Begun
	At  time.Time
	Run string
}

// Plans gives the last plans of a zone, oldest first.
func (l *Ledger) Plans(ctx context.Context, target string, name zone.Name) (plans []Past, err error) {
	err = l.plans(ctx, target, name, "", func(p Past) { plans = append(plans, p) })
	return plans, err
}

func (l *Ledger) plans(ctx context.Context, target string, name zone.Name, which string, add func(Past)) error {
	rows, err := l.db.QueryContext(ctx, `SELECT body, settled, at > `+l.now()+` - ?, at, run FROM plan WHERE target = ? AND name = ? `+which+` ORDER BY id`,
		recent, target, string(name))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var body []byte
		var at float64
		var p Past
		if err := rows.Scan(&body, &p.Settled, &p.Recent, &at, &p.Run); err != nil {
			return err
		}
		if err := json.Unmarshal(body, &p.Plan); err != nil {
			return err
		}
		p.At = timeOf(at)
		add(p)
	}
	return rows.Err()
}

// Commit implements provider.Ledger. Those who are roused are owed when it returns.
func (l *Ledger) Commit(ctx context.Context, id string, base *zone.Base, settled bool, repaired ...zone.Key) (roused []zone.Name, err error) {
	if base == nil {
		base = &zone.Base{}
	}
	err = l.with(ctx, soon, id, func(tx *transaction, own lease) error {
		row, err := l.rowOf(ctx, tx, zone.Name(own.name), base)
		if err != nil {
			return err
		}
		old, err := l.kinOf(ctx, tx, own)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO zone (target, name, path, wrote, stored, created, cut, delegates) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (target, name) DO UPDATE SET path = excluded.path, wrote = excluded.wrote, stored = excluded.stored, created = excluded.created,
				cut = excluded.cut, delegates = excluded.delegates`,
			append([]any{own.target, own.name, pathOf(zone.Name(own.name))}, row...)...)
		if err != nil {
			return err
		}
		if err := l.repair(ctx, tx, own, repaired); err != nil {
			return err
		}
		which := `settled = 1 WHERE NOT settled`
		if !settled {
			which = `settled = 0 WHERE at > ` + l.now() + ` - ` + strconv.Itoa(recent)
		}
		if _, err = tx.ExecContext(ctx, `UPDATE plan SET `+which+` AND target = ? AND name = ?`, own.target, own.name); err != nil {
			return err
		}
		roused, err = kin{l, ctx, tx, own.target}.rouse(zone.Name(own.name), old, base)
		return err
	})
	return roused, err
}

// rowOf gives a base as its row has it: wrote, stored, created, cut, delegates.
func (l *Ledger) rowOf(ctx context.Context, tx *transaction, name zone.Name, b *zone.Base) ([]any, error) {
	wrote, err := l.column(ctx, tx, name, b.Wrote)
	if err != nil {
		return nil, err
	}
	stored, err := l.column(ctx, tx, name, b.Stored)
	if err != nil {
		return nil, err
	}
	cut, err := columnIn(b.Cut)
	if err != nil {
		return nil, err
	}
	var delegates any
	if b.Delegates != nil {
		delegates, err = json.Marshal(b.Delegates)
	}
	return []any{wrote, stored, b.Created, cut, delegates}, err
}
