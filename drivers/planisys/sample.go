package planisys

import (
	"slices"

	"github.com/zonecast/zonecast/zone"
)

const (
	sampleLive = `
@    3600 MX    10 mail
mail 3600 A     192.0.2.2
mail 3600 A     192.0.2.3
old  3600 TXT   "no longer wanted"
ftp  3600 CNAME www
`
	sampleWant = `
@         3600 MX    0 mail
@         3600 MX    20 mail.example.net.
@         3600 TXT   "v=spf1 -all"
@         3600 TXT   "C:\\path; \195\188 say \"hi\""
@         3600 CAA   0 issue "ca.example.net"
mail      7200 A     192.0.2.2
mail      7200 A     192.0.2.3
www       3600 A     192.0.2.1
www       3600 AAAA  2001:db8::1
ftp       3600 CNAME @
*         3600 A     192.0.2.4
_sip._tcp 3600 SRV   0 5 5060 sip.example.net.
sub       3600 NS    ns1.sub
1         3600 PTR   host.example.net.
`
)

// Sample is a plan that has one of each kind of change, for a zone that nobody
// has.
func Sample(apex zone.Name) zone.Plan {
	live, err := zone.Parse(apex, sampleLive)
	want, errWant := zone.Parse(apex, sampleWant)
	if err != nil || errWant != nil {
		return zone.Plan{Zone: apex} // there is no room below a name of 250 octets
	}
	return zone.Diff(live, want)
}

// sample is Sample as the service would hold it.
func (c *program) sample(apex zone.Name) zone.Plan {
	t := c.Traits()
	fit := func(s zone.RRset) zone.RRset {
		if s.Name != "" {
			s.TTL = max(s.TTL, t.MinTTL)
			if t.MaxTTL > 0 {
				s.TTL = min(s.TTL, t.MaxTTL)
			}
		}
		return s
	}
	p := Sample(apex).Only(func(ch zone.Change) bool { return slices.Contains(t.Types, ch.Key().Type) })
	for i, ch := range p.Changes {
		p.Changes[i] = zone.Change{Old: fit(ch.Old), New: fit(ch.New)}
	}
	return p
}
