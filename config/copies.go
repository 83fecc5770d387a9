package config

import (
	"context"
	"maps"
	"slices"

	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/secondary"
	"github.com/zonecast/zonecast/zone"
)

// copies is a ledger as sources keep their zones in it. Neither of the two packages
// knows the other.
type copies struct{ *ledger.Ledger }

// Copies implements secondary.Store.
func (c copies) Copies(ctx context.Context, source string) ([]secondary.Copy, error) {
	list, err := c.Ledger.Copies(ctx, source)
	out := make([]secondary.Copy, len(list))
	for i := range list {
		out[i] = secondary.Copy(list[i])
	}
	return out, err
}

// Content implements secondary.Store.
func (c copies) Content(ctx context.Context, source string, name zone.Name) (*zone.Zone, error) {
	return c.CopyOf(ctx, source, name)
}

// Keep implements secondary.Store.
func (c copies) Keep(ctx context.Context, source string, list ...secondary.Copy) error {
	in := make([]ledger.Copy, len(list))
	for i := range list {
		in[i] = ledger.Copy(list[i])
	}
	return c.KeepCopies(ctx, source, in...)
}

// Force implements secondary.Store.
func (c copies) Force(ctx context.Context, source string, names ...zone.Name) (int, error) {
	return c.ForceCopies(ctx, source, names...)
}

// Forced implements secondary.Store.
func (c copies) Forced(ctx context.Context, source string) ([]zone.Name, error) {
	return c.ForcedCopies(ctx, source)
}

// Forget implements secondary.Store.
func (c copies) Forget(ctx context.Context, source string, names ...zone.Name) error {
	return c.ForgetCopies(ctx, source, names...)
}

// untold gives the zones of a source that one of the targets that take them does not
// know as they are.
func (r *Runtime) untold(ctx context.Context, source string) ([]zone.Name, error) {
	all := map[zone.Name]bool{}
	for _, t := range r.Engine.Targets {
		names, err := r.Ledger.Untold(ctx, source, t.Syncer.Target)
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			if t.Takes == nil || t.Takes(n) {
				all[n] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(all), zone.Compare), nil
}
