package provider

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"

	"github.com/zonecast/zonecast/zone"
)

// Memory is a provider that keeps its zones in memory: the reference for what a
// driver does, and what tests use in place of mocks. The zero value is a service
// without zones. Set the fields before the first call.
type Memory struct {
	Can         Traits                            // what the service can hold
	NameServers []zone.Name                       // that it gives to new zones
	OwnServers  func() []zone.Name                // those of one new zone, where each has its own; may be nil
	Keeps       func(zone.RRset) zone.RRset       // how it keeps a set, where that is not as written; may be nil
	Fault       func(step string, at Point) error // asked before each step: an error stops it; may be nil
	Lose        func(step string, at Point) error // asked after each step: an error loses the answer; may be nil

	mu     sync.Mutex
	zones  map[zone.Name]*zone.Zone
	owners map[zone.Name]string
	calls  int
}

// Point is where in its work a Memory asks for a fault. The steps are "read",
// "write" (once for each change), "create", "delete", "list", "owner", "claim".
type Point struct {
	Zone   zone.Name
	Change zone.Change // of a write
}

// Put makes z the live zone, whatever was there before: as if somebody else had
// written it.
func (m *Memory) Put(z *zone.Zone) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.set(z.Name(), z)
}

// Get is the live zone, nil where there is none. It is not a call.
func (m *Memory) Get(name zone.Name) *zone.Zone {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.zones[name]
}

// Calls is how many calls were made so far.
func (m *Memory) Calls() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.calls
}

func (m *Memory) set(name zone.Name, z *zone.Zone) {
	if m.zones == nil {
		m.zones = map[zone.Name]*zone.Zone{}
	}
	m.zones[name] = z
}

// step runs one step between its faults.
func (m *Memory) step(ctx context.Context, step string, at Point, do func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if m.Fault != nil {
		if err := m.Fault(step, at); err != nil {
			return err
		}
	}
	m.mu.Lock()
	err := do()
	m.mu.Unlock()
	if err == nil && m.Lose != nil {
		if err := m.Lose(step, at); err != nil {
			return lostError{err}
		}
	}
	return err
}

// lostError is the fault of an answer that did not arrive.
type lostError struct{ error }

func (e lostError) Unwrap() error { return e.error }

func (m *Memory) count() {
	m.mu.Lock()
	m.calls++
	m.mu.Unlock()
}

// Traits implements Describer.
func (m *Memory) Traits() Traits { return m.Can }

// Zone implements Provider.
func (m *Memory) Zone(ctx context.Context, name zone.Name) (z *zone.Zone, err error) {
	m.count()
	err = m.step(ctx, "read", Point{Zone: name}, func() error {
		if z = m.zones[name]; z == nil {
			return fmt.Errorf("zone %s: %w", name, ErrNoZone)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return z, nil
}

// RRsets implements Getter.
func (m *Memory) RRsets(ctx context.Context, name zone.Name, keys ...zone.Key) (*zone.Zone, error) {
	z, err := m.Zone(ctx, name)
	if err != nil {
		return nil, err
	}
	asked := make(map[zone.Key]bool, len(keys))
	for _, k := range keys {
		asked[k] = true
	}
	return z.Only(func(s zone.RRset) bool { return asked[s.Key] }), nil
}

// Apply implements Provider, a change at a time.
func (m *Memory) Apply(ctx context.Context, plan zone.Plan) error {
	m.count()
	err := Each(plan, func(c zone.Change) error {
		return m.step(ctx, "write", Point{plan.Zone, c}, func() error { return m.change(plan.Zone, c) })
	})
	if ae, ok := errors.AsType[*ApplyError](err); ok {
		ae.Unknown, ae.Failed, ae.Err = lost(ae)
	}
	return err
}

// lost moves a change whose answer did not arrive from the failed to the unknown.
func lost(ae *ApplyError) (unknown []int, failed []ChangeError, cause error) {
	for _, f := range ae.Failed {
		if l, ok := errors.AsType[lostError](f.Err); ok {
			unknown, cause = append(unknown, f.Index), l.error
		} else {
			failed = append(failed, f)
		}
	}
	return unknown, failed, cause
}

// change does one change, if its old half is still there.
func (m *Memory) change(name zone.Name, c zone.Change) error {
	z := m.zones[name]
	if z == nil {
		return fmt.Errorf("zone %s: %w", name, ErrNoZone)
	}
	if p, ok := z.Protection(c.Key()); ok {
		return &ServiceError{Kind: KindRefused, Err: fmt.Errorf("%s is protected: %s", c.Key(), p.Reason)}
	}
	live, _ := z.Get(c.Key())
	if !live.Equal(c.Old) {
		return &ConflictError{Key: c.Key()}
	}
	if m.Keeps != nil && c.New.Name != "" {
		c.New = m.Keeps(c.New)
	}
	next := z.Apply(zone.Plan{Zone: name, Changes: []zone.Change{c}})
	if bad := next.Conflicts(); len(bad) > len(z.Conflicts()) {
		return &ServiceError{Kind: KindRefused, Err: fmt.Errorf("%s would conflict", bad[0])}
	}
	m.set(name, next)
	return nil
}

// CreateZone implements Creator. The new zone has the service's name servers.
func (m *Memory) CreateZone(ctx context.Context, want *zone.Zone) ([]zone.Name, error) {
	m.count()
	servers := m.NameServers
	if m.OwnServers != nil {
		servers = m.OwnServers()
	}
	var records []zone.Record
	for _, ns := range servers {
		records = append(records, zone.Record{Name: want.Name(), Type: zone.NS, TTL: 3600, Data: string(ns)})
	}
	z, err := zone.New(want.Name(), records...)
	if err != nil {
		return nil, err
	}
	err = m.step(ctx, "create", Point{Zone: want.Name()}, func() error {
		if m.zones[want.Name()] != nil {
			return fmt.Errorf("zone %s: %w", want.Name(), ErrZoneExists)
		}
		m.set(want.Name(), z)
		return nil
	})
	return servers, err
}

// DeleteZone implements Creator.
func (m *Memory) DeleteZone(ctx context.Context, name zone.Name) error {
	m.count()
	return m.step(ctx, "delete", Point{Zone: name}, func() error {
		if m.zones[name] == nil {
			return fmt.Errorf("zone %s: %w", name, ErrNoZone)
		}
		delete(m.zones, name)
		delete(m.owners, name)
		return nil
	})
}

// Zones implements Lister.
func (m *Memory) Zones(ctx context.Context) iter.Seq2[zone.Name, error] {
	return func(yield func(zone.Name, error) bool) {
		m.count()
		var names []zone.Name
		if err := m.step(ctx, "list", Point{}, func() error {
			names = slices.SortedFunc(maps.Keys(m.zones), zone.Compare)
			return nil
		}); err != nil {
			yield("", err)
			return
		}
		for _, n := range names {
			if !yield(n, nil) {
				return
			}
		}
	}
}

// Owner implements Owner.
func (m *Memory) Owner(ctx context.Context, name zone.Name) (owner string, err error) {
	m.count()
	err = m.step(ctx, "owner", Point{Zone: name}, func() error { owner = m.owners[name]; return nil })
	return owner, err
}

// Claim implements Owner.
func (m *Memory) Claim(ctx context.Context, name zone.Name, owner string) error {
	m.count()
	return m.step(ctx, "claim", Point{Zone: name}, func() error {
		if m.owners == nil {
			m.owners = map[zone.Name]string{}
		}
		m.owners[name] = owner
		return nil
	})
}
