package route53

import (
	"context"
	"errors"
	"fmt"
	"sync"

	sdk "github.com/aws/aws-sdk-go-v2/service/route53"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A Provider speaks for one account at Route 53. New makes one.
type Provider struct {
	config Config
	api    *sdk.Client
	pace   *pace

	shared provider.Shared // with other processes and later ones; may be nil

	mu      sync.Mutex
	zones   map[zone.Name]hosted // what is known of zones
	servers vouched              // of the configured name servers
}

// Traits implements provider.Describer: the types that a set may have, by the
// documentation of ChangeResourceRecordSets. With name servers of one's own the zone
// has its SOA and NS from us.
func (p *Provider) Traits() provider.Traits {
	return provider.Traits{
		Service:   "Amazon Route 53",
		Authority: len(p.config.NameServers) > 0,
		Whole:     "a plan of up to 1,000 records, else a batch",
		Exact:     true,
		Calls:     "2: write, read again; a read before them where the zone was not seen lately",
		Traps:     []string{"aliases and routing policies are protected", "two zones of one name have to be told apart by their ids"},
		Types: []zone.Type{zone.SOA, zone.NS, zone.A, zone.AAAA, zone.CAA, zone.CNAME, zone.DS, "HTTPS", zone.MX, "NAPTR",
			zone.PTR, "SPF", zone.SRV, "SSHFP", "SVCB", "TLSA", zone.TXT},
	}
}

// at does something with a hosted zone. When it turns out that what we knew of the
// zone is of the past, it is looked up again, once.
func (p *Provider) at(ctx context.Context, name zone.Name, do func(hosted) error) error {
	h, known, err := p.find(ctx, name)
	if err != nil {
		return err
	}
	if err = do(h); !errors.Is(err, provider.ErrNoZone) {
		return err
	}
	p.forget(ctx, name)
	if !known {
		return err
	}
	if h, err = p.lookUp(ctx, name); err != nil {
		return err
	}
	return do(h)
}

// noZone is the error of a zone that is not there.
func noZone(name zone.Name) error { return fmt.Errorf("zone %s: %w", name, provider.ErrNoZone) }
