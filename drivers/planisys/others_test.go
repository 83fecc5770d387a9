package planisys_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/drivers/planisys"
	"github.com/zonecast/zonecast/provider/providertest"
	"github.com/zonecast/zonecast/zone"
)

// The profile has to be able to say other things than the example does. Here are
// two services that are as unlike it as can be, and their profiles.

const setProfile = `
answers:
  success: [{status: [204]}, {status: [200], at: /rrsets}]
  words: /why
  outcomes:
    - {means: absent, at: /why, is: [no such zone]}
    - {means: suspended, at: /why, is: [suspended]}
records:
  name: /owner/fqdn
  type: /rrtype
  ttl: /ttl
  values: /rrs
  data: ""
  names: dotted
  targets: dotted
  texts: quoted
read:
  method: POST
  path: /zones/{{.Zone}}./find/
  body: '{"cursor": {{json .Next}}}'
  rows: /rrsets
  pages: {next: /cursor}
write:
  by: set
  types: [A, AAAA, CAA, CNAME, DNAME, MX, NAPTR, NS, PTR, SRV, SSHFP, TLSA, TXT]
  put:
    method: PUT
    path: /zones/{{.Zone}}./sets/{{.Type}}/
    query: {owner: "{{.Name}}"}
    body: '{{.Row}}'
  remove:
    method: DELETE
    path: /zones/{{.Zone}}./sets/{{.Type}}/
    query: {owner: "{{.Name}}"}
`

const zoneProfile = `
answers:
  success: [{status: [200]}]
  words: /error
  outcomes:
    - {means: absent, status: [404], at: /error, is: [unknown]}
    - {means: suspended, at: /error, is: [suspended]}
records:
  name: /n
  type: /t
  ttl: /l
  data: /d
  names: absolute
  targets: absolute
  texts: quoted
read:
  path: zone
  query: {name: "{{.Zone}}"}
  rows: /zone/rr
  pages: {total: /zone/count}
write:
  by: zone
  types: [A, AAAA, CAA, CNAME, MX, NS, PTR, SRV, TLSA, TXT]
  put:
    method: PUT
    path: zone
    query: {name: "{{.Zone}}"}
    body: '{"zone": {"rr": {{.Rows}}}}'
`

// shelf keeps one zone for both.
type shelf struct {
	mu     sync.Mutex
	zone   *zone.Zone
	odd    []any // rows that are no records
	calls  int
	left   int       // writes until they fail
	refuse zone.Type // that nobody gets
}

func newShelf(t *testing.T) *shelf {
	return &shelf{zone: parse(t, "example.com.", "@ 300 NS ns1.example.net."), left: -1}
}

func (s *shelf) subject(t *testing.T, profile string, h http.HandlerFunc) providertest.Subject {
	t.Helper()
	p, err := planisys.ParseProfile([]byte(profile))
	require.NoError(t, err)
	p.Calls = 1e7
	d, err := planisys.New(planisys.Options{Company: "acme", Key: fixed(key), Profile: p, Transport: &resttest.Transport{Handler: s.locked(h)}})
	require.NoError(t, err)
	return providertest.Subject{
		Provider: d, Zone: "example.com.",
		Fill:      func(z *zone.Zone) { s.zone, s.odd = z, nil },
		FailAfter: func(n int) { s.left = n },
		Calls:     func() int { return s.calls },
	}
}

func (s *shelf) locked(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.calls++
		if isWrite(r) && !strings.HasSuffix(r.URL.Path, "/find/") {
			if s.left == 0 {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			s.left = max(s.left-1, -1)
		}
		h(w, r)
	}
}

func say(w http.ResponseWriter, status int, v any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

type oneSet struct {
	Owner struct {
		FQDN zone.Name `json:"fqdn"`
	} `json:"owner"`
	Type zone.Type `json:"rrtype"`
	TTL  uint32    `json:"ttl"`
	Data []string  `json:"rrs"`
}

func (s *shelf) sets(w http.ResponseWriter, r *http.Request) {
	const size = 7
	rest, ok := strings.CutPrefix(r.URL.Path, "/api/v1/zones/example.com./")
	if !ok {
		say(w, 400, map[string]string{"why": "no such zone"})
		return
	}
	body, _ := io.ReadAll(r.Body)
	if rest == "find/" {
		var in struct{ Cursor string }
		if json.Unmarshal(body, &in) != nil {
			say(w, 400, map[string]string{"why": "cursor"})
			return
		}
		from, _ := strconv.Atoi(in.Cursor)
		all := slices.Collect(s.zone.All())
		out, next := []any{}, any(nil)
		for _, z := range all[from:min(from+size, len(all))] {
			one := oneSet{Type: z.Type, TTL: z.TTL, Data: z.Data}
			one.Owner.FQDN = z.Name
			out = append(out, one)
		}
		if from+size < len(all) {
			next = strconv.Itoa(from + size)
		}
		say(w, 200, map[string]any{"rrsets": append(out, s.odd...), "cursor": next})
		return
	}
	s.put(w, r, body)
}

func (s *shelf) put(w http.ResponseWriter, r *http.Request, body []byte) {
	k := zone.Key{Name: zone.Name(r.URL.Query().Get("owner")), Type: zone.Type(strings.Split(r.URL.Path, "/")[6])}
	var records []zone.Record
	for set := range s.zone.All() {
		if set.Key != k {
			records = append(records, set.Records()...)
		}
	}
	if r.Method == http.MethodPut {
		var in oneSet
		if k.Type == s.refuse {
			say(w, 422, map[string]string{"why": "no"})
			return
		}
		if err := json.Unmarshal(body, &in); err != nil || (zone.Key{Name: in.Owner.FQDN, Type: in.Type}) != k || len(in.Data) == 0 {
			say(w, 422, map[string]string{"why": fmt.Sprint("a bad set: ", err)})
			return
		}
		for _, d := range in.Data {
			records = append(records, zone.Record{Name: k.Name, Type: k.Type, TTL: in.TTL, Data: d})
		}
	}
	s.replace(w, records, 204)
}

// replace makes the records the zone, if it is a sound one.
func (s *shelf) replace(w http.ResponseWriter, records []zone.Record, status int) {
	z, err := zone.New("example.com.", records...)
	if err != nil || len(z.Conflicts()) > 0 {
		say(w, 422, map[string]string{"why": fmt.Sprint(err), "error": fmt.Sprint(err)})
		return
	}
	if s.zone = z; status == 204 {
		w.WriteHeader(204)
		return
	}
	say(w, status, map[string]any{})
}

type line struct {
	N string `json:"n"`
	T string `json:"t"`
	L string `json:"l"`
	D string `json:"d"`
}

func (s *shelf) whole(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/api/v1/zone" || r.URL.Query().Get("name") != "example.com" {
		say(w, 404, map[string]string{"error": "unknown"})
		return
	}
	if r.Method == http.MethodGet {
		out := slices.Clone(s.odd)
		for set := range s.zone.All() {
			for _, rec := range set.Records() {
				out = append(out, line{strings.TrimSuffix(string(rec.Name), "."), string(rec.Type), fmt.Sprint(rec.TTL), rec.Data})
			}
		}
		say(w, 200, map[string]any{"zone": map[string]any{"rr": out, "count": len(out)}})
		return
	}
	var in struct{ Zone struct{ RR []map[string]any } }
	d := json.NewDecoder(r.Body)
	d.UseNumber()
	if err := d.Decode(&in); err != nil {
		say(w, 400, map[string]string{"error": err.Error()})
		return
	}
	var records []zone.Record
	s.odd = nil
	for _, l := range in.Zone.RR {
		if l["t"] == "ALIAS" {
			s.odd = append(s.odd, l)
			continue
		}
		ttl, _ := strconv.ParseUint(fmt.Sprint(l["l"]), 10, 32)
		records = append(records, zone.Record{Name: zone.Name(l["n"].(string)), Type: zone.Type(l["t"].(string)), TTL: uint32(ttl), Data: l["d"].(string)})
	}
	s.replace(w, records, 200)
}

func TestAServiceThatWritesSetsWalks(t *testing.T) {
	s := newShelf(t)
	subject := s.subject(t, setProfile, s.sets)
	subject.Protect = func(k zone.Key) {
		s.odd = []any{map[string]any{"owner": map[string]any{"fqdn": k.Name}, "rrtype": k.Type, "ttl": 300, "rrs": []string{"192.0.2.9"}, "geo": "AR"}}
	}
	providertest.Run(t, subject)
}

func TestAServiceThatWritesZonesWalks(t *testing.T) {
	s := newShelf(t)
	subject := s.subject(t, zoneProfile, s.whole)
	subject.FailAfter = func(n int) { s.left = min(n, 0) } // all changes are one write
	subject.Protect = func(k zone.Key) {
		s.odd = []any{map[string]any{"n": strings.TrimSuffix(string(k.Name), "."), "t": "ALIAS", "l": "300", "d": "lb.example.net"}}
	}
	providertest.Run(t, subject)
}
