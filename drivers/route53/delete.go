package route53

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

var errSigned = errors.New("DNSSEC is on: a zone that the parent vouches for is not removed; take the DS away there and turn it off first")

// DeleteZone implements provider.Creator. It takes all sets out of the zone, each as
// it was just listed, and then the zone. A zone with DNSSEC, or with the mark of
// another owner, stays as it is.
func (p *Provider) DeleteZone(ctx context.Context, name zone.Name) error {
	owner, err := p.askOwner(ctx, name, hosted{})
	if err != nil {
		return err
	}
	if owner != "" && p.config.Owner != "" && owner != p.config.Owner {
		return refused(name, fmt.Errorf("it belongs to %s", owner))
	}
	h, _, err := p.find(ctx, name)
	if err == nil {
		err = p.unsigned(ctx, h.ID)
	}
	if err == nil {
		err = p.empty(ctx, name, h.ID)
	}
	if err == nil {
		_, err = call(ctx, p, "DeleteHostedZone", p.api.DeleteHostedZone, &sdk.DeleteHostedZoneInput{Id: &h.ID})
	}
	if err != nil && !errors.Is(err, provider.ErrNoZone) {
		return fmt.Errorf("zone %s: %w", name, err)
	}
	p.update(name, func(h *hosted) { h.Gone++ })
	p.forget(ctx, name)
	return err
}

func refused(name zone.Name, err error) error {
	return &provider.ServiceError{Kind: provider.KindRefused, Err: fmt.Errorf("zone %s: %w", name, err)}
}

// unsigned makes sure that a zone has no DNSSEC.
func (p *Provider) unsigned(ctx context.Context, id string) error {
	out, err := call(ctx, p, "GetDNSSEC", p.api.GetDNSSEC, &sdk.GetDNSSECInput{HostedZoneId: &id})
	if err != nil {
		return err
	}
	if s := out.Status; len(out.KeySigningKeys) > 0 || s != nil && aws.ToString(s.ServeSignature) != "" && aws.ToString(s.ServeSignature) != "NOT_SIGNING" {
		return &provider.ServiceError{Kind: provider.KindRefused, Err: errSigned}
	}
	return nil
}

// empty deletes all sets but those that a zone cannot be without.
func (p *Provider) empty(ctx context.Context, name zone.Name, id string) error {
	sets, err := p.all(ctx, id)
	if err != nil {
		return err
	}
	var groups []group
	for _, s := range sets {
		n, err := readName(aws.ToString(s.Name))
		if err == nil && (zone.Key{Name: n, Type: zone.Type(s.Type)}).IsAuthority(name) {
			continue
		}
		var g group
		g.add(types.ChangeActionDelete, s)
		groups = append(groups, g)
	}
	aliasesFirst(groups)
	w := writer{Provider: p, zone: name, id: id}
	for _, batch := range pack(groups) {
		if err := w.put(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

// aliasesFirst puts the sets that point at others of the zone before these.
func aliasesFirst(groups []group) {
	slices.SortStableFunc(groups, func(a, b group) int { return rank(a) - rank(b) })
}

func rank(g group) int {
	if g.wire[0].ResourceRecordSet.AliasTarget != nil {
		return 0
	}
	return 1
}
