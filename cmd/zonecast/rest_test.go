//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

// A restService is the service that examples/newdriver speaks to. It outlives its
// clients and takes its time, and what it was asked it does, even if whoever asked
// is dead by then. It refuses conflicts, and writes down what it did.
type restService struct {
	*httptest.Server
	mu    sync.Mutex
	zones map[zone.Name]*zone.Zone
	log   []effect
	conns int // open ones
}

// An effect is what one request did to one set.
type effect struct {
	was, is zone.RRset
	refused bool
}

func (e effect) String() string {
	return fmt.Sprintf("%v -> %v, refused: %v", e.was, e.is, e.refused)
}

// slow is how long the service takes, at most, before and after it does something.
const slow = 10 * time.Millisecond

func newRestService(t *testing.T, zones ...*zone.Zone) *restService {
	s := &restService{zones: map[zone.Name]*zone.Zone{}}
	for _, z := range zones {
		s.zones[z.Name()] = z
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /zones/{zone}", s.get)
	mux.HandleFunc("PUT /zones/{zone}/{name}/{type}", s.write)
	mux.HandleFunc("DELETE /zones/{zone}/{name}/{type}", s.write)
	mux.HandleFunc("GET /", http.NotFound)
	s.Server = httptest.NewUnstartedServer(mux)
	s.Config.ConnState = s.count
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func (s *restService) get(w http.ResponseWriter, r *http.Request) {
	time.Sleep(rand.N(slow))
	z := s.live(zone.Name(r.PathValue("zone")))
	if z == nil {
		http.NotFound(w, r)
		return
	}
	json.NewEncoder(w).Encode(slices.Collect(z.All()))
}

func (s *restService) write(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var set zone.RRset
	if r.Method == http.MethodPut && err == nil {
		err = json.Unmarshal(body, &set)
	}
	if err != nil { // it came in half
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	time.Sleep(rand.N(slow))
	status := s.put(zone.Name(r.PathValue("zone")), zone.Key{Name: zone.Name(r.PathValue("name")), Type: zone.Type(r.PathValue("type"))}, set)
	time.Sleep(rand.N(slow))
	w.WriteHeader(status)
}

// put replaces a set; one without data goes.
func (s *restService) put(name zone.Name, k zone.Key, set zone.RRset) (status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	z := s.zones[name]
	if z == nil {
		return http.StatusNotFound
	}
	was, _ := z.Get(k)
	next := z.Apply(zone.Plan{Zone: name, Changes: []zone.Change{{Old: was, New: set}}})
	refused := len(next.Conflicts()) > 0 || k.IsAuthority(name)
	s.log = append(s.log, effect{was, set, refused})
	if refused {
		return http.StatusUnprocessableEntity
	}
	s.zones[name] = next
	return http.StatusNoContent
}

func (s *restService) live(name zone.Name) *zone.Zone {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.zones[name]
}

// byHand adds what somebody else wants to have there.
func (s *restService) byHand(t *testing.T, add *zone.Zone) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.zones[add.Name()] = merged(t, s.zones[add.Name()], add)
}

// effects gives what was done so far.
func (s *restService) effects() []effect {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

func (s *restService) count(_ net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch state {
	case http.StateNew:
		s.conns++
	case http.StateClosed:
		s.conns--
	}
}

// quiet waits until everything is done that the dead have asked for. A connection
// is let in after all that came before it, so one of our own shows that none waits
// at the door; the others are closed when there is nothing more to be read.
func (s *restService) quiet(t *testing.T) {
	req, err := http.NewRequest(http.MethodGet, s.URL, nil)
	require.NoError(t, err)
	req.Close = true
	res, err := s.Client().Do(req)
	require.NoError(t, err)
	res.Body.Close()
	require.Eventually(t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.conns == 0
	}, 10*time.Second, time.Millisecond)
}

// merged has the records of both.
func merged(t *testing.T, a, b *zone.Zone) *zone.Zone {
	var records []zone.Record
	for _, z := range []*zone.Zone{a, b} {
		for set := range z.All() {
			records = append(records, set.Records()...)
		}
	}
	z, err := zone.New(b.Name(), records...)
	require.NoError(t, err)
	return z
}
