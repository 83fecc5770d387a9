package route53test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

const namespace = "https://route53.amazonaws.com/doc/2013-04-01/"

// answer is what a call ends in: a document of this name.
type answer struct {
	status   int
	root     string
	body     any
	location string
}

func ok(root string, body any) (answer, error) { return answer{http.StatusOK, root, body, ""}, nil }

// request is a call as the operations see it.
type request struct {
	action string
	id     string // what stands in the path after the kind of thing
	second string // what stands after that
	query  url.Values
	body   []byte
}

// decode reads the document of a request. One of another name, or that is none,
// is MalformedInput.
func (q *request) decode(root string, into any) error {
	d := xml.NewDecoder(bytes.NewReader(q.body))
	for {
		t, err := d.Token()
		if err != nil {
			return refuse("MalformedInput", "Unexpected end of input")
		}
		start, isStart := t.(xml.StartElement)
		if !isStart {
			continue
		}
		if start.Name.Local != root {
			return refuse("MalformedInput", "Unexpected element name %s", start.Name.Local)
		}
		if err := d.DecodeElement(into, &start); err != nil {
			return refuse("MalformedInput", "Unable to parse the request")
		}
		return nil
	}
}

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

func (a answer) encode() []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0"?>` + "\n")
	start := xml.StartElement{Name: xml.Name{Space: namespace, Local: a.root}}
	if err := xml.NewEncoder(&b).EncodeElement(a.body, start); err != nil {
		panic(err) // a document of our own that has no XML is a fault of this package
	}
	return b.Bytes()
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
	s.end(call, a, err)
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

type operation func(*Service, *request) (answer, error)

// routes are the calls, by method and path below the version. Ids stand for *.
var routes = map[string]struct {
	action string
	do     operation
}{
	"POST hostedzone":         {"CreateHostedZone", (*Service).createHostedZone},
	"GET hostedzone":          {"ListHostedZones", (*Service).listHostedZones},
	"GET hostedzonesbyname":   {"ListHostedZonesByName", (*Service).listHostedZonesByName},
	"GET hostedzone/*":        {"GetHostedZone", (*Service).getHostedZone},
	"DELETE hostedzone/*":     {"DeleteHostedZone", (*Service).deleteHostedZone},
	"GET hostedzone/*/rrset":  {"ListResourceRecordSets", (*Service).listResourceRecordSets},
	"POST hostedzone/*/rrset": {"ChangeResourceRecordSets", (*Service).changeResourceRecordSets},
	"GET change/*":            {"GetChange", (*Service).getChange},
}

// verbs are the words that may stand after an id.
const verbs = " rrset dnssec "

// route finds the operation, and takes the ids out of the path.
func (q *request) route(r *http.Request) operation {
	parts := strings.Split(strings.Trim(strings.TrimPrefix(r.URL.EscapedPath(), "/2013-04-01"), "/"), "/")
	for i, p := range parts[1:] {
		p, _ = url.PathUnescape(p)
		switch {
		case i == 0:
			q.id, parts[1] = p, "*"
		case !strings.Contains(verbs, " "+p+" "):
			q.second, parts[i+1] = p, "*"
		}
	}
	found := routes[r.Method+" "+strings.Join(parts, "/")]
	q.action = found.action
	return found.do
}
