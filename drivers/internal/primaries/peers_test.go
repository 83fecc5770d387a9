package primaries

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/powerdnssql"
	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/secondary"
	"github.com/zonecast/zonecast/zone"
	_ "modernc.org/sqlite"
)

var patient = flag.Bool("patient", false, "benchmark beside peers that take a minute, too")

// BenchmarkFirstLoad brings 1,000 small zones and one of 100,000 records from BIND,
// with TSIG, to where they are served: to memory and into the database of a PowerDNS
// by package secondary; and by Knot, BIND and PowerDNS, as their secondaries.
func BenchmarkFirstLoad(b *testing.B) {
	names, zones := fleet(b)
	s := servers.BIND(b, servers.Setup{Zones: zones})
	b.Run("zonecast into memory", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, follow(s, names...).Once(b.Context(), (&target{}).take))
		}
	})
	db := servers.MariaDB(b)
	for name, load := range map[string]func(*testing.B, *servers.NameServer, []zone.Name, provider.Provider){
		"zonecast into MariaDB": load, "zonecast into MariaDB, with its ledger": loadWithLedger,
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				pdns := servers.PowerDNS(b, servers.Setup{Database: db.Another(b)})
				d := open(b, pdns.Database)
				b.StartTimer()
				load(b, s, names, d)
				b.StopTimer()
				pdns.Stop(b)
				b.StartTimer()
			}
		})
	}
	peers := map[string]servers.Setup{
		"BIND, tuned": {Settings: "serial-query-rate 2000; transfers-in 200; transfers-per-ns 100;"},
		"BIND":        {},
		"Knot":        {},
		"PowerDNS":    {Settings: "secondary=yes\nxfr-cycle-interval=5\nretrieval-threads=8"},
	}
	for _, name := range []string{"Knot", "BIND, tuned", "BIND", "PowerDNS"} {
		software, _, _ := strings.Cut(name, ",")
		b.Run(name, func(b *testing.B) {
			if slices.Contains([]string{"BIND", "PowerDNS"}, name) && !*patient {
				b.Skip("it takes a minute: -patient")
			}
			for b.Loop() {
				b.StopTimer()
				setup := peers[name]
				setup.Follows, setup.Later = servers.Follow{From: s, Zones: names}, true
				if name == "PowerDNS" {
					setup.Database = db.Another(b)
				}
				peer := kinds[software](b, setup)
				b.StartTimer()
				peer.Start(b)
				waitForAll(b, peer.Addr, names)
				b.StopTimer()
				peer.Stop(b)
				b.StartTimer()
			}
		})
	}
}

// fleet is what a small hoster has, and one large customer.
func fleet(t testing.TB) (names []zone.Name, zones []*zone.Zone) {
	names, zones = []zone.Name{apex}, []*zone.Zone{large(t, 100_000)}
	for i := range 1000 {
		n := zone.Name(fmt.Sprintf("z%d.example.", i))
		names, zones = append(names, n), append(zones, filled(t, n, everything))
	}
	return names, zones
}

// load gets all zones, and has an engine write them.
func load(b *testing.B, s *servers.NameServer, names []zone.Name, to provider.Provider) {
	e := engine.Engine{Targets: []engine.Target{{Syncer: provider.Syncer{Target: "here", Provider: to, Rules: zone.Mirror()}}}}
	require.NoError(b, follow(s, names...).Once(b.Context(), inParallel(&e)))
}

// loadWithLedger does the same as the program does it: what is to be done is in a ledger
// on the disk first, and what was done after it.
func loadWithLedger(b *testing.B, s *servers.NameServer, names []zone.Name, to provider.Provider) {
	l := openLedger(b)
	bad := 0
	e := engine.Engine{Ledger: l, Targets: []engine.Target{{Syncer: provider.Syncer{Target: "here", Provider: to, Rules: zone.Mirror()}}}}
	e.Report = func(r provider.Result) {
		if r.State != provider.Agreed {
			bad++
		}
	}
	require.NoError(b, follow(s, names...).Once(b.Context(), func(ctx context.Context, ins []zone.Intent) error {
		return e.Run(ctx, func(yield func(zone.Intent, error) bool) {
			for _, in := range ins {
				if !yield(in, nil) {
					return
				}
			}
		})
	}))
	assert.Zero(b, bad)
}

func openLedger(t testing.TB) *ledger.Ledger {
	db, err := sql.Open("sqlite", ledger.SQLite.Source(filepath.Join(t.TempDir(), "zonecast.db")))
	require.NoError(t, err)
	l, err := ledger.Open(t.Context(), db, ledger.SQLite)
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	return l
}

// inParallel is a handler that has eight zones written at a time.
func inParallel(e *engine.Engine) secondary.Handler {
	seats := make(chan bool, 8)
	return func(ctx context.Context, ins []zone.Intent) error {
		var wg sync.WaitGroup
		errs := make([]error, len(ins))
		for i, in := range ins {
			seats <- true
			wg.Go(func() {
				res, err := e.Targets[0].Syncer.Sync(ctx, in)
				if err == nil && res.State != provider.Agreed {
					err = fmt.Errorf("%s", res)
				}
				errs[i] = err
				<-seats
			})
		}
		wg.Wait()
		for _, err := range errs {
			if err != nil {
				return err
			}
		}
		return nil
	}
}

func open(b testing.TB, db *servers.Database) *powerdnssql.Database {
	d, err := powerdnssql.Open(db.Kind, db.DSN())
	require.NoError(b, err)
	b.Cleanup(func() { d.Close() })
	return d
}

// waitForAll asks until all zones are served.
func waitForAll(b testing.TB, addr string, names []zone.Name) {
	c, err := net.Dial("udp", addr)
	require.NoError(b, err)
	defer c.Close()
	conn := &dns.Conn{Conn: c}
	for end := time.Now().Add(3 * time.Minute); len(names) > 0; time.Sleep(5 * time.Millisecond) {
		require.True(b, time.Now().Before(end), "%d zones are not served", len(names))
		for len(names) > 0 && serves(conn, names[len(names)-1]) {
			names = names[:len(names)-1]
		}
	}
}

// serves reports whether a server answers for a zone.
func serves(c *dns.Conn, n zone.Name) bool {
	q := new(dns.Msg).SetQuestion(string(n), dns.TypeSOA)
	c.SetDeadline(time.Now().Add(time.Second))
	if c.WriteMsg(q) != nil {
		return false
	}
	r, err := c.ReadMsg()
	return err == nil && r.Id == q.Id && r.Rcode == dns.RcodeSuccess && len(r.Answer) > 0
}

// BenchmarkChange says how long it takes until a change that BIND notifies of is
// served by a PowerDNS over MariaDB, of 500 changes the half and 99 in a hundred. They
// go round 100 zones: of two changes of a zone within half a second BIND tells the
// second half a second later.
func BenchmarkChange(b *testing.B) {
	port := servers.FreePort(b)
	var names []zone.Name
	var zones []*zone.Zone
	for i := range 100 {
		names = append(names, zone.Name(fmt.Sprintf("z%d.example.", i)))
		zones = append(zones, filled(b, names[i], everything))
	}
	s := servers.BIND(b, servers.Setup{Zones: zones,
		Settings: fmt.Sprintf("notify explicit; also-notify { 127.0.0.1 port %d; }; notify-delay 0; notify-rate 1000;", port)})
	pdns := servers.PowerDNS(b, servers.Setup{Database: servers.MariaDB(b)})
	d := open(b, pdns.Database)
	f := follow(s, names...)
	f.Differences = false // there is no journal
	f.Notify = []string{fmt.Sprintf("127.0.0.1:%d", port)}
	e := engine.Engine{Targets: []engine.Target{{Syncer: provider.Syncer{Target: "here", Provider: d, Rules: zone.Mirror()}}}}
	ctx, stop := context.WithCancel(b.Context())
	over := make(chan error)
	go func() { over <- f.Run(ctx, inParallel(&e)) }()
	waitForAll(b, pdns.Addr, names)
	c, err := net.Dial("udp", pdns.Addr)
	require.NoError(b, err)
	defer c.Close()
	var took []time.Duration
	for b.Loop() {
		for i := range 500 {
			took = append(took, change(b, s, &dns.Conn{Conn: c}, names[i%len(names)], fmt.Sprintf("192.0.2.%d", 1+i%250)))
		}
	}
	stop()
	require.NoError(b, <-over)
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds()*1000, "p50-ms")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
}

// change changes an address at the primary, and waits until it is served.
func change(b testing.TB, s *servers.NameServer, at *dns.Conn, name zone.Name, to string) time.Duration {
	m := new(dns.Msg).SetUpdate(string(name))
	rr, err := dns.NewRR("changed." + string(name) + " 60 A " + to)
	require.NoError(b, err)
	m.RemoveRRset([]dns.RR{rr})
	m.Insert([]dns.RR{rr})
	m.SetTsig(s.Key.Name, s.Key.Algorithm+".", 300, time.Now().Unix())
	c := &dns.Client{Net: "tcp", TsigSecret: map[string]string{s.Key.Name: s.Key.Secret}}
	began := time.Now()
	r, _, err := c.Exchange(m, s.Addr)
	require.NoError(b, err)
	require.Equal(b, dns.RcodeSuccess, r.Rcode)
	for time.Since(began) < time.Minute {
		q := new(dns.Msg).SetQuestion(rr.Header().Name, dns.TypeA)
		at.SetDeadline(time.Now().Add(time.Second))
		if at.WriteMsg(q) == nil {
			if r, err := at.ReadMsg(); err == nil && len(r.Answer) == 1 && strings.HasSuffix(r.Answer[0].String(), "\t"+to) {
				return time.Since(began)
			}
		}
		time.Sleep(time.Millisecond)
	}
	b.Fatal("the change is not served")
	return 0
}
