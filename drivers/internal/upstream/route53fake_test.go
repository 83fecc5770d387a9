package upstream

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zonecast/zonecast/zone"
)

// route53Fake is what matters here of the Route 53 API: names come back with
// octal escapes, sets are whole, a DELETE has to name the exact set, a batch is
// all or nothing, a page has 300 sets, alias sets have no values.
type route53Fake struct {
	mu     sync.Mutex
	sets   []route53Set
	calls  map[string]int
	faults func(action string) bool
}

type route53Set struct {
	Name    string
	Type    string
	TTL     *uint32
	Records []route53Value `xml:"ResourceRecords>ResourceRecord"`
	Alias   *route53Alias  `xml:"AliasTarget"`
}

type route53Value struct{ Value string }

// values gives the plain values of a set; an alias has none.
func (s *route53Set) values() (out []string) {
	for _, r := range s.Records {
		out = append(out, r.Value)
	}
	return out
}

type route53Alias struct {
	HostedZoneId, DNSName string
	EvaluateTargetHealth  bool
}

type route53Batch struct {
	Changes []struct {
		Action            string
		ResourceRecordSet route53Set
	} `xml:"ChangeBatch>Changes>Change"`
}

const pageSize = 300

func newRoute53(t testing.TB) *route53Fake {
	f := &route53Fake{calls: map[string]int{}}
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	for k, v := range map[string]string{
		"AWS_ENDPOINT_URL_ROUTE_53": srv.URL, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		if tt, ok := t.(*testing.T); ok {
			tt.Setenv(k, v)
		}
	}
	f.put("example.com.", "NS", 172800, "ns-1.awsdns-01.org.")
	f.put("example.com.", "SOA", 900, "ns-1.awsdns-01.org. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400")
	return f
}

func (f *route53Fake) put(name, typ string, ttl uint32, values ...string) {
	f.remove(name, typ)
	set := route53Set{Name: escaped(name), Type: typ, TTL: &ttl}
	for _, v := range values {
		set.Records = append(set.Records, route53Value{v})
	}
	f.sets = append(f.sets, set)
}

func (f *route53Fake) remove(name, typ string) {
	f.sets = slices.DeleteFunc(f.sets, func(s route53Set) bool { return s.Name == escaped(name) && s.Type == typ })
}

func (f *route53Fake) find(name, typ string) *route53Set {
	for i := range f.sets {
		if f.sets[i].Name == escaped(name) && f.sets[i].Type == typ {
			return &f.sets[i]
		}
	}
	return nil
}

func (f *route53Fake) values(name, typ string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s := f.find(name, typ); s != nil {
		return s.values()
	}
	return nil
}

// escaped writes a name as the service gives it back: in lower case, everything
// but letters, digits, hyphens and underscores in octal.
func escaped(name string) string {
	name = strings.ReplaceAll(strings.ToLower(name), `\052`, "*")
	var b strings.Builder
	for i := range len(name) {
		if c := name[i]; c == '.' || c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, `\%03o`, c)
		}
	}
	return strings.TrimSuffix(b.String(), ".") + "."
}

func (f *route53Fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/2013-04-01")
	switch {
	case path == "/hostedzonesbyname":
		f.calls["zones"]++
		name := r.URL.Query().Get("dnsname")
		if name != zoneName {
			fmt.Fprint(w, `<ListHostedZonesByNameResponse><HostedZones></HostedZones><IsTruncated>false</IsTruncated><MaxItems>1</MaxItems></ListHostedZonesByNameResponse>`)
			return
		}
		fmt.Fprint(w, `<ListHostedZonesByNameResponse><HostedZones><HostedZone><Id>/hostedzone/Z1</Id><Name>example.com.</Name><CallerReference>x</CallerReference></HostedZone></HostedZones><IsTruncated>false</IsTruncated><MaxItems>1</MaxItems></ListHostedZonesByNameResponse>`)
	case r.Method == http.MethodGet:
		f.calls["list"]++
		f.list(w, r.URL.Query().Get("name"), r.URL.Query().Get("type"))
	default:
		f.calls["change"]++
		f.change(w, r)
	}
}

func (f *route53Fake) list(w http.ResponseWriter, name, typ string) {
	slices.SortFunc(f.sets, func(a, b route53Set) int { return strings.Compare(a.Name+" "+a.Type, b.Name+" "+b.Type) })
	from := 0
	for name != "" && from < len(f.sets) && f.sets[from].Name+" "+f.sets[from].Type < escaped(name)+" "+typ {
		from++
	}
	to := min(from+pageSize, len(f.sets))
	type answer struct {
		XMLName        xml.Name     `xml:"ListResourceRecordSetsResponse"`
		Sets           []route53Set `xml:"ResourceRecordSets>ResourceRecordSet"`
		IsTruncated    bool
		NextRecordName string `xml:",omitempty"`
		NextRecordType string `xml:",omitempty"`
		MaxItems       int
	}
	a := answer{Sets: f.sets[from:to], MaxItems: pageSize}
	if to < len(f.sets) {
		a.IsTruncated, a.NextRecordName, a.NextRecordType = true, f.sets[to].Name, f.sets[to].Type
	}
	xml.NewEncoder(w).Encode(a)
}

func (f *route53Fake) change(w http.ResponseWriter, r *http.Request) {
	var b route53Batch
	if err := xml.NewDecoder(r.Body).Decode(&b); err != nil {
		refuse(w, "InvalidInput", err.Error())
		return
	}
	before := slices.Clone(f.sets)
	for _, c := range b.Changes {
		set := c.ResourceRecordSet
		if f.faults != nil && f.faults(c.Action) {
			refuse(w, "InternalError", "out of order")
			return
		}
		if why := f.one(c.Action, set.Name, set.Type, *set.TTL, set.values()); why != "" {
			f.sets = before
			refuse(w, "InvalidChangeBatch", why)
			return
		}
	}
	fmt.Fprint(w, `<ChangeResourceRecordSetsResponse><ChangeInfo><Id>/change/C1</Id><Status>INSYNC</Status><SubmittedAt>2026-01-01T00:00:00Z</SubmittedAt></ChangeInfo></ChangeResourceRecordSetsResponse>`)
}

// one does one change, or says why the service would not.
func (f *route53Fake) one(action, name, typ string, ttl uint32, values []string) string {
	old := f.find(name, typ)
	switch {
	case action == "DELETE":
		if old == nil || old.Alias != nil || *old.TTL != ttl || !sameValues(old.values(), values) {
			return "Tried to delete resource record set but the values provided do not match the current values"
		}
		f.remove(name, typ)
		return ""
	case action == "CREATE" && old != nil:
		return "Tried to create resource record set but it already exists"
	case len(slices.Compact(slices.Sorted(slices.Values(values)))) != len(values):
		return "Duplicate Resource Record"
	}
	for _, s := range f.sets {
		if s.Name == escaped(name) && s.Type != typ && (s.Type == "CNAME" || typ == "CNAME") {
			return "RRSet of type CNAME is not permitted as it conflicts with other records"
		}
	}
	f.put(name, typ, ttl, values...)
	return ""
}

func sameValues(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func refuse(w http.ResponseWriter, code, text string) {
	w.WriteHeader(http.StatusBadRequest)
	fmt.Fprintf(w, `<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>`, code, text)
}

// fill makes the zone hold these records, as the service keeps them.
func (f *route53Fake) fill(z *zone.Zone) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sets = nil
	for s := range z.All() {
		f.put(string(s.Name), string(s.Type), s.TTL, s.Data...)
	}
}
