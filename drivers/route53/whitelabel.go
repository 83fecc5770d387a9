package route53

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/route53"

	"github.com/zonecast/zonecast/zone"
)

// Name servers of one's own are names that lead to the addresses of a reusable
// delegation set. A zone that named servers which do not answer for it would be
// unreachable, so it gets them only while they do.
// (Developer Guide, white-label-name-servers)

// A Resolver finds addresses. A *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// vouchTime is how long it may be relied on where name servers lead.
const vouchTime = 15 * time.Minute

// vouched is what was found about the configured name servers.
type vouched struct {
	at  time.Time
	err error
}

// vouch looks where the configured name servers lead.
func (p *Provider) vouch(ctx context.Context) error {
	p.mu.Lock()
	old := p.servers
	p.mu.Unlock()
	if len(p.config.NameServers) == 0 || time.Since(old.at) < vouchTime {
		return nil
	}
	found := vouched{time.Now(), p.leadsAstray(ctx)}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	p.mu.Lock()
	p.servers = found
	p.mu.Unlock()
	return nil
}

// leadsAstray finds a name that leads elsewhere than to our delegation set.
func (p *Provider) leadsAstray(ctx context.Context) error {
	set, err := call(ctx, p, "GetReusableDelegationSet", p.api.GetReusableDelegationSet,
		&sdk.GetReusableDelegationSetInput{Id: aws.String(bareID(p.config.DelegationSet))})
	if err != nil {
		return fmt.Errorf("the delegation set %s: %w", p.config.DelegationSet, err)
	}
	ours := map[netip.Addr]bool{}
	for _, n := range serversOf(set.DelegationSet) {
		all, err := p.resolve(ctx, n)
		if err != nil {
			return err
		}
		for _, a := range all {
			ours[a] = true
		}
	}
	for _, n := range p.config.NameServers {
		all, err := p.resolve(ctx, n)
		if err != nil {
			return err
		}
		for _, a := range all {
			if !ours[a] {
				return fmt.Errorf("the name server %s leads to %s, where no server of the delegation set is", n, a)
			}
		}
	}
	return nil
}

func (p *Provider) resolve(ctx context.Context, n zone.Name) ([]netip.Addr, error) {
	limited, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	all, err := cmp.Or[Resolver](p.config.Resolver, net.DefaultResolver).LookupNetIP(limited, "ip", string(n))
	if err == nil && len(all) == 0 {
		err = errors.New("it has no address")
	}
	if err != nil {
		return nil, fmt.Errorf("the name server %s: %w", n, err)
	}
	for i, a := range all {
		all[i] = a.Unmap()
	}
	return all, nil
}

// knowSet finds which delegation set a zone has, where that matters and is not known.
func (p *Provider) knowSet(ctx context.Context, name zone.Name, h hosted) error {
	if len(p.config.NameServers) == 0 || h.Set != "" {
		return nil
	}
	out, err := call(ctx, p, "GetHostedZone", p.api.GetHostedZone, &sdk.GetHostedZoneInput{Id: &h.ID})
	if err != nil {
		return fmt.Errorf("zone %s: %w", name, err)
	}
	set := "none"
	if s := out.DelegationSet; s != nil && aws.ToString(s.Id) != "" {
		set = bareID(*s.Id)
	}
	p.note(ctx, name, func(h *hosted) { h.Set = set })
	return nil
}

// doubt says why a zone must not name the configured servers; nil where it may.
func (p *Provider) doubt(name zone.Name) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.zones[name]
	switch {
	case p.servers.err != nil:
		return fmt.Errorf("the zone keeps its name servers: %w", p.servers.err)
	case h.ID != "" && h.Set != bareID(p.config.DelegationSet):
		return fmt.Errorf("the zone keeps its name servers: its delegation set is %s, not %s", cmp.Or(h.Set, "not known"), strings.TrimPrefix(p.config.DelegationSet, "/delegationset/"))
	}
	return nil
}
