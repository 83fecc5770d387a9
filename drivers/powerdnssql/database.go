package powerdnssql

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/zonecast/zonecast/drivers/internal/authority"
	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A Database is the tables of a PowerDNS. Open makes one; its fields are to be set
// before the first call. Several goroutines, and several processes, may use one at
// the same time.
type Database struct {
	NameServers []zone.Name // NS set of the apex for zones that bring none
	MName       zone.Name   // primary server in the SOA; "": the source's, else the first NS
	Kind        Kind        // of zones that are created
	API         *API        // of a server to tell of changes; nil: none
	Control     []string    // command that controls a server to tell of changes, as pdns_control

	db *sql.DB
	dialect
	turn chan struct{} // has room for one who writes; nil: the database wakes who waits
}

// Kind is what PowerDNS does with a zone.
type Kind string

// The kinds of zones that are written.
const (
	Master Kind = "MASTER" // secondaries are told of changes; the default
	Native Kind = "NATIVE" // the database replicates
)

// A dialect is what databases differ in.
type dialect struct {
	name     string
	no, yes  string                                                                                 // literals of a boolean
	lock     string                                                                                 // ends a query that locks its rows
	rebind   func(query string) string                                                              // puts parameters in the place of question marks; nil: nothing to do
	insertID func(ctx context.Context, tx *sql.Tx, query string, args ...any) (id int64, err error) // inserts a row and gives its id
	alone    bool                                                                                   // who waits for another writer sleeps and looks again
	sort     func(err error) (provider.Kind, trouble)                                               // of an error of this database
	exact    bool                                                                                   // it tells capital letters from small ones
}

// trouble is what an error means for the transaction that it ended.
type trouble uint8

const (
	lost  trouble = iota // nobody knows: the connection is gone, or something else has happened
	said                 // the database has refused, and done nothing
	again                // and would not if asked once more
	there                // since a key is there already
)

// Open opens a database of the kind mysql (MariaDB, too), postgres or sqlite. The
// DSN is as Go's drivers take it: user:password@tcp(host)/name,
// postgres://user:password@host/name, or the path of a file. Nothing is connected
// yet. The error does not have the DSN in it.
func Open(kind, dsn string) (*Database, error) {
	open, ok := dialects[kind]
	if !ok {
		return nil, fmt.Errorf("powerdnssql: there is no database of the kind %q: want mysql, postgres or sqlite", kind)
	}
	db, d, err := open(dsn)
	if err != nil {
		return nil, fmt.Errorf("powerdnssql: %s: %w", kind, err)
	}
	d.name = kind
	db.SetMaxOpenConns(maxConnections)
	db.SetMaxIdleConns(maxConnections)
	out := &Database{db: db, dialect: d}
	if d.alone {
		out.turn = make(chan struct{}, 1)
	}
	return out, nil
}

// maxConnections bounds what one process asks of the database at the same time.
const maxConnections = 16

var dialects = map[string]func(dsn string) (*sql.DB, dialect, error){
	"mysql": openMySQL, "postgres": openPostgres, "sqlite": openSQLite,
}

// Close closes the connections.
func (d *Database) Close() error {
	if d.db == nil {
		return nil
	}
	return d.db.Close()
}

// Traits implements provider.Describer.
func (d *Database) Traits() provider.Traits {
	return provider.Traits{
		Service: "PowerDNS (MySQL, PostgreSQL, SQLite)", Authority: true,
		Whole: "a plan", Calls: "a query, a transaction, and the changed names read again",
		Traps: []string{"SOA and name servers come from the source", "without api or control a new zone is served after minutes", "what PowerDNS cannot serve is left out, and said"},
	}
}

// Adjust implements provider.Adjuster. A zone without SOA or apex NS gets the
// configured ones. Sets that PowerDNS could not serve are protected.
func (d *Database) Adjust(live, want *zone.Zone) (*zone.Zone, []zone.Finding) {
	return pdns.Fitter{Defaults: authority.Defaults{NameServers: d.NameServers, MName: d.MName}}.Adjust(live, want)
}

func (d *Database) kind() (Kind, error) {
	if !slices.Contains([]Kind{"", Master, Native}, d.Kind) {
		return "", fmt.Errorf("powerdnssql: zones of the kind %q are not written: want %s or %s", d.Kind, Master, Native)
	}
	return cmp.Or(d.Kind, Master), nil
}

// sql gives a query in the words of the database.
func (d dialect) sql(query string) string {
	if d.rebind == nil {
		return query
	}
	return d.rebind(query)
}
