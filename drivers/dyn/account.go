package dyn

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
)

// An account is how the service is reached as one user.
type account struct {
	credential Credential
	api        *rest.Client  // with a session
	door       *rest.Client  // without one
	desks      chan struct{} // has as many places as sessions may work
	shared     provider.Shared
	bucket     string // of the account, among all processes
	notes      *notes
	zones      locks
	times      times

	mu   sync.Mutex
	idle []*session
}

// times are how long things may take, and how long to wait for them.
type times struct {
	idle     time.Duration // after which a session is kept alive before it is used
	farewell time.Duration // that cleaning up may take, an account that is locked included
	hurry    time.Duration // that it may take where the context is over, and at the end
	poll     time.Duration // between two looks at a job
	job      time.Duration // that a job may take
	task     time.Duration // before the first look at a task; later ones take longer
	tasks    time.Duration // that a task is looked at
}

// usual times. A job must not be looked at more often than every 5 seconds
// (https://help.dyn.com/get-job).
var usual = times{idle: 5 * time.Minute, farewell: 75 * time.Second, hurry: 10 * time.Second, poll: 5 * time.Second, job: 2 * time.Minute, task: time.Second, tasks: 30 * time.Second}

// The limit of an account is 5 calls a second and 300 a minute, over all its users
// (https://help.dyn.com/managed-dns-api-rate-limit/). These are four a second, one at
// a time, of which no second ever has more than five.
const (
	calls     = 10
	window    = 2 * time.Second
	perSecond = 4
)

func newAccount(p *Provider) *account {
	base := cmp.Or(p.URL, "https://api.dynect.net/REST")
	a := &account{
		credential: p.Credential,
		desks:      make(chan struct{}, cmp.Or(max(p.Sessions, 0), 3)),
		shared:     p.shared,
		bucket:     "dyn " + p.Credential.customer,
		notes:      &notes{shared: p.shared},
		times:      usual,
	}
	limit := rest.Shared(base+" "+a.bucket, calls, window)
	client := func(judge func(rest.Answer) *provider.ServiceError) *rest.Client {
		return &rest.Client{Base: base, Secrets: []rest.Secret{p.Credential.password}, Judge: judge, Limit: limit, Transport: p.Transport}
	}
	a.api, a.door = client(judge), client(judgeLogin)
	if p.tune != nil {
		p.tune(a)
	}
	return a
}

// tries are how often work is begun that a session did not outlive.
const tries = 3

// work lends a session to do, which has it for itself. Where the service has
// forgotten the session meanwhile, do is called again with a new one: nothing that
// was staged in the old one is left.
func (a *account) work(ctx context.Context, do func(*session) error) error {
	s, err := a.take(ctx)
	if err != nil {
		return err
	}
	defer a.give(ctx, s)
	for try := 1; ; try++ {
		if err := do(s); !isExpired(err) || try == tries {
			return err
		}
	}
}

// take waits until a session is free.
func (a *account) take(ctx context.Context) (*session, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case a.desks <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if n := len(a.idle); n > 0 {
		s := a.idle[n-1]
		a.idle = a.idle[:n-1]
		return s, nil
	}
	return &session{account: a}, nil
}

// give takes a session back. In one where something may be staged nobody works any
// more: with its end all that is gone.
func (a *account) give(ctx context.Context, s *session) {
	if s.dirty {
		ctx, cancel := a.parting(ctx)
		_ = s.close(ctx) // where that fails, too, nobody has its token any more
		cancel()
	}
	a.mu.Lock()
	a.idle = append(a.idle, s)
	a.mu.Unlock()
	<-a.desks
}

// close logs out all sessions that nobody works in. Nobody shall wait long for that.
func (a *account) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), a.times.hurry)
	defer cancel()
	a.mu.Lock()
	idle := a.idle
	a.idle = nil
	a.mu.Unlock()
	var errs []error
	for _, s := range idle {
		errs = append(errs, s.close(ctx))
	}
	return errors.Join(errs...)
}

// turn waits until another process of the account leaves room for a call. The limit
// within this process is the client's.
func (a *account) turn(ctx context.Context) error {
	if a.shared == nil {
		return nil
	}
	wait, err := a.shared.Take(ctx, a.bucket, perSecond, 1)
	if err != nil {
		return fmt.Errorf("not sent: %w", err)
	}
	return sleep(ctx, wait)
}

// parting is the context for cleaning up, which is done although that of the work may
// be over.
func (a *account) parting(ctx context.Context) (context.Context, context.CancelFunc) {
	within := a.times.farewell
	if ctx.Err() != nil {
		within = a.times.hurry
	}
	return context.WithTimeout(context.WithoutCancel(ctx), within)
}

// sleep waits, or ends with the context.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// login opens a session and gives its token (https://help.dyn.com/session-log-in.html).
// A password that is refused is read again, once.
func (a *account) login(ctx context.Context) (string, error) {
	for again := true; ; again = false {
		secrets, err := a.door.Credential()
		if err != nil {
			return "", &provider.ServiceError{Kind: provider.KindAuth, Err: err}
		}
		token, err := a.loginWith(ctx, secrets[0])
		if err == nil || !again || provider.KindOf(err) != provider.KindAuth {
			return token, err
		}
		if changed, _ := a.door.Renew(secrets); !changed {
			return "", err
		}
	}
}

var errNoToken = errors.New("the service has let us in and given no token")

func (a *account) loginWith(ctx context.Context, password string) (string, error) {
	if err := a.turn(ctx); err != nil {
		return "", err
	}
	answer, err := a.door.Do(ctx, rest.Call{
		Method: http.MethodPost, Path: rest.Path("Session"), Again: true,
		In: map[string]string{"customer_name": a.credential.customer, "user_name": a.credential.user, "password": password},
	})
	if err != nil {
		return "", err
	}
	var data struct {
		Token string `json:"token"`
	}
	e, _ := open(answer.Body)
	if json.Unmarshal(e.Data, &data) != nil || data.Token == "" {
		return "", &provider.ServiceError{Err: errNoToken}
	}
	a.api.Hide(data.Token)
	a.door.Hide(data.Token)
	a.api.Hide(password)
	return data.Token, nil
}
