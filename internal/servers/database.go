package servers

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/zonecast/zonecast/internal/testbed"
)

// A Database is one at a server that runs for a test, or a file of SQLite.
type Database struct {
	*Process        // nil for SQLite
	Kind     string // mysql, postgres or sqlite
	Port     int    // of the loopback
	User     string
	Password string
	Name     string // of the database; for SQLite the path of its file

	client func(name string) []string // the command line that reads SQL from its standard input
	create string                     // the statement that makes another one
}

// DSN is the database as Go's drivers take it: go-sql-driver/mysql, pgx, and those
// of SQLite.
func (d *Database) DSN() string {
	switch d.Kind {
	case "mysql":
		return fmt.Sprintf("%s:%s@tcp(%s)/%s", d.User, d.Password, at(d.Port), d.Name)
	case "postgres":
		u := url.URL{Scheme: "postgres", User: url.UserPassword(d.User, d.Password), Host: at(d.Port), Path: d.Name, RawQuery: "sslmode=disable"}
		return u.String()
	}
	return d.Name
}

// Run runs statements by the database's own client, and gives what it prints: a
// row a line, its fields apart by tabs.
func (d *Database) Run(t testing.TB, sql string) string {
	t.Helper()
	out, err := d.try(d.Name, sql)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (d *Database) try(name, sql string) (string, error) {
	argv := d.client(name)
	cmd := (*user)(nil).command(os.TempDir(), argv...)
	cmd.Stdin = strings.NewReader(sql)
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s: %w: %.2000s", argv[0], err, out)
	}
	return string(out), err
}

// Another makes another database at the same server, or another file.
func (d *Database) Another(t testing.TB) *Database {
	t.Helper()
	other := *d
	if d.Kind == "sqlite" {
		other.Name = filepath.Join(t.TempDir(), "pdns.db")
		return &other
	}
	other.Name = "db" + strings.ToLower(rand.Text()[:12])
	d.Run(t, fmt.Sprintf(d.create, other.Name))
	return &other
}

// SQLite is a file that does not exist yet.
func SQLite(t testing.TB) *Database {
	t.Helper()
	testbed.Need(t, "sqlite3")
	d := &Database{Kind: "sqlite"}
	d.client = func(name string) []string { // which waits for PowerDNS, which has the file open as well
		return []string{"sqlite3", "-batch", "-cmd", ".timeout 10000", "-separator", "\t", name}
	}
	return d.Another(t)
}

// MariaDB starts a MariaDB with an empty database.
func MariaDB(t testing.TB) *Database {
	t.Helper()
	testbed.Need(t, "mariadbd", "mariadb-install-db", "mariadb")
	dir := folder(t, "MariaDB")
	d := &Database{Kind: "mysql", Port: FreePort(t), User: "zonecast", Password: rand.Text(), Name: "pdns"}
	d.create = "CREATE DATABASE %s CHARACTER SET latin1;"
	d.Process = &Process{Software: "MariaDB", Dir: dir, argv: []string{"mariadbd", "--defaults-file=" + dir + "/my.cnf"}}
	write(t, dir, "my.cnf", fmt.Sprintf(mariaConf, dir, dir, dir, dir, d.Port))
	install := []string{"mariadb-install-db", "--no-defaults", "--datadir=" + dir + "/data", "--tmpdir=" + dir, "--auth-root-authentication-method=normal", "--skip-test-db"}
	if os.Getuid() == 0 { // who runs it as root has to mean it
		install, d.argv = append(install, "--user=root"), append(d.argv, "--user=root")
	}
	must(t, nil, dir, install...)
	root := []string{"mariadb", "--no-defaults", "--batch", "--skip-column-names", "--socket=" + dir + "/sock", "--user=root"}
	d.client = func(string) []string { return root }
	d.ready = func() error { _, err := d.try("", "SELECT 1;"); return err }
	d.run(t, false)
	d.Run(t, fmt.Sprintf(d.create, d.Name)+fmt.Sprintf("GRANT ALL ON *.* TO '%s'@'127.0.0.1' IDENTIFIED BY '%s';", d.User, d.Password))
	d.client = func(name string) []string {
		return []string{"mariadb", "--no-defaults", "--batch", "--skip-column-names", "--host=127.0.0.1", "--port=" + strconv.Itoa(d.Port), "--user=" + d.User, "--password=" + d.Password, name}
	}
	return d
}

// A MariaDB that begins deletes all temporary tables of its tmpdir, also those of others
// that begin beside it.
const mariaConf = `[mariadbd]
datadir=%s/data
tmpdir=%s
socket=%s/sock
pid-file=%s/pid
port=%d
bind-address=127.0.0.1
skip-name-resolve
innodb_buffer_pool_size=256M
innodb_log_file_size=128M
max_allowed_packet=64M
`

// PostgreSQL starts a PostgreSQL with an empty database.
func PostgreSQL(t testing.TB) *Database {
	t.Helper()
	bin := postgresBin(t)
	testbed.Need(t, "psql")
	dir := folder(t, "PostgreSQL")
	u := nobody() // it refuses root
	u.give(t, dir)
	d := &Database{Kind: "postgres", Port: FreePort(t), User: "zonecast", Password: rand.Text(), Name: "pdns"}
	d.create = "CREATE DATABASE %s ENCODING 'UTF8' TEMPLATE template0;"
	password := write(t, dir, "password", d.Password)
	must(t, u, dir, filepath.Join(bin, "initdb"), "-D", dir+"/data", "-U", d.User, "--auth=scram-sha-256", "--pwfile="+password, "-E", "UTF8", "--locale=C", "--no-sync")
	d.Process = &Process{Software: "PostgreSQL", Dir: dir, user: u, quit: os.Interrupt, argv: []string{ // which is its fast way to end
		filepath.Join(bin, "postgres"), "-D", dir + "/data", "-p", strconv.Itoa(d.Port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=" + dir}}
	d.client = func(name string) []string {
		other := *d
		other.Name = name
		return []string{"psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", other.DSN()}
	}
	d.ready = func() error { _, err := d.try("postgres", "SELECT 1;"); return err }
	d.run(t, false)
	if _, err := d.try("postgres", fmt.Sprintf(d.create, d.Name)); err != nil {
		t.Fatal(err)
	}
	return d
}

// postgresBin finds the folder of PostgreSQL's programs, which distributions keep
// apart, one for each version.
func postgresBin(t testing.TB) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1])
	}
	testbed.Need(t, "initdb", "postgres")
	path, _ := exec.LookPath("initdb")
	return filepath.Dir(path)
}
