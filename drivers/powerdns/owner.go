package powerdns

import (
	"context"

	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/zone"
)

type metadata struct {
	Kind   string   `json:"kind"`
	Values []string `json:"metadata"`
}

// metadata gives the value of one kind of metadata, "" where the zone has none, and
// where nobody needs to ask.
func (p *Provider) metadata(ctx context.Context, name zone.Name, ask bool, kind string) (string, error) {
	if !ask {
		return "", nil
	}
	var m metadata
	err := p.call(ctx, name, rest.Call{Method: "GET", Path: path(name, "metadata", kind), Out: &m})
	if err != nil || len(m.Values) == 0 {
		return "", err
	}
	return m.Values[0], nil
}

// Owner implements provider.Owner: the mark is metadata of the zone.
func (p *Provider) Owner(ctx context.Context, name zone.Name) (string, error) {
	return p.metadata(ctx, name, true, pdns.OwnerKind)
}

// Claim implements provider.Owner.
func (p *Provider) Claim(ctx context.Context, name zone.Name, owner string) error {
	m := metadata{pdns.OwnerKind, []string{owner}}
	return p.change(ctx, name, rest.Call{Method: "PUT", Path: path(name, "metadata", pdns.OwnerKind), In: m, Again: true})
}
