package provider

import (
	"context"
	"sync"

	"github.com/zonecast/zonecast/zone"
)

// A Ledger remembers, for each zone at each target, what is ours: the memory
// that tells a foreign record from one that the source no longer has. Leases are
// ids that mean something only to the ledger.
type Ledger interface {
	// Acquire takes the lease of a zone at a target and waits for it: as long as
	// it lasts nobody else writes there. ctx bounds the wait.
	Acquire(ctx context.Context, target string, name zone.Name) (lease string, err error)
	// Base is what is known of the zone; nil where nothing is.
	Base(ctx context.Context, target string, name zone.Name) (*zone.Base, error)
	// Begin makes a plan durable before the first call that it causes.
	Begin(ctx context.Context, lease string, plan zone.Plan) error
	// Commit replaces the base when the calls are settled; nil forgets the zone.
	Commit(ctx context.Context, lease string, base *zone.Base) error
	// Release gives the lease back.
	Release(ctx context.Context, lease string) error
}

// MemoryLedger is a Ledger for tests and for programs that live long. The zero
// value knows nothing.
type MemoryLedger struct {
	mu    sync.Mutex
	bases map[string]*zone.Base
	plans map[string][]zone.Plan
	locks map[string]chan struct{}
}

func ledgerID(target string, name zone.Name) string { return string(name) + " at " + target }

// lock gives the one token that whoever writes to a zone has to hold.
func (l *MemoryLedger) lock(id string) chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.locks == nil {
		l.bases, l.plans, l.locks = map[string]*zone.Base{}, map[string][]zone.Plan{}, map[string]chan struct{}{}
	}
	if l.locks[id] == nil {
		l.locks[id] = make(chan struct{}, 1)
	}
	return l.locks[id]
}

// Acquire implements Ledger.
func (l *MemoryLedger) Acquire(ctx context.Context, target string, name zone.Name) (string, error) {
	id := ledgerID(target, name)
	select {
	case l.lock(id) <- struct{}{}:
		return id, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// Base implements Ledger.
func (l *MemoryLedger) Base(_ context.Context, target string, name zone.Name) (*zone.Base, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.bases[ledgerID(target, name)], nil
}

// Begin implements Ledger.
func (l *MemoryLedger) Begin(_ context.Context, lease string, plan zone.Plan) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.plans[lease] = append(l.plans[lease], plan)
	return nil
}

// Commit implements Ledger.
func (l *MemoryLedger) Commit(_ context.Context, lease string, base *zone.Base) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bases[lease] = base
	return nil
}

// Release implements Ledger.
func (l *MemoryLedger) Release(_ context.Context, lease string) error {
	<-l.lock(lease)
	return nil
}

// Plans gives the plans that were begun for a zone, oldest first.
func (l *MemoryLedger) Plans(target string, name zone.Name) []zone.Plan {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]zone.Plan(nil), l.plans[ledgerID(target, name)]...)
}
