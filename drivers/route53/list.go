package route53

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/route53"

	"github.com/zonecast/zonecast/zone"
)

// Zones implements provider.Lister: the names of the public zones of the account,
// each once, 100 for a call.
func (p *Provider) Zones(ctx context.Context) iter.Seq2[zone.Name, error] {
	return func(yield func(zone.Name, error) bool) {
		seen := map[zone.Name]bool{}
		in := &sdk.ListHostedZonesInput{}
		for {
			page, err := call(ctx, p, "ListHostedZones", p.api.ListHostedZones, in)
			if err != nil {
				yield("", err)
				return
			}
			for _, z := range page.HostedZones {
				name, err := readName(aws.ToString(z.Name))
				if isPrivate(z) || seen[name] && err == nil {
					continue
				}
				if seen[name] = true; !yield(name, err) || err != nil {
					return
				}
			}
			if !page.IsTruncated {
				return
			}
			if aws.ToString(page.NextMarker) == aws.ToString(in.Marker) {
				yield("", incomplete("the list of hosted zones stands still at %q", aws.ToString(in.Marker)))
				return
			}
			in = &sdk.ListHostedZonesInput{Marker: page.NextMarker}
		}
	}
}
