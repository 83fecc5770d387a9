package servers

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"testing"

	"github.com/zonecast/zonecast/zone"
)

// PowerDNS starts a PowerDNS that serves the zones of the setup from a database,
// into which it puts the schema and the zones, as primary ones. Its keys may
// transfer and update them; the API has its key. Nothing is cached. The settings
// are lines of pdns.conf.
func PowerDNS(t testing.TB, setup Setup) *NameServer {
	t.Helper()
	needDig(t, "pdns_server", "pdnsutil", "pdns_control")
	db := setup.Database
	if db == nil {
		db = SQLite(t)
	}
	dir := folder(t, "PowerDNS")
	s := newNameServer(&Process{Software: "PowerDNS", Dir: dir, argv: []string{"pdns_server", "--config-dir=" + dir}})
	setup.Follows.share(s)
	port, web := FreePort(t), FreePort(t)
	s.Addr, s.API, s.APIKey, s.Database = at(port), "http://"+at(web)+"/api/v1", rand.Text(), db
	s.control = func(args ...string) []string { return append([]string{"pdnsutil", "--config-dir=" + dir}, args...) }
	s.fill = s.load
	s.put = func(t testing.TB, z *zone.Zone) { s.load(t, z, z.String()) }
	s.ready = func() error { return errors.Join(s.answers(setup.Zones)(), listens(at(web))) }

	write(t, dir, "pdns.conf", backend(db)+fmt.Sprintf(pdnsConf, port, dir, s.APIKey, web, setup.told("only-notify=\nalso-notify=%s:%s\n")+setup.Settings))
	db.Run(t, schema(t, db))
	for _, k := range append(s.keys(), s.Stranger) {
		s.Control(t, "import-tsig-key", plain(zone.Name(k.Name)), k.Algorithm, k.Secret)
	}
	for _, z := range setup.Zones {
		s.load(t, z, z.String())
		s.Control(t, "set-kind", plain(z.Name()), "primary")
		s.Admit(t, z.Name())
	}
	setup.Follows.powerdns(t, db)
	s.run(t, setup.Later)
	return s
}

const pdnsConf = `
local-address=127.0.0.1
local-port=%d
socket-dir=%s
daemon=no
guardian=no
write-pid=no
disable-syslog=yes
loglevel=5
primary=yes
dnsupdate=yes
allow-dnsupdate-from=127.0.0.0/8
allow-axfr-ips=127.0.0.0/8
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
zone-cache-refresh-interval=0
api=yes
api-key=%s
webserver-address=127.0.0.1
webserver-port=%d
%s
`

// backend is the part of pdns.conf that is about a database.
func backend(d *Database) string {
	switch d.Kind {
	case "mysql":
		return fmt.Sprintf("launch=gmysql\ngmysql-host=127.0.0.1\ngmysql-port=%d\ngmysql-user=%s\ngmysql-password=%s\ngmysql-dbname=%s\ngmysql-dnssec=yes\n", d.Port, d.User, d.Password, d.Name)
	case "postgres":
		return fmt.Sprintf("launch=gpgsql\ngpgsql-host=127.0.0.1\ngpgsql-port=%d\ngpgsql-user=%s\ngpgsql-password=%s\ngpgsql-dbname=%s\ngpgsql-dnssec=yes\n", d.Port, d.User, d.Password, d.Name)
	}
	return fmt.Sprintf("launch=gsqlite3\ngsqlite3-database=%s\ngsqlite3-dnssec=yes\ngsqlite3-pragma-foreign-keys=yes\n", d.Name)
}

// schema is what PowerDNS wants to find in a database, as it brings it along.
func schema(t testing.TB, d *Database) string {
	t.Helper()
	kind := map[string]string{"mysql": "mysql", "postgres": "pgsql", "sqlite": "sqlite3"}[d.Kind]
	for _, path := range []string{"/usr/share/pdns-backend-%[1]s/schema/schema.%[1]s.sql", "/usr/share/doc/pdns-backend-%[1]s/schema.%[1]s.sql"} {
		if text, err := os.ReadFile(fmt.Sprintf(path, kind)); err == nil {
			return begin(d) + string(text)
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("PowerDNS has no schema for %s on this machine, and CI has to have it", d.Kind)
	}
	t.Skipf("PowerDNS has no schema for %s on this machine", d.Kind)
	return ""
}

// begin is what goes before the schema: for SQLite, a journal that lets others
// read while somebody writes.
func begin(d *Database) string {
	if d.Kind == "sqlite" {
		return "PRAGMA journal_mode=WAL;\n"
	}
	return ""
}

func (s *NameServer) keys() (out []Key) {
	for _, a := range Algorithms {
		out = append(out, s.Keys[a])
	}
	return out
}

// Admit lets the keys transfer and update a zone of PowerDNS, which has to be there.
func (s *NameServer) Admit(t testing.TB, name zone.Name) {
	t.Helper()
	var names []string
	for _, k := range s.keys() {
		names = append(names, plain(zone.Name(k.Name)))
	}
	for _, kind := range []string{"TSIG-ALLOW-DNSUPDATE", "TSIG-ALLOW-AXFR"} {
		s.Control(t, append([]string{"set-meta", plain(name), kind}, names...)...)
	}
}

// load puts a zone into the database of PowerDNS.
func (s *NameServer) load(t testing.TB, z *zone.Zone, text string) {
	t.Helper()
	s.Control(t, "load-zone", plain(z.Name()), write(t, s.Dir, fileOf(z.Name()), text))
}

// Tell has PowerDNS itself do something, as purge.
func (s *NameServer) Tell(t testing.TB, args ...string) string {
	t.Helper()
	return must(t, nil, s.Dir, append([]string{"pdns_control", "--config-dir=" + s.Dir}, args...)...)
}

func listens(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	return c.Close()
}
