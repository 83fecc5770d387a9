package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// pathOf gives the labels of a name from the root on, each with its dot: what stands
// below a name begins with its path, so that an index finds it.
func pathOf(n zone.Name) string {
	path := ""
	for ; n != zone.Root; n = n.Parent() {
		path = strings.TrimSuffix(string(n), strings.TrimPrefix(string(n.Parent()), ".")) + path
	}
	return path
}

// Below implements provider.Ledger.
func (l *Ledger) Below(ctx context.Context, target string, name zone.Name) (list []provider.Below, err error) {
	path := pathOf(name)
	after := "\x7f" // what comes after all that begins with the path
	if path != "" {
		after = path[:len(path)-1] + "/"
	}
	rows, err := l.db.QueryContext(ctx, `SELECT * FROM (SELECT name, path, cut,
			EXISTS (SELECT 1 FROM intent WHERE intent.target = zone.target AND queue = zone.name AND kind = '`+kindReplace+`') AS wished
		FROM zone WHERE target = ? AND path > ? AND path < ?) WHERE cut IS NOT NULL OR wished ORDER BY path`, target, path, after)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var b provider.Below
		var child, path string
		var cut []byte
		if err := rows.Scan(&child, &path, &cut, &b.Awaited); err != nil {
			return nil, err
		}
		if b.Cut, err = zoneIn(cut); err != nil {
			return nil, err
		}
		b.Name, b.Awaited = zone.Name(child), b.Awaited && b.Cut == nil
		list = append(list, b)
	}
	return list, rows.Err()
}

// Above implements provider.Ledger.
func (l *Ledger) Above(ctx context.Context, target string, name zone.Name) ([]zone.Name, error) {
	return above(ctx, l.db, target, name)
}

// A querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func above(ctx context.Context, q querier, target string, name zone.Name) ([]zone.Name, error) {
	args := []any{target}
	for at := name.Parent(); at != zone.Root; at = at.Parent() {
		args = append(args, string(at))
	}
	if len(args) == 1 {
		return nil, nil
	}
	return namesOf(ctx, q, `SELECT name FROM zone WHERE target = ? AND name IN (?`+strings.Repeat(", ?", len(args)-2)+`)
		AND (wrote IS NOT NULL OR EXISTS (SELECT 1 FROM intent WHERE intent.target = zone.target AND queue = zone.name AND kind = '`+kindReplace+`')
			OR EXISTS (SELECT 1 FROM plan WHERE plan.target = zone.target AND plan.name = zone.name AND NOT settled))
		ORDER BY length(name) DESC`, args...)
}

// namesOf gives the zones that a query does.
func namesOf(ctx context.Context, q querier, query string, args ...any) (names []zone.Name, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, zone.Name(name))
	}
	return names, rows.Err()
}

// kin are the zones above and below one, for who commits its base.
type kin struct {
	*Ledger
	ctx    context.Context
	tx     *transaction
	target string
}

// rouse gives those work whose delegations a new base changes.
func (k kin) rouse(name zone.Name, old, new *zone.Base) (roused []zone.Name, err error) {
	var up []zone.Name
	if !old.Cut.Equal(new.Cut) {
		if up, err = above(k.ctx, k.tx, k.target, name); err != nil {
			return nil, err
		}
	}
	for _, at := range up {
		if roused, err = k.add(roused, at, k.again); err != nil {
			return nil, err
		}
	}
	for _, at := range provider.Parted(old, new) {
		if roused, err = k.add(roused, at, k.hurry); err != nil {
			return nil, err
		}
	}
	return roused, nil
}

// add adds a name for which there turns out to be work.
func (k kin) add(names []zone.Name, n zone.Name, work func(zone.Name) (bool, error)) ([]zone.Name, error) {
	is, err := work(n)
	if is {
		names = append(names, n)
	}
	return names, err
}

// again makes a zone owed again as it was wished last. Somebody may be at work on it
// at this moment, and what he settles is what he has found: so all that is in its
// queue is put in anew, behind it. A zone that shall be removed stays as it is.
func (k kin) again(name zone.Name) (bool, error) {
	var last, whole, remove sql.NullInt64
	err := k.tx.QueryRowContext(k.ctx, `SELECT max(id), sum(kind = '`+kindReplace+`'), sum(kind = '`+kindRemove+`') FROM intent WHERE target = ? AND queue = ?`,
		k.target, string(name)).Scan(&last, &whole, &remove)
	if err != nil || remove.Int64 > 0 {
		return false, err
	}
	if whole.Int64 == 0 {
		ok, err := changed(k.tx.ExecContext(k.ctx, `INSERT INTO intent (target, queue, name, source, kind, body, arrived)
			SELECT target, name, name, source, wish_kind, wish, `+k.now()+` FROM zone WHERE target = ? AND name = ? AND wish_kind = '`+kindReplace+`'`,
			k.target, string(name)))
		if err != nil || !ok {
			return false, err
		}
	}
	if _, err := k.tx.ExecContext(k.ctx, `INSERT INTO intent (target, queue, name, source, kind, body, findings, arrived)
		SELECT target, queue, name, source, kind, body, findings, arrived FROM intent WHERE target = ? AND queue = ? AND id <= ? ORDER BY id`,
		k.target, string(name), last.Int64); err != nil {
		return false, err
	}
	if _, err := k.tx.ExecContext(k.ctx, `DELETE FROM intent WHERE target = ? AND queue = ? AND id <= ?`, k.target, string(name), last.Int64); err != nil {
		return false, err
	}
	return true, k.dueNow(k.ctx, k.tx, k.target, name)
}

// hurry lets what is owed to a zone be done now, if its time has come.
func (k kin) hurry(name zone.Name) (bool, error) {
	return changed(k.tx.ExecContext(k.ctx, `UPDATE queue SET next = `+k.now()+`, attempts = 0 WHERE target = ? AND name = ? AND not_before <= `+k.now(),
		k.target, string(name)))
}

// kinOf reads what a base says of zones above and below.
func (l *Ledger) kinOf(ctx context.Context, tx *transaction, own lease) (*zone.Base, error) {
	var cut, delegates []byte
	err := tx.QueryRowContext(ctx, `SELECT cut, delegates FROM zone WHERE target = ? AND name = ?`, own.target, own.name).Scan(&cut, &delegates)
	if err == sql.ErrNoRows {
		return &zone.Base{}, nil
	}
	if err != nil {
		return nil, err
	}
	return withKin(&zone.Base{}, cut, delegates)
}

// withKin adds to a base what its row says of zones above and below.
func withKin(base *zone.Base, cut, delegates []byte) (_ *zone.Base, err error) {
	if base.Cut, err = zoneIn(cut); err == nil && delegates != nil {
		err = json.Unmarshal(delegates, &base.Delegates)
	}
	return base, err
}
