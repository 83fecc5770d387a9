package powerdnssql_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"

	"github.com/zonecast/zonecast/drivers/powerdnssql"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// tables are those of PowerDNS that the driver uses; its packages bring all of them.
const tables = `
	CREATE TABLE domains (id INTEGER PRIMARY KEY, name VARCHAR(255) UNIQUE, master VARCHAR(128), type VARCHAR(8), notified_serial INTEGER);
	CREATE TABLE records (id INTEGER PRIMARY KEY, domain_id INTEGER, name VARCHAR(255), type VARCHAR(10), content VARCHAR(65535),
		ttl INTEGER, prio INTEGER, disabled BOOLEAN DEFAULT 0, ordername VARCHAR(255), auth BOOL DEFAULT 1);
	CREATE TABLE domainmetadata (id INTEGER PRIMARY KEY, domain_id INTEGER, kind VARCHAR(32), content TEXT);
	CREATE TABLE cryptokeys (id INTEGER PRIMARY KEY, domain_id INTEGER, active BOOL);
	CREATE TABLE comments (id INTEGER PRIMARY KEY, domain_id INTEGER)`

func Example() {
	dir, _ := os.MkdirTemp("", "pdns")
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "pdns.sqlite3")
	raw, _ := sql.Open("sqlite", path)
	defer raw.Close()
	raw.Exec(tables)

	db, err := powerdnssql.Open("sqlite", path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	s := provider.Syncer{Provider: db, Rules: zone.Mirror()}
	want, _ := zone.Parse("example.com.", `
		@       3600 SOA ns1.example.net. admin 1 10800 3600 604800 3600
		@       3600 NS  ns1.example.net.
		a.b     300  A   192.0.2.1
	`)
	result, err := s.Sync(context.Background(), zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: want}})
	fmt.Println(result.State, err)

	rows, _ := raw.Query("SELECT name, coalesce(type, 'nothing'), coalesce(content, '-') FROM records ORDER BY name, type DESC")
	defer rows.Close()
	for rows.Next() {
		var name, typ, content string
		rows.Scan(&name, &typ, &content)
		fmt.Println(name, typ, content)
	}
	// Output:
	// agreed <nil>
	// a.b.example.com A 192.0.2.1
	// b.example.com nothing -
	// example.com SOA ns1.example.net admin.example.com 1 10800 3600 604800 3600
	// example.com NS ns1.example.net
}
