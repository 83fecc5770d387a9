// Package planisystest is Planisys PDNS in memory: what its public pages say, and
// for everything else what the example profile of the driver supposes. The table in
// rules_test.go says of each rule which of both it is.
//
//	fake := planisystest.New("myplan", "a8dkd9Nk")
//	fake.Put(z)
//	t := &resttest.Transport{Handler: fake}
package planisystest

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// NameServers are those of all zones.
var NameServers = []zone.Name{"ns1.pdns.example.", "ns2.pdns.example."}

// A Service is one installation with one reseller. New makes one. It is an
// http.Handler.
type Service struct {
	mux       *http.ServeMux
	reseller  string
	key       string
	perMinute int

	mu        sync.Mutex
	companies map[string]string // keys by short name
	zones     map[string]*domain
	lastID    int64
	calls     int
	recent    []time.Time // of calls in the last minute
	denied    int
	left      int // changes until all fail; below 0: they do not
}

// A domain is a zone as the service keeps it.
type domain struct {
	apex      zone.Name
	company   string // "": the reseller's own
	suspended bool
	serial    uint32
	records   []*record
}

// A record is one row of a domain.
type record struct {
	ID       int64   `json:"id"`
	Name     string  `json:"name"` // relative, @ for the domain itself
	Type     string  `json:"type"`
	TTL      uint32  `json:"ttl"`
	Prio     *uint16 `json:"prio"` // of MX and SRV
	Content  string  `json:"content"`
	Disabled bool    `json:"disabled"`
	Modified string  `json:"modified"`
}

// New makes a service without domains.
func New(reseller, key string) *Service {
	s := &Service{mux: http.NewServeMux(), reseller: reseller, key: key, companies: map[string]string{}, zones: map[string]*domain{}, left: -1}
	for pattern, do := range map[string]func(*request) answer{
		"GET /api/v1/domain_list":                     s.list,
		"POST /api/v1/domain":                         s.create,
		"DELETE /api/v1/domain/{domain}":              s.remove,
		"GET /api/v1/domain/{domain}/records":         s.records,
		"POST /api/v1/domain/{domain}/records":        s.add,
		"PUT /api/v1/domain/{domain}/records/{id}":    s.change,
		"DELETE /api/v1/domain/{domain}/records/{id}": s.drop,
	} {
		s.mux.HandleFunc(pattern, s.handle(do))
	}
	return s
}

// Company gives a company below the reseller, with a key of its own.
func (s *Service) Company(name, key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.companies[name] = key
}

// Limit has the service refuse more calls than this in a minute.
func (s *Service) Limit(perMinute int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.perMinute = perMinute
}

// Denied counts the calls that came too fast.
func (s *Service) Denied() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.denied
}

// Rekey exchanges the key of the reseller.
func (s *Service) Rekey(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key = key
}

// Calls counts the calls that the service got.
func (s *Service) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// FailAfter lets so many more changes through and fails every one after them; a
// number below 0 ends that.
func (s *Service) FailAfter(changes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = changes
}

// Put makes this the live zone, but for SOA and name servers, which are the
// service's own.
func (s *Service) Put(z *zone.Zone) { s.PutFor("", z) }

// PutFor is Put for a company.
func (s *Service) PutFor(company string, z *zone.Zone) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.newDomain(z.Name(), company)
	for set := range z.All() {
		if set.Key.IsAuthority(z.Name()) {
			continue
		}
		for _, r := range set.Records() {
			d.records = append(d.records, s.stored(r, z.Name()))
		}
	}
	s.zones[nameOf(z.Name())] = d
}

// Disable puts a record into a zone that is there and is not served.
func (s *Service) Disable(k zone.Key, data string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.zones {
		if k.Name.In(d.apex) {
			r := s.stored(zone.Record{Name: k.Name, Type: k.Type, TTL: 3600, Data: data}, d.apex)
			r.Disabled = true
			d.records = append(d.records, r)
		}
	}
}

// Suspend suspends a domain, or lets it be again.
func (s *Service) Suspend(name zone.Name, suspended bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.zones[nameOf(name)].suspended = suspended
}

// Serial is that of a domain.
func (s *Service) Serial(name zone.Name) uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.zones[nameOf(name)].serial
}

// newDomain is what a domain has from the beginning.
func (s *Service) newDomain(apex zone.Name, company string) *domain {
	d := &domain{apex: apex, company: company}
	d.touch()
	for _, ns := range NameServers {
		d.records = append(d.records, s.stored(zone.Record{Name: apex, Type: zone.NS, TTL: 3600, Data: string(ns)}, apex))
	}
	return d
}

// touch raises the serial, which is a date with two digits behind it.
func (d *domain) touch() {
	var today uint32
	fmt.Sscan(time.Now().UTC().Format("20060102")+"00", &today)
	d.serial = max(d.serial+1, today)
}

// soa is the record that nobody writes.
func (d *domain) soa() *record {
	return &record{ID: 1, Name: "@", Type: "SOA", TTL: 3600, Content: fmt.Sprintf("%s hostmaster.%s %d 10800 3600 604800 3600", NameServers[0], NameServers[0], d.serial)}
}

// visible are the records of a domain in the order of their ids.
func (d *domain) visible() []*record { return slices.Concat([]*record{d.soa()}, d.records) }
