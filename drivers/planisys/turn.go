package planisys

import (
	"context"
	"sync"

	"github.com/zonecast/zonecast/zone"
)

// turns let one after another at a zone. Who replaces a whole zone must not do so
// while somebody else in this process does: what the other one writes would be
// lost.
type turns struct {
	mu   sync.Mutex
	busy map[zone.Name]chan struct{} // closed when the turn is over
}

// take waits for a turn as long as ctx allows.
func (t *turns) take(ctx context.Context, name zone.Name) (over func(), err error) {
	for {
		t.mu.Lock()
		before, taken := t.busy[name]
		if !taken {
			if t.busy == nil {
				t.busy = map[zone.Name]chan struct{}{}
			}
			t.busy[name] = make(chan struct{})
		}
		t.mu.Unlock()
		if !taken {
			return func() { t.end(name) }, nil
		}
		select {
		case <-before:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (t *turns) end(name zone.Name) {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.busy[name])
	delete(t.busy, name)
}
