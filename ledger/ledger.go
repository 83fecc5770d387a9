package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Ledger is a memory in a database. Open makes one. It may be used by several
// goroutines, and the database by several processes.
type Ledger struct {
	// Lease is how long a lease lasts if its holder dies; 0 is 30 seconds.
	Lease time.Duration
	// Now tells the time; nil: the database does, for all processes alike.
	Now func() time.Time
	// Large is how many sets a zone has from which on it is kept in pieces; 0 is 2048.
	Large int

	db      *database
	id      string
	d       Dialect
	keepers sync.Map // lease → func() that ends its renewal
	large   known
}

// A Dialect is what databases do not agree on.
type Dialect struct {
	Name     string
	now      string    // seconds since 1970, with a fraction
	ends     [2]string // what is said to a connection before a transaction that ends so
	source   func(path string) string
	hopeless func(error) bool // an error that does not pass by waiting
}

// SQLite is the dialect of modernc.org/sqlite, version 3.42 or later.
var SQLite = Dialect{Name: "sqlite", now: "unixepoch('subsec')", source: sqliteSource, hopeless: sqliteHopeless,
	ends: [2]string{lasting: "PRAGMA synchronous=FULL", soon: "PRAGMA synchronous=NORMAL"}}

// sqliteHopeless holds where a file is no database, is damaged, stands in a folder
// that we may not write to, or on a disk that is full (https://sqlite.org/rescode.html).
func sqliteHopeless(err error) bool {
	e, ok := errors.AsType[interface {
		error
		Code() int
	}](err)
	const corrupt, full, notADatabase, readOnlyDirectory, noRoomToShare = 11, 13, 26, 1544, 4874
	return ok && (e.Code()&0xff == corrupt || slices.Contains([]int{full, notADatabase, readOnlyDirectory, noRoomToShare}, e.Code()))
}

// inURI writes what a path may have and the path of a URI may not.
var inURI = strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23")

// sqliteSource opens a file in the way that lets processes share it: they wait
// for each other, and take the lock to write before they read what they write.
func sqliteSource(path string) string {
	return "file:" + inURI.Replace(path) + "?_pragma=busy_timeout(20000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate"
}

// Source gives the data source name for a database at path.
func (d Dialect) Source(path string) string { return d.source(path) }

// Open prepares the database: its schema is created, or brought up to date.
func Open(ctx context.Context, db *sql.DB, d Dialect) (*Ledger, error) {
	db.SetMaxOpenConns(1) // within a process there is nothing to gain from more, and errors from locks
	l := &Ledger{db: &database{db: db}, d: d}
	if err := l.migrate(ctx); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	return l, nil
}

// ID names this ledger wherever ownership of a zone is marked.
func (l *Ledger) ID() string { return l.id }

// Close closes the database.
func (l *Ledger) Close() error { return l.db.db.Close() }

// now is an SQL expression for the time.
func (l *Ledger) now() string {
	if l.Now != nil {
		return strconv.FormatFloat(seconds(l.Now()), 'f', 6, 64)
	}
	return l.d.now
}

func seconds(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }

func timeOf(s float64) time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(s * 1e6)).UTC()
}

// newToken makes an id that nobody else has.
func newToken() string { return rand.Text() }
