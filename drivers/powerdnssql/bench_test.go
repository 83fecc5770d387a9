package powerdnssql_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/powerdnssql"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// workers is how many zones are written at the same time.
const workers = 8

// small is a zone of 18 records, as a panel makes them.
func small(i int) *zone.Zone {
	apex := fmt.Sprintf("zone%d.example.", i)
	z, err := zone.Parse(zone.Name(apex), strings.ReplaceAll(`
@ 3600 SOA ns1.example.net. hostmaster.example.net. 1 10800 3600 604800 3600
@ 3600 NS ns1.example.net.
@ 3600 NS ns2.example.net.
@ 3600 A 192.0.2.1
@ 3600 AAAA 2001:db8::1
@ 3600 MX 10 mail
@ 3600 TXT "v=spf1 +a +mx -all"
@ 3600 CAA 0 issue "ca.example.net"
www 3600 CNAME @
mail 3600 A 192.0.2.1
ftp 3600 CNAME @
webmail 3600 A 192.0.2.1
_dmarc 3600 TXT "v=DMARC1; p=none"
default._domainkey 3600 TXT "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"
_imaps._tcp 3600 SRV 0 0 993 mail
*.dev 3600 A 192.0.2.2
sub 3600 NS ns1.sub
ns1.sub 3600 A 192.0.2.3
`, "@ ", apex+" "))
	if err != nil {
		panic(err)
	}
	return z
}

// large is a zone of n records and an SOA.
func large(n int) *zone.Zone {
	const apex = "large.example."
	records := []zone.Record{
		{Name: apex, Type: zone.SOA, TTL: 3600, Data: "ns1.example.net. hostmaster.example.net. 1 10800 3600 604800 3600"},
		{Name: apex, Type: zone.NS, TTL: 3600, Data: "ns1.example.net."},
	}
	for i := range n - 1 {
		r := zone.Record{Name: zone.Name(fmt.Sprintf("host%d.%s", i, apex)), Type: zone.A, TTL: 3600, Data: fmt.Sprintf("192.0.2.%d", i%250)}
		switch i % 10 {
		case 6, 7:
			r.Type, r.Data = zone.AAAA, fmt.Sprintf("2001:db8::%x", i%65536)
		case 8:
			r.Type, r.Data = zone.CNAME, fmt.Sprintf("host%d.%s", i/2*2, apex)
		case 9:
			r.Type, r.Data = zone.TXT, fmt.Sprintf(`"text number %d of a zone"`, i)
		}
		records = append(records, r)
	}
	z, err := zone.New(apex, records...)
	if err != nil {
		panic(err)
	}
	return z
}

// inParallel does something for each of n.
func inParallel(n int, do func(i int)) {
	todo := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range todo {
				do(i)
			}
		})
	}
	for i := range n {
		todo <- i
	}
	close(todo)
	wg.Wait()
}

// BenchmarkImport brings 1,000 zones of 18 records and one of 100,000 into a
// database, by the driver and by a bare program that inserts the same rows, in turns:
// from nothing, and where somebody has made the zones with nothing but an SOA.
func BenchmarkImport(b *testing.B) {
	zones := []*zone.Zone{large(100_000)}
	for i := range 1000 {
		zones = append(zones, small(i))
	}
	for _, name := range []string{"MariaDB", "PostgreSQL", "SQLite"} {
		s := servers.PowerDNS(b, servers.Setup{Database: own[name](b)})
		s.Stop(b) // nobody reads meanwhile
		d := open(b, s.Database)
		b.Run(name+"/from nothing", func(b *testing.B) { benchmarkImport(b, s.Database, d, zones, false) })
		b.Run(name+"/into zones that are there", func(b *testing.B) { benchmarkImport(b, s.Database, d, zones, true) })
	}
}

func benchmarkImport(b *testing.B, db *servers.Database, d *powerdnssql.Database, zones []*zone.Zone, made bool) {
	var ours, bare, ratio []float64
	for b.Loop() {
		seconds := importAll(d, zones, made)
		ours = append(ours, seconds)
		if len(ours) == 1 {
			b.ReportMetric(peak(), "peak-MiB") // the wanted zones are in it
		}
		rows := rowsOf(b, db)
		empty(b, db)
		bare = append(bare, barely(b, db, zones, rows, made))
		empty(b, db)
		ratio = append(ratio, seconds/bare[len(bare)-1])
	}
	b.ReportMetric(median(ours), "driver-s")
	b.ReportMetric(median(bare), "bare-s")
	b.ReportMetric(median(ratio), "ratio")
}

// importAll does what a Syncer does for each zone, and says how long it took: it
// reads the zone, makes it where it is not there, and applies what it lacks.
func importAll(d *powerdnssql.Database, zones []*zone.Zone, made bool) (seconds float64) {
	if made {
		inParallel(len(zones), func(i int) { create(d, justStart(zones[i])) })
	}
	began := time.Now()
	inParallel(len(zones), func(i int) {
		want := zones[i]
		live, err := d.Zone(ctx, want.Name())
		switch {
		case made:
			must(err)
			must(d.Apply(ctx, zone.Diff(live, want)))
		case errors.Is(err, provider.ErrNoZone):
			create(d, want)
		default:
			panic(err)
		}
	})
	return time.Since(began).Seconds()
}

func create(d *powerdnssql.Database, z *zone.Zone) {
	_, err := d.CreateZone(ctx, z)
	must(err)
}

func justStart(z *zone.Zone) *zone.Zone {
	return z.Only(func(s zone.RRset) bool { return s.Type == zone.SOA })
}

// peak is the most memory that this process has had.
func peak() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0 // not Linux
	}
	var kib float64
	_, after, _ := strings.Cut(string(text), "VmHWM:")
	fmt.Sscan(after, &kib)
	return kib / 1024
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

// bareRow is a row as the driver has written it.
type bareRow struct {
	name, typ, content sql.NullString
	ttl, prio          sql.NullInt64
	disabled, auth     bool
}

// rowsOf gives all rows by their zone.
func rowsOf(b *testing.B, db *servers.Database) map[string][]bareRow {
	c := connect(b, db)
	defer c.Close()
	res, err := c.Query("SELECT d.name, r.name, r.type, r.content, r.ttl, r.prio, r.disabled, r.auth FROM records r JOIN domains d ON d.id = r.domain_id")
	require.NoError(b, err)
	defer res.Close()
	out := map[string][]bareRow{}
	for res.Next() {
		var zone string
		var r bareRow
		require.NoError(b, res.Scan(&zone, &r.name, &r.typ, &r.content, &r.ttl, &r.prio, &r.disabled, &r.auth))
		out[zone] = append(out[zone], r)
	}
	require.NoError(b, res.Err())
	return out
}

func connect(b *testing.B, db *servers.Database) *sql.DB {
	driver, dsn := map[string]string{"mysql": "mysql", "postgres": "pgx", "sqlite": "sqlite"}[db.Kind], db.DSN()
	switch db.Kind {
	case "mysql":
		dsn += "?interpolateParams=true"
	case "postgres":
		dsn += "&default_query_exec_mode=exec"
	case "sqlite":
		dsn = "file:" + dsn + "?_txlock=immediate&_pragma=busy_timeout(10000)"
	}
	c, err := sql.Open(driver, dsn)
	require.NoError(b, err)
	c.SetMaxIdleConns(workers)
	return c
}

// empty removes everything. MySQL is given the time to forget it.
func empty(b *testing.B, db *servers.Database) {
	for _, table := range []string{"records", "domains"} {
		if db.Kind == "mysql" {
			db.Run(b, "TRUNCATE TABLE "+table+";")
		} else {
			db.Run(b, "DELETE FROM "+table+";")
		}
	}
	switch db.Kind {
	case "postgres":
		db.Run(b, "VACUUM FULL records;")
	case "sqlite":
		db.Run(b, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")
	}
}

// barely inserts rows by statements of 1,000, in a transaction a zone, and says how
// long it took. Zones that are there have been made before.
func barely(b *testing.B, db *servers.Database, zones []*zone.Zone, rows map[string][]bareRow, made bool) float64 {
	c := connect(b, db)
	defer c.Close()
	dollar := func(query string) string {
		if db.Kind == "postgres" {
			for n := 1; strings.Contains(query, "?"); n++ {
				query = strings.Replace(query, "?", fmt.Sprintf("$%d", n), 1)
			}
		}
		return query
	}
	statements := map[int]string{}
	for n := range 1001 {
		if n <= 30 || n == 1000 || n == 100_003%1000 {
			statements[n] = dollar("INSERT INTO records (domain_id, name, type, content, ttl, prio, disabled, auth) VALUES (?,?,?,?,?,?,?,?)" + strings.Repeat(",(?,?,?,?,?,?,?,?)", max(0, n-1)))
		}
	}
	ids := map[string]int64{}
	makeZone := func(tx interface {
		Exec(string, ...any) (sql.Result, error)
		QueryRow(string, ...any) *sql.Row
	}, name string) (id int64) {
		if db.Kind == "postgres" {
			must(tx.QueryRow("INSERT INTO domains (name, type) VALUES ($1, 'MASTER') RETURNING id", name).Scan(&id))
			return id
		}
		res, err := tx.Exec("INSERT INTO domains (name, type) VALUES (?, 'MASTER')", name)
		must(err)
		id, _ = res.LastInsertId()
		return id
	}
	if made {
		for _, z := range zones {
			name := strings.TrimSuffix(string(z.Name()), ".")
			ids[name] = makeZone(c, name)
		}
	}
	insert := func(name string) {
		tx, err := c.Begin()
		must(err)
		id := ids[name]
		if !made {
			id = makeZone(tx, name)
		}
		for part := range slices.Chunk(rows[name], 1000) {
			args := make([]any, 0, 8000)
			for _, r := range part {
				args = append(args, id, r.name, r.typ, r.content, r.ttl, r.prio, r.disabled, r.auth)
			}
			query, ok := statements[len(part)]
			if !ok {
				query = dollar(statements[1] + strings.Repeat(",(?,?,?,?,?,?,?,?)", len(part)-1))
			}
			_, err := tx.Exec(query, args...)
			must(err)
		}
		must(tx.Commit())
	}
	began := time.Now()
	inParallel(len(zones), func(i int) { insert(strings.TrimSuffix(string(zones[i].Name()), ".")) })
	return time.Since(began).Seconds()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// BenchmarkChange applies 20 changes to a zone of 100,000 records and reads them
// back, in databases that PowerDNS serves from; then with all that a Syncer reads
// before it.
func BenchmarkChange(b *testing.B) {
	z := large(100_000)
	for _, name := range []string{"MariaDB", "PostgreSQL", "SQLite"} {
		s := servers.PowerDNS(b, servers.Setup{Database: own[name](b)})
		d := open(b, s.Database)
		_, err := d.CreateZone(ctx, z)
		require.NoError(b, err)
		for what, change := range changesOf20() {
			next := change(z)
			there, back := zone.Diff(z, next), zone.Diff(next, z)
			require.Len(b, there.Changes, 20)
			b.Run(name+"/"+what, func(b *testing.B) {
				for b.Loop() {
					applyAndReadBack(b, d, there)
					b.StopTimer()
					require.NoError(b, d.Apply(ctx, back))
					b.StartTimer()
				}
			})
			b.Run(name+"/"+what+", all read before", func(b *testing.B) {
				for b.Loop() {
					live, err := d.Zone(ctx, z.Name())
					require.NoError(b, err)
					applyAndReadBack(b, d, zone.Diff(live, next))
					b.StopTimer()
					require.NoError(b, d.Apply(ctx, back))
					b.StartTimer()
				}
			})
		}
	}
}

func applyAndReadBack(b *testing.B, d *powerdnssql.Database, plan zone.Plan) {
	require.NoError(b, d.Apply(ctx, plan))
	var keys []zone.Key
	for _, c := range plan.Changes {
		keys = append(keys, c.Key())
	}
	_, err := d.RRsets(ctx, plan.Zone, keys...)
	require.NoError(b, err)
}

// changesOf20 are ways to change 20 sets of a zone.
func changesOf20() map[string]func(*zone.Zone) *zone.Zone {
	return map[string]func(*zone.Zone) *zone.Zone{
		"updates": func(z *zone.Zone) *zone.Zone {
			p := zone.Plan{Zone: z.Name()}
			for s := range z.All() {
				if s.Type == zone.A && len(p.Changes) < 20 {
					next := s
					next.Data = []string{"198.51.100.1"}
					p.Changes = append(p.Changes, zone.Change{Old: s, New: next})
				}
			}
			return z.Apply(p)
		},
		"names that go": func(z *zone.Zone) *zone.Zone {
			n := 0
			return z.Only(func(s zone.RRset) bool {
				if s.Type != zone.A || n == 20 {
					return true
				}
				n++
				return false
			})
		},
	}
}
