package engine

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// fair is how long a target may take to answer before anything is made of it.
const fair = 2 * time.Second

// An ear listens for whether a target says anything at all. That our time was up
// says nothing of it; that it kept silent all that time does, and without this no
// break would ever keep a panel from waiting for a target that hangs.
type ear struct {
	provider.Provider
	heard, unheard atomic.Bool
}

// Zone is what work on a zone begins with.
func (e *ear) Zone(ctx context.Context, name zone.Name) (*zone.Zone, error) {
	began := time.Now()
	z, err := e.Provider.Zone(ctx, name)
	switch {
	case err == nil || ctx.Err() == nil:
		e.heard.Store(true)
	case time.Since(began) >= fair:
		e.unheard.Store(true)
	}
	return z, err
}

// Unwrap lets what else the driver can do be found.
func (e *ear) Unwrap() provider.Provider { return e.Provider }

// silent reports, once, that time is up and that the target has said nothing.
func (e *ear) silent(ctx context.Context) bool {
	return errors.Is(ctx.Err(), context.DeadlineExceeded) && e.unheard.Load() && !e.heard.Swap(true)
}
