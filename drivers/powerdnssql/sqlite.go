package powerdnssql

import (
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/zonecast/zonecast/provider"
)

var errNoFile = errors.New("want the path of a file")

// openSQLite never makes a file. Who writes takes the lock at the beginning of its
// transaction, and waits for it.
func openSQLite(path string) (*sql.DB, dialect, error) {
	if path == "" || strings.HasPrefix(path, ":memory:") {
		return nil, dialect{}, errNoFile
	}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(),
		RawQuery: "mode=rw&_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)"}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, dialect{}, errNoFile
	}
	return db, dialect{no: "0", yes: "1", sort: sortSQLite, insertID: lastInsertID, exact: true, alone: true}, nil
}

// sortSQLite sorts by the codes of https://sqlite.org/rescode.html.
func sortSQLite(err error) (provider.Kind, trouble) {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return provider.KindTransient, lost
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return provider.KindTransient, again
	case sqlite3.SQLITE_CONSTRAINT:
		if e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE {
			return provider.KindTransient, there
		}
		return provider.KindRefused, said
	case sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_AUTH:
		return provider.KindAuth, said
	case sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH:
		return provider.KindRefused, said
	}
	return provider.KindTransient, said
}
