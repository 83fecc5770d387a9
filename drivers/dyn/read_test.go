package dyn_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// recorded is the shape of an answer as github.com/Shopify/record_store has it in its
// dynect_retrieve_current_records, with all that may be odd in one.
const recorded = `{"status": "success", "data": {"cname_records": [], "px_records": [], "soa_records": [{"zone": "example.com", "ttl":
	300, "fqdn": "example.com", "record_type": "SOA", "rdata": {"rname": "john.doe@example.com.", "retry": 600, "mname": "ns1.p19.dynect.net.",
	"minimum": 1800, "refresh": 3600, "expire": 604800, "serial": 29}, "record_id": 164537802, "serial_style": "increment"}],
	"ns_records": [{"zone": "example.com", "ttl": 86400, "fqdn": "example.com", "record_type": "NS", "rdata": {"nsdname": "ns1.p19.dynect.net."}, "record_id": 164537804},
		{"zone": "example.com", "ttl": 86400, "fqdn": "example.com.", "record_type": "NS", "rdata": {"nsdname": "ns2.p19.dynect.net."}, "record_id": 164537805, "service_class": "Primary"}],
	"a_records": [{"zone": "example.com", "ttl": "600", "fqdn": "WWW.Example.com", "record_type": "A", "rdata": {"address": "192.0.2.1"}, "record_id": "189358987", "service_class": null},
		{"zone": "example.com", "ttl": 60, "fqdn": "home.example.com", "record_type": "A", "rdata": {"address": "192.0.2.9"}, "record_id": 1, "service_class": "DynA"},
		{"zone": "example.com", "ttl": 60, "fqdn": "bad.example.com", "record_type": "A", "rdata": {"address": "192.0.2"}, "record_id": 2},
		{"zone": "example.com", "ttl": "soon", "fqdn": "late.example.com", "record_type": "A", "rdata": {"address": "192.0.2.1"}, "record_id": 3},
		{"zone": "example.com", "ttl": 60, "fqdn": "two  words.example.com", "record_type": "A", "rdata": {"address": "192.0.2.1"}, "record_id": 4}],
	"mx_records": [{"zone": "example.com", "ttl": 600, "fqdn": "example.com", "record_type": "MX", "rdata": {"preference": "10", "exchange": "mail.example.com."}, "record_id": 5},
		{"zone": "example.com", "ttl": 600, "fqdn": "half.example.com", "record_type": "MX", "rdata": {"exchange": "mail.example.com."}, "record_id": 6}],
	"alias_records": [{"zone":"example.com", "ttl": 60, "fqdn": "example.com", "record_type": "ALIAS", "rdata": {"alias": "x.example.net."}, "record_id": 164537809}],
	"policy_records": [{"zone":"example.com", "ttl": 60, "fqdn": "geo.example.com", "record_type": "POLICY", "rdata": {"rtype": "CNAME", "policy": {"id": 1}}, "record_id": 7}],
	"cert_records": [{"zone":"example.com", "ttl": 60, "fqdn": "c.example.com", "record_type": "CERT", "rdata": {"format": 1, "tag": 2, "algorithm": 5, "certificate": "AA=="}, "record_id": 8}],
	"novel_records": [{"zone":"example.com", "ttl": 60, "fqdn": "n.example.com", "rdata": {"x": [1]}, "record_id": 9}]},
	"job_id": 1974045967, "msgs": [{"INFO": "get_tree: Here is your zone tree", "SOURCE": "BLL", "ERR_CD": null, "LVL": "INFO"}]}`

func TestARecordedZoneIsReadWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		b.way.SetFault(resttest.Always(to("GET", "AllRecord"), resttest.Status(200, recorded)))
		z, err := b.Zone(t.Context(), "example.com.")
		require.NoError(t, err)
		var lines []string
		for s := range z.All() {
			for _, r := range s.Records() {
				lines = append(lines, fmt.Sprintf("%s %d %s %s", r.Name, r.TTL, r.Type, r.Data))
			}
		}
		assert.Equal(t, []string{
			`example.com. 300 SOA ns1.p19.dynect.net. john\.doe.example.com. 29 3600 600 604800 1800`,
			"example.com. 86400 NS ns1.p19.dynect.net.",
			"example.com. 86400 NS ns2.p19.dynect.net.",
			"example.com. 600 MX 10 mail.example.com.",
			"www.example.com. 600 A 192.0.2.1",
		}, lines)
	})
}

func TestWhatTheModelCannotHoldIsProtected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		b.way.SetFault(resttest.Always(to("GET", "AllRecord"), resttest.Status(200, recorded)))
		z, err := b.Zone(t.Context(), "example.com.")
		require.NoError(t, err)
		var got []string
		for _, p := range z.Protected() {
			got = append(got, p.String())
		}
		assert.Equal(t, []string{
			`A (name "two words.example.com": has a blank or control character that is not escaped)`,
			"example.com. A (ALIAS is a type of Dyn's own)",
			"example.com. AAAA (ALIAS is a type of Dyn's own)",
			`bad.example.com. A (A "192.0.2": is not an IPv4 address)`,
			"c.example.com. TYPE37 (TYPE37 records are not written at Dyn)",
			"geo.example.com. CNAME (POLICY is a type of Dyn's own)",
			"half.example.com. MX (MX has no field preference)",
			`home.example.com. A (the record belongs to the service "DynA" of Dyn)`,
			`late.example.com. A (the record has the TTL "soon")`,
			"n.example.com. (NOVEL is a type of Dyn's own)",
		}, got)
	})
}

func TestAnAnswerThatIsNoZoneIsNotBelieved(t *testing.T) {
	for answer, want := range map[string]string{
		`{"status":"success","data":{}}`:                                          "has no SOA, which is not believed",
		`{"status":"success","data":["/REST/ARecord/example.com/example.com/1"]}`: "the data of the answer is not what was asked for",
		`{"status":"success","data":null}`:                                        "has no SOA",
		`{"status":"success","data":{"soa_records":"none"}}`:                      "the data of the answer is not what was asked for",
		`{"status":"perhaps","data":{}}`:                                          "transient: status perhaps",
		`[]`:                                                                      "not an answer of the API",
		`{"status":"success","data":{"soa_records":[{"fqdn":"example.net","record_type":"SOA","ttl":1,"rdata":{"mname":".","rname":".","serial":1,"refresh":1,"retry":1,"expire":1,"minimum":1}}]}}`: "is not in the zone",
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBed()
			b.way.SetFault(resttest.Always(to("GET", "AllRecord"), resttest.Status(200, answer)))
			_, err := b.Zone(t.Context(), "example.com.")
			assert.ErrorContains(t, err, want, answer)
			assert.NotErrorIs(t, err, provider.ErrNoZone)
		})
	}
}

func TestSetsOfOneNameAreReadBelowIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		require.NoError(t, b.Apply(t.Context(), b.plan(t, "www 300 A 192.0.2.1\nwww 300 TXT x\nx.www 300 A 192.0.2.2\nmail 300 A 192.0.2.3")))
		b.log()
		read := func(names ...zone.Name) (keys []zone.Key) {
			for _, n := range names {
				keys = append(keys, zone.Key{Name: n, Type: zone.A})
			}
			z, err := b.RRsets(t.Context(), "example.com.", keys...)
			require.NoError(t, err)
			keys = nil
			for s := range z.All() {
				keys = append(keys, s.Key)
			}
			return keys
		}
		www, mail := zone.Key{Name: "www.example.com.", Type: zone.A}, zone.Key{Name: "mail.example.com.", Type: zone.A}
		assert.Equal(t, []zone.Key{www}, read("www.example.com."))
		assert.Empty(t, read("absent.example.com."))
		assert.Equal(t, []zone.Key{mail, www}, read("mail.example.com.", "www.example.com."))
		assert.Empty(t, read("example.com."))
		assert.Equal(t, []string{
			"GET AllRecord/example.com/www.example.com?detail=Y", "GET AllRecord/example.com/absent.example.com?detail=Y",
			"GET AllRecord/example.com?detail=Y", "GET AllRecord/example.com?detail=Y",
		}, b.log())
	})
}
