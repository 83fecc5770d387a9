package godaddy

import (
	"fmt"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Adjust implements provider.Adjuster: TTLs come into the range of the version, and
// what it cannot write is protected. Version 3 keeps the TTL of a single record
// that stays.
func (p *Provider) Adjust(live, want *zone.Zone) (*zone.Zone, []zone.Finding) {
	d := version3
	if p.Credential.version == 1 {
		d = version1
	}
	want, fs := d.spare(want)
	want, more := p.Traits().Adjust(live, want)
	fs = append(fs, more...)
	if d.named {
		want, more = keepTTL(live, want)
		fs = append(fs, more...)
	}
	return want, fs
}

// spare protects what cannot be written.
func (d dialect) spare(want *zone.Zone) (*zone.Zone, []zone.Finding) {
	var guards []zone.Protected
	var fs []zone.Finding
	good := want.Only(func(s zone.RRset) bool {
		why := d.unwritable(want.Name(), s)
		if why == "" || s.Key.IsAuthority(want.Name()) {
			return true
		}
		guards = append(guards, zone.Protected{Key: s.Key, Reason: why})
		fs = append(fs, zone.Finding{Level: zone.Blocked, Key: s.Key, Text: why})
		return false
	})
	return good.Protect(guards...), fs
}

// keepTTL gives sets of one record that is there already the TTL that it has: two
// records that differ in nothing else cannot stand beside each other, and it would
// have to go before it comes.
func keepTTL(live, want *zone.Zone) (*zone.Zone, []zone.Finding) {
	kept := zone.Plan{Zone: want.Name()}
	var fs []zone.Finding
	for s := range want.All() {
		is, ok := live.Get(s.Key)
		c := zone.Change{Old: s, New: s}
		c.New.TTL = is.TTL
		if ok && len(s.Data) == 1 && is.TTL != s.TTL && (zone.Change{Old: is, New: s}).OnlyTTL() && !s.Key.IsAuthority(want.Name()) {
			kept.Changes = append(kept.Changes, c)
			fs = append(fs, zone.Finding{Key: s.Key, Text: fmt.Sprintf("its TTL stays %d, not %d: GoDaddy would have to remove the record for a moment to change it", is.TTL, s.TTL)})
		}
	}
	if kept.Empty() {
		return want, nil
	}
	return want.Apply(kept), fs
}

var _ provider.Adjuster = (*Provider)(nil)
