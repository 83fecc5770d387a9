package secondary

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// A Copy is what is known of a zone that came from a primary.
type Copy struct {
	Zone     zone.Name
	Serial   uint32
	From     string    // the address of the primary that gave it
	Got      time.Time // when what it holds came
	Compared time.Time // when all of it was last compared with the primary's
	Gone     time.Time // since when the list does not have it; zero: it has
	Member   string    // the catalog's word for it; another one means to begin anew
	Suspect  string    // why what the primary has by now is not taken; "": it is
	Doubted  string    // the address of that primary
	Force    bool      // somebody has said to take what the primary has, suspect or not
	Heeded   bool      // for Keep: and it was done, or cannot be
	Parent   time.Time // when the parent last said whether it has a DS; for signed zones, with Strip
	Secured  time.Time // until when a DS may be in caches, or is there
	Bare     bool      // it was handed on without its signatures

	// Content is the zone. A store does not give it with a Copy, and keeps the one
	// that it has where it is given nil.
	Content *zone.Zone
}

// A Store keeps the zones of sources, so that who starts anew has to transfer
// nothing. MemoryStore is one; package ledger has one that lasts.
type Store interface {
	// Copies gives what there is of a source, without contents.
	Copies(ctx context.Context, source string) ([]Copy, error)
	// Content gives a zone as it was kept, nil where it was not.
	Content(ctx context.Context, source string, name zone.Name) (*zone.Zone, error)
	// Keep keeps copies, all of them or none. What somebody has said with Force meanwhile
	// stands until a copy says that it was heeded.
	Keep(ctx context.Context, source string, copies ...Copy) error
	// Forget drops what there is of zones.
	Forget(ctx context.Context, source string, names ...zone.Name) error
	// Force has what the primaries have by now taken, also where serials went
	// backwards: of the zones named, or of all that are suspect. It says of how many.
	Force(ctx context.Context, source string, names ...zone.Name) (int, error)
	// Forced gives the zones of a source for which that has not been heeded yet.
	Forced(ctx context.Context, source string) ([]zone.Name, error)
}

// A MemoryStore keeps zones for as long as itself. The zero value has none.
type MemoryStore struct {
	mu     sync.Mutex
	copies map[string]map[zone.Name]Copy
}

// Copies implements Store.
func (m *MemoryStore) Copies(_ context.Context, source string) ([]Copy, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := slices.Collect(maps.Values(m.copies[source]))
	for i := range out {
		out[i].Content = nil
	}
	return out, nil
}

// Content implements Store.
func (m *MemoryStore) Content(_ context.Context, source string, name zone.Name) (*zone.Zone, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.copies[source][name].Content, nil
}

// Keep implements Store.
func (m *MemoryStore) Keep(_ context.Context, source string, copies ...Copy) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.copies == nil {
		m.copies = map[string]map[zone.Name]Copy{}
	}
	if m.copies[source] == nil {
		m.copies[source] = map[zone.Name]Copy{}
	}
	for _, c := range copies {
		was := m.copies[source][c.Zone]
		if c.Content == nil {
			c.Content = was.Content
		}
		c.Force, c.Heeded = (c.Force || was.Force) && !c.Heeded, false
		m.copies[source][c.Zone] = c
	}
	return nil
}

// Forget implements Store.
func (m *MemoryStore) Forget(_ context.Context, source string, names ...zone.Name) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, n := range names {
		delete(m.copies[source], n)
	}
	return nil
}

// Force implements Store.
func (m *MemoryStore) Force(_ context.Context, source string, names ...zone.Name) (n int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, c := range m.copies[source] {
		if len(names) == 0 && c.Suspect != "" || slices.Contains(names, name) {
			c.Force = true
			m.copies[source][name] = c
			n++
		}
	}
	return n, nil
}

// Forced implements Store.
func (m *MemoryStore) Forced(_ context.Context, source string) (names []zone.Name, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, c := range m.copies[source] {
		if c.Force {
			names = append(names, name)
		}
	}
	return names, nil
}
