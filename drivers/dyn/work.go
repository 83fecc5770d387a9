package dyn

import (
	"context"
	"errors"
)

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
