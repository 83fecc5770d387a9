package ledger

import (
	"context"
	"fmt"
	"time"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A Copy is a zone as a source had it last, with what the source needs to know of it
// in order to begin where it ended. It is that of package secondary, whose Store this
// is for.
type Copy struct {
	Zone     zone.Name
	Serial   uint32
	From     string // the address that gave it
	Got      time.Time
	Compared time.Time
	Gone     time.Time // zero: it is not
	Member   string
	Suspect  string
	Doubted  string
	Force    bool
	Heeded   bool      // for Keep: Force is over
	Parent   time.Time // zero: it has not said
	Secured  time.Time
	Bare     bool
	Content  *zone.Zone // not among what Copies gives; nil for Keep: it stays as it is
}

// Copies gives what there is of a source, by name, without contents.
func (l *Ledger) Copies(ctx context.Context, source string) (list []Copy, err error) {
	rows, err := l.db.QueryContext(ctx, `SELECT name, serial, origin, got, compared, gone, member, suspect, doubted, force, parent, secured, bare
		FROM copy WHERE source = ? ORDER BY name`, source)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c Copy
		var name string
		var got, compared, gone, parent, secured float64
		if err := rows.Scan(&name, &c.Serial, &c.From, &got, &compared, &gone, &c.Member, &c.Suspect, &c.Doubted, &c.Force, &parent, &secured, &c.Bare); err != nil {
			return nil, err
		}
		c.Zone, c.Got, c.Compared, c.Gone = zone.Name(name), timeOf(got), timeOf(compared), timeOf(gone)
		c.Parent, c.Secured = timeOf(parent), timeOf(secured)
		list = append(list, c)
	}
	return list, rows.Err()
}

// CopyOf gives the content of a copy, nil where there is none.
func (l *Ledger) CopyOf(ctx context.Context, source string, name zone.Name) (*zone.Zone, error) {
	return l.oneZone(ctx, name, `SELECT content FROM copy WHERE source = ? AND name = ?`, source, string(name))
}

// Untold gives the zones of a source that a target does not know as they are by now: a
// target that is new, or that was left out of the configuration for a while; and those
// that were refused, which they may not be any more. Zones that the source's list has
// lost are not among them.
func (l *Ledger) Untold(ctx context.Context, source, target string) ([]zone.Name, error) {
	return namesOf(ctx, l.db, `SELECT name FROM copy WHERE source = ?1 AND gone = 0 AND content IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM intent WHERE intent.target = ?2 AND intent.queue = copy.name)
		AND NOT EXISTS (SELECT 1 FROM zone WHERE zone.target = ?2 AND zone.name = copy.name AND wish_kind <> ''
			AND (wish_kind <> '`+kindReplace+`' OR zone.serial = copy.serial) AND state <> ?3)
		ORDER BY name`, source, target, int(provider.Refused))
}

// KeepCopies keeps copies of a source, all of them or none. That one was forced stands
// until one says that it was heeded.
func (l *Ledger) KeepCopies(ctx context.Context, source string, copies ...Copy) error {
	return l.tx(ctx, lasting, func(tx *transaction) error {
		for _, c := range copies {
			body, err := l.column(ctx, tx, c.Zone, c.Content)
			if err != nil {
				return fmt.Errorf("copy of %s: %w", c.Zone, err)
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO copy (source, name, serial, origin, got, compared, gone, member, suspect, doubted, force, parent, secured, bare, content)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (source, name) DO UPDATE SET serial = excluded.serial, origin = excluded.origin, got = excluded.got, compared = excluded.compared,
					gone = excluded.gone, member = excluded.member, suspect = excluded.suspect, doubted = excluded.doubted, force = (copy.force OR excluded.force) AND NOT ?,
					parent = excluded.parent, secured = excluded.secured, bare = excluded.bare,
					content = coalesce(excluded.content, copy.content)`,
				source, string(c.Zone), int64(c.Serial), c.From, orZero(c.Got), orZero(c.Compared), orZero(c.Gone), c.Member, c.Suspect, c.Doubted, c.Force && !c.Heeded,
				orZero(c.Parent), orZero(c.Secured), c.Bare, body, c.Heeded); err != nil {
				return fmt.Errorf("copy of %s: %w", c.Zone, err)
			}
		}
		return nil
	})
}

// ForceCopies marks copies as to be taken as their primaries have them: those named,
// or all that are suspect. It says how many those are.
func (l *Ledger) ForceCopies(ctx context.Context, source string, names ...zone.Name) (n int, err error) {
	mark := func(tx *transaction, which string, args ...any) error {
		res, err := tx.ExecContext(ctx, `UPDATE copy SET force = 1 WHERE source = ? AND `+which, args...)
		if err != nil {
			return err
		}
		rows, err := res.RowsAffected()
		n += int(rows)
		return err
	}
	err = l.tx(ctx, lasting, func(tx *transaction) error {
		n = 0
		if len(names) == 0 {
			return mark(tx, `suspect <> ''`, source)
		}
		for _, name := range names {
			if err := mark(tx, `name = ?`, source, string(name)); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// ForcedCopies gives the copies that are marked so.
func (l *Ledger) ForcedCopies(ctx context.Context, source string) ([]zone.Name, error) {
	return namesOf(ctx, l.db, `SELECT name FROM copy WHERE source = ? AND force`, source)
}

// ForgetCopies drops copies of a source.
func (l *Ledger) ForgetCopies(ctx context.Context, source string, names ...zone.Name) error {
	return l.tx(ctx, lasting, func(tx *transaction) error {
		for _, n := range names {
			if _, err := tx.ExecContext(ctx, `DELETE FROM copy WHERE source = ? AND name = ?`, source, string(n)); err != nil {
				return fmt.Errorf("copy of %s: %w", n, err)
			}
			if err := l.sweep(ctx, tx, n); err != nil {
				return fmt.Errorf("copy of %s: %w", n, err)
			}
		}
		return nil
	})
}

// orZero is the inverse of timeOf.
func orZero(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return seconds(t)
}
