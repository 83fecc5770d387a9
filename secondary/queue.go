package secondary

import (
	"container/heap"
	"sync"
	"time"
)

// A queue has zones that wait for a worker. What a primary has said to have changed
// goes first.
type queue struct {
	mu           sync.Mutex
	more         sync.Cond
	urgent, rest []*follower
	closed       bool
	drop         func() // called for each zone that nobody will work on
}

func newQueue(drop func()) *queue {
	q := &queue{drop: drop}
	q.more.L = &q.mu
	return q
}

func (q *queue) push(f *follower, urgent bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		q.drop()
		return
	}
	if urgent {
		q.urgent = append(q.urgent, f)
	} else {
		q.rest = append(q.rest, f)
	}
	q.more.Signal()
}

// pop gives the next zone; idle is called before it waits for one. It gives nil once
// the queue is closed.
func (q *queue) pop(idle func()) *follower {
	q.mu.Lock()
	defer q.mu.Unlock()
	for told := false; !q.closed; {
		for _, from := range []*[]*follower{&q.urgent, &q.rest} {
			if len(*from) > 0 {
				f := (*from)[0]
				(*from)[0], *from = nil, (*from)[1:]
				return f
			}
		}
		if !told {
			told = true
			q.mu.Unlock()
			idle()
			q.mu.Lock()
			continue
		}
		q.more.Wait()
	}
	return nil
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	for range len(q.urgent) + len(q.rest) {
		q.drop()
	}
	q.urgent, q.rest = nil, nil
	q.more.Broadcast()
}

// A schedule has zones by when each is due.
type schedule []*follower

func (s schedule) Len() int           { return len(s) }
func (s schedule) Less(i, j int) bool { return s[i].next.Before(s[j].next) }
func (s schedule) Swap(i, j int)      { s[i], s[j] = s[j], s[i]; s[i].place, s[j].place = i, j }

// Push and Pop are for package heap.
func (s *schedule) Push(x any) {
	f := x.(*follower)
	f.place = len(*s)
	*s = append(*s, f)
}

// Pop gives the last one.
func (s *schedule) Pop() any {
	last := len(*s) - 1
	f := (*s)[last]
	(*s)[last], *s = nil, (*s)[:last]
	f.place = -1
	return f
}

func (s *schedule) add(f *follower) { heap.Push(s, f) }

func (s *schedule) remove(f *follower) {
	if f.place >= 0 {
		heap.Remove(s, f.place)
	}
}

// due gives the first zone that is due by now; otherwise when the next one is, the
// zero time where there is none.
func (s *schedule) due(now time.Time) (*follower, time.Time) {
	if len(*s) == 0 {
		return nil, time.Time{}
	}
	if first := (*s)[0]; first.next.After(now) {
		return nil, first.next
	}
	return heap.Pop(s).(*follower), time.Time{}
}
