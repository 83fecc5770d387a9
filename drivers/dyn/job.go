package dyn

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
)

// What takes longer than 5 seconds is answered with 307 and goes on as a job of the
// session, which takes no other call until it has ended (https://help.dyn.com/get-job).

// jobAt is the number of the job that an answer points to. The rest of the address
// does not matter: the token goes to no other host.
func jobAt(a rest.Answer) string {
	path, _, _ := strings.Cut(a.Header.Get("Location"), "?")
	id := path[strings.LastIndexByte(strings.TrimSuffix(path, "/"), '/')+1:]
	id = strings.TrimSuffix(id, "/")
	if strings.Trim(id, "0123456789") != "" {
		return ""
	}
	return id
}

func jobOf(e envelope, a rest.Answer) string {
	if id := jobAt(a); id != "" {
		return id
	}
	return string(e.Job)
}

var errNoJob = errors.New("the call goes on as a job without a number")

// await waits for the end of a job and gives the answer that the call would have
// had. Where that cannot be had, nobody knows what became of a write, and the
// session is of no more use.
func (s *session) await(ctx context.Context, call rest.Call, id string) (envelope, error) {
	if id == "" {
		return s.lost(call, errNoJob)
	}
	for began := time.Now(); ; {
		if err := sleep(ctx, s.times.poll); err != nil {
			return s.lost(call, fmt.Errorf("job %s goes on: %w", id, err))
		}
		e, a, err := s.sendOpen(ctx, rest.Call{Method: http.MethodGet, Path: rest.Path("Job", id)})
		switch {
		case err != nil && !isOutcome(e, err):
			return s.lost(call, err)
		case err != nil:
			return e, err
		case !e.goesOn() && a.Status != http.StatusTemporaryRedirect:
			return e, nil
		case time.Since(began) > s.times.job:
			return s.lost(call, fmt.Errorf("job %s has not ended within %s", id, s.times.job))
		}
	}
}

// isOutcome reports whether an error is that of the job, and none of asking for it.
func isOutcome(e envelope, err error) bool {
	return e.Status == "failure" && !isExpired(err) && !e.says("job:") && provider.KindOf(err) != provider.KindThrottled
}

// lost gives up on a job, and on its session: nobody has the token any more, so that
// nobody can publish what is staged there.
func (s *session) lost(call rest.Call, why error) (envelope, error) {
	s.token, s.dirty = "", false
	kind := provider.KindOf(why)
	if isExpired(why) {
		why = errors.New(why.Error()) // it must not be begun again
	}
	err := error(&provider.ServiceError{Kind: kind, Err: fmt.Errorf("%s %s: %w", call.Method, call.Path, why)})
	if call.Method != http.MethodGet {
		err = &rest.UnsettledError{Err: err}
	}
	return envelope{}, err
}

// A getter reads something in a session.
type getter func(ctx context.Context, out any, path string, query url.Values) error

// get reads something in whatever session is free.
func (a *account) get(ctx context.Context, out any, path string, query url.Values) error {
	return a.work(ctx, func(s *session) error { return s.get(ctx, out, path, query) })
}

// settle waits for the task that a publish or a creation is followed by, and which
// blocks its zone (https://help.dyn.com/get-all-dns-tasks-api). An error is that of
// the task. One that takes too long, or cannot be looked at, is left alone: the
// service has said yes.
func (a *account) settle(ctx context.Context, task scalar, get getter) error {
	if task == "" {
		return nil
	}
	for pause, left := a.times.task, a.times.tasks; left > 0; pause, left = min(2*pause, a.times.poll), left-pause {
		if sleep(ctx, pause) != nil {
			return nil
		}
		var data struct {
			Status  string `json:"status"`
			Message scalar `json:"message"`
		}
		switch err := get(ctx, &data, rest.Path("Task", string(task)), nil); {
		case err != nil || data.Status == "complete":
			return nil
		case data.Status == "failed" || data.Status == "canceled" || data.Status == "stalled":
			return &provider.ServiceError{Code: data.Status, Err: fmt.Errorf("task %s: %s", task, brief(string(data.Message)))}
		}
	}
	return nil
}
