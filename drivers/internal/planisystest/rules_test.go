package planisystest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/planisystest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/zone"
)

const (
	key      = "a8dkd9Nk"
	api      = "https://pdns-app.planisys.net:8443/api/v1/"
	postman  = "docs-en.planisys.net/pdns/api/postman.html"
	apiPage  = "docs-en.planisys.net/pdns/api.html"
	supposed = "supposition"
)

// newService has a reseller with two domains, one of them of a company.
func newService(t *testing.T) *planisystest.Service {
	s := planisystest.New("myplan", key)
	s.Company("acme", "k2")
	for _, name := range []zone.Name{"example.com.", "acme.example."} {
		z, err := zone.Parse(name, "www 300 A 192.0.2.1")
		require.NoError(t, err)
		s.PutFor(map[bool]string{true: "acme"}[name == "acme.example."], z)
	}
	return s
}

// ask makes a request with headers in pairs, and gives the answer as text.
func ask(t *testing.T, s *planisystest.Service, request, body string, headers ...string) (int, string) {
	t.Helper()
	method, path, _ := strings.Cut(request, " ")
	r, err := http.NewRequest(method, api+path, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := (&resttest.Transport{Handler: s}).RoundTrip(r)
	require.NoError(t, err)
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, string(text)
}

var (
	reseller = []string{"Reseller", "myplan", "Authorization", key}
	company  = []string{"Company", "acme", "Authorization", "k2"}
)

// The rules of the service, each with where it stands. What is supposition may be
// otherwise; a profile then says so, and so should this fake.
func TestTheServiceKeepsItsRules(t *testing.T) {
	const add = `{"name": %q, "type": %q, "ttl": %d, "content": %q}`
	a := func(name, typ string, ttl int, content string) string {
		return fmt.Sprintf(add, name, typ, ttl, content)
	}
	for _, c := range []struct {
		rule, source  string
		request, body string
		who           []string
		status        int
		says          string
	}{
		{"a reseller is told by Reseller and a bare key", apiPage, "GET domain_list", "", reseller, 200, `["acme.example","example.com"]`},
		{"a company sees its own domains", postman, "GET domain_list", "", company, 200, `["acme.example"]`},
		{"the header of a company is Company, since CGI calls it HTTP_COMPANY", supposed, "GET domain_list", "", []string{"HTTP_COMPANY", "acme", "Authorization", "k2"}, 401, "unauthorized"},
		{"the list is an array of names", supposed, "GET domain_list", "", company, 200, `["acme.example"]`},
		{"the key has no scheme before it", apiPage, "GET domain_list", "", []string{"Reseller", "myplan", "Authorization", "Bearer " + key}, 401, "unauthorized"},
		{"both headers are wanted", apiPage, "GET domain_list", "", []string{"Authorization", key}, 401, "unauthorized"},
		{"both headers are wanted", apiPage, "GET domain_list", "", []string{"Reseller", "myplan"}, 401, "unauthorized"},
		{"a wrong key is 401", supposed, "GET domain_list", "", []string{"Reseller", "myplan", "Authorization", "x"}, 401, "Reseller or APIKEY not valid"},
		{"the short name is wanted, not the long one", apiPage, "GET domain_list", "", []string{"Reseller", "My Plan SA", "Authorization", key}, 401, "unauthorized"},
		{"nobody is both", supposed, "GET domain_list", "", append([]string{"Company", "acme"}, reseller...), 401, "unauthorized"},
		{"an unknown company has no key, not even an empty one", supposed, "GET domain_list", "", []string{"Company", "none", "Authorization", ""}, 401, "unauthorized"},
		{"there are GET, POST, PUT and DELETE", apiPage, "PATCH domain/example.com/records", "", reseller, 404, "<html>"},
		{"what is not there is a page", supposed, "GET nothing", "", reseller, 404, "<html>"},
		{"records come in pages", supposed, "GET domain/example.com/records?page=2&size=2", "", reseller, 200, `"total":4`},
		{"the SOA is among them", supposed, "GET domain/example.com/records?page=1&size=1", "", reseller, 200, `"type":"SOA"`},
		{"a page has 500 at most", supposed, "GET domain/example.com/records?page=1&size=501", "", reseller, 400, "bad_page"},
		{"pages count from 1", supposed, "GET domain/example.com/records?page=0&size=10", "", reseller, 400, "bad_page"},
		{"a page is asked for", supposed, "GET domain/example.com/records", "", reseller, 400, "bad_page"},
		{"an absent domain is 404 with a code", supposed, "GET domain/none.example/records?page=1&size=10", "", reseller, 404, "domain_not_found"},
		{"a domain has no final dot", supposed, "GET domain/example.com./records?page=1&size=10", "", reseller, 404, "domain_not_found"},
		{"a domain of somebody else is 403", supposed, "GET domain/example.com/records?page=1&size=10", "", company, 403, "domain_forbidden"},
		{"POST adds a record", supposed, "POST domain/example.com/records", a("x", "A", 300, "192.0.2.2"), reseller, 200, `"id":90071992547`},
		{"a record is there once", supposed, "POST domain/example.com/records", a("www", "A", 300, "192.0.2.1"), reseller, 409, "duplicate_record"},
		{"names are relative", supposed, "POST domain/example.com/records", a("x.example.com.", "A", 300, "192.0.2.2"), reseller, 422, "bad_name"},
		{"the domain itself is @", supposed, "POST domain/example.com/records", a("", "A", 300, "192.0.2.2"), reseller, 422, "bad_name"},
		{"types are known ones", supposed, "POST domain/example.com/records", a("x", "HINFO", 300, "a b"), reseller, 422, "bad_type"},
		{"nobody writes the SOA", supposed, "POST domain/example.com/records", a("@", "SOA", 300, "a. b. 1 2 3 4 5"), reseller, 422, "bad_type"},
		{"a TTL is 60 at least", supposed, "POST domain/example.com/records", a("x", "A", 59, "192.0.2.2"), reseller, 422, "bad_ttl"},
		{"and a week at most", supposed, "POST domain/example.com/records", a("x", "A", 604801, "192.0.2.2"), reseller, 422, "bad_ttl"},
		{"data is judged", supposed, "POST domain/example.com/records", a("x", "A", 300, "192.0.2"), reseller, 422, "bad_content"},
		{"names in data have a final dot", supposed, "POST domain/example.com/records", a("x", "CNAME", 300, "example.net"), reseller, 422, "bad_content"},
		{"MX has a prio", supposed, "POST domain/example.com/records", a("x", "MX", 300, "10 mail.example.net."), reseller, 422, "bad_prio"},
		{"A has none", supposed, "POST domain/example.com/records", `{"name": "x", "type": "A", "ttl": 300, "prio": 1, "content": "192.0.2.2"}`, reseller, 422, "bad_prio"},
		{"a CNAME stands alone", supposed, "POST domain/example.com/records", a("www", "CNAME", 300, "example.net."), reseller, 422, "cname_conflict"},
		{"members that are not known are refused", supposed, "POST domain/example.com/records", `{"nam": "x"}`, reseller, 400, "bad_request"},
		{"a body is JSON", supposed, "POST domain/example.com/records", `x`, reseller, 400, "bad_request"},
		{"PUT changes a record by its id", supposed, "PUT domain/example.com/records/9007199254740995", a("www", "A", 300, "192.0.2.2"), reseller, 200, "192.0.2.2"},
		{"an id is that of a record", supposed, "PUT domain/example.com/records/1", a("www", "A", 300, "192.0.2.2"), reseller, 404, "record_not_found"},
		{"DELETE removes one", supposed, "DELETE domain/example.com/records/9007199254740995", "", reseller, 200, "ok"},
		{"once", supposed, "DELETE domain/example.com/records/17", "", reseller, 404, "record_not_found"},
		{"POST makes a domain", supposed, "POST domain", `{"name": "new.example"}`, reseller, 200, "ns1.pdns.example."},
		{"that was not there", supposed, "POST domain", `{"name": "example.com"}`, reseller, 409, "domain_exists"},
		{"also for somebody else", supposed, "POST domain", `{"name": "example.com"}`, company, 409, "domain_exists"},
		{"a domain is a name", supposed, "POST domain", `{"name": "a..b"}`, reseller, 422, "bad_name"},
		{"DELETE removes a domain", supposed, "DELETE domain/example.com", "", reseller, 200, "ok"},
		{"of one's own", supposed, "DELETE domain/example.com", "", company, 403, "domain_forbidden"},
	} {
		status, text := ask(t, newService(t), c.request, c.body, c.who...)
		assert.Equal(t, c.status, status, "%s (%s): %s", c.rule, c.source, text)
		assert.Contains(t, text, c.says, "%s (%s)", c.rule, c.source)
	}
}

// Suspension: that the list leaves a domain out is public (the warning in the
// Postman page); that all else is 403 is supposition.
func TestASuspendedDomainIsThereAndNotListed(t *testing.T) {
	s := newService(t)
	s.Suspend("example.com.", true)
	_, text := ask(t, s, "GET domain_list", "", reseller...)
	assert.Equal(t, `["acme.example"]`, strings.TrimSpace(text))
	for _, request := range []string{"GET domain/example.com/records?page=1&size=10", "POST domain/example.com/records", "DELETE domain/example.com/records/9007199254740995", "DELETE domain/example.com"} {
		status, text := ask(t, s, request, "{}", reseller...)
		assert.Equal(t, 403, status)
		assert.Contains(t, text, "domain_suspended")
	}
	status, text := ask(t, s, "POST domain", `{"name": "example.com"}`, reseller...)
	assert.Equal(t, 409, status)
	assert.Contains(t, text, "domain_exists")
	s.Suspend("example.com.", false)
	_, text = ask(t, s, "GET domain_list", "", reseller...)
	assert.Contains(t, text, "example.com")
}

// The serial is a date with two digits behind it, and every change of a record
// raises it (the Postman page and docs-en.planisys.net/pdns/deploy.html).
func TestEveryChangeRaisesTheSerial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it begins on the first day of 2000
		s := newService(t)
		assert.EqualValues(t, 2000010100, s.Serial("example.com."))
		for i, request := range []string{"POST domain/example.com/records", "PUT domain/example.com/records/9007199254740995", "DELETE domain/example.com/records/9007199254740995"} {
			status, text := ask(t, s, request, `{"name": "x", "type": "A", "ttl": 300, "content": "192.0.2.9`+fmt.Sprint(i)+`"}`, reseller...)
			require.Equal(t, 200, status, text)
			assert.EqualValues(t, 2000010101+i, s.Serial("example.com."))
		}
		time.Sleep(24 * time.Hour)
		ask(t, s, "POST domain/example.com/records", `{"name": "y", "type": "A", "ttl": 300, "content": "192.0.2.9"}`, reseller...)
		assert.EqualValues(t, 2000010200, s.Serial("example.com."))
	})
}

// That there is a limit, and what it is, is supposition.
func TestCallsThatComeTooFastAreDenied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.Limit(3)
		for i := range 4 {
			status, _ := ask(t, s, "GET domain_list", "", reseller...)
			assert.Equal(t, i == 3, status == 429)
		}
		assert.Equal(t, 1, s.Denied())
		time.Sleep(time.Minute)
		status, _ := ask(t, s, "GET domain_list", "", reseller...)
		assert.Equal(t, 200, status)
		assert.Equal(t, 5, s.Calls())
	})
}

func TestChangesFailWhenTheyAreTold(t *testing.T) {
	s := newService(t)
	s.FailAfter(1)
	for i, want := range []int{200, 500, 500} {
		status, _ := ask(t, s, "POST domain/example.com/records", fmt.Sprintf(`{"name": "x", "type": "A", "ttl": 300, "content": "192.0.2.%d"}`, i), reseller...)
		assert.Equal(t, want, status)
	}
	status, _ := ask(t, s, "GET domain_list", "", reseller...)
	assert.Equal(t, 200, status, "reading is no change")
	s.FailAfter(-1)
	status, _ = ask(t, s, "DELETE domain/example.com", "", reseller...)
	assert.Equal(t, 200, status)
}
