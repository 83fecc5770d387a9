package dyn

import (
	"context"
	"sync"

	"github.com/zonecast/zonecast/zone"
)

// locks see to it that one alone writes to a zone: two sessions that work on the same
// thing spoil each other's work (https://help.dyn.com/understanding-works-api/). The
// zero value has none locked.
type locks struct {
	mu   sync.Mutex
	held map[zone.Name]chan struct{}
}

// lock waits until nobody else writes to the zone.
func (l *locks) lock(ctx context.Context, name zone.Name) (unlock func(), err error) {
	for {
		l.mu.Lock()
		theirs, busy := l.held[name]
		if !busy {
			break
		}
		l.mu.Unlock()
		select {
		case <-theirs:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	defer l.mu.Unlock()
	if l.held == nil {
		l.held = map[zone.Name]chan struct{}{}
	}
	mine := make(chan struct{})
	l.held[name] = mine
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.held, name)
		close(mine)
	}, nil
}
