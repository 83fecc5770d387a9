package powerdns

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// CreateZone implements provider.Creator. The zone comes with all of want, or,
// where PowerDNS refuses something of it, or it is more than it takes at once, with
// SOA and name servers.
func (p *Provider) CreateZone(ctx context.Context, want *zone.Zone) ([]zone.Name, error) {
	err := p.post(ctx, want)
	if provider.KindOf(err) == provider.KindRefused {
		err = p.post(ctx, want.Only(func(s zone.RRset) bool { return s.Key.IsAuthority(want.Name()) }))
	}
	return nil, err
}

func (p *Provider) post(ctx context.Context, want *zone.Zone) error {
	doc := zoneDoc{Name: string(want.Name()), Kind: string(p.kind()), NameServers: []string{}, SOAEditAPI: "DEFAULT", Rectify: true}
	for s := range want.All() {
		doc.RRsets = append(doc.RRsets, toAPI(s))
	}
	if err := p.fits(ctx, doc.RRsets); err != nil {
		return err
	}
	err := p.change(ctx, "", rest.Call{Method: "POST", Path: "/zones", In: doc})
	if e, ok := errors.AsType[*provider.ServiceError](err); ok && e.Code == "409" {
		return fmt.Errorf("powerdns: zone %s: %w", want.Name(), provider.ErrZoneExists)
	}
	return err
}

// DeleteZone implements provider.Creator.
func (p *Provider) DeleteZone(ctx context.Context, name zone.Name) error {
	if _, err := p.head(ctx, name); err != nil {
		return err
	}
	return p.change(ctx, name, rest.Call{Method: "DELETE", Path: path(name)})
}

// head reads what a zone is, and its SOA.
func (p *Provider) head(ctx context.Context, name zone.Name) (zoneDoc, error) {
	k := zone.Key{Name: name, Type: zone.SOA}
	doc, err := p.doc(ctx, name, justOne(k))
	doc.RRsets = slices.DeleteFunc(doc.RRsets, func(s rrset) bool { return !s.is(k) })
	return doc, err
}
