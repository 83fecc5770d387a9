package godaddy_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/godaddy"
	"github.com/zonecast/zonecast/drivers/internal/godaddytest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// What a record that is there becomes: a line of the zone, or what is protected and
// why. Nothing is lost.
func TestWhatIsReadAndWhatIsProtected(t *testing.T) {
	n := godaddytest.Num
	r := func(typ, name, data string) godaddytest.Record {
		return godaddytest.Record{Type: typ, Name: name, Data: data, TTL: n(600)}
	}
	mx, srv, caa, https, bare := r("MX", "@", "mail.example.net."), r("SRV", "a", "x.example.net."), r("CAA", "@", `ca.example; x="y"`), r("HTTPS", "@", "."), r("SRV", "_sip._tcp", "x.example.net.")
	mx.Priority, https.Priority, https.Parameters = n(7), n(1), `alpn="h2,h3" port=8443`
	srv.Priority, srv.Weight, srv.Port, srv.Service, srv.Protocol = n(1), n(2), n(3), "_sip", "_udp"
	caa.Flag, caa.Tag = n(128), "issue"
	bare.Priority, bare.Weight, bare.Port = n(1), n(2), n(3)
	slow := r("A", "slow", "192.0.2.1")
	slow.TTL = n(-1)
	for name, c := range map[string]struct {
		record     godaddytest.Record
		one, three string
	}{
		"an A":                              {r("A", "www", "192.0.2.1"), "www.example.com. 600 A 192.0.2.1", ""},
		"a wildcard":                        {r("A", "*.x", "192.0.2.1"), "*.x.example.com. 600 A 192.0.2.1", ""},
		"letters of both cases":             {r("CNAME", "WWW", "X.Example.NET."), "www.example.com. 600 CNAME x.example.net.", ""},
		"the domain as a target":            {r("CNAME", "www", "example.com."), "www.example.com. 600 CNAME example.com.", ""},
		"@ as a target":                     {r("CNAME", "www", "@"), "www.example.com. 600 CNAME example.com.", ""},
		"an MX":                             {mx, "example.com. 600 MX 7 mail.example.net.", ""},
		"an SRV":                            {srv, "_sip._udp.a.example.com. 600 SRV 1 2 3 x.example.net.", ""},
		"an SRV under its whole name":       {bare, "protected _sip._tcp.example.com. SRV: its service and protocol are not in the fields", "_sip._tcp.example.com. 600 SRV 1 2 3 x.example.net."},
		"a text":                            {r("TXT", "@", `say "hi" \ ü`), `example.com. 600 TXT "say \"hi\" \\ \195\188"`, ""},
		"a long text":                       {r("TXT", "@", strings.Repeat("x", 300)), `example.com. 600 TXT "` + strings.Repeat("x", 255) + `" "` + strings.Repeat("x", 45) + `"`, ""},
		"a CAA":                             {caa, "protected example.com. CAA: version 1 of GoDaddy's API cannot write CAA records; with a personal access token, version 3 can", `example.com. 600 CAA 128 issue "ca.example; x=\"y\""`},
		"an HTTPS":                          {https, "protected example.com. HTTPS: version 1", `example.com. 600 HTTPS 1 . alpn=h2,h3 port=8443`},
		"a delegation":                      {r("NS", "sub", "ns.example.net."), "protected sub.example.com. NS: GoDaddy's API cannot write NS records, below the apex either", ""},
		"a parked domain":                   {r("A", "@", "Parked"), `protected example.com. A: GoDaddy has A "Parked"`, ""},
		"a TLSA":                            {r("TLSA", "_443._tcp", "3 1 1 aa"), "protected _443._tcp.example.com. TLSA: GoDaddy's API cannot write TLSA records", ""},
		"an ALIAS":                          {r("ALIAS", "@", "x.example.net."), "protected example.com. A: GoDaddy has an ALIAS there\nprotected example.com. AAAA: GoDaddy has an ALIAS there", ""},
		"a type that nobody knows":          {r("FORWARD", "www", "http://x"), `protected www.example.com.: GoDaddy has FORWARD "http://x": type "FORWARD": is not known`, ""},
		"a target that may be relative":     {r("CNAME", "www", "ghs"), `protected www.example.com. CNAME: GoDaddy has CNAME "ghs": has a target that may be relative`, ""},
		"a TTL out of range":                {slow, "protected slow.example.com. A: ", ""},
		"a text that lost something":        {r("TXT", "@", "x\ufffdy"), "protected example.com. TXT: ", ""},
		"a name that cannot be read":        {r("A", "a..b", "192.0.2.1"), `protected  A: GoDaddy has A "192.0.2.1": name "a..b": is not in the zone`, ""},
		"a name that cannot be written":     {r("A", "a b", "192.0.2.1"), `protected `, ""},
		"a name that is another in the DNS": {r("A", `a\.b`, "192.0.2.1"), `protected a\.b.example.com. A: GoDaddy has it under a name that cannot be written`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for version, want := range map[string]string{"v1": c.one, "v3": c.three} {
				if want == "" {
					want = c.one
				}
				s := newStage(t, version)
				s.service.Put("example.com", c.record)
				z := s.read(t)
				var lines []string
				for set := range z.All() {
					if !set.Key.IsAuthority("example.com.") {
						lines = append(lines, strings.ReplaceAll(strings.Replace(set.String(), "\tIN\t", "\t", 1), "\t", " "))
					}
				}
				for _, p := range z.Protected() {
					lines = append(lines, "protected "+p.Key.String()+": "+p.Reason)
				}
				text := strings.Join(lines, "\n")
				assert.True(t, strings.HasPrefix(text, want), "%s: want %s\ngot %s", version, want, text)
				assert.Equal(t, strings.Count(want, "\n")+1, len(lines), "%s", text)
			}
		})
	}
}

func TestAProtectedSetIsProtectedWhole(t *testing.T) {
	s := newStage(t, "v3")
	r := godaddytest.Record{Type: "A", Name: "www", Data: "192.0.2.1", TTL: godaddytest.Num(600)}
	odd := r
	odd.Data = "Parked"
	s.service.Put("example.com", r, odd)
	z := s.read(t)
	k := zone.Key{Name: "www.example.com.", Type: zone.A}
	_, there := z.Get(k)
	assert.False(t, there)
	_, ok := z.Protection(k)
	assert.True(t, ok)
	err := s.driver.Apply(ctx, zone.Plan{Zone: "example.com.", Changes: []zone.Change{{New: zone.RRset{Key: k, TTL: 600, Data: []string{"192.0.2.9"}}}}})
	assert.Equal(t, provider.KindRefused, provider.KindOf(err))
	assert.Len(t, s.service.Values("example.com", "A", "www"), 2)
}

// A list that is not whole, or that is none, never becomes a zone.
func TestAZoneIsReadWholeOrNotAtAll(t *testing.T) {
	for name, c := range map[string]struct {
		fault      resttest.Fault
		one, three string // what the error says
	}{
		"nothing":                {resttest.Status(200, ""), "no JSON that fits", "no JSON that fits"},
		"null":                   {resttest.Status(200, "null"), "the answer is no list of records", "the list of its records is empty, which is not believed"},
		"an empty list":          {resttest.Status(200, "[]"), "the list of its records is empty, which is not believed", "no JSON that fits"},
		"an empty page":          {resttest.Status(200, `{"items":[]}`), "no JSON that fits", "the list of its records is empty, which is not believed"},
		"half a list":            {resttest.Cut(70), "cut after 70 octets", "cut after 70 octets"},
		"422":                    {resttest.Status(422, `{"code":"INVALID_VALUE","message":"offset"}`), "refused (INVALID_VALUE): offset", "refused"},
		"an error under 200":     {resttest.Status(200, `{"code":"QUOTA_EXCEEDED","message":"no more"}`), "quota (QUOTA_EXCEEDED)", "quota"},
		"an error of version 3":  {resttest.Status(200, `{"name":"INTERNAL","message":"oh","correlationId":"c1"}`), "transient (INTERNAL): oh [request c1]", "transient (INTERNAL): oh [request c1]"},
		"a page":                 {resttest.Status(200, resttest.Page), "no JSON that fits", "no JSON that fits"},
		"a page that is missing": {resttest.Status(404, resttest.Page), "not found: 404 Not Found", "not found: 404 Not Found"},
		"another 404":            {resttest.Status(404, `{"message":"no route"}`), "not found: 404 Not Found", "not found: 404 Not Found"},
		"records without an id":  {resttest.Status(200, `{"items":[{"type":"A","name":"@","data":"192.0.2.1","ttl":600}]}`), "no JSON that fits", "a record has no recordId: A @"},
		"not UTF-8":              {resttest.Status(200, "[{\"type\":\"TXT\",\"name\":\"@\",\"data\":\"\xff\",\"ttl\":600}]"), "it is not UTF-8", "no JSON that fits"},
	} {
		t.Run(name, func(t *testing.T) {
			for version, want := range map[string]string{"v1": c.one, "v3": c.three} {
				s := newStage(t, version)
				s.transport.SetFault(resttest.Always(resttest.Any, c.fault))
				_, err := s.driver.Zone(ctx, "example.com.")
				assert.ErrorContains(t, err, want, version)
				assert.NotErrorIs(t, err, provider.ErrNoZone)
			}
		})
	}
}

func TestADomainThatIsNotThereIsErrNoZone(t *testing.T) {
	for _, version := range []string{"v1", "v3"} {
		s := newStage(t, version)
		s.service.Elsewhere("elsewhere.example")
		for _, name := range []zone.Name{"elsewhere.example.", "example.net.", "sub.example.com."} {
			_, err := s.driver.Zone(ctx, name)
			assert.ErrorIs(t, err, provider.ErrNoZone)
			_, err = s.driver.RRsets(ctx, name, zone.Key{Name: name, Type: zone.A})
			assert.ErrorIs(t, err, provider.ErrNoZone)
			set := zone.RRset{Key: zone.Key{Name: name, Type: zone.A}, TTL: 600, Data: []string{"192.0.2.1"}}
			srv := zone.RRset{Key: zone.Key{Name: "_sip._tcp." + name, Type: zone.SRV}, TTL: 600, Data: []string{"0 0 1 x.example."}}
			for _, c := range []zone.Change{{New: set}, {Old: set}, {New: srv}} {
				err = s.driver.Apply(ctx, zone.Plan{Zone: name, Changes: []zone.Change{c}})
				_, isConflict := errors.AsType[*provider.ConflictError](err)
				assert.True(t, errors.Is(err, provider.ErrNoZone) || isConflict, "%s: %v", version, err)
				_, ok := errors.AsType[*provider.ApplyError](err)
				assert.True(t, ok)
			}
		}
	}
}

func TestNamesThatAreNoDomainAreNotAskedFor(t *testing.T) {
	s := newStage(t, "v3")
	for _, name := range []zone.Name{zone.Root, "", `a\.b.`, "a/b.example.", "*.example.com.", "..", "@", "a%2fb.example."} {
		_, err := s.driver.Zone(ctx, name)
		assert.ErrorContains(t, err, "is no name of a domain at GoDaddy", "%q", name)
		_, err = s.driver.RRsets(ctx, name)
		assert.Error(t, err)
		assert.Error(t, s.driver.Apply(ctx, zone.Plan{Zone: name}))
	}
	_, err := (&godaddy.Provider{}).Zone(ctx, "example.com.")
	assert.ErrorContains(t, err, "there is no credential")
	assert.Empty(t, s.transport.Log())
}

// Version 1 may cut a list at some length: then there is a record more somewhere.
func TestAListThatLooksLikeAPageIsLookedAtTwice(t *testing.T) {
	for _, c := range []struct {
		records, limit int
		whole          bool
		calls          int
	}{
		{records: 96, limit: 0, whole: true, calls: 1},       // with three of GoDaddy
		{records: 97, limit: 0, whole: true, calls: 8},       // a hundred
		{records: 150, limit: 100, whole: false},             // a page
		{records: 597, limit: 500, whole: false},             // another
		{records: 97, limit: 100, whole: true, calls: 8},     // a whole page, and no more
		{records: 1200, limit: 1000, whole: false, calls: 2}, // the type itself is cut, too: its length tells it
	} {
		s := newStage(t, "v1")
		var records []godaddytest.Record
		for i := range c.records {
			records = append(records, godaddytest.Record{Type: []string{"A", "TXT"}[i%2], Name: fmt.Sprint("h", i), Data: "192.0.2.1", TTL: godaddytest.Num(600)})
		}
		s.service.PageCap = c.limit
		s.service.Put("example.com", records...)
		z, err := s.driver.Zone(ctx, "example.com.")
		if !c.whole {
			assert.ErrorContains(t, err, "the list of records ends after", "%v", c)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, c.records+1, z.Len(), "%v", c)
		assert.Len(t, s.transport.Log(), c.calls)
	}
}

// A zone that changes between two pages is read again.
func TestRecordsDoNotSlipBetweenPages(t *testing.T) {
	s := newStage(t, "v3")
	var b strings.Builder
	for i := range 150 {
		fmt.Fprintf(&b, "h%03d 600 A 192.0.2.1\n", i)
	}
	fill := parse(t, b.String())
	for _, times := range []int{1, 9} {
		s.service.Fill(fill)
		left := times
		s.transport.SetFault(func(r *http.Request) resttest.Fault {
			if r.URL.Query().Get("page") != "2" || left == 0 {
				return nil
			}
			left--
			first := s.service.Records("example.com")[0]
			s.service.Put("example.com", s.service.Records("example.com")[1:]...)
			s.service.Add("example.com", first)
			s.service.Add("example.com", godaddytest.Record{Type: "A", Name: "a", Data: "192.0.2.1", TTL: godaddytest.Num(600)})
			return nil
		})
		z, err := s.driver.Zone(ctx, "example.com.")
		if times == 9 {
			assert.ErrorContains(t, err, "the records keep changing while they are read")
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, 152, z.Len())
	}
}
