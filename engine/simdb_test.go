package engine_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A simDB is the database of storms that come one after another. Each process has an
// *sql.DB of its own, as it would, but its connections are passed on when it ends,
// with all that they have prepared: to open them and to parse what they are asked
// took half of the time of a storm. What was not committed is gone all the same.
//
// It also sees to it that nobody waits for anything with a transaction open: as
// long as nobody waits, virtual time stands still.
type simDB struct {
	source string
	t      *testing.T // of the storm

	mu    sync.Mutex
	idle  []*simConn
	power power
}

var sqliteDriver = func() driver.Driver {
	db, _ := sql.Open("sqlite", "")
	return db.Driver()
}()

// Driver implements driver.Connector.
func (d *simDB) Driver() driver.Driver { return sqliteDriver }

// Connect implements driver.Connector.
func (d *simDB) Connect(context.Context) (driver.Conn, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := len(d.idle); n > 0 {
		c := d.idle[n-1]
		d.idle = d.idle[:n-1]
		c.boot = d.power.boots
		return c, nil
	}
	c, err := sqliteDriver.Open(d.source)
	if err != nil {
		return nil, err
	}
	return &simConn{sqliteConn: c.(sqliteConn), home: d, boot: d.power.boots, prepared: map[string]sqliteStmt{}}, nil
}

// clear empties all tables for the next storm, but for the one that says which
// ledger this is.
func (d *simDB) clear(t *testing.T) {
	d.t = t
	db := sql.OpenDB(d)
	defer db.Close()
	rows, err := db.Query(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'ledger'`)
	require.NoError(t, err)
	var tables []string
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		tables = append(tables, name)
	}
	require.NoError(t, rows.Err())
	for _, name := range tables {
		_, err := db.Exec(`DELETE FROM ` + name)
		require.NoError(t, err)
	}
}

// close closes the connections, which nobody uses any more.
func (d *simDB) close() (err error) {
	for _, c := range d.idle {
		err = errors.Join(err, c.end())
	}
	return err
}

type sqliteConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.SessionResetter
	driver.Validator
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// A simConn keeps all statements prepared.
type simConn struct {
	sqliteConn
	home     *simDB
	prepared map[string]sqliteStmt
	began    time.Time // of the transaction; zero: there is none
	before   int64     // how much it had changed before that
	lasting  bool      // what it commits is on the disk
	boot     int       // after how many power cuts its process began
}

// Close implements driver.Conn.
func (c *simConn) Close() error {
	if !c.IsValid() || !c.began.IsZero() {
		return c.end()
	}
	c.home.mu.Lock()
	defer c.home.mu.Unlock()
	c.home.idle = append(c.home.idle, c)
	return nil
}

func (c *simConn) end() (err error) {
	for _, s := range c.prepared {
		err = errors.Join(err, s.Close())
	}
	return errors.Join(err, c.sqliteConn.Close())
}

// PrepareContext implements driver.ConnPrepareContext.
func (c *simConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if s := c.prepared[query]; s != nil {
		return simStmt{s}, nil
	}
	s, err := c.sqliteConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.prepared[query] = s.(sqliteStmt)
	return simStmt{c.prepared[query]}, nil
}

// A simStmt stays prepared when it is closed.
type simStmt struct{ sqliteStmt }

// Close implements driver.Stmt.
func (simStmt) Close() error { return nil }

// BeginTx implements driver.ConnBeginTx.
func (c *simConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	tx, err := c.sqliteConn.BeginTx(ctx, o)
	if err == nil && c.boot != c.home.boots() { // it waited for the lock when the power went
		return nil, errors.Join(driver.ErrBadConn, tx.Rollback())
	}
	if err == nil {
		c.began, c.before = time.Now(), c.home.count(c)
	}
	return simTx{tx, c}, err
}

type simTx struct {
	driver.Tx
	c *simConn
}

// Commit implements driver.Tx.
func (t simTx) Commit() error {
	if t.c.home.fails(t.c) {
		return errors.Join(errDead, t.end(t.Tx.Commit))
	}
	return t.end(t.Tx.Commit)
}

// Rollback implements driver.Tx.
func (t simTx) Rollback() error { return t.end(t.Tx.Rollback) }

func (t simTx) end(how func() error) error {
	if d := time.Since(t.c.began); d > 0 {
		t.c.home.t.Errorf("a transaction was open while something took %v", d)
	}
	t.c.began = time.Time{}
	return how()
}
