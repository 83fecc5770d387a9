package godaddytest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The credentials of the account, and the scopes of its token.
const (
	Key    = "gk3EiLw7"
	Secret = "SqZvfP2x"
	Token  = "gd_pat_5b7Wm4Kc"

	ScopeRead  = "domains.domain:read"
	ScopeWrite = "domains.dns:update"
)

// A Service is one account at GoDaddy. New makes one. Set the fields before the
// first request.
type Service struct {
	Key, Secret, Token string        // what is accepted
	Scopes             []string      // of the token
	NotEligible        bool          // the account has too few domains for the DNS API
	Quota              int           // requests that are left this month; negative: no end
	PerMinute          int           // requests a minute for each endpoint
	Settles            time.Duration // that a write of API v1 takes, with 409 for others meanwhile
	PageCap            int           // records that API v1 gives in one answer; 0: all
	OffsetIsPage       bool          // the offset of API v1 counts pages, as some of its users believe
	NarrowIdentity     bool          // API v3 takes records for the same that differ only in their numbers

	// Watch is told what a domain holds after each write; nil: nobody looks.
	Watch func(domain string, records []Record)

	mu        sync.Mutex
	zones     map[string][]Record
	busy      map[string]time.Time
	seen      map[string][]time.Time
	elsewhere map[string]bool
	made      int
	requests  int
	left      int // writes until all fail; negative: they do not
	exceeded  int
	wiped     int
}

// New makes an account with these domains, as they are when they are bought: parked.
func New(domains ...string) *Service {
	s := &Service{
		Key: Key, Secret: Secret, Token: Token, Scopes: []string{ScopeRead, ScopeWrite}, Quota: -1, PerMinute: 60,
		zones: map[string][]Record{}, busy: map[string]time.Time{}, seen: map[string][]time.Time{}, elsewhere: map[string]bool{}, left: -1,
	}
	for _, d := range domains {
		s.zones[d] = s.identified(append(system(d),
			Record{Type: "A", Name: "@", Data: "Parked", TTL: num(600)},
			Record{Type: "CNAME", Name: "www", Data: d + ".", TTL: num(3600)},
			Record{Type: "CNAME", Name: "_domainconnect", Data: "_domainconnect.gd.domaincontrol.com.", TTL: num(3600)}))
	}
	return s
}

// Elsewhere adds a domain whose zone is at another service.
func (s *Service) Elsewhere(domain string) { s.elsewhere[domain] = true }

// system are the records that GoDaddy keeps in a zone itself.
func system(domain string) []Record {
	return []Record{
		{Type: "NS", Name: "@", Data: "ns01.domaincontrol.com.", TTL: num(3600)},
		{Type: "NS", Name: "@", Data: "ns02.domaincontrol.com.", TTL: num(3600)},
		{Type: "SOA", Name: "@", Data: "ns01.domaincontrol.com.", TTL: num(3600)},
	}
}

func isSystem(r Record) bool { return r.Type == "NS" || r.Type == "SOA" || r.Name == "_domainconnect" }

// identified gives each record an identifier, which no other record ever had.
func (s *Service) identified(records []Record) []Record {
	for i := range records {
		s.made++
		records[i].ID = fmt.Sprintf("R[%d]_%s/m=", s.made, strings.ToLower(records[i].Type))
	}
	return records
}

// Put makes these the records of a domain, beside those that GoDaddy keeps itself.
func (s *Service) Put(domain string, records ...Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.zones[domain] = s.identified(append(system(domain), records...))
}

// Add adds records, whatever the API would say of them.
func (s *Service) Add(domain string, records ...Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.zones[domain] = append(s.zones[domain], s.identified(records)...)
}

// Records gives the records of a domain that GoDaddy does not keep itself.
func (s *Service) Records(domain string) []Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.zones[domain]), isSystem)
}

// Values gives the data of all records of a type and name.
func (s *Service) Values(domain, typ, name string) (out []string) {
	for _, r := range s.Records(domain) {
		if r.Type == typ && r.Name == name {
			out = append(out, r.Data)
		}
	}
	return out
}

// FailAfter lets so many more writes through and fails every one after them, until
// it is called with a negative number.
func (s *Service) FailAfter(writes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = writes
}

// Requests counts all requests so far.
func (s *Service) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// Exceeded counts the requests that came in spite of the limit.
func (s *Service) Exceeded() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.exceeded
}

// Wiped counts how often somebody lost more than was meant: by the PUT of API v3, by
// a PUT of API v1 for a whole type or a whole zone.
func (s *Service) Wiped() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wiped
}

// ServeHTTP implements http.Handler.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	w.Header().Set("X-Request-Id", "req-"+strconv.Itoa(s.requests))
	if strings.HasPrefix(r.URL.Path, "/v3/") {
		s.v3(w, r)
		return
	}
	s.v1(w, r)
}

// set makes these the records of a domain.
func (s *Service) set(domain string, records []Record) {
	s.zones[domain] = records
	if s.Watch != nil {
		s.Watch(domain, slices.Clone(records))
	}
}

// fails reports whether a write is one of those that shall fail.
func (s *Service) fails(r *http.Request) bool {
	if r.Method == http.MethodGet || s.left < 0 {
		return false
	}
	if s.left == 0 {
		return true
	}
	s.left--
	return false
}

// over reports whether an endpoint had too many requests in the last minute, and
// how long it is until it takes one again.
func (s *Service) over(endpoint string) (time.Duration, bool) {
	now := time.Now()
	recent := slices.DeleteFunc(s.seen[endpoint], func(t time.Time) bool { return now.Sub(t) >= time.Minute })
	if s.seen[endpoint] = recent; len(recent) < s.PerMinute {
		s.seen[endpoint] = append(recent, now)
		return 0, false
	}
	s.exceeded++
	if len(recent) == 0 {
		return time.Minute, true
	}
	return time.Minute - now.Sub(recent[0]), true
}

// spent takes one off the quota of the month; true where nothing is left.
func (s *Service) spent() bool {
	if s.Quota == 0 {
		return true
	}
	s.Quota--
	return false
}
