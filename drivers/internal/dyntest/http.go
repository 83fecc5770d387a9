package dyntest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A request is what was asked, taken apart.
type request struct {
	*http.Request
	session  *session
	resource string   // as ARecord
	args     []string // what follows in the path
	body     map[string]any
}

func (r request) arg(i int) string {
	if i < len(r.args) {
		return r.args[i]
	}
	return ""
}

func (r request) detail() bool { return r.URL.Query().Get("detail") == "Y" || r.body["detail"] == "Y" }

// ServeHTTP implements http.Handler.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q, f := s.enter(r)
	if f != nil {
		s.write(w, no(f), s.jobID())
		return
	}
	if s.Latency > 0 {
		time.Sleep(s.Latency)
	}
	var slow time.Duration
	if s.Slow != nil && q.resource != "Job" {
		slow = s.Slow(r)
	}
	a, id := s.serve(q, slow)
	if slow <= patience {
		s.write(w, a, id)
		return
	}
	time.Sleep(patience)
	w.Header().Set("Location", fmt.Sprintf("/REST/Job/%d", id))
	w.WriteHeader(http.StatusTemporaryRedirect)
	fmt.Fprintf(w, `{"status": "incomplete", "data": null, "job_id": %d}`, id)
}

func (s *Service) jobID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.number()
}

// enter takes a request apart and finds its session.
func (s *Service) enter(r *http.Request) (q request, f *fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Requests++
	if f := s.limit(); f != nil {
		return q, f
	}
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), "/REST/")
	if !ok {
		return q, noRoute
	}
	q = request{Request: r}
	for i, e := range strings.Split(strings.TrimSuffix(path, "/"), "/") {
		e, _ = url.PathUnescape(e)
		if i == 0 {
			q.resource = e
		} else {
			q.args = append(q.args, strings.TrimSuffix(strings.ToLower(e), "."))
		}
	}
	body := json.NewDecoder(r.Body)
	body.UseNumber()
	_ = body.Decode(&q.body) // what is missing then is missed
	if q.resource == "Session" && r.Method == http.MethodPost {
		return q, nil
	}
	q.session, f = s.find(r.Header.Get("Auth-Token"))
	if f != nil {
		return q, f
	}
	if q.resource != "Job" {
		if q.session.busy || q.session.job.runs() {
			s.Collisions++
			return q, isRunning
		}
		q.session.busy = true
	}
	return q, nil
}

// limit counts a request against the limit of the account.
func (s *Service) limit() *fault {
	now := time.Now()
	since := func(d time.Duration) (n int) {
		for _, t := range s.arrived {
			if now.Sub(t) < d {
				n++
			}
		}
		return n
	}
	over := s.PerSecond > 0 && since(time.Second) >= s.PerSecond || s.PerMinute > 0 && since(time.Minute) >= s.PerMinute
	if over && !now.Before(s.locked) {
		s.locked = now.Add(time.Minute)
	}
	if over || now.Before(s.locked) {
		s.Exceeded++
		return tooMany
	}
	if s.arrived = append(s.arrived, now); len(s.arrived) > 400 {
		s.arrived = s.arrived[100:]
	}
	return nil
}

// serve does what was asked. What takes long becomes a job of the session.
func (s *Service) serve(q request, slow time.Duration) (answer, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if q.session != nil {
		defer func() { q.session.busy, q.session.used = false, time.Now() }()
	}
	a := s.route(q)
	id := s.number()
	if slow > patience && q.session != nil {
		j := &job{answer: a, looked: time.Now().Add(patience), ready: time.Now().Add(slow)}
		q.session.job, s.jobs[strconv.Itoa(id)] = j, j
	}
	return a, id
}

// route finds what is to be done.
func (s *Service) route(q request) answer {
	switch q.resource {
	case "Session":
		return s.session(q)
	case "Job":
		return s.jobOf(q)
	case "Task":
		return s.task(q)
	case "Zone":
		return s.zone(q)
	}
	d := s.zones[q.arg(0)]
	if d == nil {
		return no(noSuchZone)
	}
	switch typ, isRecord := strings.CutSuffix(q.resource, "Record"); {
	case q.resource == "AllRecord" && q.Method == http.MethodGet:
		return s.all(q, d)
	case q.resource == "ZoneChanges":
		return s.changes(q, d)
	case q.resource == "Node" && q.Method == http.MethodDelete:
		return s.prune(q, d)
	case isRecord && keys[typ] != nil && q.arg(1) != "":
		return s.records(q, d, typ)
	}
	return no(noRoute)
}
