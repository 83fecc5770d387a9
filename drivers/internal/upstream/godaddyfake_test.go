package upstream

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/zonecast/zonecast/zone"
)

// godaddyFake is what matters here of GoDaddy's API v1: sets are replaced by a
// PUT of name and type, MX has its preference in a field of its own, the lowest
// TTL is 600.
type godaddyFake struct {
	mu      sync.Mutex
	records []godaddyRecord
	calls   int
	faults  func(r *http.Request) int // a status to answer with, 0 for none
}

type godaddyRecord struct {
	Type     string `json:"type,omitempty"`
	Name     string `json:"name,omitempty"`
	Data     string `json:"data"`
	TTL      int    `json:"ttl"`
	Priority *int   `json:"priority,omitempty"`
}

func newGodaddy(t testing.TB) *godaddyFake {
	f := &godaddyFake{}
	srv := httptest.NewServer(f)
	host, _ := url.Parse(srv.URL)
	real := http.DefaultTransport // the package has no other place to reach it
	http.DefaultTransport = redirect{host.Host, real}
	t.Cleanup(func() { http.DefaultTransport = real; srv.Close() })
	f.records = []godaddyRecord{{Type: "NS", Name: "@", Data: "ns01.domaincontrol.com", TTL: 3600}}
	return f
}

// redirect sends what is meant for GoDaddy to the fake.
type redirect struct {
	host string
	next http.RoundTripper
}

func (d redirect) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = "http", d.host
	return d.next.RoundTrip(r)
}

func (f *godaddyFake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	if f.faults != nil {
		if status := f.faults(r); status != 0 {
			w.WriteHeader(status)
			return
		}
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/v1/domains/example.com/records")
	if !ok {
		http.Error(w, `{"code":"UNKNOWN_DOMAIN"}`, http.StatusNotFound)
		return
	}
	typ, name, _ := strings.Cut(strings.Trim(path, "/"), "/")
	mine := func(g godaddyRecord) bool { return g.Type == typ && g.Name == name }
	switch r.Method {
	case http.MethodGet:
		f.list(w, r)
	case http.MethodPut:
		f.put(w, r, typ, name)
	case http.MethodDelete:
		if !slices.ContainsFunc(f.records, mine) {
			http.Error(w, `{"code":"NOT_FOUND"}`, http.StatusNotFound)
			return
		}
		f.records = slices.DeleteFunc(f.records, mine)
		w.WriteHeader(http.StatusNoContent)
	}
}

// list pages as the package believes that it does: offset is a page number.
func (f *godaddyFake) list(w http.ResponseWriter, r *http.Request) {
	page, _ := strconv.Atoi(r.FormValue("offset"))
	limit, _ := strconv.Atoi(r.FormValue("limit"))
	from := min((page-1)*limit, len(f.records))
	json.NewEncoder(w).Encode(f.records[from:min(from+limit, len(f.records))])
}

func (f *godaddyFake) put(w http.ResponseWriter, r *http.Request, typ, name string) {
	var set []godaddyRecord
	if err := json.NewDecoder(r.Body).Decode(&set); err != nil || name == "" {
		http.Error(w, `{"code":"INVALID_BODY"}`, http.StatusUnprocessableEntity)
		return
	}
	for _, g := range set {
		if g.TTL < 600 || typ == "MX" && g.Priority == nil {
			http.Error(w, `{"code":"INVALID_RECORD"}`, http.StatusUnprocessableEntity)
			return
		}
	}
	f.records = slices.DeleteFunc(f.records, func(g godaddyRecord) bool { return g.Type == typ && g.Name == name })
	for _, g := range set {
		g.Type, g.Name = typ, name
		f.records = append(f.records, g)
	}
}

// fill makes the zone hold these records.
func (f *godaddyFake) fill(z *zone.Zone) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.records = nil
	for s := range z.All() {
		for _, r := range s.Records() {
			if r.Type == zone.SOA {
				continue
			}
			g := godaddyRecord{Type: string(r.Type), Name: r.Name.Relative(z.Name()), Data: r.Data, TTL: int(r.TTL)}
			if r.Type == zone.MX {
				n, data, _ := strings.Cut(r.Data, " ")
				p, _ := strconv.Atoi(n)
				g.Priority, g.Data = &p, data
			}
			f.records = append(f.records, g)
		}
	}
}

func (f *godaddyFake) values(typ, name string) (out []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, g := range f.records {
		if g.Type == typ && g.Name == name {
			out = append(out, g.Data)
		}
	}
	return out
}
