package route53

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"github.com/zonecast/zonecast/zone"
)

// A zone is marked as somebody's in one of two places: in its comment when we make
// it, which costs no call, and in a tag when it was there before.
const (
	ownerTag     = "zonecast-owner"
	ownerComment = ownerTag + "="
)

// ownerTime is how long an answer to whose a zone is may be relied on. Nobody takes
// a zone over from one hour to the next without telling.
const ownerTime = 24 * time.Hour

// ownerIn finds the mark in a comment.
func ownerIn(comment string) string {
	for word := range strings.FieldsSeq(comment) {
		if owner, ok := strings.CutPrefix(word, ownerComment); ok {
			return owner
		}
	}
	return ""
}

// Owner implements provider.Owner. Whose a zone is is asked once a day.
func (p *Provider) Owner(ctx context.Context, name zone.Name) (owner string, err error) {
	h, _, err := p.find(ctx, name)
	if err != nil {
		return "", err
	}
	if time.Since(h.Asked) < ownerTime {
		return h.Owner, nil
	}
	return p.askOwner(ctx, name, h)
}

// askOwner looks into the comment and the tags of a zone. The comment comes with
// looking the zone up.
func (p *Provider) askOwner(ctx context.Context, name zone.Name, h hosted) (owner string, err error) {
	if time.Since(h.seen) > time.Minute {
		if h, err = p.lookUp(ctx, name); err != nil || h.Owner != "" {
			return h.Owner, err
		}
	}
	out, err := call(ctx, p, "ListTagsForResource", p.api.ListTagsForResource,
		&sdk.ListTagsForResourceInput{ResourceId: &h.ID, ResourceType: types.TagResourceTypeHostedzone})
	if err != nil {
		return "", fmt.Errorf("zone %s: %w", name, err)
	}
	if out.ResourceTagSet != nil {
		for _, t := range out.ResourceTagSet.Tags {
			if aws.ToString(t.Key) == ownerTag {
				owner = aws.ToString(t.Value)
			}
		}
	}
	p.note(ctx, name, func(h *hosted) { h.Owner, h.Asked = owner, time.Now() })
	return owner, nil
}

// Claim implements provider.Owner: it tags the zone.
func (p *Provider) Claim(ctx context.Context, name zone.Name, owner string) error {
	return p.at(ctx, name, func(h hosted) error {
		if h.Owner == owner {
			return nil
		}
		_, err := call(ctx, p, "ChangeTagsForResource", p.api.ChangeTagsForResource, &sdk.ChangeTagsForResourceInput{
			ResourceId: &h.ID, ResourceType: types.TagResourceTypeHostedzone,
			AddTags: []types.Tag{{Key: aws.String(ownerTag), Value: &owner}},
		})
		if err != nil {
			return fmt.Errorf("zone %s: %w", name, err)
		}
		p.note(ctx, name, func(h *hosted) { h.Owner, h.Asked = owner, time.Now() })
		return nil
	})
}
