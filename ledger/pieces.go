package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/zonecast/zonecast/zone"
)

// A large zone stands in many columns: as a wish, as what was written, as what is stored,
// as the copy of a source; and from one change to the next nearly all of it is the same.
// So it is kept in pieces, each once for all zones of a name, and a column names those of
// its zone by their digests. Where a piece begins depends on a name alone (zone.Split):
// what changes is the pieces of a few names.

const (
	largeFrom = 2048 // sets from which on a zone is kept in pieces
	perPiece  = 128  // names, about
)

// A piece is some sets of a zone. Its digest is that of its text.
type piece struct {
	sum  sum
	part *zone.Zone
}

type sum [sha256.Size]byte

// inPieces is what a column begins with that names pieces; a line with the zone without
// its sets follows, and then the digests.
var inPieces = []byte("pieces\n")

// errPiece is that of who read a column and then its pieces, when somebody wrote both in
// between: to read again helps.
var errPiece = errors.New("a piece of a zone is not there")

// column gives what a column has of a zone, and sees to it that its pieces are there. The
// name is that of its row.
func (l *Ledger) column(ctx context.Context, tx *transaction, name zone.Name, z *zone.Zone) ([]byte, error) {
	if z.Len() < l.largeFrom() {
		return columnIn(z)
	}
	p, err := l.large.cut(z)
	if err != nil {
		return nil, err
	}
	there, err := l.pieces(ctx, tx, name)
	if err != nil {
		return nil, err
	}
	for _, one := range p.pieces {
		if there[one.sum] {
			continue
		}
		body, err := one.part.MarshalJSON()
		if err != nil {
			return nil, err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO piece (name, digest, body) VALUES (?, ?, ?)`, string(name), one.sum[:], body); err != nil {
			return nil, err
		}
	}
	return p.column, nil
}

func (l *Ledger) largeFrom() int {
	if l.Large > 0 {
		return l.Large
	}
	return largeFrom
}

// pieces gives the digests of the pieces that there are for zones of a name.
func (l *Ledger) pieces(ctx context.Context, q querier, name zone.Name) (map[sum]bool, error) {
	rows, err := q.QueryContext(ctx, `SELECT digest FROM piece WHERE name = ?`, string(name))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	there := map[sum]bool{}
	for rows.Next() {
		var digest []byte
		if err := rows.Scan(&digest); err != nil {
			return nil, err
		}
		there[sum(digest)] = true
	}
	return there, rows.Err()
}

// zoneOf is the inverse of column. No result may be open: pieces are asked for.
func (l *Ledger) zoneOf(ctx context.Context, name zone.Name, column []byte) (*zone.Zone, error) {
	rest, large := bytes.CutPrefix(column, inPieces)
	if !large {
		return zoneIn(column)
	}
	if p := l.large.find(sha256.Sum256(column)); p != nil {
		return p.zone, nil
	}
	text, digests, _ := bytes.Cut(rest, []byte("\n"))
	head, err := zoneIn(text)
	if err != nil || len(digests)%len(sum{}) != 0 {
		return nil, errors.Join(err, fmt.Errorf("%d octets are no digests", len(digests)))
	}
	known := l.large.latest(head.Name()).bySum()
	var parts []*zone.Zone
	for len(digests) > 0 {
		s := sum(digests)
		digests = digests[len(s):]
		part := known[s]
		if part == nil {
			if part, err = l.piece(ctx, name, s); err != nil {
				return nil, err
			}
		}
		parts = append(parts, part)
	}
	p, err := l.large.cut(head.Join(parts...))
	if err != nil {
		return nil, err
	}
	return p.zone, nil
}

// piece reads one piece.
func (l *Ledger) piece(ctx context.Context, name zone.Name, s sum) (*zone.Zone, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT body FROM piece WHERE name = ? AND digest = ?`, string(name), s[:])
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if !rows.Next() {
		return nil, errors.Join(rows.Err(), errPiece)
	}
	var body []byte
	if err := rows.Scan(&body); err != nil {
		return nil, err
	}
	if sha256.Sum256(body) != s {
		return nil, fmt.Errorf("the piece %x is not what was written", s[:4])
	}
	return zoneIn(body)
}

// zoneIn reads a zone that a column has whole; no bytes are no zone.
func zoneIn(b []byte) (*zone.Zone, error) {
	if b == nil {
		return nil, nil
	}
	z := new(zone.Zone)
	return z, json.Unmarshal(b, z)
}

// columnIn is the inverse of zoneIn.
func columnIn(z *zone.Zone) ([]byte, error) {
	if z == nil {
		return nil, nil
	}
	return z.MarshalJSON()
}

// oneZone gives the zone that a query gives a column of, nil where there is none.
func (l *Ledger) oneZone(ctx context.Context, name zone.Name, query string, args ...any) (z *zone.Zone, err error) {
	err = steadily(func() error {
		var column []byte
		err := l.db.QueryRowContext(ctx, query, args...).Scan(&column)
		if err == nil {
			z, err = l.zoneOf(ctx, name, column)
		}
		return err
	})
	if err == sql.ErrNoRows {
		return nil, nil
	}
	return z, err
}

// steadily reads again where somebody wrote in between.
func steadily(read func() error) (err error) {
	for range 10 {
		if err = read(); !errors.Is(err, errPiece) {
			return err
		}
	}
	return err
}

// sweep drops the pieces for zones of a name that no column names any more.
func (l *Ledger) sweep(ctx context.Context, tx *transaction, name zone.Name) error {
	idle, err := l.pieces(ctx, tx, name)
	if err != nil || len(idle) == 0 {
		return err
	}
	for _, in := range []struct{ table, key, columns string }{
		{"zone", "target", `SELECT wrote FROM zone WHERE target = ?1 AND name = ?2 UNION ALL SELECT stored FROM zone WHERE target = ?1 AND name = ?2
			UNION ALL SELECT met FROM zone WHERE target = ?1 AND name = ?2 UNION ALL SELECT wish FROM zone WHERE target = ?1 AND name = ?2`},
		{"intent", "target", `SELECT body FROM intent WHERE target = ?1 AND queue = ?2`},
		{"copy", "source", `SELECT content FROM copy WHERE source = ?1 AND name = ?2`},
	} {
		for owner, err := range each(ctx, tx, in.table, in.key) {
			if err == nil {
				err = spare(ctx, tx, idle, in.columns, owner, string(name))
			}
			if err != nil {
				return err
			}
		}
	}
	for s := range idle {
		if _, err := tx.ExecContext(ctx, `DELETE FROM piece WHERE name = ? AND digest = ?`, string(name), s[:]); err != nil {
			return err
		}
	}
	return nil
}

// each gives the values of the first column of a table's index, each once.
func each(ctx context.Context, tx *transaction, table, key string) func(yield func(string, error) bool) {
	return func(yield func(string, error) bool) {
		var next *string
		err := tx.QueryRowContext(ctx, `SELECT min(`+key+`) FROM `+table).Scan(&next)
		for next != nil && err == nil {
			if !yield(*next, nil) {
				return
			}
			err = tx.QueryRowContext(ctx, `SELECT min(`+key+`) FROM `+table+` WHERE `+key+` > ?`, *next).Scan(&next)
		}
		if err != nil {
			yield("", err)
		}
	}
}

// spare takes out of idle what the columns name that a query gives.
func spare(ctx context.Context, tx *transaction, idle map[sum]bool, query string, args ...any) error {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var column []byte
		if err := rows.Scan(&column); err != nil {
			return err
		}
		if rest, large := bytes.CutPrefix(column, inPieces); large {
			_, digests, _ := bytes.Cut(rest, []byte("\n"))
			for ; len(digests) >= len(sum{}); digests = digests[len(sum{}):] {
				delete(idle, sum(digests))
			}
		}
	}
	return rows.Err()
}
