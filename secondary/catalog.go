package secondary

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/zonecast/zonecast/zone"
)

// A Catalog is a zone whose records are a list of zones (RFC 9432).
type Catalog struct {
	Name      zone.Name
	Primaries []Primary
	Client    Client
	// Takes says which names the catalog may have (section 7); nil: all.
	Takes func(zone.Name) bool

	mu   sync.Mutex
	have *zone.Zone
}

// Zones implements List. A catalog that is broken changes nothing.
func (c *Catalog) Zones(ctx context.Context) ([]Entry, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	for _, p := range c.Primaries {
		z, err := c.get(ctx, p)
		if err == nil {
			return c.members(z)
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

// get gets the catalog as far as it is newer than ours.
func (c *Catalog) get(ctx context.Context, p Primary) (*zone.Zone, error) {
	if c.have != nil {
		serial, err := c.Client.Serial(ctx, p, c.Name)
		if err != nil || serial == c.have.Serial() {
			return c.have, err
		}
	}
	t, err := c.Client.Transfer(ctx, p, c.Name, nil)
	if err != nil {
		return nil, err
	}
	c.have = t.Zone
	return t.Zone, nil
}

func (c *Catalog) watches(n zone.Name) bool { return n == c.Name }

func (c *Catalog) members(z *zone.Zone) ([]Entry, error) {
	entries, err := ParseCatalog(z)
	if err != nil || c.Takes == nil {
		return entries, err
	}
	for _, e := range entries {
		if !c.Takes(e.Name) {
			return nil, fmt.Errorf("catalog %s: the zone %s: %w", z.Name(), e.Name, errNotHere)
		}
	}
	return entries, nil
}

var (
	errNotHere  = errors.New("is none that the catalog may have")
	errVersion  = errors.New(`want one TXT "2" at version`)
	errTwoPTR   = errors.New("want one PTR for each member")
	errTwoHeirs = errors.New("want one PTR for the catalog that is to have the zone")
	errTwoNames = errors.New("is there twice")
	errItself   = errors.New("the catalog lists itself")
)

// ParseCatalog reads the members of a catalog. One that is broken (section 5.1) is an
// error as a whole.
func ParseCatalog(z *zone.Zone) ([]Entry, error) {
	entries, err := parseCatalog(z)
	if err != nil {
		return nil, fmt.Errorf("catalog %s: %w", z.Name(), err)
	}
	return entries, nil
}

func parseCatalog(z *zone.Zone) ([]Entry, error) {
	version, _ := z.Get(zone.Key{Name: "version." + z.Name(), Type: zone.TXT})
	if len(version.Data) != 1 || version.Data[0] != `"2"` {
		return nil, errVersion
	}
	var entries []Entry
	seen := map[zone.Name]bool{}
	top := "zones." + z.Name()
	for s := range z.Under(top) {
		if s.Name.Parent() != top || s.Type != zone.PTR {
			continue // what members have beside their names
		}
		e, err := member(z, s)
		if err != nil {
			return nil, err
		}
		if seen[e.Name] {
			return nil, fmt.Errorf("the zone %s: %w", e.Name, errTwoNames)
		}
		seen[e.Name] = true
		entries = append(entries, e)
	}
	if len(entries) == 0 {
		return nil, errEmptyList
	}
	return entries, nil
}

// member reads one member of a catalog.
func member(z *zone.Zone, s zone.RRset) (e Entry, err error) {
	if len(s.Data) != 1 {
		return e, fmt.Errorf("%s: %w", s.Name, errTwoPTR)
	}
	e.Member = strings.TrimSuffix(s.Name.Relative("zones."+z.Name()), ".")
	if e.Name, err = listed(s.Data[0]); err != nil {
		return e, err
	}
	if e.Name == z.Name() {
		return e, errItself
	}
	heir, ok := z.Get(zone.Key{Name: "coo." + s.Name, Type: zone.PTR})
	if ok && len(heir.Data) != 1 {
		return e, fmt.Errorf("%s: %w", heir.Name, errTwoHeirs)
	}
	if ok {
		e.Heir, err = listed(heir.Data[0])
	}
	return e, err
}
