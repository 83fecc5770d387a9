package powerdnssql_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/pdns/pdnstest"
	"github.com/zonecast/zonecast/drivers/powerdns"
	"github.com/zonecast/zonecast/drivers/powerdnssql"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// run gives what a query prints, in one line a row.
func run(t testing.TB, s *servers.NameServer, query string) string {
	t.Helper()
	return s.Database.Run(t, query)
}

func TestOnlyRowsThatDifferAreWritten(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer, d *powerdnssql.Database) {
		require.Equal(t, provider.Agreed, mirror(t, d, parse(t, "www 60 A 192.0.2.1\nwww 60 A 192.0.2.2\nwww 60 A 192.0.2.3\nttl 60 TXT x\nttl 60 TXT y\nmail 60 MX 10 a.example.net.")).State)
		before := run(t, s, "SELECT id, name, type, content FROM records ORDER BY id;")
		require.Equal(t, provider.Agreed, mirror(t, d, parse(t, "www 60 A 192.0.2.1\nwww 60 A 192.0.2.3\nwww 60 A 192.0.2.4\nttl 90 TXT x\nttl 90 TXT y\nmail 60 MX 10 a.example.net.")).State)
		after := run(t, s, "SELECT id, name, type, content FROM records ORDER BY id;")
		gone, come := apart(before, after)
		assert.Equal(t, 2, strings.Count(gone, "\n"), "an address, and the serial: %s", gone)
		assert.Equal(t, 2, strings.Count(come, "\n"), come)
		assert.Equal(t, "90\n", run(t, s, "SELECT DISTINCT ttl FROM records WHERE type = 'TXT';"))
		s.Stop(t) // or it writes notified_serial itself
		run(t, s, "UPDATE domains SET notified_serial = 7;")
		require.Equal(t, provider.Agreed, mirror(t, d, parse(t, "www 60 A 192.0.2.1")).State)
		assert.Equal(t, "7\n", run(t, s, "SELECT notified_serial FROM domains;"))
		s.Start(t)
	})
}

// TestRowsAreAsPowerDNSWritesThem has PowerDNS make the same zone by its API.
func TestRowsAreAsPowerDNSWritesThem(t *testing.T) {
	s := servers.PowerDNS(t, servers.Setup{Settings: "primary=no"})
	api := &powerdns.Provider{URL: s.API, Key: powerdns.Key(s.APIKey)}
	for n, p := range map[zone.Name]provider.Creator{"api.example.": api, "sql.example.": open(t, s.Database)} {
		_, err := p.CreateZone(ctx, pdnstest.Everything(t, n))
		require.NoError(t, err)
	}
	rows := func(n string) string {
		return run(t, s, fmt.Sprintf("SELECT replace(name, '%[1]s', ''), type, replace(content, '%[1]s', ''), ttl, prio, disabled, auth, ordername FROM records WHERE domain_id = (SELECT id FROM domains WHERE name = '%[1]s') AND type IS NOT 'SOA' ORDER BY 1, 2, 3;", n))
	}
	theirs, ours := apart(rows("api.example"), rows("sql.example"))
	assert.Equal(t, theirs, ours)
	assert.Greater(t, strings.Count(rows("api.example"), "\n"), 70)
}

func TestTheSerialRisesWithEveryPlan(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer, d *powerdnssql.Database) {
		step := func(serial uint32, lines string) uint32 {
			t.Helper()
			want := parse(t, lines)
			soa, _ := want.Get(zone.Key{Name: apex, Type: zone.SOA})
			next := soa
			next.Data = []string{fmt.Sprintf("ns1.example.net. hostmaster.example.net. %d 10800 3600 604800 %d", serial, 3600+len(lines)/100)}
			want = want.Apply(zone.Plan{Zone: apex, Changes: []zone.Change{{Old: soa, New: next}}})
			require.Equal(t, provider.Agreed, mirror(t, d, want).State)
			return s.Serial(t, apex)
		}
		long := strings.Repeat("x 60 A 192.0.2.1\n", 10)
		assert.EqualValues(t, 2, step(9, "www 60 A 192.0.2.1"), "the source's counts only where its SOA is written")
		assert.EqualValues(t, 2, step(10, "www 60 A 192.0.2.1"), "nothing has changed")
		assert.EqualValues(t, 1000, step(1000, long))
		assert.EqualValues(t, 1001, step(1000, long+"y 60 A 192.0.2.1"))
		assert.EqualValues(t, 1002, step(5, "www 60 A 192.0.2.1"), "an older one is not taken")
		run(t, s, "UPDATE records SET content = 'ns1.example.net hostmaster.example.net 4294967295 10800 3600 604800 3600' WHERE type = 'SOA';")
		assert.EqualValues(t, 1, step(5, "www 60 A 192.0.2.2"), "after the highest comes the lowest, RFC 1982")
		run(t, s, "DELETE FROM records WHERE type = 'SOA';")
		assert.EqualValues(t, 77, step(77, "www 60 A 192.0.2.2"), "one that was lost comes back")
	})
}

func TestWhoWritesMeanwhileIsNotOverwritten(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer, d *powerdnssql.Database) {
		require.Equal(t, provider.Agreed, mirror(t, d, parse(t, "www 60 A 192.0.2.1\nmail 60 A 192.0.2.1")).State)
		plan := zone.Diff(read(t, d), parse(t, "www 60 A 192.0.2.2\nmail 60 A 192.0.2.2\nnew 60 A 192.0.2.2"))
		for name, theirs := range map[string]string{
			"another value":      "UPDATE records SET content = '192.0.2.7' WHERE name = 'www.example.com';",
			"another TTL":        "UPDATE records SET ttl = 90 WHERE name = 'www.example.com';",
			"one more":           "INSERT INTO records (domain_id, name, type, content, ttl) SELECT id, 'www.example.com', 'A', '192.0.2.8', 60 FROM domains;",
			"none":               "DELETE FROM records WHERE name = 'www.example.com';",
			"one that came":      "INSERT INTO records (domain_id, name, type, content, ttl) SELECT id, 'new.example.com', 'A', '192.0.2.8', 60 FROM domains;",
			"one was disabled":   "UPDATE records SET disabled = (1 = 1) WHERE name = 'www.example.com';",
			"one cannot be read": "INSERT INTO records (domain_id, name, type, content, ttl) SELECT id, 'www.example.com', 'A', 'x', 60 FROM domains;",
		} {
			keep := run(t, s, "SELECT name, type, content, ttl FROM records WHERE type IN ('A') ORDER BY 1, 3;")
			run(t, s, theirs)
			before := dump(t, s.Database)
			err := d.Apply(ctx, plan)
			var conflict *provider.ConflictError
			require.ErrorAs(t, err, &conflict, name)
			assert.Equal(t, before, dump(t, s.Database), "%s: something was done", name)
			run(t, s, "DELETE FROM records WHERE type = 'A';")
			for line := range strings.Lines(keep) {
				f := strings.Fields(line)
				run(t, s, fmt.Sprintf("INSERT INTO records (domain_id, name, type, content, ttl) SELECT id, '%s', 'A', '%s', %s FROM domains;", f[0], f[2], f[3]))
			}
		}
		assert.NoError(t, d.Apply(ctx, plan))
	})
}

func TestASyncerPlansAnewWhenSomebodyWroteMeanwhile(t *testing.T) {
	s := servers.PowerDNS(t, bare())
	d := open(t, s.Database)
	require.Equal(t, provider.Agreed, mirror(t, d, parse(t, "www 60 A 192.0.2.1")).State)
	res := mirror(t, &meddler{Database: d, meddle: func() {
		run(t, s, "UPDATE records SET content = '192.0.2.7' WHERE name = 'www.example.com';")
	}}, parse(t, "www 60 A 192.0.2.2"))
	require.Equal(t, provider.Agreed, res.State)
	assert.Contains(t, res.Plan.String(), "192.0.2.7", "the plan that was carried out is made from what is there")
}

// A meddler does something between reading a zone and writing it, once.
type meddler struct {
	*powerdnssql.Database
	meddle func()
}

func (m *meddler) Apply(ctx context.Context, p zone.Plan) error {
	if m.meddle != nil {
		m.meddle()
		m.meddle = nil
	}
	return m.Database.Apply(ctx, p)
}

func TestDisabledRowsAndCommentsStay(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer, d *powerdnssql.Database) {
		require.Equal(t, provider.Agreed, mirror(t, d, parse(t, "www 60 A 192.0.2.1\nmail 60 A 192.0.2.1")).State)
		disable(t, s, zone.Key{Name: "www.example.com.", Type: zone.A})
		disable(t, s, zone.Key{Name: "a.b.example.com.", Type: zone.A})
		run(t, s, "INSERT INTO comments (domain_id, name, type, modified_at, account, comment) SELECT id, 'mail.example.com', 'A', 1, 'me', 'call first' FROM domains;")
		res := mirror(t, d, parse(t, "www 60 A 192.0.2.5\nnew 60 A 192.0.2.3"))
		assert.Equal(t, provider.Blocked, res.State)
		assert.Equal(t, "192.0.2.1\n192.0.2.99\n", run(t, s, "SELECT content FROM records WHERE name = 'www.example.com' ORDER BY content;"))
		assert.Equal(t, "call first\n", run(t, s, "SELECT comment FROM comments;"))
		assert.Equal(t, "NXDOMAIN", s.Ask(t, "b.example.com.", zone.A).Status, "what is switched off is nothing to have a name above")
		before := dump(t, s.Database)
		s.Control(t, "rectify-zone", "example.com")
		assert.Equal(t, before, dump(t, s.Database))
	})
}

func TestWhatPowerDNSDoesNotFindIsProtected(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer, d *powerdnssql.Database) {
		put := func(name, typ, content, prio string) {
			s.Database.Run(t, fmt.Sprintf("INSERT INTO records (domain_id, name, type, content, ttl, prio) SELECT id, '%s', '%s', '%s', 60, %s FROM domains;", name, typ, content, prio))
		}
		put("dot.example.com.", "A", "192.0.2.1", "0")
		put("mx.example.com", "MX", "10 mail.example.net", "0")
		put("mx2.example.com", "MX", "10 mail.example.net", "NULL")
		put("txt.example.com", "TXT", "v=spf1 -all", "0")
		put("alias.example.com", "ALIAS", "host.example.net", "0")
		put("lua.example.com", "LUA", "A \"ifportup(443)\"", "0")
		put("new.example.com", "BRANDNEW", "x", "0")
		put("elsewhere.example.net", "A", "192.0.2.1", "0")
		if s.Database.Kind == "sqlite" {
			put("UP.example.com", "A", "192.0.2.1", "0")
		}
		z := read(t, d)
		guards := []zone.Key{{Name: "alias.example.com.", Type: zone.A}, {Name: "dot.example.com.", Type: "A"}, {Name: "lua.example.com.", Type: zone.A}, {Name: "mx.example.com.", Type: zone.MX}, {Name: "new.example.com.", Type: "A"}}
		if s.Database.Kind == "sqlite" {
			guards = append(guards, zone.Key{Name: "up.example.com.", Type: "A"})
		}
		for _, k := range guards {
			p, ok := z.Protection(k)
			assert.True(t, ok, k)
			assert.NotEmpty(t, p.Reason)
		}
		for k, want := range map[zone.Key]string{{Name: "mx2.example.com.", Type: zone.MX}: "10 mail.example.net.", {Name: "txt.example.com.", Type: zone.TXT}: `"v=spf1 -all"`} {
			set, _ := z.Get(k)
			assert.Equal(t, []string{want}, set.Data)
		}
		before := run(t, s, "SELECT name, type, content FROM records WHERE name NOT IN ('mx2.example.com', 'txt.example.com') AND type <> 'SOA' ORDER BY 1, 2, 3;")
		res := mirror(t, d, parse(t, ""))
		assert.Equal(t, provider.Agreed, res.State, res.Findings)
		assert.Equal(t, before, run(t, s, "SELECT name, type, content FROM records WHERE name NOT IN ('mx2.example.com', 'txt.example.com') AND type <> 'SOA' ORDER BY 1, 2, 3;"))
	})
}

func TestWhatCannotBeServedIsBlockedAndTheRestIsServed(t *testing.T) {
	each(t, servers.Setup{}, func(t *testing.T, s *servers.NameServer, d *powerdnssql.Database) {
		want := parse(t, "www 60 A 192.0.2.1"+pdnstest.Refused)
		res := mirror(t, d, want)
		assert.Equal(t, provider.Blocked, res.State, res.Err)
		assert.Len(t, res.Findings, want.Len()-3, res.Findings)
		s.Admit(t, apex)
		s.Serves(t, parse(t, "www 60 A 192.0.2.1"))

		var ae *provider.ApplyError // and where nobody foresees it
		plan := zone.Diff(read(t, d), want)
		require.ErrorAs(t, d.Apply(ctx, plan), &ae)
		assert.Empty(t, ae.Done)
		assert.Len(t, ae.Failed, len(plan.Changes))
		assert.Equal(t, provider.KindRefused, provider.KindOf(ae))
		_, err := d.CreateZone(ctx, pdnstest.Parse(t, "other.example.", pdnstest.Refused))
		assert.Equal(t, provider.KindRefused, provider.KindOf(err))
	})
}

func TestASignedZoneIsServedSigned(t *testing.T) {
	for _, args := range [][]string{nil, {"1 0 1 ab"}, {"1 1 0 -", "narrow"}} {
		setup := bare()
		setup.Settings = "primary=no"
		s := servers.PowerDNS(t, setup)
		d := open(t, s.Database)
		s.Control(t, "secure-zone", "example.com")
		if args != nil {
			s.Control(t, append([]string{"set-nsec3", "example.com"}, args...)...)
		}
		s.Control(t, "rectify-zone", "example.com")
		require.Equal(t, provider.Agreed, mirror(t, d, parse(t, "www 60 A 192.0.2.1\na.b.c 60 A 192.0.2.1\nsub 60 NS ns.sub\nns.sub 60 A 192.0.2.2")).State)
		require.Equal(t, provider.Agreed, mirror(t, d, parse(t, "www 60 A 192.0.2.1\nx.c 60 A 192.0.2.1\nsub 60 NS ns.example.net.")).State)
		assert.Contains(t, s.Control(t, "check-zone", "example.com"), "0 errors, 0 warnings", args)
	}
}

func TestALargePlanIsWrittenInLargeStatements(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer, d *powerdnssql.Database) {
		var b strings.Builder
		for i := range 5000 {
			fmt.Fprintf(&b, "h%d.deep 60 A 192.0.2.%d\n", i, i%250)
		}
		want := parse(t, b.String()+"long 60 TXT "+strings.Repeat(`"`+strings.Repeat("x", 255)+`" `, 200))
		require.Equal(t, provider.Agreed, mirror(t, d, want).State)
		assert.True(t, read(t, d).Equal(want))
		before := dump(t, s.Database)
		s.Control(t, "rectify-zone", "example.com")
		assert.Equal(t, before, dump(t, s.Database))
		require.Equal(t, provider.Agreed, mirror(t, d, parse(t, "")).State)
		assert.Equal(t, "3\n", run(t, s, "SELECT count(*) FROM records;"))
	})
}
