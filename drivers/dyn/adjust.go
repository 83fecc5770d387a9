package dyn

import (
	"fmt"

	"github.com/zonecast/zonecast/zone"
)

// mostAddresses is how many A records a name may have
// (https://help.dyn.com/managed-dns-api-error-codes).
const mostAddresses = 13

// Adjust implements provider.Adjuster: beside what follows from the traits it holds
// back sets of more addresses than a name may have, and data that the service has no
// form for.
func (p *Provider) Adjust(live, want *zone.Zone) (*zone.Zone, []zone.Finding) {
	want, fs := p.Traits().Adjust(live, want)
	for s := range want.All() {
		_, kept := want.Protection(s.Key)
		why := unfit(s)
		if why == "" || kept || s.Key.IsAuthority(want.Name()) {
			continue
		}
		fs = append(fs, zone.Finding{Level: zone.Blocked, Key: s.Key, Text: why})
		want = want.Protect(zone.Protected{Key: s.Key, Reason: why})
	}
	return want, fs
}

// unfit says why the service cannot hold a set.
func unfit(s zone.RRset) string {
	if s.Type == zone.A && len(s.Data) > mostAddresses {
		return fmt.Sprintf("the service takes %d addresses at a name, and these are %d", mostAddresses, len(s.Data))
	}
	for _, data := range s.Data {
		if _, err := encode(s.Type, data); err != nil {
			return "the service cannot hold " + err.Error()
		}
	}
	return ""
}
