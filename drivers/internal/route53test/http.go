package route53test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Client gives an HTTP client whose every request ends here, without a socket.
func (s *Service) Client() *http.Client { return &http.Client{Transport: s} }

// ErrDropped is what a client sees of an answer that was lost.
var ErrDropped = errors.New("route53test: connection reset by peer")

// RoundTrip answers a request in memory.
func (s *Service) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	a, id, err := s.serve(r)
	if err != nil {
		return nil, err
	}
	text := a.encode()
	return &http.Response{
		Status: fmt.Sprintf("%d %s", a.status, http.StatusText(a.status)), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header(id), Body: io.NopCloser(bytes.NewReader(text)),
		ContentLength: int64(len(text)), Request: r,
	}, nil
}

// ServeHTTP answers a request over a connection, or breaks it.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, id, err := s.serve(r)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	for k, v := range a.header(id) {
		w.Header()[k] = v
	}
	w.WriteHeader(a.status)
	w.Write(a.encode())
}

func (a answer) header(id string) http.Header {
	h := http.Header{"Content-Type": {"text/xml"}, "X-Amzn-Requestid": {id}}
	if a.location != "" {
		h.Set("Location", "https://route53.amazonaws.com/2013-04-01/"+a.location)
	}
	return h
}

// serve does one call. An error is a connection that broke.
func (s *Service) serve(r *http.Request) (answer, string, error) {
	q, err := read(r)
	if err != nil {
		return answer{}, "", err
	}
	do := q.route(r)
	call := s.begin(q, r)
	fault := Fault{}
	if s.Fault != nil {
		fault = s.Fault(q.action, call)
	}
	if err := fault.wait(r.Context()); err != nil {
		return answer{}, "", err
	}
	a, err := s.play(fault, func() (answer, error) { return s.do(do, q, r) }, call.RequestID)
	s.end(call, q, a, err)
	return a, call.RequestID, err
}

// do carries a call out, unless it may not be.
func (s *Service) do(do operation, q *request, r *http.Request) (answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case do == nil:
		return answer{}, refuse("UnknownOperation", "there is no %s %s", r.Method, r.URL.Path)
	case r.Header.Get("Authorization") == "":
		return answer{}, refuse("MissingAuthenticationToken", "Missing Authentication Token")
	}
	if err := s.admit(q.action); err != nil {
		return answer{}, err
	}
	return do(s, q)
}

func read(r *http.Request) (*request, error) {
	q := &request{query: r.URL.Query()}
	if r.Body == nil {
		return q, nil
	}
	defer r.Body.Close()
	var err error
	q.body, err = io.ReadAll(r.Body)
	return q, err
}
