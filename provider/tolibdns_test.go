package provider_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/libdns/libdns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/provider/providertest"
	"github.com/zonecast/zonecast/zone"
)

// What a consumer of libdns may ask a package for.
var (
	_ provider.Libdns   = (*provider.LibdnsProvider)(nil)
	_ libdns.ZoneLister = (*provider.LibdnsProvider)(nil)
)

var background = context.Background()

// memoryOf gives a service with one zone.
func memoryOf(t require.TestingT, text string) *provider.Memory {
	m := &provider.Memory{}
	m.Put(parse(t, text))
	return m
}

func rr(name, typ string, ttl time.Duration, data string) libdns.RR {
	return libdns.RR{Name: name, Type: typ, TTL: ttl * time.Second, Data: data}
}

// lines shows records to the eye, with their Go types.
func lines(recs []libdns.Record) string {
	var b strings.Builder
	for _, r := range recs {
		x := r.RR()
		fmt.Fprintf(&b, "%T %s %d %s %s\n", r, x.Name, x.TTL/time.Second, x.Type, x.Data)
	}
	return strings.ReplaceAll(b.String(), "libdns.", "")
}

func isNow(t require.TestingT, m *provider.Memory, text string) {
	want, got := parse(t, text), m.Get(example)
	require.True(t, got.Equal(want), "want\n%s\ngot\n%s", want, got)
}

func TestADriverIsALibdnsPackageIsADriver(t *testing.T) {
	for name, m := range map[string]*provider.Memory{
		"plain":           {},
		"of a lowest TTL": {Can: provider.Traits{MinTTL: 600}},
		"a bare one":      {},
	} {
		t.Run(name, func(t *testing.T) {
			s := subject(m)
			var there provider.Provider = m
			if name == "a bare one" {
				there = bare{m}
			}
			s.Provider = provider.FromLibdns(provider.ToLibdns(there), provider.LibdnsTraits{
				Traits: m.Can, SetReplaces: true, MayBeEmpty: true,
				NotFound: func(err error) bool { return errors.Is(err, provider.ErrNoZone) },
			})
			m.Put(parse(t, "")) // a libdns package does not create zones
			s.Protect = nil     // nor does it show what must not be touched
			providertest.Run(t, s)
		})
	}
}

func TestRecordsComeAsTheStructsOfTheirTypes(t *testing.T) {
	p := provider.ToLibdns(memoryOf(t, `
		@              300 A     192.0.2.1
		@              300 AAAA  2001:db8::1
		@              300 MX    0 .
		@              300 CAA   0 issue "ca.example"
		_8443._https.h 300 HTTPS 1 . alpn=h2,h3
		_sip._tcp      300 SRV   1 2 3 host.example.net.
		*._tcp         300 SRV   1 2 3 host.example.net.
		sub            300 NS    ns.example.net.
		t              300 TXT   "say \"hi\"" " \195\188"
		tlsa           300 TLSA  3 1 1 ab
		www            0   CNAME host.example.net.
		x              300 HTTPS 1 . key65000="\012"`))
	for _, name := range []string{"example.com.", "Example.COM"} {
		recs, err := p.GetRecords(background, name)
		require.NoError(t, err)
		assert.ElementsMatch(t, strings.Split(`Address @ 300 A 192.0.2.1
Address @ 300 AAAA 2001:db8::1
MX @ 300 MX 0 .
CAA @ 300 CAA 0 issue "ca.example"
ServiceBinding _8443.h 300 HTTPS 1 . alpn=h2,h3
RR *._tcp 300 SRV 1 2 3 host.example.net.
SRV _sip._tcp 300 SRV 1 2 3 host.example.net.
NS sub 300 NS ns.example.net.
TXT t 300 TXT say "hi" ü
RR tlsa 300 TLSA 3 1 1 ab
CNAME www 0 CNAME host.example.net.
ServiceBinding x 300 HTTPS 1 . key65000=`+"\x0c", "\n"), strings.Split(strings.TrimSuffix(lines(recs), "\n"), "\n"))
	}
}

func TestAppendAddsAndChangesNothing(t *testing.T) {
	m := memoryOf(t, "www 3600 A 192.0.2.1\nt 3600 TXT \"cut\" \"here\"")
	recs, err := provider.ToLibdns(m).AppendRecords(background, "example.com", []libdns.Record{
		rr("www", "A", 60, "192.0.2.2"),
		libdns.TXT{Name: "t", Text: "cuthere"},
		libdns.TXT{Name: "new", Text: `say "hi"`},
		libdns.TXT{Name: "new", TTL: time.Hour, Text: ""},
		rr("zero", "A", 0, "192.0.2.1"),
		libdns.RR{Name: "literal", TTL: time.Millisecond, Type: "a", Data: "192.0.2.1"},
		rr("@", "AAAA", 60, "2001:DB8:0::1"),
	})
	require.NoError(t, err)
	isNow(t, m, `
		@       60   AAAA 2001:db8::1
		literal 0    A    192.0.2.1
		new     3600 TXT  "say \"hi\""
		new     3600 TXT  ""
		t       3600 TXT  "cut" "here"
		www     3600 A    192.0.2.1
		www     3600 A    192.0.2.2
		zero    300  A    192.0.2.1`)
	assert.Equal(t, `Address @ 60 AAAA 2001:db8::1
Address literal 0 A 192.0.2.1
TXT new 3600 TXT 
TXT new 3600 TXT say "hi"
TXT t 3600 TXT cuthere
Address www 3600 A 192.0.2.2
Address zero 300 A 192.0.2.1
`, lines(recs), "as the zone has them, those that were there already too")
}

func TestSetReplacesWholeSetsAndLeavesOthers(t *testing.T) {
	m := memoryOf(t, "www 60 A 192.0.2.1\nwww 60 A 192.0.2.2\nwww 60 AAAA 2001:db8::1\nt 60 TXT a\nt 60 TXT b")
	recs, err := provider.ToLibdns(m).SetRecords(background, "example.com.", []libdns.Record{
		rr("www", "A", 3600, "192.0.2.2"), rr("www", "A", 7200, "192.0.2.3"), rr("t", "TXT", 0, "c"),
	})
	require.NoError(t, err)
	isNow(t, m, "www 3600 A 192.0.2.2\nwww 3600 A 192.0.2.3\nwww 60 AAAA 2001:db8::1\nt 60 TXT c")
	assert.Equal(t, "TXT t 60 TXT c\nAddress www 3600 A 192.0.2.2\nAddress www 3600 A 192.0.2.3\n", lines(recs))
}

func TestDeleteTakesWhatMatchesAndWhatIsEmptyMatchesAll(t *testing.T) {
	const live = "n 60 A 192.0.2.1\nn 60 A 192.0.2.2\nn 90 AAAA 2001:db8::1\nn 60 TXT 192.0.2.1\nn 60 TXT \"a\" \"b\"\nm 60 A 192.0.2.1"
	for name, c := range map[string]struct {
		ask  libdns.Record
		gone string
	}{
		"all of it":             {rr("n", "A", 60, "192.0.2.1"), "n 60 A 192.0.2.1"},
		"another TTL":           {rr("n", "A", 90, "192.0.2.1"), ""},
		"another value":         {rr("n", "A", 60, "192.0.2.3"), ""},
		"another name":          {rr("x", "A", 60, "192.0.2.1"), ""},
		"any TTL":               {rr("n", "A", 0, "192.0.2.1"), "n 60 A 192.0.2.1"},
		"a TTL of zero":         {libdns.RR{Name: "n", Type: "A", TTL: 1, Data: "192.0.2.1"}, ""},
		"any value":             {libdns.Address{Name: "n", TTL: time.Minute}, "n 60 A 192.0.2.1\nn 60 A 192.0.2.2"},
		"any text":              {libdns.TXT{Name: "n"}, "n 60 TXT 192.0.2.1\nn 60 TXT \"a\" \"b\""},
		"a text cut elsewhere":  {libdns.TXT{Name: "n", Text: "ab"}, "n 60 TXT \"a\" \"b\""},
		"any type":              {rr("n", "", 60, "192.0.2.1"), "n 60 A 192.0.2.1\nn 60 TXT 192.0.2.1"},
		"any type of this TTL":  {rr("n", "", 90, ""), "n 90 AAAA 2001:db8::1"},
		"any type, other spelt": {rr("n", "", 0, "2001:DB8::0:1"), "n 90 AAAA 2001:db8::1"},
		"everything at a name":  {rr("n", "", 0, ""), strings.TrimSuffix(live, "\nm 60 A 192.0.2.1")},
	} {
		m := memoryOf(t, live)
		recs, err := provider.ToLibdns(m).DeleteRecords(background, "example.com.", []libdns.Record{c.ask})
		require.NoError(t, err, name)
		gone, err := provider.ToLibdns(memoryOf(t, c.gone)).GetRecords(background, "example.com.")
		require.NoError(t, err)
		assert.Equal(t, lines(gone), lines(recs), name)
		isNow(t, m, without(live, c.gone))
	}
}

// without gives text without those of its lines that are in gone.
func without(text, gone string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(text, "\n"), func(l string) bool {
		return slices.Contains(strings.Split(gone, "\n"), l)
	}), "\n")
}

// getter gives single sets and never a zone.
type getter struct {
	*provider.Memory
	asked []zone.Key
}

func (g *getter) Zone(context.Context, zone.Name) (*zone.Zone, error) {
	return nil, errors.New("a large zone was read whole")
}

func (g *getter) RRsets(ctx context.Context, name zone.Name, keys ...zone.Key) (*zone.Zone, error) {
	g.asked = append(g.asked, keys...)
	return g.Memory.RRsets(ctx, name, keys...)
}

func TestAnACMEChallengeReadsItsSetAlone(t *testing.T) {
	g := &getter{Memory: &provider.Memory{}}
	g.Put(parse(t, "@ 300 NS ns.example.net."))
	p := provider.ToLibdns(g)
	token := []libdns.Record{libdns.TXT{Name: "_acme-challenge.www", Text: "token", TTL: time.Minute}}
	for _, method := range []func(context.Context, string, []libdns.Record) ([]libdns.Record, error){p.AppendRecords, p.SetRecords, p.DeleteRecords} {
		g.asked = nil
		recs, err := method(background, "example.com.", token)
		require.NoError(t, err)
		assert.Equal(t, "TXT _acme-challenge.www 60 TXT token\n", lines(recs))
		assert.Equal(t, []zone.Key{{Name: "_acme-challenge.www.example.com.", Type: zone.TXT}}, g.asked)
	}
	isNow(t, g.Memory, "@ 300 NS ns.example.net.")
	_, err := p.DeleteRecords(background, "example.com.", []libdns.Record{rr("www", "", 0, "")})
	assert.EqualError(t, err, "a large zone was read whole", "nobody knows the types at a name")
}

func TestWhatMustNotBeWrittenIsRefusedAndNothingIsWritten(t *testing.T) {
	odd := func(name zone.Name, typ zone.Type) zone.Protected {
		return zone.Protected{Key: zone.Key{Name: name, Type: typ}, Reason: "an alias"}
	}
	const live = "a 60 A 192.0.2.1\nc 60 CNAME a\nb 60 TXT x\nb 60 TXT y"
	for name, c := range map[string]struct {
		guard []zone.Protected
		do    string
		ask   libdns.RR
		want  string
	}{
		"a protected set":              {[]zone.Protected{odd("odd.example.com.", zone.A)}, "append", rr("odd", "A", 60, "192.0.2.1"), "refused: odd.example.com. A is protected: an alias"},
		"a protected name":             {[]zone.Protected{odd("odd.example.com.", "")}, "set", rr("odd", "TXT", 60, "x"), "is protected: an alias"},
		"all at a protected name":      {[]zone.Protected{odd("a.example.com.", zone.AAAA)}, "delete", rr("a", "", 0, ""), "a.example.com. AAAA is protected"},
		"beside a protected CNAME":     {[]zone.Protected{odd("odd.example.com.", zone.CNAME)}, "append", rr("odd", "TXT", 60, "x"), "something protected stands in its way"},
		"less of who knows whose type": {[]zone.Protected{odd("", zone.TXT)}, "set", rr("b", "TXT", 60, "x"), "something protected stands in its way"},
		"data beside a CNAME":          {nil, "append", rr("c", "TXT", 60, "x"), "refused: c.example.com. would conflict"},
		"a CNAME beside data":          {nil, "set", rr("a", "CNAME", 60, "x.example.net."), "would conflict"},
		"a second CNAME":               {nil, "append", rr("c", "CNAME", 60, "x.example.net."), "would conflict"},
		"a type without a home":        {nil, "append", rr("n", "SSHFP", 60, "1 1 ab"), "the service has no SSHFP records"},
		"no type":                      {nil, "append", rr("n", "", 60, "x"), "record 0: n.example.com. has no type"},
		"no data":                      {nil, "set", rr("n", "A", 60, ""), "record 0: n.example.com. A has no data"},
		"no name":                      {nil, "delete", rr("", "A", 60, ""), "is empty"},
		"another zone's name":          {nil, "append", rr("www.example.net.", "A", 60, "192.0.2.1"), "www.example.net. is not in the zone example.com."},
		"data that is none":            {nil, "append", rr("n", "A", 60, "nonsense"), "nonsense"},
		"a type that is none":          {nil, "delete", rr("n", "ALIAS", 60, ""), "ALIAS"},
	} {
		m := &provider.Memory{Can: provider.Traits{Types: []zone.Type{zone.A, zone.AAAA, zone.CNAME, zone.TXT}}}
		m.Put(parse(t, live).Protect(c.guard...))
		before := m.Get(example)
		recs, err := do(provider.ToLibdns(described{m}), c.do, c.ask, rr("fine", "A", 60, "192.0.2.1"))
		require.ErrorContains(t, err, c.want, name)
		assert.Empty(t, recs, name)
		assert.True(t, before.Equal(m.Get(example)), name)
	}
}

// described is a driver that tells its traits and reads zones whole.
type described struct{ provider.Provider }

func (d described) Traits() provider.Traits { return d.Provider.(*provider.Memory).Traits() }

func do(p *provider.LibdnsProvider, verb string, recs ...libdns.RR) ([]libdns.Record, error) {
	var in []libdns.Record
	for _, r := range recs {
		in = append(in, r)
	}
	switch verb {
	case "append":
		return p.AppendRecords(background, "example.com.", in)
	case "set":
		return p.SetRecords(background, "example.com.", in)
	}
	return p.DeleteRecords(background, "example.com.", in)
}

func TestWhatTheServiceHoldsOtherwiseIsForeseen(t *testing.T) {
	for _, whole := range []bool{true, false} {
		m := &provider.Memory{Can: provider.Traits{MinTTL: 600}}
		m.Put(parse(t, "old 60 A 192.0.2.1"))
		p := provider.ToLibdns(m)
		if whole {
			p = provider.ToLibdns(described{m})
		}
		recs, err := do(p, "set", rr("www", "A", 60, "192.0.2.1"))
		require.NoError(t, err)
		assert.Equal(t, "Address www 600 A 192.0.2.1\n", lines(recs))
		isNow(t, m, "old 60 A 192.0.2.1\nwww 600 A 192.0.2.1")
	}
}

func TestAConflictThatIsThereGetsNoWorseButBetter(t *testing.T) {
	m := memoryOf(t, "n 60 CNAME x.example.net.\nn 60 A 192.0.2.1")
	p := provider.ToLibdns(bare{m})
	_, err := do(p, "append", rr("n", "TXT", 60, "x"))
	assert.ErrorContains(t, err, "would conflict")
	_, err = do(p, "append", rr("other", "TXT", 60, "x"))
	assert.NoError(t, err)
	_, err = do(p, "delete", rr("n", "CNAME", 0, ""))
	assert.NoError(t, err)
	isNow(t, m, "n 60 A 192.0.2.1\nother 60 TXT x")
}

func TestTheSerialOfAnSOAIsNoDifference(t *testing.T) {
	const soa = "ns.example.net. host.example.net. %d 1 2 3 4"
	m := memoryOf(t, "@ 60 SOA "+fmt.Sprintf(soa, 7))
	_, err := do(provider.ToLibdns(m), "set", rr("@", "SOA", 60, fmt.Sprintf(soa, 9)))
	require.NoError(t, err)
	assert.EqualValues(t, 7, m.Get(example).Serial())
}

func TestSomebodyElseWritesMeanwhile(t *testing.T) {
	for _, times := range []int{1, 2} {
		m := memoryOf(t, "")
		n := 0
		m.Fault = func(step string, at provider.Point) error {
			if step == "write" && at.Change.Key().Name == "www.example.com." && n < times {
				n++
				theirs, _ := m.Get(example).Patch(zone.Patch{Add: []zone.Record{{Name: "www.example.com.", Type: zone.A, TTL: 60, Data: fmt.Sprintf("198.51.100.%d", n)}}})
				m.Put(theirs)
			}
			return nil
		}
		recs, err := do(provider.ToLibdns(m), "append", rr("www", "A", 60, "192.0.2.1"), rr("a", "A", 60, "192.0.2.1"))
		if times == 1 {
			require.NoError(t, err)
			assert.Equal(t, "Address a 60 A 192.0.2.1\nAddress www 60 A 192.0.2.1\n", lines(recs))
			isNow(t, m, "a 60 A 192.0.2.1\nwww 60 A 192.0.2.1\nwww 60 A 198.51.100.1")
			continue
		}
		_, conflict := errors.AsType[*provider.ConflictError](err)
		assert.True(t, conflict, "%v", err)
		assert.Equal(t, "Address a 60 A 192.0.2.1\n", lines(recs))
	}
}

func TestWhatWasDeletedBeforeAConflictIsTold(t *testing.T) {
	m := memoryOf(t, "a 60 A 192.0.2.1\nb 60 A 192.0.2.1")
	once := sync.OnceFunc(func() { m.Put(parse(t, "b 60 A 192.0.2.1\nb 60 A 192.0.2.2")) })
	m.Fault = func(step string, at provider.Point) error {
		if step == "write" && at.Change.Key().Name == "b.example.com." {
			once()
		}
		return nil
	}
	recs, err := do(provider.ToLibdns(m), "delete", rr("a", "A", 0, ""), rr("b", "A", 0, "192.0.2.1"))
	require.NoError(t, err)
	assert.Equal(t, "Address a 60 A 192.0.2.1\nAddress b 60 A 192.0.2.1\n", lines(recs))
	isNow(t, m, "b 60 A 192.0.2.2")
}

func TestAnErrorComesWithWhatWasDone(t *testing.T) {
	for _, verb := range []string{"append", "set", "delete"} {
		m := memoryOf(t, map[string]string{"delete": "a 60 A 192.0.2.1\nb 60 A 192.0.2.1\nc 60 A 192.0.2.1"}[verb])
		subject(m).FailAfter(1)
		recs, err := do(provider.ToLibdns(m), verb, rr("a", "A", 60, "192.0.2.1"), rr("b", "A", 60, "192.0.2.1"), rr("c", "A", 60, "192.0.2.1"))
		assert.ErrorContains(t, err, "the service is out of order")
		assert.Equal(t, "Address a 60 A 192.0.2.1\n", lines(recs), verb)
	}
}

// finishing has something to do after changes.
type finishing struct {
	*provider.Memory
	finished *[]zone.Name
}

func (f finishing) Finish(_ context.Context, name zone.Name) error {
	*f.finished = append(*f.finished, name)
	return errors.New("the server does not reload")
}

func TestADriverFinishesAfterAChange(t *testing.T) {
	var finished []zone.Name
	p := provider.ToLibdns(finishing{memoryOf(t, ""), &finished})
	_, err := p.GetRecords(background, "example.com.")
	require.NoError(t, err)
	assert.Empty(t, finished)
	recs, err := do(p, "append", rr("a", "A", 60, "192.0.2.1"))
	assert.EqualError(t, err, "the server does not reload")
	assert.Len(t, recs, 1)
	assert.Equal(t, []zone.Name{example}, finished)
}

func TestWhatIsMissingOrBrokenIsAnError(t *testing.T) {
	p := provider.ToLibdns(memoryOf(t, ""))
	_, err := p.GetRecords(background, "nowhere.example.")
	assert.ErrorIs(t, err, provider.ErrNoZone)
	_, err = p.AppendRecords(background, "nowhere.example", []libdns.Record{rr("a", "A", 60, "192.0.2.1")})
	assert.ErrorIs(t, err, provider.ErrNoZone)
	_, err = p.GetRecords(background, "a..b")
	assert.ErrorContains(t, err, "empty label")
	_, err = p.AppendRecords(background, "example.com.", []libdns.Record{nil, oddRecord{}})
	assert.ErrorContains(t, err, "record 1: a record cannot be read")

	ctx, cancel := context.WithCancel(background)
	cancel()
	_, err = p.SetRecords(ctx, "example.com.", []libdns.Record{rr("a", "A", 60, "192.0.2.1")})
	assert.ErrorIs(t, err, context.Canceled)
	_, err = provider.ToLibdns(wrong{}).GetRecords(background, "example.com.")
	assert.ErrorContains(t, err, "the driver gave zone")
	_, err = provider.ToLibdns(panicking{}).GetRecords(background, "example.com.")
	assert.EqualError(t, err, "the driver panicked: nil map")
	recs, err := p.DeleteRecords(background, "example.com.", nil)
	assert.NoError(t, err)
	assert.Empty(t, recs)
}

func TestZonesAreListedWhereTheDriverCan(t *testing.T) {
	zones, err := provider.ToLibdns(wrapper{memoryOf(t, "")}).ListZones(background)
	require.NoError(t, err)
	assert.Equal(t, []libdns.Zone{{Name: "example.com."}}, zones)
	_, err = provider.ToLibdns(bare{memoryOf(t, "")}).ListZones(background)
	assert.ErrorIs(t, err, provider.ErrUnsupported)
	_, err = provider.ToLibdns(bare{}).ListZones(background)
	assert.Error(t, err)
}

func TestManyCallersAtOnceAllGetTheirs(t *testing.T) {
	m := memoryOf(t, "")
	p := provider.ToLibdns(m)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			token := rr("_acme-challenge", "TXT", 60, fmt.Sprint(i))
			_, err := do(p, "append", token)
			assert.NoError(t, err)
			if i%2 == 1 {
				gone, err := do(p, "delete", token)
				assert.NoError(t, err)
				assert.Len(t, gone, 1)
			}
		})
	}
	wg.Wait()
	set, _ := m.Get(example).Get(zone.Key{Name: "_acme-challenge.example.com.", Type: zone.TXT})
	assert.Len(t, set.Data, 20)
}
