package planisys

import (
	"context"
	"fmt"
	"iter"

	"github.com/zonecast/zonecast/zone"
)

// Zones implements provider.Lister: the active domains of the reseller or the
// company (GET domain_list, docs-en.planisys.net/pdns/api/postman.html). Suspended
// ones are not among them, so that a zone that is not listed need not be absent.
func (p *Provider) Zones(ctx context.Context) iter.Seq2[zone.Name, error] {
	return func(yield func(zone.Name, error) bool) {
		names, err := p.names(ctx)
		for _, n := range names {
			if !yield(n, nil) {
				return
			}
		}
		if err != nil {
			yield("", err)
		}
	}
}

// names reads the list. How it is written is not public: without a word of the
// profile it is an array of texts, which can be read in one way.
func (p *Provider) names(ctx context.Context) (names []zone.Name, err error) {
	doc, err := p.call(ctx, p.is.list, nil)
	switch {
	case err != nil:
		return nil, err
	case p.shown:
		return nil, ErrContract
	}
	items, err := arrayAt(p.is.List.Items, doc)
	if err != nil {
		return nil, fmt.Errorf("the list of domains is not as list of the profile says: %w", err)
	}
	for _, item := range items {
		text, err := textAt(p.is.List.Name, item)
		if err != nil {
			return nil, fmt.Errorf("the list of domains is not as list of the profile says: %w", err)
		}
		n, err := zone.ParseName(text)
		if err != nil {
			return nil, fmt.Errorf("the list of domains: %w", err)
		}
		names = append(names, n)
	}
	return names, nil
}
