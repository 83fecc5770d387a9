// Package resttest lets a client of package rest talk to a service that is a value
// in memory: no sockets, so that virtual time works, and every fault that a
// network has.
//
//	t := &resttest.Transport{Handler: fake}
//	t.Fault = resttest.Once(isWrite, resttest.Lost)
package resttest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync"
)

// A Transport is the way to a service in memory. Its context ends a call as it does
// on a network.
type Transport struct {
	Handler http.Handler
	Fault   func(*http.Request) Fault // asked before each request; nil, or a nil Fault: all goes well

	mu  sync.Mutex
	log []string
}

// A Fault is what happens to a request in place of all going well; serve hands it
// to the service.
type Fault func(r *http.Request, serve func() *http.Response) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	body, err := readAll(r.Body)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	t.log = append(t.log, r.Method+" "+r.URL.RequestURI())
	fault := t.Fault
	t.mu.Unlock()
	serve := func() *http.Response {
		served := r.Clone(r.Context())
		served.Body, served.RequestURI = io.NopCloser(bytes.NewReader(body)), r.URL.RequestURI()
		w := &recorder{header: http.Header{}}
		t.Handler.ServeHTTP(w, served)
		return w.response(r)
	}
	if fault != nil {
		if f := fault(r); f != nil {
			return f(r, serve)
		}
	}
	return serve(), nil
}

func readAll(r io.ReadCloser) ([]byte, error) {
	if r == nil {
		return nil, nil
	}
	defer r.Close()
	return io.ReadAll(r)
}

// SetFault changes the faults while calls are made.
func (t *Transport) SetFault(f func(*http.Request) Fault) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Fault = f
}

// Log gives method and address of all requests since it was asked last.
func (t *Transport) Log() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	log := t.log
	t.log = nil
	return log
}

// Once is a fault for the first request that match says yes to.
func Once(match func(*http.Request) bool, f Fault) func(*http.Request) Fault {
	return Nth(match, 1, f)
}

// Nth is a fault for the request of this number, from 1, that match says yes to.
func Nth(match func(*http.Request) bool, n int, f Fault) func(*http.Request) Fault {
	var mu sync.Mutex
	return func(r *http.Request) Fault {
		mu.Lock()
		defer mu.Unlock()
		if !match(r) {
			return nil
		}
		if n--; n != 0 {
			return nil
		}
		return f
	}
}

// Always is a fault for all requests that match says yes to.
func Always(match func(*http.Request) bool, f Fault) func(*http.Request) Fault {
	return func(r *http.Request) Fault {
		if !match(r) {
			return nil
		}
		return f
	}
}

// Any matches all requests.
func Any(*http.Request) bool { return true }

// Writes matches the requests that change something.
func Writes(r *http.Request) bool { return r.Method != http.MethodGet }

// Status answers in place of the service. headers are pairs of name and value.
func Status(status int, body string, headers ...string) Fault {
	return func(r *http.Request, _ func() *http.Response) (*http.Response, error) {
		h := http.Header{}
		for i := 0; i+1 < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return answer(r, status, h, []byte(body)), nil
	}
}

var (
	errLost    = errors.New("connection reset by peer")
	errRefused = errors.New("connection refused")
)

// Lost serves the request and loses the answer.
func Lost(_ *http.Request, serve func() *http.Response) (*http.Response, error) {
	serve()
	return nil, errLost
}

// Dropped loses the request on the way, where nobody can tell it from Lost.
func Dropped(*http.Request, func() *http.Response) (*http.Response, error) { return nil, errLost }

// Refused gets no connection, so that nothing is sent.
func Refused(r *http.Request, _ func() *http.Response) (*http.Response, error) {
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.GetConn != nil {
		trace.GetConn(r.URL.Host)
	}
	return nil, errRefused
}

// Hangs serves the request and gives no answer until the caller has enough.
func Hangs(r *http.Request, serve func() *http.Response) (*http.Response, error) {
	serve()
	<-r.Context().Done()
	return nil, context.Cause(r.Context())
}

// Cut serves the request and ends the answer after so many octets.
func Cut(octets int) Fault {
	return func(r *http.Request, serve func() *http.Response) (*http.Response, error) {
		res := serve()
		whole, _ := io.ReadAll(res.Body)
		res.Body = io.NopCloser(io.MultiReader(bytes.NewReader(whole[:min(octets, len(whole))]), broken{}))
		return res, nil
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// Instead serves the request and gives another body, under the status that was
// meant.
func Instead(body string) Fault {
	return func(r *http.Request, serve func() *http.Response) (*http.Response, error) {
		res := serve()
		return answer(r, res.StatusCode, res.Header, []byte(body)), nil
	}
}

// Page is an error page of a proxy.
const Page = "<!DOCTYPE html><html><head><title>x</title><style>p{}</style></head>\n<body><h1>Bad   gateway</h1><p>The upstream &amp; its friends are away.</p></body></html>"

// recorder is the http.ResponseWriter of a request in memory.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *recorder) response(r *http.Request) *http.Response {
	w.WriteHeader(http.StatusOK)
	return answer(r, w.status, w.header, w.body.Bytes())
}

func answer(r *http.Request, status int, h http.Header, body []byte) *http.Response {
	return &http.Response{
		Status: strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status)), StatusCode: status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}
}
