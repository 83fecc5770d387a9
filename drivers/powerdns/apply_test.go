package powerdns_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/pdns/pdnstest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/drivers/powerdns"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func bare() servers.Setup { return servers.Setup{Zones: []*zone.Zone{servers.Bare(apex)}} }

// read wants a zone.
func read(t testing.TB, p provider.Provider) *zone.Zone {
	t.Helper()
	z, err := p.Zone(ctx, apex)
	require.NoError(t, err)
	return z
}

func patches(tr *resttest.Transport) int {
	return strings.Count(strings.Join(tr.Log(), "\n"), "PATCH")
}

// hosts are lines of so many addresses.
func hosts(n int, at string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "h%d 60 A %s\n", i, at)
	}
	return b.String()
}

func TestAPlanIsDoneWholeOrNotAtAll(t *testing.T) {
	for name, start := range map[string]func(testing.TB) *servers.Database{"SQLite": servers.SQLite, "MariaDB": servers.MariaDB, "PostgreSQL": servers.PostgreSQL} {
		t.Run(name, func(t *testing.T) {
			setup := bare()
			setup.Database = start(t)
			wholeOrNot(t, setup)
		})
	}
}

// wholeOrNot sends a plan whose last change cannot be done: no other change is.
func wholeOrNot(t *testing.T, setup servers.Setup) {
	_, p, tr := start(t, setup)
	plan := zone.Diff(read(t, p), parse(t, hosts(5, "192.0.2.1")+"z 60 MX 1 under_score.example.net."))
	seen := false
	tr.SetFault(resttest.Once(resttest.Writes, func(r *httpRequest, serve func() *httpResponse) (*httpResponse, error) {
		res := serve()
		assert.Equal(t, 422, res.StatusCode)
		assert.True(t, read(t, p).Equal(servers.Bare(apex)), "a part of what was refused is there")
		seen = true
		return res, nil
	}))
	_ = p.Apply(ctx, zone.Plan{Zone: apex, Changes: plan.Changes})
	assert.True(t, seen)
}

func TestOnlyWhatIsRefusedIsLeftOut(t *testing.T) {
	_, p, tr := start(t, bare())
	plan := zone.Diff(read(t, p), parse(t, hosts(60, "192.0.2.1")+"h31 60 MX 1 under_score.example.net.\nz 60 SRV 1 2 3 a_b."))
	tr.Log()
	err := p.Apply(ctx, plan)
	var ae *provider.ApplyError
	require.ErrorAs(t, err, &ae)
	require.NoError(t, ae.Err)
	var failed []string
	for _, f := range ae.Failed {
		assert.Equal(t, provider.KindRefused, provider.KindOf(f.Err))
		assert.ErrorContains(t, f.Err, "non-hostname content")
		failed = append(failed, plan.Changes[f.Index].Key().String())
	}
	assert.ElementsMatch(t, []string{"h31.example.com. A", "h31.example.com. MX", "z.example.com. SRV"}, failed, "all changes of a name stand or fall together")
	assert.Len(t, ae.Done, len(plan.Changes)-3)
	assert.Less(t, patches(tr), 30)
	assert.Equal(t, 2+59, read(t, p).Len())

	plan = zone.Diff(read(t, p), parse(t, hosts(60, "192.0.2.2")+"z 60 SRV 1 2 3 a_b.")) // the same through a Syncer, which says what is refused
	s := provider.Syncer{Provider: plain{p}, Rules: zone.Mirror(), Limits: zone.Limits{Off: true}}
	res, err := s.Sync(ctx, zone.Intent{Zone: apex, Wish: zone.Replace{Zone: read(t, p).Apply(plan)}})
	require.NoError(t, err)
	assert.Equal(t, provider.Blocked, res.State)
	require.Len(t, res.Findings, 1)
	assert.Contains(t, res.Findings[0].Text, "the service does not take it")
}

// plain is the driver without its foresight.
type plain struct{ *powerdns.Provider }

func (plain) Adjust(_, want *zone.Zone) (*zone.Zone, []zone.Finding) { return want, nil }

func TestWhoRefusesEverythingIsNotAskedForEver(t *testing.T) {
	_, p, tr := start(t, bare())
	plan := zone.Diff(read(t, p), parse(t, hosts(500, "192.0.2.1")))
	tr.SetFault(resttest.Always(resttest.Writes, resttest.Status(422, `{"error": "no"}`)))
	var ae *provider.ApplyError
	require.ErrorAs(t, p.Apply(ctx, plan), &ae)
	assert.EqualError(t, ae.Err, "powerdns: zone example.com.: given up after 200 refusals: PATCH /zones/example.com.: refused (422): no")
	assert.LessOrEqual(t, patches(tr), 201)
}

func TestTheSerialAlwaysRises(t *testing.T) {
	s, p, _ := start(t, bare())
	lines := 0
	step := func(serial uint32) uint32 {
		t.Helper()
		lines++
		before := s.Serial(t, apex)
		want := parse(t, hosts(lines, "192.0.2.1"))
		if serial > 0 {
			want = pdnstest.Parse(t, apex, hosts(lines, "192.0.2.1"))
			soa, _ := want.Get(zone.Key{Name: apex, Type: zone.SOA})
			next := soa
			next.Data = []string{fmt.Sprintf("ns1.example.net. hostmaster.example.net. %d 10800 3600 604800 %d", serial, lines)}
			want = want.Apply(zone.Plan{Zone: apex, Changes: []zone.Change{{Old: soa, New: next}}})
		}
		require.Equal(t, provider.Agreed, mirror(t, p, want).State)
		after := s.Serial(t, apex)
		assert.True(t, zone.SerialBefore(before, after), "%d became %d", before, after)
		return after
	}
	step(0) // nothing says how: pdnsutil made this zone
	assert.EqualValues(t, 1000, step(1000), "a newer one of the source is taken")
	assert.EqualValues(t, 1001, step(5), "an older one is not")
	assert.EqualValues(t, 1002, step(0))
	for _, kind := range []string{"EPOCH", "INCREASE", "DEFAULT"} { // each begins above where the one before it ended
		s.Control(t, "set-meta", "example.com", "SOA-EDIT-API", kind)
		step(7)
	}
	step(0)
	s.Control(t, "set-meta", "example.com", "SOA-EDIT-API")
	s.Database.Run(t, "UPDATE records SET content = 'ns1.example.net hostmaster.example.net 4294967295 10800 3600 604800 3600' WHERE type = 'SOA';")
	assert.EqualValues(t, 1, step(0), "after the highest comes the lowest, RFC 1982")
}

func TestDisabledRecordsAndCommentsStay(t *testing.T) {
	s, p, _ := start(t, bare())
	require.Equal(t, provider.Agreed, mirror(t, p, parse(t, "www 60 A 192.0.2.1\nmail 60 A 192.0.2.1")).State)
	disable(t, s, zone.Key{Name: "www.example.com.", Type: zone.A})
	s.Database.Run(t, "INSERT INTO comments (domain_id, name, type, modified_at, account, comment) SELECT id, 'mail.example.com', 'A', 1, 'me', 'call first' FROM domains;")

	res := mirror(t, p, parse(t, "www 60 A 192.0.2.5\nmail 60 A 192.0.2.2\nnew 60 A 192.0.2.3"))
	assert.Equal(t, provider.Blocked, res.State)
	assert.Equal(t, "192.0.2.1\t0\n192.0.2.99\t1\n", s.Database.Run(t, "SELECT content, disabled FROM records WHERE name = 'www.example.com' ORDER BY content;"))
	assert.Equal(t, "192.0.2.2\n", s.Database.Run(t, "SELECT content FROM records WHERE name = 'mail.example.com';"))
	assert.Equal(t, "me\tcall first\n", s.Database.Run(t, "SELECT account, comment FROM comments;"))
	res = mirror(t, p, parse(t, "mail 60 A 192.0.2.2"))
	assert.Equal(t, provider.Agreed, res.State)
	assert.Equal(t, "2\n", s.Database.Run(t, "SELECT count(*) FROM records WHERE name = 'www.example.com';"), "nor is it deleted")
}

func TestAPlanAboveTheSizeOfARequestBecomesSeveral(t *testing.T) {
	s, p, tr := start(t, bare())
	text := zone.Text(strings.Repeat("x", 1000))
	var b strings.Builder
	for i := range 3500 {
		fmt.Fprintf(&b, "h%d 60 TXT %s\n", i, text)
	}
	want := parse(t, b.String())
	res := mirror(t, p, want)
	require.Equal(t, provider.Agreed, res.State, res.Findings)
	log := strings.Join(tr.Log(), "\n")
	assert.Equal(t, 4, strings.Count(log, "PATCH"), "3.8 MB in requests of 1.8 MB at most, cut in halves")
	assert.Equal(t, 1, strings.Count(log, "/config"))
	assert.Equal(t, "3503\n", s.Database.Run(t, "SELECT count(*) FROM records;"))

	few := zone.Key{Name: "h7.example.com.", Type: zone.TXT}
	z, err := p.RRsets(ctx, apex, few, zone.Key{Name: "nobody.example.com.", Type: zone.A})
	require.NoError(t, err)
	assert.Equal(t, 1, z.Len())
	for _, call := range tr.Log() {
		assert.Contains(t, call, "rrset_name=", "a large zone is not read whole for a few sets")
	}
	large := zone.RRset{Key: few, TTL: 60, Data: []string{}}
	for i := range 4000 {
		large.Data = append(large.Data, zone.Text(fmt.Sprintf("%d %s", i, strings.Repeat("y", 1000))))
	}
	old, _ := want.Get(few)
	err = p.Apply(ctx, zone.Plan{Zone: apex, Changes: []zone.Change{{Old: old, New: large}}})
	assert.ErrorContains(t, err, "webserver-max-bodysize")
	assert.Equal(t, provider.KindRefused, provider.KindOf(errors.Unwrap(errOf(err))))
}

func errOf(err error) error {
	if ae, ok := errors.AsType[*provider.ApplyError](err); ok && len(ae.Failed) > 0 {
		return fmt.Errorf("%w", ae.Failed[0].Err)
	}
	return err
}

func TestTheServerIsAskedToRectifyWhereItDoesNotByItself(t *testing.T) {
	setup := bare()
	setup.Settings = "default-api-rectify=no"
	s, p, tr := start(t, setup)
	require.Equal(t, provider.Agreed, mirror(t, p, parse(t, "a.b.c 60 A 192.0.2.1")).State)
	assert.Contains(t, tr.Log(), "PUT /api/v1/servers/localhost/zones/example.com./rectify")
	a := s.Ask(t, "b.c.example.com.", zone.A)
	assert.Equal(t, "NOERROR", a.Status)
	require.NoError(t, p.DeleteZone(ctx, apex))
	require.Equal(t, provider.Agreed, mirror(t, p, parse(t, "a.b.c 60 A 192.0.2.1")).State)
	require.Equal(t, provider.Agreed, mirror(t, p, parse(t, "a.d.e 60 A 192.0.2.1")).State)
	for _, call := range tr.Log() {
		assert.NotContains(t, call, "rectify", "zones that we make are rectified by the server")
	}
	assert.Equal(t, "NOERROR", s.Ask(t, "d.e.example.com.", zone.A).Status)
	assert.Equal(t, "NXDOMAIN", s.Ask(t, "b.c.example.com.", zone.A).Status)
}
