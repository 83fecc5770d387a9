package dyntest

import (
	"fmt"
	"net/http"
	"time"
)

// A session has its own view of each zone: what is published, and what is staged in
// it.
type session struct {
	address string
	used    time.Time
	busy    bool
	job     *job
	staged  map[string][]change
}

// A change adds a record, or removes one that is published.
type change struct {
	id     int
	remove bool
	record Record
}

// patience is how long an answer is waited for before it becomes a job.
const patience = 5 * time.Second

// A job is work that goes on after its request.
type job struct {
	answer answer
	looked time.Time
	ready  time.Time
}

func (j *job) runs() bool { return j != nil && time.Now().Before(j.ready) }

// find gives the session of a token.
func (s *Service) find(token string) (*session, *fault) {
	open := s.sessions[token]
	switch {
	case open == nil, time.Since(open.used) > s.Lifetime:
		delete(s.sessions, token)
		return nil, badSession
	case open.address != s.address:
		return nil, moved
	}
	return open, nil
}

func (s *Service) session(q request) answer {
	token := q.Header.Get("Auth-Token")
	switch q.Method {
	case http.MethodPost:
		return s.login(q)
	case http.MethodGet:
		return yes(map[string]any{}, info("isalive: User session is still active"))
	case http.MethodPut:
		return yes(map[string]any{}, info("keepalive: Your session is still alive"))
	case http.MethodDelete:
		delete(s.sessions, token)
		return yes(map[string]any{}, info("logout: Logout successful"))
	}
	return no(noRoute)
}

func (s *Service) login(q request) answer {
	for _, k := range []string{"customer_name", "user_name", "password"} {
		if q.body[k] == nil {
			return no(refuse("MISSING_DATA", k+": Required field missing"))
		}
	}
	if q.body["customer_name"] != Customer || q.body["user_name"] != User || q.body["password"] != s.Password {
		return no(badLogin)
	}
	s.Logins++
	token := fmt.Sprintf("tok%dJq8zW4vB+/=", s.number())
	s.sessions[token] = &session{address: s.address, used: time.Now(), staged: map[string][]change{}}
	return yes(map[string]any{"token": token, "version": "3.7.16"}, info("login: Login successful"))
}

// jobOf gives the answer of a job when it has ended.
func (s *Service) jobOf(q request) answer {
	j := s.jobs[q.arg(0)]
	if j == nil || q.session.job != j {
		return no(refuse("NOT_FOUND", "job: No such job"))
	}
	if time.Since(j.looked) < patience {
		s.Hasty++
	}
	j.looked = time.Now()
	if j.runs() {
		return answer{fault: fault{http.StatusTemporaryRedirect, "incomplete", nil}}
	}
	return j.answer
}
