package dyntest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/dyntest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/zone"
)

// A rule is something that the service does, and where that is known from. Each line
// is a request, perhaps with a body, and behind an arrow the status and what the
// answer has in it (or, behind an exclamation mark, has not).
type rule struct {
	name   string
	source string
	make   func(*dyntest.Service)
	lines  string
}

const (
	denominator = "recorded: github.com/Netflix/denominator, dynect/src/test: "
	recordStore = "recorded: github.com/Shopify/record_store, test/fixtures/vcr_cassettes: "
	help        = "https://help.dyn.com/"
	strict      = "no document tells: as strict as could be"
)

// aRec is the address of the A records of www.
const aRec = "ARecord/example.com/www.example.com"

var rules = []rule{
	{"who logs in gets a token", recordStore + "dynect_zones", nil, `
		POST Session {"customer_name":"acme","user_name":"plesk","password":"pVq7mK2x"} -> 200 "token":
		POST Session {"customer_name":"acme","user_name":"plesk","password":"wrong"} -> 400 did not match those in our database
		POST Session {"customer_name":"acme"} -> 400 MISSING_DATA`},
	{"a session lives until it is ended", help + "session-log-in.html", nil, `
		GET Session -> 200 still active
		PUT Session -> 200 still alive
		DELETE Session -> 200 Logout successful
		GET Session -> 400 Bad or expired credentials`},
	{"an expired token is bad data, and no 401", denominator + "InvalidatableTokenProviderMockTest", func(s *dyntest.Service) { s.Lifetime = time.Minute }, `
		wait 1h
		GET Zone -> 400 "ERR_CD":"INVALID_DATA"
		GET Zone -> 400 login: Bad or expired credentials`},
	{"a session is bound to the address of who opened it", denominator + "DynECTTest, mismatch", nil, `
		move
		GET Zone -> 400 login: IP address does not match current session`},
	{"zones are listed by address, or with details", denominator + "DynECTTest, zones; github.com/dyninc/dyn-python: dyn/tm/zones.py", nil, `
		GET Zone -> 200 "/REST/Zone/example.com/"
		GET Zone?detail=Y -> 200 "zone_type":"Primary"`},
	{"what is not there is said in three ways", denominator + "DynECTTest, noneWithName, noneWithNameAndType", nil, `
		GET AllRecord/absent.com?detail=Y -> 404 zone: No such zone
		GET AllRecord/example.com/x.example.com?detail=Y -> 404 node: Node is not in the zone
		GET ARecord/example.com/x.example.com?detail=Y -> 404 node: Not in zone
		DELETE Zone/absent.com -> 404 NOT_FOUND`},
	{"a zone has lists of all types, and addresses without details", recordStore + "dynect_retrieve_current_records", nil, `
		GET AllRecord/example.com?detail=Y -> 200 "px_records":[]
		GET AllRecord/example.com/?detail=Y -> 200 "mname":"ns1.p19.dynect.net."
		GET AllRecord/example.com?detail=Y -> 200 "rname":"hostmaster@example.com."
		GET AllRecord/example.com -> 200 "/REST/NSRecord/example.com/example.com/`},
	{"a record is staged with number 0 until it is published", recordStore + "dynect_apply_changeset; https://help.dyn.com/understanding-works-api/", nil, `
		POST ` + aRec + ` {"ttl":"3600","rdata":{"address":"192.0.2.1"}} -> 200 "record_id":0
		GET ` + aRec + `?detail=Y -> 200 "ttl":3600
		other GET ` + aRec + `?detail=Y -> 404 node: Not in zone
		PUT Zone/example.com {"publish":true} -> 200 "serial":2
		GET ` + aRec + `?detail=Y -> 200 ! "record_id":0
		other GET ` + aRec + `?detail=Y -> 200 192.0.2.1`},
	{"a TTL of 0 is that of the zone", help + "replace-txt-records-api", nil, `
		POST ` + aRec + ` {"ttl":0,"rdata":{"address":"192.0.2.1"}} -> 200 "ttl":3600`},
	{"a change set belongs to its session, and dies with it", help + "get-zone-changeset-api/", nil, `
		POST ` + aRec + ` {"ttl":1,"rdata":{"address":"192.0.2.1"}} -> 200
		GET ZoneChanges/example.com -> 200 "rdata_type":"A"
		GET ZoneChanges/example.com -> 200 "rdata_txt":{"txtdata":null}
		other GET ZoneChanges/example.com -> 200 "data":[]
		other PUT Zone/example.com {"publish":true} -> 200
		other GET ` + aRec + ` -> 404
		DELETE ZoneChanges/example.com -> 200
		GET ZoneChanges/example.com -> 200 "data":[]
		GET ` + aRec + ` -> 404`},
	{"an entry of a change set does not say whether it comes or goes", "github.com/sanyu/dynectsoap, from the WSDL: ZoneChangeData", func(s *dyntest.Service) { www(s) }, `
		PUT ` + aRec + ` {"ARecords":[{"ttl":1,"rdata":{"address":"192.0.2.9"}}]} -> 200
		GET ZoneChanges/example.com -> 200 192.0.2.1"
		GET ZoneChanges/example.com -> 200 192.0.2.9`},
	{"a PUT without a number replaces all of a type", help + "replace-rp-records-api", func(s *dyntest.Service) { www(s) }, `
		PUT ` + aRec + ` {"ARecords":[{"ttl":1,"rdata":{"address":"192.0.2.9"}}]} -> 200
		GET ` + aRec + `?detail=Y -> 200 ! 192.0.2.1"
		PUT ` + aRec + ` {} -> 400 MISSING_DATA
		PUT ARecord/example.com/x.example.com {"ARecords":[{"ttl":1,"rdata":{"address":"192.0.2.9"}}]} -> 404`},
	{"a DELETE without a number deletes all of a type", denominator + "DynECTResourceRecordSetApiMockTest; github.com/nesv/go-dynect", func(s *dyntest.Service) { www(s) }, `
		DELETE ` + aRec + `/1 -> 404
		DELETE ` + aRec + ` -> 200 delete: 1 records deleted
		PUT Zone/example.com {"publish":true} -> 200
		GET ` + aRec + ` -> 404`},
	{"DELETE of a node takes all below it", help + "?p=7831", func(s *dyntest.Service) { www(s) }, `
		DELETE Node/example.com/example.com -> 200
		GET ` + aRec + ` -> 404`},
	{"the service's own name servers stay", help + "?p=8769; github.com/Netflix/denominator: dynect/README.md", nil, `
		DELETE NSRecord/example.com/example.com -> 400 Core name servers cannot be modified or removed
		GET NSRecord/example.com/example.com?detail=Y -> 200 "service_class":"Primary"
		POST NSRecord/example.com/example.com {"ttl":1,"rdata":{"nsdname":"ns.example.net."}} -> 200`},
	{"in older versions they have no class", recordStore + "dynect_retrieve_current_records", func(s *dyntest.Service) { s.Old = true }, `
		GET NSRecord/example.com/example.com?detail=Y -> 200 ! service_class`},
	{"a name has up to 13 addresses", help + "managed-dns-api-error-codes", func(s *dyntest.Service) { thirteen(s) }, `
		POST ` + aRec + ` {"ttl":1,"rdata":{"address":"192.0.2.99"}} -> 400 13 A records`},
	{"a CNAME stands alone", "RFC 1034 section 3.6.2; the words: " + strict, func(s *dyntest.Service) { www(s) }, `
		POST CNAMERecord/example.com/www.example.com {"ttl":1,"rdata":{"cname":"x.example.net."}} -> 400 ILLEGAL_OPERATION
		POST ` + aRec + ` {"ttl":1,"rdata":{"address":"192.0.2.1"}} -> 400 TARGET_EXISTS`},
	{"names have their final dot, data all its fields", recordStore + "dynect_retrieve_current_records; the words: " + strict, nil, `
		POST CNAMERecord/example.com/x.example.com {"ttl":1,"rdata":{"cname":"x.example.net"}} -> 400 INVALID_DATA
		POST MXRecord/example.com/x.example.com {"ttl":1,"rdata":{"exchange":"x.example.net."}} -> 400 MISSING_DATA
		POST ARecord/example.com/x.example.com {"ttl":1,"rdata":{"address":"2001:db8::1"}} -> 400 INVALID_DATA
		POST ARecord/example.com/x.example.net {"ttl":1,"rdata":{"address":"192.0.2.1"}} -> 404`},
	{"long texts come quoted, and are not cut", "https://github.com/Shopify/record_store/pull/81", nil, `
		POST TXTRecord/example.com/t.example.com {"ttl":1,"rdata":{"txtdata":"` + strings.Repeat("x", 256) + `"}} -> 400 INVALID_DATA
		POST TXTRecord/example.com/t.example.com {"ttl":1,"rdata":{"txtdata":"\"one\" \"two\""}} -> 200 "txtdata":"\"one\" \"two\""
		POST TXTRecord/example.com/t.example.com {"ttl":1,"rdata":{"txtdata":"\"v=spf1 -all\""}} -> 200 "txtdata":"v=spf1 -all"`},
	{"CAA has three tags", help + "?p=36020", nil, `
		POST CAARecord/example.com/example.com {"ttl":1,"rdata":{"flags":0,"tag":"contactemail","value":"a@example.net"}} -> 400 INVALID_DATA
		POST CAARecord/example.com/example.com {"ttl":1,"rdata":{"flags":"0","tag":"issue","value":"ca.example.net"}} -> 200 "flags":0`},
	{"a new zone has serial 0 until it is published", denominator + "DynECTZoneApiMockTest; https://help.dyn.com/create-primary-zone-api", nil, `
		POST Zone/new.com {"rname":"me@new.com","ttl":300} -> 200 "serial":0
		POST Zone/new.com {"rname":"me@new.com","ttl":300} -> 400 "ERR_CD":"TARGET_EXISTS"
		PUT Zone/new.com {"publish":true} -> 200 "serial":1
		POST Zone/new2.com {"ttl":300} -> 400 MISSING_DATA
		POST Zone/new2.com {"rname":"a@b.c","ttl":300,"serial_style":"random"} -> 400 INVALID_DATA`},
	{"serials have four styles", help + "create-primary-zone-api", nil, `
		POST Zone/day.com {"rname":"a@b.c","ttl":1,"serial_style":"day"} -> 200
		PUT Zone/day.com {"publish":true} -> 200 "serial":2000010100
		PUT Zone/day.com {"publish":true} -> 200 "serial":2000010101
		POST Zone/epoch.com {"rname":"a@b.c","ttl":1,"serial_style":"epoch"} -> 200
		PUT Zone/epoch.com {"publish":true} -> 200 "serial":94668480
		POST Zone/minute.com {"rname":"a@b.c","ttl":1,"serial_style":"minute"} -> 200
		PUT Zone/minute.com {"publish":true} -> 200 "serial":1010000`},
	{"one order in a call", help + "update-zone-api/", nil, `
		PUT Zone/example.com {"publish":true,"freeze":true} -> 400 INVALID_REQUEST
		PUT Zone/example.com {} -> 400 INVALID_REQUEST`},
	{"a frozen zone does not change", help + "freeze-unfreeze-zone-api/; " + recordStore + "dynect_apply_changeset", nil, `
		PUT Zone/example.com {"freeze":true} -> 200 Your zone is now frozen
		POST ` + aRec + ` {"ttl":1,"rdata":{"address":"192.0.2.1"}} -> 400 ILLEGAL_OPERATION
		PUT Zone/example.com {"publish":true} -> 400
		DELETE Zone/example.com -> 400
		PUT Zone/example.com {"thaw":true} -> 200 you may edit normally
		DELETE Zone/example.com -> 200`},
	{"a task blocks its zone", denominator + "DynECTTest, taskBlocking", func(s *dyntest.Service) { s.Task = time.Minute }, `
		PUT Zone/example.com {"publish":true} -> 200 "task_id":"27
		POST ` + aRec + ` {"ttl":1,"rdata":{"address":"192.0.2.1"}} -> 400 zone: Operation blocked by current task
		POST ` + aRec + ` {"ttl":1,"rdata":{"address":"192.0.2.1"}} -> 400 task_name: PublishZone
		wait 1m
		POST ` + aRec + ` {"ttl":1,"rdata":{"address":"192.0.2.1"}} -> 200`},
	{"some errors come in a list of one", denominator + "DynECTTest, targetExists", func(s *dyntest.Service) { s.OneList = true }, `
		GET AllRecord/absent.com -> 404 [{`},
	{"older versions warn of notes, with a code, and say yes", recordStore + "dynect_apply_changeset", func(s *dyntest.Service) { s.Old = true }, `
		PUT Zone/example.com {"publish":true,"notes":"x"} -> 200 notes: unnecessary field passed in
		PUT Zone/example.com {"publish":true,"notes":"x"} -> 200 ! task_id`},
	{"what takes long is a job", help + "get-job; " + denominator + "DynECTTest, incomplete, running", slowly, `
		GET AllRecord/example.com -> 307 "status": "incomplete"
		GET Zone -> 400 token: This session already has a job running
		job -> 307 incomplete
		wait 7s
		job -> 200 get_tree
		GET Zone -> 200
		other GET Job/273523372 -> 404 job: No such job`},
	{"five calls a second, and then none for a minute", help + "managed-dns-api-rate-limit/", func(s *dyntest.Service) { s.PerSecond = 3 }, `
		GET Zone -> 200
		GET Zone -> 429
		other GET Zone -> 429
		wait 59s
		GET Zone -> 429
		wait 1s
		GET Zone -> 200`},
}

func www(s *dyntest.Service, addresses ...string) {
	if addresses == nil {
		addresses = []string{"192.0.2.1"}
	}
	for _, a := range addresses {
		s.Add("example.com", dyntest.Record{FQDN: "www.example.com", Type: "A", TTL: 300, RData: map[string]any{"address": a}})
	}
}

func thirteen(s *dyntest.Service) {
	for i := range 13 {
		www(s, fmt.Sprintf("192.0.2.%d", i+1))
	}
}

func slowly(s *dyntest.Service) {
	s.Slow = func(r *http.Request) time.Duration {
		if strings.Contains(r.URL.Path, "AllRecord") {
			return 12 * time.Second
		}
		return 0
	}
}

func TestTheServiceKeepsItsRules(t *testing.T) {
	for _, r := range rules {
		require.NotEmpty(t, r.source, r.name)
		synctest.Test(t, func(t *testing.T) {
			s := dyntest.New("example.com")
			s.PerSecond = 0
			if r.make != nil {
				r.make(s)
			}
			c := &client{s: s}
			c.open(t)
			for line := range strings.Lines(r.lines) {
				if line = strings.TrimSpace(line); line != "" {
					c.play(t, r.name, line)
				}
			}
		})
	}
}

// A client has two sessions, mine and another.
type client struct {
	s           *dyntest.Service
	mine, other string
	job         string
}

func (c *client) open(t *testing.T) {
	login := fmt.Sprintf(`{"customer_name":%q,"user_name":%q,"password":%q}`, dyntest.Customer, dyntest.User, dyntest.Password)
	for _, token := range []*string{&c.mine, &c.other} {
		var e struct{ Data struct{ Token string } }
		_, text := c.send(t, "", "POST", "Session", login)
		require.NoError(t, json.Unmarshal([]byte(text), &e))
		*token = e.Data.Token
	}
}

func (c *client) play(t *testing.T, name, line string) {
	ask, want, _ := strings.Cut(line, " -> ")
	token := c.mine
	if rest, other := strings.CutPrefix(ask, "other "); other {
		ask, token = rest, c.other
	}
	words := strings.SplitN(ask+" ", " ", 3)
	switch words[0] {
	case "wait":
		d, err := time.ParseDuration(words[1])
		require.NoError(t, err)
		time.Sleep(d)
		return
	case "move":
		c.s.Move("198.51.100.1")
		return
	case "job":
		words = []string{"GET", strings.TrimPrefix(c.job, "/REST/"), ""}
	}
	status, text := c.send(t, token, words[0], words[1], words[2])
	code, has, _ := strings.Cut(want, " ")
	assert.Equal(t, code, fmt.Sprint(status), "%s: %s\n%s", name, line, text)
	if not, absent := strings.CutPrefix(has, "! "); absent {
		assert.NotContains(t, text, not, "%s: %s", name, line)
	} else {
		assert.Contains(t, text, has, "%s: %s", name, line)
	}
}

// send sends a request and gives status and text of the answer.
func (c *client) send(t *testing.T, token, method, path, body string) (int, string) {
	r, err := http.NewRequest(method, "https://api.dynect.net/REST/"+path, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Auth-Token", token)
	res, err := (&resttest.Transport{Handler: c.s}).RoundTrip(r)
	require.NoError(t, err)
	defer res.Body.Close()
	if at := res.Header.Get("Location"); at != "" {
		c.job = at
	}
	var text json.RawMessage
	require.NoError(t, json.NewDecoder(res.Body).Decode(&text))
	return res.StatusCode, string(text)
}

func TestRecordsOfTheModelAreThoseOfTheService(t *testing.T) {
	z, err := zone.Parse("example.com.", `
		@    300 CAA   0 issue "ca.example.net"
		a    300 NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:a@example.com!" .
		t    300 TXT   "a b" "c"
		t2   300 TXT   "a b"
	`)
	require.NoError(t, err)
	s := dyntest.New()
	s.Fill(z)
	got := map[string]string{}
	for _, r := range s.Records("example.com")[4:] {
		got[r.FQDN] = fmt.Sprint(r.RData)
	}
	assert.Equal(t, map[string]string{
		"example.com":    "map[flags:0 tag:issue value:ca.example.net]",
		"a.example.com":  "map[flags:u order:100 preference:10 regexp:!^.*$!sip:a@example.com! replacement:. services:E2U+sip]",
		"t.example.com":  `map[txtdata:"a b" "c"]`,
		"t2.example.com": "map[txtdata:a b]",
	}, got)
}
