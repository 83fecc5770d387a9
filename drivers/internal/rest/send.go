package rest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/zonecast/zonecast/provider"
)

// ownTransport is not http.DefaultTransport, which anybody may replace.
var ownTransport = http.DefaultTransport.(*http.Transport).Clone()

// Path joins elements to a path, each escaped. A path with an empty element is one
// that Do refuses.
func Path(elements ...string) string {
	var b strings.Builder
	for _, e := range elements {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(cmp.Or(e, ".")))
	}
	return b.String()
}

var errPath = errors.New("the path has an element that is empty or only dots")

// soundPath refuses what servers and proxies may take for another path: a call for
// one set must never become one for all of them.
func soundPath(path string) error {
	elements := strings.Split(strings.TrimSuffix(strings.TrimPrefix(path, "/"), "/"), "/")
	for _, e := range elements {
		if plain, err := url.PathUnescape(e); err != nil || strings.Trim(plain, ".") == "" {
			return errPath
		}
	}
	return nil
}

// attempt sends a call once; twice where the service refuses the credential and
// there is a new one.
func (c *Client) attempt(ctx context.Context, call Call) (Answer, *failure) {
	secrets, err := c.vault.get(c.Secrets)
	if err != nil {
		return Answer{}, &failure{err: &provider.ServiceError{Kind: provider.KindAuth, Err: err}}
	}
	a, f := c.send(ctx, call, secrets)
	if a.Status != http.StatusUnauthorized && a.Status != http.StatusForbidden {
		return a, f
	}
	fresh, changed, err := c.vault.renew(c.Secrets, secrets)
	switch {
	case changed:
		if f := c.wait(ctx, call.Limit); f != nil {
			return a, f
		}
		return c.send(ctx, call, fresh)
	case err != nil && f != nil:
		f.err = fmt.Errorf("%w; and the credential cannot be read again: %w", f.err, err)
	}
	return a, f
}

// wait waits until a call may be sent.
func (c *Client) wait(ctx context.Context, l *Limiter) *failure {
	if err := l.Wait(ctx); err != nil {
		return &failure{err: fmt.Errorf("not sent: %w", err)}
	}
	return nil
}

// send sends a request and reads the answer.
func (c *Client) send(ctx context.Context, call Call, secrets []string) (Answer, *failure) {
	within := or(c.Timeout, 30*time.Second)
	short, cancel := context.WithTimeoutCause(ctx, within, fmt.Errorf("not within %s", within))
	defer cancel()
	left := new(departure)
	req, err := c.request(httptrace.WithClientTrace(short, left.trace()), call, secrets)
	if err != nil {
		return Answer{}, &failure{err: fmt.Errorf("not sent: %w", err)}
	}
	res, err := c.client().Do(req)
	if err != nil {
		return Answer{}, c.lost(short, err, left.maybe())
	}
	defer res.Body.Close()
	a := Answer{Status: res.StatusCode, Header: res.Header, vault: &c.vault}
	if f := c.read(short, res, &a); f != nil {
		return a, f
	}
	f := c.judged(a, call.Out)
	if f != nil && provider.KindOf(f.err) == provider.KindThrottled {
		call.Limit.Pause(f.after)
	}
	return a, f
}

// client never follows a redirect: the next host must not get the credential.
func (c *Client) client() *http.Client {
	rt := c.Transport
	if rt == nil {
		rt = ownTransport
	}
	return &http.Client{Transport: rt, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (c *Client) request(ctx context.Context, call Call, secrets []string) (*http.Request, error) {
	if err := soundPath(call.Path); err != nil {
		return nil, err
	}
	at := c.Base + call.Path
	if len(call.Query) > 0 {
		at += "?" + call.Query.Encode()
	}
	var body io.Reader
	if call.In != nil {
		text, err := json.Marshal(call.In)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, call.Method, at, body)
	if err != nil {
		return nil, errors.New(c.vault.redact(err.Error()))
	}
	for name, values := range call.Header {
		req.Header[name] = values
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "zonecast")
	if call.In != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.Sign != nil {
		c.Sign(req, secrets)
	}
	return req, nil
}

// A departure knows whether a request may have left. A transport that tells
// nothing of its connections is taken to have sent it.
type departure struct{ connects, wrote atomic.Bool }

func (d *departure) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn:      func(string) { d.connects.Store(true) },
		WroteHeaders: func() { d.wrote.Store(true) },
	}
}

func (d *departure) maybe() bool { return !d.connects.Load() || d.wrote.Load() }

// lost is the failure of a sending without an answer.
func (c *Client) lost(ctx context.Context, err error, sent bool) *failure {
	f := &failure{unsure: sent, passing: true}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err // the rest is said elsewhere
	}
	words := "no answer"
	if !sent {
		words = "not sent"
	}
	if end := context.Cause(ctx); end != nil {
		f.err = fmt.Errorf("%s: %w", words, end)
		return f
	}
	f.err = errors.New(words + ": " + c.vault.redact(err.Error()))
	return f
}

// read reads the body of an answer to its end.
func (c *Client) read(ctx context.Context, res *http.Response, a *Answer) *failure {
	limit := or(c.MaxBody, 16<<20)
	body, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	switch {
	case int64(len(body)) > limit:
		return &failure{err: fmt.Errorf("%s: the answer is longer than %d octets", statusWords(a.Status), limit), unsure: unsureAt(a.Status)}
	case err != nil:
		f := c.lost(ctx, err, true)
		f.err = fmt.Errorf("%s, cut after %d octets: %w", statusWords(a.Status), len(body), f.err)
		f.unsure = unsureAt(a.Status)
		return f
	}
	a.Body = body
	return nil
}

// unsureAt reports whether a status leaves open what became of a call. Below 500
// the service says that it will not have it.
func unsureAt(status int) bool { return status < 300 || status >= 500 }

// judged asks the driver what the answer means, and reads it.
func (c *Client) judged(a Answer, out any) *failure {
	judge := c.Judge
	if judge == nil {
		judge = ByStatus
	}
	if e := judge(a); e != nil {
		c.complete(e, a)
		return &failure{err: e, unsure: unsureAt(a.Status), passing: e.Kind == provider.KindTransient || e.Kind == provider.KindThrottled, after: e.RetryAfter}
	}
	if out == nil {
		return nil
	}
	err := json.Unmarshal(a.Body, out)
	if err == nil && !utf8.Valid(a.Body) {
		err = errUTF8
	}
	if err == nil {
		return nil
	}
	e := &provider.ServiceError{Err: fmt.Errorf("%s, and no JSON that fits (%s): %q", statusWords(a.Status), reason(err), a.Words())}
	c.complete(e, a)
	return &failure{err: e, unsure: true, passing: true}
}

var errUTF8 = errors.New("it is not UTF-8")

// reason says what is wrong with JSON without the names that things have in Go.
func reason(err error) string {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf("%q has a %s", e.Field, e.Value)
	}
	return err.Error()
}
