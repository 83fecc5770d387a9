package newdriver_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/zonecast/zonecast/examples/newdriver"
	"github.com/zonecast/zonecast/provider/providertest"
	"github.com/zonecast/zonecast/zone"
)

// The proof: the whole walk against a fake of the service.
func TestDriver(t *testing.T) {
	fake := &service{sets: map[string]json.RawMessage{}, failAfter: -1}
	srv := httptest.NewServer(fake)
	defer srv.Close()
	providertest.Run(t, providertest.Subject{
		Provider:  &newdriver.Provider{URL: srv.URL, Key: "key"},
		Zone:      "example.com.",
		Fill:      fake.fill,
		FailAfter: func(n int) { fake.failAfter = n },
		Calls:     func() int { return fake.calls },
	})
}

// service is the imaginary service: sets by name and type.
type service struct {
	mu        sync.Mutex
	sets      map[string]json.RawMessage
	failAfter int // changes that still succeed; negative: all
	calls     int
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), "/zones/example.com.")
	switch {
	case !ok:
		w.WriteHeader(http.StatusNotFound)
		return
	case r.Method == http.MethodGet:
		all := []json.RawMessage{}
		for _, set := range s.sets {
			all = append(all, set)
		}
		json.NewEncoder(w).Encode(all)
		return
	case s.failAfter == 0:
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	s.failAfter--
	if r.Method == http.MethodDelete {
		delete(s.sets, path)
		return
	}
	var set json.RawMessage
	json.NewDecoder(r.Body).Decode(&set)
	s.sets[path] = set
}

func (s *service) fill(z *zone.Zone) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sets = map[string]json.RawMessage{}
	for set := range z.All() {
		b, _ := json.Marshal(set)
		s.sets["/"+string(set.Name)+"/"+string(set.Type)] = b
	}
}
