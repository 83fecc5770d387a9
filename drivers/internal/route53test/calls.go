package route53test

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// A Call is one that the service got.
type Call struct {
	Action    string // as the API calls it; empty for one that there is not
	Zone      string // the id of the hosted zone it is about, where it is about one
	At        time.Time
	Status    int    // 0 while it is under way, and where the answer was lost
	Code      string // of an error
	RequestID string
	Changes   int // of a batch

	// What was asked, for Fault; the list of calls does not keep it.
	Request *http.Request
	Body    []byte

	index int
}

// begin notes a call.
func (s *Service) begin(q *request, r *http.Request) Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := Call{Action: q.action, At: s.now(), index: len(s.calls)}
	s.received++
	c.RequestID = fmt.Sprintf("%08x-0000-4000-8000-%012x", s.received, s.received)
	switch {
	case zones[q.action]:
		c.Zone = q.id
	case q.id == "hostedzone":
		c.Zone = q.second
	}
	s.calls = append(s.calls, c)
	c.Request, c.Body = r, q.body
	return c
}

// zones holds the actions whose first id is that of a zone.
var zones = map[string]bool{
	"GetHostedZone": true, "DeleteHostedZone": true, "UpdateHostedZoneComment": true, "ListResourceRecordSets": true,
	"ChangeResourceRecordSets": true, "GetDNSSEC": true, "GetHostedZoneLimit": true,
}

// end notes how a call ended.
func (s *Service) end(c Call, q *request, a answer, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.index >= len(s.calls) || s.calls[c.index].RequestID != c.RequestID {
		return // forgotten meanwhile
	}
	s.calls[c.index].Changes = q.changes
	if err != nil {
		return
	}
	s.calls[c.index].Status = a.status
	switch b := a.body.(type) {
	case errorResponse:
		s.calls[c.index].Code = b.Code
	case invalidChangeBatch:
		s.calls[c.index].Code = "InvalidChangeBatch"
	}
}

// Calls gives all calls so far, in the order in which they came.
func (s *Service) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Count says how many calls there were of these actions, or of all.
func (s *Service) Count(actions ...string) (n int) {
	for _, c := range s.Calls() {
		if len(actions) == 0 || slices.Contains(actions, c.Action) {
			n++
		}
	}
	return n
}

// Answered says how many calls ended in this error code.
func (s *Service) Answered(code string) (n int) {
	for _, c := range s.Calls() {
		if c.Code == code {
			n++
		}
	}
	return n
}

// ForgetCalls begins the list of calls anew.
func (s *Service) ForgetCalls() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = nil
}
