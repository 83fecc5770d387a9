package dyn

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
)

// A session is a place to work at, for one at a time. What is staged in it is seen
// nowhere else and ends with it.
type session struct {
	*account
	token string    // "": it is not open
	used  time.Time // when it was last of use
	dirty bool      // something may be staged in it that shall not be published
}

// An expiredError says that the service does not know a session any more. What was
// staged in it is gone.
type expiredError struct{ error }

func (e *expiredError) Unwrap() error { return e.error }

func isExpired(err error) bool {
	_, ended := errors.AsType[*expiredError](err)
	return ended
}

// detail asks for records in place of their addresses.
var detail = url.Values{"detail": {"Y"}}

// get reads something into out.
func (s *session) get(ctx context.Context, out any, path string, query url.Values) error {
	return s.ask(ctx, out, rest.Call{Method: http.MethodGet, Path: path, Query: query})
}

// ask makes a call, waits for its job where it becomes one, and reads the data of
// the answer into out, which may be nil.
func (s *session) ask(ctx context.Context, out any, call rest.Call) error {
	e, a, err := s.send(ctx, call)
	if err == nil && (e.goesOn() || a.Status == http.StatusTemporaryRedirect) {
		e, err = s.await(ctx, call, jobOf(e, a))
	}
	if err != nil || out == nil {
		return err
	}
	if json.Unmarshal(e.Data, out) != nil && call.Method == http.MethodGet { // a write is done, whatever else is said
		return &provider.ServiceError{Err: fmt.Errorf("%s %s: the data of the answer is not what was asked for", call.Method, call.Path)}
	}
	return nil
}

// send makes one call in the session, which is opened where it is not.
func (s *session) send(ctx context.Context, call rest.Call) (envelope, rest.Answer, error) {
	if err := s.open(ctx); err != nil {
		return envelope{}, rest.Answer{}, err
	}
	return s.sendOpen(ctx, call)
}

func (s *session) sendOpen(ctx context.Context, call rest.Call) (envelope, rest.Answer, error) {
	if err := s.turn(ctx); err != nil {
		return envelope{}, rest.Answer{}, err
	}
	call.Header = http.Header{"Auth-Token": {s.token}}
	a, err := s.api.Do(ctx, call)
	s.used = time.Now()
	e, ok := open(a.Body)
	if err == nil {
		return e, a, nil
	}
	if ok {
		err = settled(call, e, err)
	}
	if said, is := errors.AsType[*provider.ServiceError](err); is && said.Code == invalidData && said.Kind == provider.KindAuth {
		s.token, s.dirty, said.Kind = "", false, provider.KindTransient // the password may be well
		err = &expiredError{err}
	}
	return e, a, err
}

// settled is the error of an answer in which the service itself says no: whatever
// status it comes under, nothing was done, unless it says that it does not know.
func settled(call rest.Call, e envelope, err error) error {
	said, ok := errors.AsType[*provider.ServiceError](err)
	if !ok || e.Status != "failure" || said.Code == "" || said.Code == "INTERNAL_ERROR" || said.Code == "UNKNOWN_ERROR" {
		return err
	}
	return fmt.Errorf("%s %s: %w", call.Method, call.Path, said)
}

// open logs in where that has to be. A session that nobody has used for a while is
// kept alive first, so that the call that finds it gone is none that matters
// (https://help.dyn.com/session-keep-alive). Where something was staged in it, all has
// to begin again, and not to go on in another one.
func (s *session) open(ctx context.Context) error {
	if s.token != "" && time.Since(s.used) > s.times.idle {
		staged := s.dirty
		_, _, err := s.sendOpen(ctx, rest.Call{Method: http.MethodPut, Path: rest.Path("Session"), Again: true})
		if err != nil && (staged || !isExpired(err)) {
			return err
		}
	}
	if s.token != "" {
		return nil
	}
	token, err := s.login(ctx)
	if err != nil {
		return err
	}
	s.token, s.used, s.dirty = token, time.Now(), false
	return nil
}

// close logs out, and forgets the token whatever comes of it.
func (s *session) close(ctx context.Context) error {
	if s.token == "" {
		return nil
	}
	_, _, err := s.sendOpen(ctx, rest.Call{Method: http.MethodDelete, Path: rest.Path("Session"), Again: true})
	s.token, s.dirty = "", false
	if isExpired(err) {
		return nil
	}
	return err
}
