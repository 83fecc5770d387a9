package dyntest

import (
	"net/http"
	"sync"
	"time"
)

// The credentials of the account.
const (
	Customer = "acme"
	User     = "plesk"
	Password = "pVq7mK2x"
)

// A Service is one account at Dyn. New makes one. Set the fields before the first
// request.
type Service struct {
	Password    string
	PerSecond   int                               // calls of the account; 0: no end
	PerMinute   int                               // calls of the account; 0: no end
	Lifetime    time.Duration                     // of a session that nobody uses
	Latency     time.Duration                     // of each answer
	Task        time.Duration                     // that a publish or a creation takes, with its zone blocked
	TaskEnds    string                            // how tasks end; "": complete
	Slow        func(*http.Request) time.Duration // how long the work on a request takes; nil: no time
	OneList     bool                              // errors come in a list of one
	Old         bool                              // as version 3.5.2: no tasks, no service classes, notes are not expected
	HideDeletes bool                              // change sets have only what comes

	// Watch is told what a zone holds after each publish; nil: nobody looks.
	Watch func(zone string, records []Record)

	mu       sync.Mutex
	zones    map[string]*domain
	sessions map[string]*session
	jobs     map[string]*job
	tasks    map[string]*task
	address  string // from which requests come
	last     int    // number given last
	left     int    // changes until all fail; negative: they do not
	arrived  []time.Time
	locked   time.Time // until when the account is
	intruder map[string]Record
	Counts
}

// Counts are what a Service has seen.
type Counts struct {
	Requests   int
	Logins     int
	Exceeded   int // requests beyond the limit
	Collisions int // requests to a session that was at work
	Hasty      int // looks at a job sooner than 5 seconds after the last one
	Crossed    int // changes staged in a zone in which another session has staged some
	Pruned     int // nodes that were removed with all below them
	Sweeping   int // deletions of all records of a type, without a number
	Publishes  map[string]int
}

// New makes an account with these zones, published and empty.
func New(zones ...string) *Service {
	s := &Service{
		Password: Password, PerSecond: 5, PerMinute: 300, Lifetime: time.Hour,
		zones: map[string]*domain{}, sessions: map[string]*session{}, jobs: map[string]*job{}, tasks: map[string]*task{},
		left: -1, address: "192.0.2.10", intruder: map[string]Record{}, Counts: Counts{Publishes: map[string]int{}},
	}
	for _, z := range zones {
		s.zones[z] = s.newDomain(z, "hostmaster@"+z, 3600, "increment")
		s.zones[z].serial = 1
	}
	return s
}

// Seen gives the counts so far.
func (s *Service) Seen() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.Counts
	c.Publishes = map[string]int{}
	for z, n := range s.Counts.Publishes {
		c.Publishes[z] = n
	}
	return c
}

// Calls is the number of requests so far.
func (s *Service) Calls() int { return s.Seen().Requests }

// FailAfter lets so many more changes through and fails every one after them; a
// negative number ends that.
func (s *Service) FailAfter(changes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = changes
}

// Expire ends all sessions, as time does.
func (s *Service) Expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions = map[string]*session{}
}

// Move makes all later requests come from another address.
func (s *Service) Move(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.address = address
}

// OpenSessions is the number of sessions that are open.
func (s *Service) OpenSessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// Staged is the number of changes that wait in sessions that are open.
func (s *Service) Staged() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, open := range s.sessions {
		for _, changes := range open.staged {
			n += len(changes)
		}
	}
	return n
}

// Intrude stages a record of somebody else's, once, in the next session that stages
// something in the zone.
func (s *Service) Intrude(zone string, r Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.intruder[zone] = r
}

// number gives a number that was not there before.
func (s *Service) number() int {
	s.last++
	return s.last + 273523367
}
