package provider

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// locks lets one caller at a time into a zone.
type locks struct{ zones sync.Map }

// hold is the right to be in a zone. It lasts until it is released and every
// call that was made under it has come back, even one that nobody waits for any
// more: a driver that forgot its context may still be writing.
type hold struct {
	calls sync.WaitGroup
	token chan struct{}
}

func (l *locks) hold(ctx context.Context, name zone.Name) (*hold, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	v, _ := l.zones.LoadOrStore(name, make(chan struct{}, 1))
	token := v.(chan struct{})
	select {
	case token <- struct{}{}:
		return &hold{token: token}, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("zone %s is busy: %w", name, ctx.Err())
	}
}

func (h *hold) release() {
	go func() {
		h.calls.Wait()
		<-h.token
	}()
}

const libdnsDeadline = 2 * time.Minute

// call runs a foreign driver: it gives up at the deadline whatever the driver
// does with its context, and turns a panic into an error.
func call[T any](ctx context.Context, h *hold, deadline time.Duration, f func(context.Context) (T, error)) (T, error) {
	if deadline <= 0 {
		deadline = libdnsDeadline
	}
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	type answer struct {
		v   T
		err error
	}
	done := make(chan answer, 1)
	h.calls.Go(func() {
		var a answer
		defer func() {
			if r := recover(); r != nil {
				a.err = fmt.Errorf("the driver panicked: %v", r)
			}
			done <- a
		}()
		a.v, a.err = f(ctx)
	})
	select {
	case a := <-done:
		return a.v, a.err
	case <-ctx.Done():
		var none T
		return none, fmt.Errorf("the driver did not answer: %w", ctx.Err())
	}
}
