package godaddy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// sync makes the service hold lines, as a mirror does, and gives the calls.
func (s stage) sync(t *testing.T, lines string) (provider.Result, []string) {
	t.Helper()
	s.transport.Log()
	r, err := (&provider.Syncer{Provider: s.driver, Rules: zone.Rules{Foreign: zone.ForeignPurge, Adopt: zone.AdoptTake}, Limits: zone.Limits{Off: true}}).
		Sync(ctx, zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: parse(t, lines)}})
	require.NoError(t, err)
	return r, s.short()
}

// short is the log of calls without what is the same in all of them.
func (s stage) short() (calls []string) {
	for _, c := range s.transport.Log() {
		for _, prefix := range []string{"/v1/domains/example.com/records", "/v3/domains/zones/example.com/dns-records"} {
			c = strings.Replace(c, prefix, "", 1)
		}
		c = strings.Replace(strings.Replace(c, "&pageSize=100&totalRequired=true", "", 1), "page=1", "1", 1)
		if method, _, ok := strings.Cut(c, " /R%5B"); ok {
			c = method + " /id"
		}
		calls = append(calls, strings.TrimSpace(c))
	}
	return calls
}

// The calls of a sync, from one zone to another. It reads, writes, and reads again.
func TestCalls(t *testing.T) {
	const live = `
		www 600  A   192.0.2.1
		www 600  A   192.0.2.2
		ftp 600  CNAME www
		@   3600 MX  10 mail.example.net.
		@   3600 TXT "one"
		_sip._tcp  600 SRV 0 0 5060 x.example.net.
		_xmpp._tcp 600 SRV 0 0 5222 x.example.net.`
	with := func(changes ...string) string {
		text := live
		for i := 0; i < len(changes); i += 2 {
			text = strings.Replace(text, changes[i], changes[i+1], 1)
		}
		return text
	}
	for name, c := range map[string]struct {
		want  string
		one   string // calls of version 1
		three string
	}{
		"nothing":                  {live, "GET", "GET ?1"},
		"a value more":             {with("192.0.2.2", "192.0.2.2\nwww 600 A 192.0.2.3"), "GET|PUT /A/www|GET", "GET ?1|GET ?name=www&1|POST|GET ?name=www&1"},
		"a value less":             {with("www 600  A   192.0.2.2", ""), "GET|PUT /A/www|GET", "GET ?1|GET ?name=www&1|DELETE /id|GET ?name=www&1"},
		"another value":            {with("192.0.2.2", "192.0.2.3"), "GET|PUT /A/www|GET", "GET ?1|GET ?name=www&1|POST|DELETE /id|GET ?name=www&1"},
		"another TTL for two":      {with("600  A   192.0.2.1", "900 A 192.0.2.1", "600  A   192.0.2.2", "900 A 192.0.2.2"), "GET|PUT /A/www|GET", "GET ?1|GET ?name=www&1|DELETE /id|POST|DELETE /id|POST|GET ?name=www&1"},
		"another TTL for one":      {with("3600 TXT", "900 TXT"), "GET|PUT /TXT/@|GET", "GET ?1"},
		"a set goes":               {with(`@   3600 TXT "one"`, ""), "GET|DELETE /TXT/@|GET", "GET ?1|GET ?name=%40&1|DELETE /id|GET ?name=%40&1"},
		"a set comes":              {with(`"one"`, "\"one\"\nnew 600 TXT x"), "GET|PUT /TXT/new|GET", "GET ?1|GET ?name=new&1|POST|GET ?name=new&1"},
		"three sets of two names":  {with("192.0.2.2", "192.0.2.3", "10 mail", "20 mail", `"one"`, `"two"`), "GET|PUT /MX/@|PUT /TXT/@|PUT /A/www|GET", "GET ?1|GET ?1|POST|DELETE /id|POST|DELETE /id|POST|DELETE /id|GET ?1"},
		"a CNAME points elsewhere": {with("CNAME www", "CNAME x.example.net."), "GET|PUT /CNAME/ftp|GET", "GET ?1|GET ?name=ftp&1|DELETE /id|POST|GET ?name=ftp&1"},
		"an A takes its place":     {with("ftp 600  CNAME www", "ftp 600 A 192.0.2.9"), "GET|DELETE /CNAME/ftp|PUT /A/ftp|GET", "GET ?1|GET ?name=ftp&1|DELETE /id|POST|GET ?name=ftp&1"},
		"one of two services":      {with("0 0 5060", "0 1 5060"), "GET|GET /SRV|PUT /SRV/@|GET", "GET ?1|GET ?name=%40&1|POST|DELETE /id|GET ?name=%40&1"},
		"a service less":           {with("_xmpp._tcp 600 SRV 0 0 5222 x.example.net.", ""), "GET|GET /SRV|PUT /SRV/@|GET", "GET ?1|GET ?name=%40&1|DELETE /id|GET ?name=%40&1"},
		"no services any more":     {with("_xmpp._tcp 600 SRV 0 0 5222 x.example.net.", "", "_sip._tcp  600 SRV 0 0 5060 x.example.net.", ""), "GET|GET /SRV|PUT /SRV/@|DELETE /SRV/@|GET", "GET ?1|GET ?name=%40&1|DELETE /id|DELETE /id|GET ?name=%40&1"},
	} {
		t.Run(name, func(t *testing.T) {
			for version, calls := range map[string]string{"v1": c.one, "v3": c.three} {
				s := newStage(t, version)
				s.service.Fill(parse(t, live))
				_, got := s.sync(t, c.want)
				assert.Equal(t, calls, strings.Join(got, "|"), version)
				if name != "another TTL for one" || version == "v1" {
					assert.True(t, s.plan(t, parse(t, c.want)).Empty())
				}
				assert.Zero(t, s.service.Wiped())
			}
		})
	}
}

func TestALargeZoneIsNotReadForAFewNames(t *testing.T) {
	s := newStage(t, "v3")
	var b strings.Builder
	for i := range 250 {
		b.WriteString("h" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + " 600 A 192.0.2.1\n")
	}
	s.service.Fill(parse(t, b.String()))
	_, calls := s.sync(t, b.String()+"x 600 A 192.0.2.1\ny 600 A 192.0.2.1\nz 600 A 192.0.2.1")
	assert.Equal(t, "GET ?1|GET ?page=2|GET ?page=3|GET ?name=x&1|GET ?name=y&1|GET ?name=z&1|POST|POST|POST|GET ?name=x&1|GET ?name=y&1|GET ?name=z&1", strings.Join(calls, "|"))
}
