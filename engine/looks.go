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

// Looks are what Verify does after writes. A look holds up nothing but the word about its
// zone, and ends when the next word about it is to be said. Set in an Engine they go on
// when Work returns. The zero value is ready.
type Looks struct {
	wg      sync.WaitGroup
	reports sync.Mutex // one result is reported at a time
	mu      sync.Mutex
	open    map[Queue]*look
}

// A look is one that goes on.
type look struct {
	stop func()
	done chan struct{}
}

// Wait waits until no look goes on.
func (l *Looks) Wait() { l.wg.Wait() }

// A word is what is to be said of a zone.
type word struct {
	provider.Result
	verify func(ctx context.Context, written provider.Result) string
	found  func(missing string) // keeps what was found; nil: nobody does
	say    func(provider.Result)
}

// tell says a word, now or after a look.
func (l *Looks) tell(ctx context.Context, w word) {
	q := Queue{w.Target, w.Zone}
	l.end(q)
	if w.verify == nil || w.Live == nil {
		l.say(w)
		return
	}
	ctx, stop := context.WithCancel(ctx)
	now := &look{stop, make(chan struct{})}
	if !l.begin(q, now) {
		stop()
		l.note(w, notLooked)
		return
	}
	l.wg.Go(func() {
		defer stop()
		l.note(w, w.look(ctx))
		l.mu.Lock()
		delete(l.open, q)
		l.mu.Unlock()
		close(now.done)
	})
}

// end ends the look at a zone, if there is one, and waits until its word is said.
func (l *Looks) end(q Queue) {
	l.mu.Lock()
	before := l.open[q]
	l.mu.Unlock()
	if before != nil {
		before.stop()
		<-before.done
	}
}

func (l *Looks) begin(q Queue, now *look) bool {
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

func (l *Looks) say(w word) {
	l.reports.Lock()
	defer l.reports.Unlock()
	w.say(w.Result)
}

// note says a word with what was found: it is no fault of the write.
func (l *Looks) note(w word, missing string) {
	if w.found != nil {
		w.found(missing)
	}
	if missing != "" {
		w.Findings = append(slices.Clip(w.Findings), zone.Finding{Text: "not all servers serve it yet: " + missing})
	}
	l.say(w)
}

// look asks who verifies; a panic there is no harm to the write either.
func (w word) look(ctx context.Context) (missing string) {
	defer func() {
		if p := recover(); p != nil {
			missing = fmt.Sprintf("the look panicked: %v", p)
		}
	}()
	return w.verify(ctx, w.Result)
}
