package route53

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// hosted is what is known of a zone. The exported fields are noted.
type hosted struct {
	ID    string    `json:"id,omitempty"`
	Owner string    `json:"owner,omitempty"` // who has marked it
	Asked time.Time `json:"asked,omitzero"`  // when we last looked whose it is
	Set   string    `json:"set,omitempty"`   // its delegation set, where that was asked for
	Gone  int       `json:"gone,omitempty"`  // how many zones of ours with this name were deleted

	reference string                // that it was made with
	odd       map[zone.Key]spelling // sets in a spelling of their own, when it was last read
	sets      int                   // how many it had then
	seen      time.Time             // when it was last looked up
	absent    time.Time             // when it was last found not to be there
}

// find gives a zone by what is known of it, or looks it up.
func (p *Provider) find(ctx context.Context, name zone.Name) (h hosted, known bool, err error) {
	if h = p.recall(ctx, name); h.ID != "" {
		return h, true, nil
	}
	h, err = p.lookUp(ctx, name)
	return h, false, err
}

// recall gives what we know of a zone. A note that cannot be had costs a call.
func (p *Provider) recall(ctx context.Context, name zone.Name) (h hosted) {
	p.mu.Lock()
	h, ok := p.zones[name]
	p.mu.Unlock()
	if ok || p.shared == nil {
		return h
	}
	note, err := p.shared.Recall(ctx, noteKey(name))
	if err != nil || json.Unmarshal([]byte(note), &h) != nil {
		return hosted{}
	}
	return p.update(name, func(old *hosted) { *old = h })
}

// update changes what is known of a zone, in this process.
func (p *Provider) update(name zone.Name, change func(*hosted)) hosted {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.zones == nil {
		p.zones = map[zone.Name]hosted{}
	}
	h := p.zones[name]
	change(&h)
	p.zones[name] = h
	return h
}

// note changes what is known of a zone, and keeps it beyond this process as well as
// that can be done.
func (p *Provider) note(ctx context.Context, name zone.Name, change func(*hosted)) hosted {
	h := p.update(name, change)
	if text, err := json.Marshal(h); err == nil && p.shared != nil {
		p.shared.Keep(ctx, noteKey(name), string(text))
	}
	return h
}

// forget drops what is known of a zone, but for how many there were before it.
func (p *Provider) forget(ctx context.Context, name zone.Name) {
	p.note(ctx, name, func(h *hosted) { *h = hosted{Gone: h.Gone} })
}

// noteKey is the key under which what is known of a zone is kept.
func noteKey(name zone.Name) string { return "zone " + string(name) }

// Share implements provider.Sharer.
func (p *Provider) Share(s provider.Shared) {
	p.shared = s
	p.config.Owner = cmp.Or(p.config.Owner, s.Owner())
}

// lookUp finds a zone at the service.
func (p *Provider) lookUp(ctx context.Context, name zone.Name) (hosted, error) {
	found, err := p.candidate(ctx, name)
	if err != nil {
		return hosted{}, err
	}
	if found == nil {
		p.update(name, func(h *hosted) { h.absent = time.Now() })
		return hosted{}, noZone(name)
	}
	return p.note(ctx, name, func(h *hosted) {
		*h = hosted{ID: bareID(*found.Id), Set: setOf(*h, *found.Id), Gone: h.Gone, sets: int(aws.ToInt64(found.ResourceRecordSetCount)), reference: aws.ToString(found.CallerReference), seen: time.Now()}
		if found.Config != nil {
			if owner := ownerIn(aws.ToString(found.Config.Comment)); owner != "" {
				h.Owner, h.Asked = owner, time.Now()
			}
		}
	}), nil
}

// setOf is what is known of a zone's delegation set, which it has for ever.
func setOf(h hosted, id string) string {
	if h.ID != bareID(id) {
		return ""
	}
	return h.Set
}

// candidate gives the one public zone of a name, nil where there is none.
func (p *Provider) candidate(ctx context.Context, name zone.Name) (*types.HostedZone, error) {
	if id := p.config.HostedZones[name]; id != "" {
		return p.named(ctx, name, id)
	}
	all, err := p.namesakes(ctx, name)
	if err != nil {
		return nil, err
	}
	if len(all) > 1 && p.config.DelegationSet != "" {
		if all, err = p.ofOurSet(ctx, all); err != nil {
			return nil, err
		}
	}
	switch len(all) {
	case 0:
		return nil, nil
	case 1:
		return &all[0], nil
	}
	var ids []string
	for _, z := range all {
		ids = append(ids, bareID(*z.Id))
	}
	return nil, refused(name, fmt.Errorf("there are %d hosted zones of this name, %s: the configuration has to say which", len(all), strings.Join(ids, ", ")))
}

// named is the zone that the configuration names.
func (p *Provider) named(ctx context.Context, name zone.Name, id string) (*types.HostedZone, error) {
	id = bareID(id)
	out, err := call(ctx, p, "GetHostedZone", p.api.GetHostedZone, &sdk.GetHostedZoneInput{Id: &id})
	if errors.Is(err, provider.ErrNoZone) {
		return nil, refused(name, fmt.Errorf("there is no hosted zone %s", id)) // and another is not wanted
	}
	if err != nil {
		return nil, fmt.Errorf("zone %s: hosted zone %s: %w", name, id, err)
	}
	if n, err := readName(aws.ToString(out.HostedZone.Name)); err != nil || n != name || isPrivate(*out.HostedZone) {
		return nil, refused(name, fmt.Errorf("hosted zone %s is no public zone of this name, it is %q", id, aws.ToString(out.HostedZone.Name)))
	}
	return out.HostedZone, nil
}

// namesakes gives all public zones of a name. The list is ordered and begins with
// it, so that it is read as far as the name goes and no further.
func (p *Provider) namesakes(ctx context.Context, name zone.Name) (out []types.HostedZone, err error) {
	in := &sdk.ListHostedZonesByNameInput{DNSName: aws.String(spellName(name)), MaxItems: aws.Int32(10)}
	for {
		page, err := call(ctx, p, "ListHostedZonesByName", p.api.ListHostedZonesByName, in)
		if err != nil {
			return nil, fmt.Errorf("zone %s: %w", name, err)
		}
		if n, err := readName(aws.ToString(page.DNSName)); err != nil || n != name {
			return nil, incomplete("zone %s: the list of hosted zones begins at %q", name, aws.ToString(page.DNSName))
		}
		for _, z := range page.HostedZones {
			if n, err := readName(aws.ToString(z.Name)); err == nil && n == name && !isPrivate(z) {
				out = append(out, z)
			}
		}
		if !page.IsTruncated {
			return out, nil
		}
		if page.NextDNSName == nil || aws.ToString(page.NextHostedZoneId) == aws.ToString(in.HostedZoneId) {
			return nil, incomplete("zone %s: the list of hosted zones does not say how it goes on", name)
		}
		if n, err := readName(*page.NextDNSName); err == nil && n != name {
			return out, nil
		}
		in = &sdk.ListHostedZonesByNameInput{DNSName: page.NextDNSName, HostedZoneId: page.NextHostedZoneId, MaxItems: in.MaxItems}
	}
}

// incomplete is the error of a list that cannot be relied on: what is not in it may
// be there all the same.
func incomplete(format string, args ...any) error {
	return &provider.ServiceError{Kind: provider.KindTransient, Err: fmt.Errorf(format, args...)}
}

// ofOurSet leaves the zones that have the configured delegation set.
func (p *Provider) ofOurSet(ctx context.Context, all []types.HostedZone) (out []types.HostedZone, err error) {
	for _, z := range all {
		got, err := call(ctx, p, "GetHostedZone", p.api.GetHostedZone, &sdk.GetHostedZoneInput{Id: aws.String(bareID(*z.Id))})
		if err != nil {
			return nil, err
		}
		if s := got.DelegationSet; s != nil && bareID(aws.ToString(s.Id)) == bareID(p.config.DelegationSet) {
			out = append(out, z)
		}
	}
	return slices.Clip(out), nil
}

func isPrivate(z types.HostedZone) bool { return z.Config != nil && z.Config.PrivateZone }
