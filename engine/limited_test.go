package engine_test

import (
	"context"
	"time"

	"golang.org/x/time/rate"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// limited is a service in memory as the transport of a driver reaches it: each call
// waits for its turn, and then for the answer.
type limited struct {
	*provider.Memory
	turn *rate.Limiter
	ask  func(context.Context) error // one call to the service, without what it does
}

func (l *limited) call(ctx context.Context) error {
	if err := l.turn.Wait(ctx); err != nil {
		return err
	}
	return l.ask(ctx)
}

// Zone implements provider.Provider.
func (l *limited) Zone(ctx context.Context, name zone.Name) (*zone.Zone, error) {
	if err := l.call(ctx); err != nil {
		return nil, err
	}
	return l.Memory.Zone(ctx, name)
}

// RRsets implements provider.Getter.
func (l *limited) RRsets(ctx context.Context, name zone.Name, keys ...zone.Key) (*zone.Zone, error) {
	if err := l.call(ctx); err != nil {
		return nil, err
	}
	return l.Memory.RRsets(ctx, name, keys...)
}

// Apply implements provider.Provider: all changes are one call.
func (l *limited) Apply(ctx context.Context, plan zone.Plan) error {
	if err := l.call(ctx); err != nil {
		return err
	}
	return l.Memory.Apply(ctx, plan)
}

// CreateZone implements provider.Creator.
func (l *limited) CreateZone(ctx context.Context, want *zone.Zone) ([]zone.Name, error) {
	if err := l.call(ctx); err != nil {
		return nil, err
	}
	return l.Memory.CreateZone(ctx, want)
}

// sleep waits for a time, or for the end of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
