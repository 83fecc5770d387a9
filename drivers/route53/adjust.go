package route53

import (
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Adjust implements provider.Adjuster. Beside what the traits say, name servers of
// one's own come into the zone, and the first of them into its SOA.
func (p *Provider) Adjust(live, want *zone.Zone) (*zone.Zone, []zone.Finding) {
	z, fs := p.Traits().Adjust(live, want)
	if len(p.config.NameServers) == 0 {
		return z, fs
	}
	z = p.branded(live, z)
	if err := p.doubt(z.Name()); err != nil {
		k := zone.Key{Name: z.Name(), Type: zone.NS}
		fs = append(fs, zone.Finding{Level: zone.Blocked, Key: k, Text: err.Error()})
		z = z.Protect(zone.Protected{Key: k, Reason: err.Error()}, zone.Protected{Key: zone.Key{Name: z.Name(), Type: zone.SOA}, Reason: err.Error()})
	}
	return z, fs
}

// branded puts the configured name servers into a zone: as its NS set, with the TTL
// that the service gives it, and as the primary server of the SOA that is there.
func (p *Provider) branded(live, want *zone.Zone) *zone.Zone {
	ns := zone.RRset{Key: zone.Key{Name: want.Name(), Type: zone.NS}, TTL: 172800}
	if is, ok := live.Get(ns.Key); ok {
		ns.TTL = is.TTL
	}
	for _, n := range p.config.NameServers {
		ns.Data = append(ns.Data, string(n))
	}
	sets := ns.Records()
	soa, _ := either(live, want).Get(zone.Key{Name: want.Name(), Type: zone.SOA})
	for _, r := range soa.Records() {
		if start, err := zone.ParseStart(r.Data); err == nil {
			start.MName = p.config.NameServers[0]
			r.Data = start.String()
		}
		sets = append(sets, r)
	}
	for s := range want.All() {
		if !s.Key.IsAuthority(want.Name()) {
			sets = append(sets, s.Records()...)
		}
	}
	z, err := zone.New(want.Name(), sets...)
	if err != nil { // canonical data stays fit
		return want
	}
	return z.Protect(want.Protected()...)
}

func either(a, b *zone.Zone) *zone.Zone {
	if a != nil {
		return a
	}
	return b
}

var _ provider.Adjuster = (*Provider)(nil)
