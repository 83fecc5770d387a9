package provider

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// A Ledger remembers, for each zone at each target, what is ours: the memory
// that tells a foreign record from one that the source no longer has. Leases are
// ids that mean something only to the ledger.
type Ledger interface {
	// Acquire takes the lease of a zone at a target and waits for it: as long as
	// it lasts nobody else writes there. ctx bounds the wait; held ends, if not
	// before, when the lease is lost. Who has the lease by held gets it again.
	Acquire(ctx context.Context, target string, name zone.Name) (held context.Context, lease string, err error)
	// Base is what is known of the zone; nil where nothing is.
	Base(ctx context.Context, target string, name zone.Name) (*zone.Base, error)
	// Meet keeps for ever what a zone held when we first came to write to it.
	Meet(ctx context.Context, lease string, live *zone.Zone) error
	// Begun gives the plans that were begun and never settled, and the recent ones,
	// oldest first.
	Begun(ctx context.Context, target string, name zone.Name) ([]Begun, error)
	// Begin makes a plan durable before the first call that it causes.
	Begin(ctx context.Context, lease string, plan zone.Plan) error
	// Commit replaces the base; nil forgets the zone. settled says that all plans
	// that were begun are accounted for; otherwise the recent ones are not either.
	// repaired are the sets that had been changed by somebody and are as we wrote
	// them again: the base tells for a day how often that was so. roused are the
	// zones of the target that have work now since this one's Cut is another one, or
	// since it no longer Delegates to them.
	Commit(ctx context.Context, lease string, base *zone.Base, settled bool, repaired ...zone.Key) (roused []zone.Name, err error)
	// Shrink notes that a zone is about to get smaller, unless as many others of its
	// target have in the last day as may; it gives how many have, and how many zones
	// the target has.
	Shrink(ctx context.Context, lease string, allows func(zones int) int) (others, zones int, err error)
	// Above gives the zones of a target above a name that are kept there, or shall
	// be, or may be, as somebody has begun to: the nearest first.
	Above(ctx context.Context, target string, name zone.Name) ([]zone.Name, error)
	// Below gives the zones of a target below a name that have a Cut, or shall have.
	Below(ctx context.Context, target string, name zone.Name) ([]Below, error)
	// Release gives the lease back.
	Release(ctx context.Context, lease string) error
}

// Begun is a plan whose calls were made, or were about to be.
type Begun struct {
	zone.Plan
	Settled bool // what of it was done is known
	Recent  bool // so lately begun that a read may not show yet what was done
}

// Below is a zone that a target holds below another one.
type Below struct {
	Name    zone.Name
	Cut     *zone.Zone // of its Base
	Awaited bool       // it is wished for, and has not been seen at the target yet
}

// MemoryLedger is a Ledger for tests and for programs that live long. The zero
// value knows nothing.
type MemoryLedger struct {
	mu    sync.Mutex
	bases map[string]*zone.Base
	plans map[string][]zone.Plan
	begun map[string][]Begun
	met   map[string]*zone.Zone
	mends map[string][]mend
	locks map[string]chan struct{}
	small map[string]time.Time // zones that got smaller, and when
}

// A mend is a set that was put back.
type mend struct {
	key zone.Key
	at  time.Time
}

func ledgerID(target string, name zone.Name) string { return string(name) + " at " + target }

// lock gives the one token that whoever writes to a zone has to hold.
func (l *MemoryLedger) lock(id string) chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.locks == nil {
		l.bases, l.plans, l.met = map[string]*zone.Base{}, map[string][]zone.Plan{}, map[string]*zone.Zone{}
		l.begun, l.mends, l.locks = map[string][]Begun{}, map[string][]mend{}, map[string]chan struct{}{}
		l.small = map[string]time.Time{}
	}
	if l.locks[id] == nil {
		l.locks[id] = make(chan struct{}, 1)
	}
	return l.locks[id]
}

// Acquire implements Ledger.
func (l *MemoryLedger) Acquire(ctx context.Context, target string, name zone.Name) (context.Context, string, error) {
	id := ledgerID(target, name)
	if ctx.Value(heldKey(id)) != nil {
		return ctx, lent + id, nil
	}
	select {
	case l.lock(id) <- struct{}{}:
		return context.WithValue(ctx, heldKey(id), true), id, nil
	case <-ctx.Done():
		return ctx, "", ctx.Err()
	}
}

// heldKey marks a context as that of who holds the lease with this id.
type heldKey string

// lent is what the id of a lease begins with that was had already.
const lent = "lent "

func (l *MemoryLedger) change(lease string, do func(id string)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	do(strings.TrimPrefix(lease, lent))
	return nil
}

// Base implements Ledger.
func (l *MemoryLedger) Base(_ context.Context, target string, name zone.Name) (*zone.Base, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	base, mends := l.bases[ledgerID(target, name)], l.mends[ledgerID(target, name)]
	if base == nil || len(mends) == 0 {
		return base, nil
	}
	base = base.Uncontested()
	base.Repaired = map[zone.Key]int{}
	for _, m := range mends {
		if time.Since(m.at) < 24*time.Hour {
			base.Repaired[m.key]++
		}
	}
	return base, nil
}

// Begun implements Ledger.
func (l *MemoryLedger) Begun(_ context.Context, target string, name zone.Name) ([]Begun, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.begun[ledgerID(target, name)], nil
}

// Meet implements Ledger.
func (l *MemoryLedger) Meet(_ context.Context, lease string, live *zone.Zone) error {
	return l.change(lease, func(id string) {
		if l.met[id] == nil {
			l.met[id] = live
		}
	})
}

// Begin implements Ledger.
func (l *MemoryLedger) Begin(_ context.Context, lease string, plan zone.Plan) error {
	return l.change(lease, func(id string) {
		l.plans[id] = append(l.plans[id], plan)
		l.begun[id] = append(l.begun[id], Begun{Plan: plan})
	})
}

// Commit implements Ledger. Nothing is owed here: who syncs the zones that are
// roused has them agree.
func (l *MemoryLedger) Commit(_ context.Context, lease string, base *zone.Base, settled bool, repaired ...zone.Key) (roused []zone.Name, err error) {
	err = l.change(lease, func(id string) {
		for _, k := range repaired {
			l.mends[id] = append(l.mends[id], mend{k, time.Now()})
		}
		name, target, _ := strings.Cut(id, " at ")
		if !cutOf(l.bases[id]).Equal(cutOf(base)) {
			roused = l.above(target, zone.Name(name))
		}
		roused = append(roused, Parted(l.bases[id], base)...)
		if l.bases[id] = base; settled {
			delete(l.begun, id)
		}
	})
	return roused, err
}

func cutOf(b *zone.Base) *zone.Zone {
	if b == nil {
		return nil
	}
	return b.Cut
}

// Parted gives the zones that a new base of one above them no longer delegates to.
func Parted(old, new *zone.Base) (names []zone.Name) {
	if old == nil {
		return nil
	}
	for _, n := range old.Delegates {
		if new == nil || !slices.Contains(new.Delegates, n) {
			names = append(names, n)
		}
	}
	return names
}

// Shrink implements Ledger.
func (l *MemoryLedger) Shrink(_ context.Context, lease string, allows func(int) int) (others, zones int, err error) {
	err = l.change(lease, func(id string) {
		_, target, _ := strings.Cut(id, " at ")
		for other, at := range l.small {
			if _, there, _ := strings.Cut(other, " at "); other != id && there == target && time.Since(at) < 24*time.Hour {
				others++
			}
		}
		for other := range l.bases {
			if _, there, _ := strings.Cut(other, " at "); there == target {
				zones++
			}
		}
		if others < allows(zones) {
			l.small[id] = time.Now()
		}
	})
	return others, zones, err
}

// Above implements Ledger.
func (l *MemoryLedger) Above(_ context.Context, target string, name zone.Name) ([]zone.Name, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.above(target, name), nil
}

func (l *MemoryLedger) above(target string, name zone.Name) (names []zone.Name) {
	for at := name.Parent(); at != zone.Root; at = at.Parent() {
		if id := ledgerID(target, at); l.bases[id] != nil || len(l.begun[id]) > 0 {
			names = append(names, at)
		}
	}
	return names
}

// Below implements Ledger.
func (l *MemoryLedger) Below(_ context.Context, target string, name zone.Name) (list []Below, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, base := range l.bases {
		if n, at, _ := strings.Cut(id, " at "); at == target && zone.Name(n).Parent().In(name) && cutOf(base) != nil {
			list = append(list, Below{Name: zone.Name(n), Cut: base.Cut})
		}
	}
	slices.SortFunc(list, func(a, b Below) int { return zone.Compare(a.Name, b.Name) })
	return list, nil
}

// Release implements Ledger.
func (l *MemoryLedger) Release(_ context.Context, lease string) error {
	if !strings.HasPrefix(lease, lent) {
		<-l.lock(lease)
	}
	return nil
}

// Plans gives the plans that were begun for a zone, oldest first.
func (l *MemoryLedger) Plans(target string, name zone.Name) []zone.Plan {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]zone.Plan(nil), l.plans[ledgerID(target, name)]...)
}

// Met gives what the zone held at first contact.
func (l *MemoryLedger) Met(target string, name zone.Name) *zone.Zone {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.met[ledgerID(target, name)]
}
