package rest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A Limiter lets only so many calls through in any window of time. A nil one lets
// all through.
type Limiter struct {
	rate  *rate.Limiter
	mu    sync.Mutex
	until time.Time // nobody passes before
}

// NewLimiter makes a limiter that never lets more than calls through in a window. A
// sixth of them may go at once. A tenth is kept back: calls do not arrive at the
// distances at which they are sent.
func NewLimiter(calls int, window time.Duration) *Limiter {
	burst := max(1, calls/6)
	each := max(float64(calls)*0.9-float64(burst), 0.5) / window.Seconds()
	return &Limiter{rate: rate.NewLimiter(rate.Limit(each), burst)}
}

var shared struct {
	sync.Mutex
	limiters map[[sha256.Size]byte]*Limiter
}

// Shared gives the limiter of an account: the same one to all in this process who
// give the same key. The key may be a secret, since only its digest is kept.
func Shared(key string, calls int, window time.Duration) *Limiter {
	sum := sha256.Sum256([]byte(key))
	shared.Lock()
	defer shared.Unlock()
	if shared.limiters == nil {
		shared.limiters = map[[sha256.Size]byte]*Limiter{}
	}
	if shared.limiters[sum] == nil {
		shared.limiters[sum] = NewLimiter(calls, window)
	}
	return shared.limiters[sum]
}

// Wait waits until a call may go. It gives up at once where the context would end
// before that.
func (l *Limiter) Wait(ctx context.Context) error {
	if l == nil {
		return ctx.Err()
	}
	for {
		if err := l.pause(ctx); err != nil {
			return err
		}
		if err := l.rate.Wait(ctx); err != nil {
			return tooLate(ctx)
		}
		if l.left() <= 0 {
			return ctx.Err()
		}
	}
}

// tooLate is the error of a wait that is over or would last too long.
func tooLate(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return fmt.Errorf("the limit of calls leaves no time: %w", context.DeadlineExceeded)
}

// Pause lets nobody through for a while, as a service asks that says 429.
func (l *Limiter) Pause(d time.Duration) {
	if l == nil || d <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := time.Now().Add(d); t.After(l.until) {
		l.until = t
	}
}

func (l *Limiter) left() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Until(l.until)
}

// pause waits until no pause is on.
func (l *Limiter) pause(ctx context.Context) error {
	for d := l.left(); d > 0; d = l.left() {
		if end, ok := ctx.Deadline(); ok && time.Until(end) < d {
			return tooLate(ctx)
		}
		select {
		case <-time.After(d):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}
