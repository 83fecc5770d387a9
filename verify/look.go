package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/zonecast/zonecast/zone"
)

// A look is what one server has said.
type look struct {
	here   error // why it cannot be asked from this machine
	err    error // why it is of no use
	late   bool  // there was no time to ask for everything
	serial uint32
	ns     zone.RRset
	has    map[zone.Key]answer // nil: it was never asked
}

// look asks a server for everything that is wanted of it: for the SOA record at
// first, since a server that does not have the zone need not be asked for more.
func (v *visit) look(ctx context.Context, address string) look {
	l := look{has: map[zone.Key]answer{}}
	start, ns := zone.Key{Name: v.zone, Type: zone.SOA}, zone.Key{Name: v.zone, Type: zone.NS}
	a, err := v.answer(ctx, address, start)
	if err == nil && a.kind != data {
		err = fmt.Errorf("it has %s where the SOA record of the zone should be", a.words(v.zone))
	}
	if err != nil {
		l.fail(ctx, err)
		return l
	}
	if soa, err := zone.ParseStart(a.set.Data[0]); err == nil {
		l.serial = soa.Serial
	}
	l.has[start] = a
	v.lookAt(ctx, address, &l, slices.DeleteFunc(append([]zone.Key{ns}, v.keys()...), func(k zone.Key) bool { return k == start }))
	if a := l.has[ns]; a.kind == data {
		l.ns = a.set
	}
	return l
}

// lookAt asks a server for sets, some at a time, until one is not answered.
func (v *visit) lookAt(ctx context.Context, address string, l *look, keys []zone.Key) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var next atomic.Int64
	for range min(perServer, len(keys)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(keys)); i = next.Add(1) - 1 {
				a, err := v.answer(ctx, address, keys[i])
				mu.Lock()
				if err != nil {
					l.fail(ctx, fmt.Errorf("%s: %w", keys[i], err))
					next.Store(int64(len(keys)))
				} else {
					l.has[keys[i]] = a
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

// fail notes why a server gave no answer, where that is no fault of ours.
func (l *look) fail(ctx context.Context, err error) {
	here, ok := errors.AsType[*hereError](err)
	switch {
	case over(ctx):
		l.late = true
	case ok:
		l.here = here
	default:
		l.err = errors.Join(l.err, err)
	}
}

// answer asks a server for one set, when there is room for a question.
func (v *visit) answer(ctx context.Context, address string, k zone.Key) (answer, error) {
	select {
	case v.open <- struct{}{}:
		defer func() { <-v.open }()
	case <-ctx.Done():
		return answer{}, ctx.Err()
	}
	m, err := v.ask(ctx, address, question{name: k.Name, typ: k.Type})
	if err != nil {
		return answer{}, err
	}
	return read(m, v.zone, k)
}
