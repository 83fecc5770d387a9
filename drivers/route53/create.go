package route53

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

const (
	absenceTime = 10 * time.Second // that a zone was not there may be relied on
	listingTime = 5 * time.Second  // after which every list shows a new zone
	maxGone     = 200              // zones of a name made and deleted before this one
)

// CreateZone implements provider.Creator. Route 53 takes any number of zones of one
// name, and a second one would never be asked by anybody: so the zone is made with
// a caller reference that follows from whose it is and from its name. Who asks again,
// in this process or another, gets the zone that is there.
func (p *Provider) CreateZone(ctx context.Context, want *zone.Zone) (servers []zone.Name, err error) {
	name := want.Name()
	h := p.recall(ctx, name)
	if time.Since(h.absent) > absenceTime {
		if _, err := p.lookUp(ctx, name); !errors.Is(err, provider.ErrNoZone) {
			return nil, there(name, err)
		}
	}
	for n := h.Gone; n < h.Gone+maxGone; n++ {
		servers, again, err := p.create(ctx, name, n)
		if !again {
			return servers, err
		}
	}
	return nil, fmt.Errorf("zone %s: it was made and deleted more than %d times", name, maxGone)
}

// there is the error of a zone that is not missing, or of which that is not known.
func there(name zone.Name, err error) error {
	if err == nil {
		err = provider.ErrZoneExists
	}
	return fmt.Errorf("zone %s: %w", name, err)
}

// create makes a zone with the n-th reference. again says that this one belonged to
// a zone that was deleted: no reference can be used twice.
func (p *Provider) create(ctx context.Context, name zone.Name, n int) (servers []zone.Name, again bool, err error) {
	in := &sdk.CreateHostedZoneInput{Name: aws.String(spellName(name)), CallerReference: aws.String(p.reference(name, n))}
	if p.config.Owner != "" {
		in.HostedZoneConfig = &types.HostedZoneConfig{Comment: aws.String(ownerComment + p.config.Owner)}
	}
	if p.config.DelegationSet != "" {
		in.DelegationSetId = aws.String(bareID(p.config.DelegationSet))
	}
	out, err := call(ctx, p, "CreateHostedZone", p.api.CreateHostedZone, in)
	if e, ok := errors.AsType[*provider.ServiceError](err); ok && e.Code == "HostedZoneAlreadyExists" {
		return p.made(ctx, name, n)
	}
	if err != nil {
		return nil, false, fmt.Errorf("zone %s: %w", name, err)
	}
	p.note(ctx, name, func(h *hosted) {
		*h = hosted{ID: bareID(*out.HostedZone.Id), Owner: p.config.Owner, Asked: time.Now(), Set: bareID(p.config.DelegationSet), Gone: n, reference: *in.CallerReference}
	})
	return serversOf(out.DelegationSet), false, nil
}

// made finds the zone that was made with a reference before: by a call of ours whose
// answer was lost, or by another process. Lists may take a moment to show it.
func (p *Provider) made(ctx context.Context, name zone.Name, n int) (servers []zone.Name, again bool, err error) {
	for range 2 {
		h, err := p.lookUp(ctx, name)
		if err == nil && h.reference != p.reference(name, n) {
			return nil, false, there(name, nil)
		}
		if err == nil {
			out, err := call(ctx, p, "GetHostedZone", p.api.GetHostedZone, &sdk.GetHostedZoneInput{Id: &h.ID})
			if err != nil {
				return nil, false, fmt.Errorf("zone %s: %w", name, err)
			}
			return serversOf(out.DelegationSet), false, nil
		}
		if !errors.Is(err, provider.ErrNoZone) {
			return nil, false, err
		}
		if err := sleep(ctx, listingTime); err != nil {
			return nil, false, err
		}
	}
	return nil, true, nil
}

// reference gives the n-th caller reference of a zone.
func (p *Provider) reference(name zone.Name, n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s", p.config.Owner, bareID(p.config.DelegationSet), name))
	return fmt.Sprintf("zonecast-%s-%d", hex.EncodeToString(sum[:16]), n)
}

// serversOf gives the name servers that the registrar has to know.
func serversOf(s *types.DelegationSet) (out []zone.Name) {
	if s == nil {
		return nil
	}
	for _, text := range s.NameServers {
		if n, err := readName(text); err == nil {
			out = append(out, n)
		}
	}
	return out
}
