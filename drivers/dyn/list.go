package dyn

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/zone"
)

// Zones implements provider.Lister: the primary zones of the account.
func (p *Provider) Zones(ctx context.Context) iter.Seq2[zone.Name, error] {
	return func(yield func(zone.Name, error) bool) {
		names, err := p.list(ctx)
		if err != nil {
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

func (p *Provider) list(ctx context.Context) (names []zone.Name, err error) {
	if err := p.fit(""); err != nil {
		return nil, err
	}
	var all []listed
	err = p.use().work(ctx, func(s *session) error {
		return s.get(ctx, &all, rest.Path("Zone"), detail)
	})
	for _, l := range all {
		if l.kind == "Secondary" {
			continue // it is written elsewhere
		}
		n, err := zone.ParseName(l.name)
		if err != nil {
			return nil, fmt.Errorf("dyn: list of zones: %w", err)
		}
		names = append(names, n)
	}
	slices.SortFunc(names, zone.Compare)
	return names, err
}

// listed is a zone in the list of all: an object, or its address where details are
// not given.
type listed struct{ name, kind string }

// UnmarshalJSON reads both.
func (l *listed) UnmarshalJSON(text []byte) error {
	var address string
	if json.Unmarshal(text, &address) == nil {
		elements := strings.Split(strings.TrimSuffix(address, "/"), "/")
		l.name = elements[len(elements)-1]
		return nil
	}
	var object struct {
		Zone string `json:"zone"`
		Type string `json:"zone_type"`
	}
	err := json.Unmarshal(text, &object)
	l.name, l.kind = object.Zone, object.Type
	return err
}
