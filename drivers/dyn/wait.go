package dyn

import (
	"context"
	"fmt"
	"time"
)

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
