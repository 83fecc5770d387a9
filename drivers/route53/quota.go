package route53

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"github.com/zonecast/zonecast/provider"
)

// usualSets is how many sets a zone may have unless its account was given more.
const usualSets = 10_000

// hasRoom finds before anything is written that a zone would have too many sets.
// Only large zones cost the call that asks how many they may have.
func (p *Provider) hasRoom(ctx context.Context, h hosted, groups []group) error {
	after := h.sets
	for _, g := range groups {
		for _, c := range g.wire {
			switch c.Action {
			case types.ChangeActionCreate:
				after++
			case types.ChangeActionDelete:
				after--
			}
		}
	}
	if after <= usualSets || after <= h.sets {
		return nil
	}
	out, err := call(ctx, p, "GetHostedZoneLimit", p.api.GetHostedZoneLimit,
		&sdk.GetHostedZoneLimitInput{HostedZoneId: &h.ID, Type: types.HostedZoneLimitTypeMaxRrsetsByZone})
	if err != nil || out.Limit == nil {
		return nil // who may not ask finds out by writing
	}
	if most := aws.ToInt64(out.Limit.Value); int64(after) > most {
		return &provider.ServiceError{Kind: provider.KindQuota, Code: "MAX_RRSETS_BY_ZONE", Err: fmt.Errorf("%d record sets would be more than the %d that the hosted zone may have: AWS raises this quota on request", after, most)}
	}
	return nil
}
