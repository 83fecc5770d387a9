package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// schema has the statements that lead from each version to the next. What stands
// here has been released and is not changed; a new version adds, so that the
// program before it can still work with it.
var schema = [][]string{{
	`CREATE TABLE zone (
		target TEXT NOT NULL, name TEXT NOT NULL,
		wrote BLOB, stored BLOB, created INTEGER NOT NULL DEFAULT 0, -- the base
		met BLOB, met_at REAL, -- the zone of first contact
		wish_kind TEXT NOT NULL DEFAULT '', wish BLOB, source TEXT NOT NULL DEFAULT '', -- what was wished last
		digest BLOB, policy TEXT NOT NULL DEFAULT '', agreed_at REAL, -- of the wish that the target agrees with
		serial INTEGER NOT NULL DEFAULT 0, accepted_at REAL, -- of the wish accepted last
		state INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', since REAL,
		held BLOB, held_digest TEXT NOT NULL DEFAULT '', approved TEXT NOT NULL DEFAULT '',
		PRIMARY KEY (target, name))`,
	`CREATE TABLE intent (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		target TEXT NOT NULL, queue TEXT NOT NULL, name TEXT NOT NULL, source TEXT NOT NULL,
		kind TEXT NOT NULL, body BLOB, findings BLOB, arrived REAL NOT NULL)`,
	`CREATE INDEX intent_queue ON intent (target, queue, id)`,
	`CREATE TABLE queue ( -- what is owed
		target TEXT NOT NULL, name TEXT NOT NULL, bulk INTEGER NOT NULL,
		attempts INTEGER NOT NULL DEFAULT 0, next REAL NOT NULL, not_before REAL NOT NULL DEFAULT 0, since REAL NOT NULL, error TEXT NOT NULL DEFAULT '',
		PRIMARY KEY (target, name))`,
	`CREATE INDEX queue_due ON queue (target, bulk, next)`,
	`CREATE TABLE lease (
		target TEXT NOT NULL, name TEXT NOT NULL, token TEXT NOT NULL, until REAL NOT NULL,
		PRIMARY KEY (target, name))`,
	`CREATE TABLE plan (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		target TEXT NOT NULL, name TEXT NOT NULL, at REAL NOT NULL, run TEXT NOT NULL, body BLOB NOT NULL,
		settled INTEGER NOT NULL DEFAULT 0)`,
	`CREATE INDEX plan_zone ON plan (target, name, id)`,
	`CREATE TABLE target (
		name TEXT PRIMARY KEY, failures INTEGER NOT NULL DEFAULT 0, until REAL NOT NULL DEFAULT 0,
		blocked TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '', since REAL)`,
	`CREATE TABLE heartbeat (name TEXT PRIMARY KEY, at REAL NOT NULL)`,
}, {
	`ALTER TABLE zone ADD COLUMN repairs BLOB`, // what was put back in the last day
	`CREATE TABLE note (target TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (target, key))`, // what drivers keep
	`CREATE TABLE bucket (name TEXT PRIMARY KEY, full REAL NOT NULL)`,                                             // when each will be full again
}, {
	`CREATE TABLE copy ( -- zones as sources had them last
		source TEXT NOT NULL, name TEXT NOT NULL, serial INTEGER NOT NULL, origin TEXT NOT NULL,
		got REAL NOT NULL, compared REAL NOT NULL, gone REAL NOT NULL, member TEXT NOT NULL,
		suspect TEXT NOT NULL, doubted TEXT NOT NULL, force INTEGER NOT NULL, content BLOB,
		PRIMARY KEY (source, name)) WITHOUT ROWID`,
}, {
	`ALTER TABLE zone ADD COLUMN missing TEXT NOT NULL DEFAULT ''`, // at servers of the zone, when somebody looked last
	`ALTER TABLE zone ADD COLUMN missing_since REAL`,
	`ALTER TABLE zone ADD COLUMN seen_at REAL`,
	`ALTER TABLE zone ADD COLUMN path TEXT`, // the labels of its name from the root on
	`CREATE INDEX zone_path ON zone (target, path)`,
	`ALTER TABLE zone ADD COLUMN cut BLOB`,                       // of the base
	`ALTER TABLE zone ADD COLUMN delegates BLOB`,                 // of the base
	`ALTER TABLE copy ADD COLUMN parent REAL NOT NULL DEFAULT 0`, // when the parent of a signed zone last spoke
	`ALTER TABLE copy ADD COLUMN secured REAL NOT NULL DEFAULT 0`,
	`ALTER TABLE copy ADD COLUMN bare INTEGER NOT NULL DEFAULT 0`,
}, {
	`CREATE TABLE piece ( -- of large zones
		name TEXT NOT NULL, digest BLOB NOT NULL, body BLOB NOT NULL,
		PRIMARY KEY (name, digest))`,
	`CREATE TABLE shrunk (target TEXT NOT NULL, name TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (target, name))`, // zones that got smaller
	`CREATE INDEX shrunk_at ON shrunk (target, at)`,
}, {
	`CREATE INDEX copy_forced ON copy (source) WHERE force`,
}}

// migrate brings the schema up to date, whoever else does so at the same time.
func (l *Ledger) migrate(ctx context.Context) (err error) {
	for wait := time.Millisecond; ; wait *= 2 { // who makes the file WAL is alone with it for a moment
		if err = l.tx(ctx, lasting, func(tx *transaction) error { return l.upgrade(ctx, tx) }); err == nil || wait > 2*time.Second || l.d.hopeless(err) {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (l *Ledger) upgrade(ctx context.Context, tx *transaction) error {
	if _, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS ledger (id TEXT NOT NULL, version INTEGER NOT NULL)`); err != nil {
		return err
	}
	version := 0
	switch err := tx.QueryRowContext(ctx, `SELECT id, version FROM ledger`).Scan(&l.id, &version); {
	case err == sql.ErrNoRows:
		l.id = newToken()[:8]
		if _, err := tx.ExecContext(ctx, `INSERT INTO ledger VALUES (?, 0)`, l.id); err != nil {
			return err
		}
	case err != nil:
		return err
	}
	for ; version < len(schema); version++ {
		for _, statement := range schema[version] {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("schema version %d: %w", version+1, err)
			}
		}
		if _, err := tx.ExecContext(ctx, `UPDATE ledger SET version = ?`, version+1); err != nil {
			return err
		}
	}
	return nil
}
