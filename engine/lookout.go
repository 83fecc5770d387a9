package engine

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// mostLooks is how many zones are looked at a time. What comes while there are so many
// is not looked at: nothing waits for a look.
const mostLooks = 64

const notLooked = "nobody has looked whether it is served: many others were being looked at"

// A lookout tells of results, of those with something written only after a look
// whether the world sees it. Looking holds up nothing but the word about that zone, and
// ends when the next word about it is to be said.
type lookout struct {
	seen func(ctx context.Context, r provider.Result, found string) // keeps what was found; nil: nobody does

	wg   sync.WaitGroup
	mu   sync.Mutex
	open map[Queue]*look
}

// A look is one that goes on.
type look struct {
	stop func()
	done chan struct{}
}

// tell says a result, now or after a look; say has to bear several goroutines.
func (l *lookout) tell(ctx context.Context, t *Target, r provider.Result, say func(provider.Result)) {
	q := Queue{r.Target, r.Zone}
	l.mu.Lock()
	before := l.open[q]
	l.mu.Unlock()
	if before != nil {
		before.stop()
		<-before.done
	}
	if t.Verify == nil || r.Live == nil {
		say(r)
		return
	}
	ctx, stop := context.WithCancel(ctx)
	now := &look{stop, make(chan struct{})}
	if !l.begin(q, now) {
		stop()
		l.found(ctx, &r, notLooked)
		say(r)
		return
	}
	l.wg.Go(func() {
		defer stop()
		l.found(ctx, &r, verdictOf(ctx, t, r))
		say(r)
		l.end(q, now)
	})
}

func (l *lookout) begin(q Queue, now *look) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.open) >= mostLooks {
		return false
	}
	if l.open == nil {
		l.open = map[Queue]*look{}
	}
	l.open[q] = now
	return true
}

func (l *lookout) end(q Queue, now *look) {
	l.mu.Lock()
	delete(l.open, q)
	l.mu.Unlock()
	close(now.done)
}

// found notes what was found in a result: it is no fault of the write.
func (l *lookout) found(ctx context.Context, r *provider.Result, text string) {
	if l.seen != nil {
		l.seen(context.WithoutCancel(ctx), *r, text)
	}
	if text != "" {
		r.Findings = append(slices.Clip(r.Findings), zone.Finding{Text: "not all servers serve it yet: " + text})
	}
}

// verdictOf asks the target's Verify; a panic there is no harm to the write either.
func verdictOf(ctx context.Context, t *Target, r provider.Result) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text = fmt.Sprintf("the look panicked: %v", p)
		}
	}()
	return t.Verify(ctx, r)
}
