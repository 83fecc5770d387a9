package godaddytest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/godaddytest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
)

const (
	sso    = "sso-key " + godaddytest.Key + ":" + godaddytest.Secret
	bearer = "Bearer " + godaddytest.Token
	one    = "/v1/domains/example.com/records"
	three  = "/v3/domains/zones/example.com/dns-records"
)

// ask makes a request under the credential that its path wants, or another one.
func ask(t *testing.T, s *godaddytest.Service, method, path, body string, auth ...string) (status int, answer string, h http.Header) {
	t.Helper()
	r, err := http.NewRequest(method, "https://api.godaddy.com"+path, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Authorization", sso)
	if strings.HasPrefix(path, "/v3") {
		r.Header.Set("Authorization", bearer)
	}
	if auth != nil {
		r.Header.Set("Authorization", auth[0])
	}
	res, err := (&resttest.Transport{Handler: s}).RoundTrip(r)
	require.NoError(t, err)
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, string(text), res.Header
}

// What the service does with one request, and where that is known from. The domain
// holds www A 192.0.2.1 and 192.0.2.2, and mail CNAME x.example.net.
func TestRules(t *testing.T) {
	const (
		swagger = "GoDaddy's Swagger document of version 1, azrod/godaddy-domains-client-go:swagger_domains.json"
		openAPI = "https://developer.godaddy.com/openapi/domains-v3.json"
		cli     = "godaddy/cli:rust/src/dns/conflicts.rs, an answer of the service"
	)
	for _, c := range []struct {
		rule, source       string
		method, path, body string
		status             int
		says               string // in the answer
		left               string // values of www A afterwards; "": as before
	}{
		{rule: "a record has its TTL", source: "acmesh-official/acme.sh#7060",
			method: "PUT", path: one + "/A/www", body: `[{"data":"192.0.2.9"}]`, status: 422, says: `"code":"INVALID_BODY"`},
		{rule: "the lowest TTL is 600", source: "win-acme/win-acme#1947",
			method: "PUT", path: one + "/A/www", body: `[{"data":"192.0.2.9","ttl":599}]`, status: 422, says: `{"code":"UNKNOWN_RESTRICTION","message":"must be at least 600","path":"records[0].ttl"}`},
		{rule: "the highest of version 1 is 604800", source: "dns-lexicon:src/lexicon/_private/providers/godaddy.py",
			method: "PUT", path: one + "/A/www", body: `[{"data":"192.0.2.9","ttl":604801}]`, status: 422, says: "at most 604800"},
		{rule: "the body is an array", source: "peteward44/docker-godaddy-ddns#1",
			method: "PUT", path: one + "/A/www", body: `{"data":"192.0.2.9","ttl":600}`, status: 422, says: `{"code":"UNEXPECTED_TYPE","message":"is not a array","path":"records"}`},
		{rule: "an empty array is ignored", source: "dns-lexicon, as above",
			method: "PUT", path: one + "/A/www", body: `[]`, status: 200},
		{rule: "a name looks like one of a domain", source: "vancluever/terraform-provider-acme#119",
			method: "PUT", path: one + "/A/a%20b", body: `[{"data":"192.0.2.9","ttl":600}]`, status: 422, says: "MISMATCH_FORMAT"},
		{rule: "a PUT replaces the set of a type and name", source: swagger,
			method: "PUT", path: one + "/A/www", body: `[{"data":"192.0.2.9","ttl":600}]`, status: 200, left: "192.0.2.9"},
		{rule: "a PUT without a name replaces all of the type", source: swagger,
			method: "PUT", path: one + "/A/", body: `[{"name":"x","data":"192.0.2.9","ttl":600}]`, status: 200, left: "none"},
		{rule: "a PATCH adds", source: swagger,
			method: "PATCH", path: one, body: `[{"type":"A","name":"www","data":"192.0.2.9","ttl":600}]`, status: 200, left: "192.0.2.1 192.0.2.2 192.0.2.9"},
		{rule: "two records with the same type, name and data are refused", source: "interfaceware's GODADDY library: 422 and DUPLICATE_RECORD",
			method: "PATCH", path: one, body: `[{"type":"A","name":"www","data":"192.0.2.1","ttl":700}]`, status: 422, says: "DUPLICATE_RECORD"},
		{rule: "a DELETE takes the set", source: swagger,
			method: "DELETE", path: one + "/A/www", status: 204, left: "none"},
		{rule: "a DELETE of nothing is not found", source: "libdns/godaddy v1.1.0, which meets it",
			method: "DELETE", path: one + "/A/nothing", status: 404, says: "NOT_FOUND"},
		{rule: "NS cannot be deleted", source: swagger,
			method: "DELETE", path: one + "/NS/@", status: 422},
		{rule: "the NS of the apex are GoDaddy's", source: "n3integration/terraform-provider-godaddy#25",
			method: "PUT", path: one + "/NS/@", body: `[{"data":"ns1.example.net","ttl":3600},{"data":"ns2.example.net","ttl":3600}]`, status: 422, says: "FAILED_NAME_SERVER_VALIDATION"},
		{rule: "CAA cannot be written by version 1", source: "AnalogJ/lexicon#506 and #545",
			method: "PUT", path: one + "/CAA/@", body: `[{"data":"0 issue \"ca.example\"","ttl":3600}]`, status: 422},
		{rule: "an MX has its preference in a field", source: swagger,
			method: "PUT", path: one + "/MX/@", body: `[{"data":"x.example.net","ttl":3600}]`, status: 422, says: "records[0].priority"},
		{rule: "targets have no final dot in version 1", source: "recordings of the service",
			method: "GET", path: one + "/CNAME/mail", status: 200, says: `"data":"x.example.net"`},
		{rule: "@ is the domain itself in data", source: "recordings of the service",
			method: "GET", path: one + "/CNAME/apex", status: 200, says: `"data":"@"`},
		{rule: "what is not there is an empty list", source: "recordings of the service",
			method: "GET", path: one + "/A/nothing", status: 200, says: "[]"},
		{rule: "SRV stand under the name below their service", source: "Domain-Connect's tests, from records of the service",
			method: "GET", path: one + "/SRV/@", status: 200, says: `"name":"@","data":"x.example.net","ttl":600,"priority":1,"weight":2,"port":5060,"service":"_sip","protocol":"_tcp"`},
		{rule: "a PUT of SRV replaces those of all services of a name", source: swagger,
			method: "PUT", path: one + "/SRV/@", body: `[{"data":"y.example.net","ttl":600,"priority":1,"weight":2,"port":5222,"service":"_xmpp","protocol":"_tcp"}]`, status: 200},
		{rule: "other domains are not found", source: "recordings of the service",
			method: "GET", path: "/v1/domains/example.net/records", status: 404, says: `"code":"NOT_FOUND"`},
		{rule: "a domain whose zone is elsewhere is not known", source: "n3integration/terraform-provider-godaddy#47",
			method: "GET", path: "/v1/domains/elsewhere.example/records", status: 404, says: `"code":"UNKNOWN_DOMAIN"`},
		{rule: "a parked domain has an A that is none", source: "eXamadeus/godaddypy#21",
			method: "GET", path: "/v1/domains/parked.example/records/A/@", status: 200, says: `"data":"Parked"`},

		{rule: "the lowest TTL is 600 in version 3", source: openAPI,
			method: "POST", path: three, body: `{"type":"A","name":"www","data":"192.0.2.9","ttl":599}`, status: 422},
		{rule: "the highest of version 3 is 86400", source: openAPI,
			method: "POST", path: three, body: `{"type":"A","name":"www","data":"192.0.2.9","ttl":86401}`, status: 422},
		{rule: "a POST adds a record", source: openAPI,
			method: "POST", path: three, body: `{"type":"A","name":"www","data":"192.0.2.9","ttl":600}`, status: 201, says: `"recordId":`, left: "192.0.2.1 192.0.2.2 192.0.2.9"},
		{rule: "a record that is there is a duplicate, with another TTL too", source: cli,
			method: "POST", path: three, body: `{"type":"A","name":"www","data":"192.0.2.1","ttl":700}`, status: 422, says: `"issue":"DUPLICATE_RECORD"`},
		{rule: "so is a CNAME beside others", source: cli,
			method: "POST", path: three, body: `{"type":"CNAME","name":"www","data":"x.example.net.","ttl":700}`, status: 422, says: `"issue":"DUPLICATE_RECORD"`},
		{rule: "and a second CNAME", source: cli,
			method: "POST", path: three, body: `{"type":"CNAME","name":"mail","data":"y.example.net.","ttl":700}`, status: 422, says: `"issue":"DUPLICATE_RECORD"`},
		{rule: "targets have a final dot in version 3", source: openAPI,
			method: "POST", path: three, body: `{"type":"CNAME","name":"new","data":"x.example.net","ttl":700}`, status: 422},
		{rule: "NS are read-only", source: openAPI,
			method: "POST", path: three, body: `{"type":"NS","name":"sub","data":"x.example.net.","ttl":700}`, status: 409, says: "dns_record_not_mutable"},
		{rule: "wildcards are for A, AAAA and CNAME", source: openAPI,
			method: "POST", path: three, body: `{"type":"TXT","name":"*","data":"x","ttl":700}`, status: 422},
		{rule: "a CAA has flag and tag in fields", source: openAPI,
			method: "POST", path: three, body: `{"type":"CAA","name":"@","data":"ca.example","flag":0,"tag":"issue","ttl":700}`, status: 201},
		{rule: "a PUT of one record wipes the zone", source: "godaddy/cli#136, godaddy/cli#143",
			method: "PUT", path: three + "/any", body: `{"type":"A","name":"www","data":"192.0.2.9","ttl":700}`, status: 200, left: "192.0.2.9"},
		{rule: "a record that is not there is not found", source: openAPI,
			method: "DELETE", path: three + "/any", status: 404},
		{rule: "other zones are not found", source: openAPI,
			method: "GET", path: "/v3/domains/zones/example.net/dns-records", status: 404, says: "NOT_FOUND"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			s := godaddytest.New("parked.example")
			s.Elsewhere("elsewhere.example")
			www := func(ip string) godaddytest.Record {
				return godaddytest.Record{Type: "A", Name: "www", Data: ip, TTL: godaddytest.Num(600)}
			}
			n := godaddytest.Num
			s.Put("example.com", www("192.0.2.1"), www("192.0.2.2"),
				godaddytest.Record{Type: "CNAME", Name: "mail", Data: "x.example.net.", TTL: n(600)},
				godaddytest.Record{Type: "CNAME", Name: "apex", Data: "example.com.", TTL: n(600)},
				godaddytest.Record{Type: "SRV", Name: "@", Data: "x.example.net.", TTL: n(600), Priority: n(1), Weight: n(2), Port: n(5060), Service: "_sip", Protocol: "_tcp"})
			status, answer, h := ask(t, s, c.method, c.path, c.body)
			assert.Equal(t, c.status, status, "%s (%s)", answer, c.source)
			assert.Contains(t, answer, c.says)
			assert.NotEmpty(t, h.Get("X-Request-Id"))
			left := strings.Join(s.Values("example.com", "A", "www"), " ")
			switch c.left {
			case "":
				assert.Equal(t, "192.0.2.1 192.0.2.2", left)
			case "none":
				assert.Empty(t, left)
			default:
				assert.Equal(t, c.left, left)
			}
		})
	}
}

// The ways in which an account is turned away: rmbolger/Posh-ACME#547 and #660,
// win-acme/win-acme#2376, kubernetes-sigs/external-dns:provider/godaddy/client.go.
func TestWhoIsTurnedAway(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(*godaddytest.Service)
		one     string // status and code in version 1
		three   string
		another string // credential
	}{
		"a wrong key":             {another: "sso-key x:y", one: "401 UNABLE_TO_AUTHENTICATE", three: "401 UNAUTHENTICATED"},
		"not eligible":            {change: func(s *godaddytest.Service) { s.NotEligible = true }, one: "403 ACCESS_DENIED", three: "403 ACCOUNT_NOT_ELIGIBLE"},
		"the month is used up":    {change: func(s *godaddytest.Service) { s.Quota = 0 }, one: "429 QUOTA_EXCEEDED", three: "403 QUOTA_EXCEEDED"},
		"no scope for the zone":   {change: func(s *godaddytest.Service) { s.Scopes = nil }, one: "200 ", three: "403 INSUFFICIENT_SCOPE"},
		"too many in this minute": {change: func(s *godaddytest.Service) { s.PerMinute = 0 }, one: "429 TOO_MANY_REQUESTS", three: "429 RATE_LIMITED"},
	} {
		t.Run(name, func(t *testing.T) {
			s := godaddytest.New("example.com")
			if c.change != nil {
				c.change(s)
			}
			var auth []string
			if c.another != "" {
				auth = []string{c.another}
			}
			for path, want := range map[string]string{one: c.one, three: c.three} {
				status, answer, _ := ask(t, s, "GET", path, "", auth...)
				var body struct{ Code, Name string }
				_ = json.Unmarshal([]byte(answer), &body) // a list has neither
				assert.Equal(t, want, fmt.Sprint(status, " ", body.Code, body.Name))
			}
		})
	}
}

func TestAWriteOfVersionOneSettles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := godaddytest.New("example.com")
		s.Settles = 2 * time.Second
		put := func() int {
			status, _, _ := ask(t, s, "PUT", one+"/A/www", `[{"data":"192.0.2.9","ttl":600}]`)
			return status
		}
		_, _, _ = ask(t, s, "DELETE", one+"/CNAME/www", "")
		assert.Equal(t, 409, put())
		time.Sleep(2 * time.Second)
		assert.Equal(t, 200, put())
	})
}

func TestAMinuteHasSixtyRequestsForEachEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := godaddytest.New("example.com")
		for range 60 {
			status, _, _ := ask(t, s, "GET", one, "")
			assert.Equal(t, 200, status)
		}
		status, _, h := ask(t, s, "GET", one, "")
		assert.Equal(t, 429, status)
		assert.Equal(t, "61", h.Get("Retry-After"))
		assert.Equal(t, 1, s.Exceeded())
		status, _, _ = ask(t, s, "GET", one+"/A", "")
		assert.Equal(t, 200, status, "another endpoint")
		time.Sleep(time.Minute)
		status, _, _ = ask(t, s, "GET", one, "")
		assert.Equal(t, 200, status)
	})
}

func TestPagesOfVersionThreeHaveAHundredAtMost(t *testing.T) {
	s := godaddytest.New()
	var records []godaddytest.Record
	for range 148 {
		records = append(records, godaddytest.Record{Type: "A", Name: "www", Data: "192.0.2.1", TTL: godaddytest.Num(600)})
	}
	s.Put("example.com", records...)
	for query, want := range map[string][2]int{"": {25, 1}, "?pageSize=500": {100, 1}, "?pageSize=100&page=2": {51, 0}, "?page=99": {0, 0}, "?name=@": {3, 0}, "?name=www&type=TXT": {0, 0}} {
		_, answer, _ := ask(t, s, "GET", three+query, "")
		var body struct {
			Items      []json.RawMessage
			Links      []struct{ Rel, Href string }
			TotalItems int
		}
		require.NoError(t, json.Unmarshal([]byte(answer), &body))
		assert.Len(t, body.Items, want[0], query)
		assert.Len(t, body.Links, 1+want[1], query)
		assert.Zero(t, body.TotalItems)
	}
	_, answer, _ := ask(t, s, "GET", three+"?totalRequired=true", "")
	assert.Contains(t, answer, `"totalItems":151,"totalPages":7`)
	_, answer, _ = ask(t, s, "GET", three+"?totalRequired=true&name=nothing", "")
	assert.NotContains(t, answer, "totalItems")
}

func TestIdentifiersSurviveReadsAndNotReplacement(t *testing.T) {
	s := godaddytest.New()
	s.Put("example.com", godaddytest.Record{Type: "A", Name: "www", Data: "192.0.2.1", TTL: godaddytest.Num(600)})
	id := func() string {
		_, answer, _ := ask(t, s, "GET", three+"?name=www", "")
		var body struct{ Items []struct{ RecordID string } }
		require.NoError(t, json.Unmarshal([]byte(answer), &body))
		require.Len(t, body.Items, 1)
		return body.Items[0].RecordID
	}
	first := id()
	assert.Equal(t, first, id())
	assert.Contains(t, first, "[", "users have met brackets in them")
	ask(t, s, "PUT", one+"/A/www", `[{"data":"192.0.2.1","ttl":600}]`)
	assert.NotEqual(t, first, id())
	status, _, _ := ask(t, s, "DELETE", three+"/"+url.PathEscape(first), "")
	assert.Equal(t, 404, status)
	status, _, _ = ask(t, s, "DELETE", three+"/"+url.PathEscape(id()), "")
	assert.Equal(t, 204, status)
}
