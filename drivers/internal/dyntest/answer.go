package dyntest

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// A message is one of the service's words.
type message struct {
	Info   string  `json:"INFO"`
	Source string  `json:"SOURCE"`
	Code   *string `json:"ERR_CD"`
	Level  string  `json:"LVL"`
}

func info(format string, args ...any) message {
	return message{fmt.Sprintf(format, args...), "BLL", nil, "INFO"}
}

// A fault is an answer that says no.
type fault struct {
	http   int
	status string
	msgs   []message
}

// refuse is a fault with a code, and what else the service has to say.
func refuse(code, words string, more ...string) *fault {
	f := &fault{http.StatusBadRequest, "failure", []message{{words, "BLL", &code, "ERROR"}}}
	if code == "NOT_FOUND" {
		f.http = http.StatusNotFound
	}
	for _, m := range more {
		f.msgs = append(f.msgs, info("%s", m))
	}
	return f
}

var (
	badSession = refuse("INVALID_DATA", "login: Bad or expired credentials", "login: There was a problem with your credentials")
	moved      = refuse("INVALID_DATA", "login: IP address does not match current session", "login: There was a problem with your credentials")
	badLogin   = refuse("INVALID_DATA", "login: Credentials you entered did not match those in our database. Please try again", "login: There was a problem with your credentials")
	noSuchZone = refuse("NOT_FOUND", "zone: No such zone")
	notInZone  = refuse("NOT_FOUND", "node: Not in zone", "detail: Host is not in this zone")
	noNode     = refuse("NOT_FOUND", "node: Node is not in the zone", "get_tree: Node name not found within the zone")
	isFrozen   = refuse("ILLEGAL_OPERATION", "zone: This zone is frozen")
	isDown     = &fault{http.StatusServiceUnavailable, "failure", refuse("SERVICE_UNAVAILABLE", "stage: Try again later").msgs}
	tooMany    = &fault{http.StatusTooManyRequests, "failure", refuse("RATE_LIMIT_EXCEEDED", "rate: Too many requests").msgs}
	noRoute    = refuse("INVALID_REQUEST", "uri: No such resource")
	isRunning  = &fault{http.StatusBadRequest, "running", []message{{"token: This session already has a job running", "API-B", new("OPERATION_FAILED"), "ERROR"}}}
)

// An answer is what a request gets.
type answer struct {
	data any
	msgs []message
	fault
}

func yes(data any, msgs ...message) answer { return answer{data: data, msgs: msgs} }

func no(f *fault) answer { return answer{fault: *f} }

// write writes an answer in its envelope.
func (s *Service) write(w http.ResponseWriter, a answer, job int) {
	e := map[string]any{"status": "success", "data": a.data, "job_id": job, "msgs": a.msgs}
	status := http.StatusOK
	if a.http != 0 {
		e["status"], e["data"], e["msgs"], status = a.status, map[string]any{}, a.fault.msgs, a.http
	}
	var body any = e
	if a.http != 0 && s.OneList {
		body = []any{e}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
