package planisys

import (
	"context"
	"fmt"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A creator is a Provider whose profile says how zones are made.
type creator struct{ *Provider }

// CreateZone implements provider.Creator.
func (c *creator) CreateZone(ctx context.Context, want *zone.Zone) ([]zone.Name, error) {
	if c.is.create == nil {
		return nil, unsupported("create zones")
	}
	var rows []any
	for s := range want.All() {
		if s.Key.IsAuthority(want.Name()) {
			continue // the service has its own
		}
		if _, ok := want.Protection(s.Key); ok {
			continue
		}
		more, err := c.is.Records.encode(s, want.Name())
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	v, err := zoneView(want.Name(), rows, nil)
	if err != nil {
		return nil, err
	}
	doc, err := c.call(ctx, c.is.create, v)
	switch {
	case err != nil:
		return nil, err
	case c.shown:
		return nil, ErrContract
	}
	return c.nameServers(doc)
}

// nameServers are those of a zone that was made, where the answer tells them.
func (c *creator) nameServers(doc any) (servers []zone.Name, err error) {
	at := c.is.Create.NameServers
	if at == nil {
		return nil, nil
	}
	items, err := arrayAt(*at, doc)
	if err != nil {
		return nil, nil // the zone is made, and the registrar has to be told by hand
	}
	for _, item := range items {
		if text, ok := item.(string); ok {
			if n, err := zone.ParseName(text); err == nil {
				servers = append(servers, n)
			}
		}
	}
	return servers, nil
}

// DeleteZone implements provider.Creator.
func (c *creator) DeleteZone(ctx context.Context, name zone.Name) error {
	if c.is.delete == nil {
		return unsupported("delete zones")
	}
	_, err := c.call(ctx, c.is.delete, viewOf(name))
	switch {
	case err != nil:
		return fmt.Errorf("zone %s: %w", name, err)
	case c.shown:
		return ErrContract
	}
	return nil
}

var _ provider.Creator = (*creator)(nil)
