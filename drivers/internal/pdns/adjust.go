package pdns

import (
	"github.com/zonecast/zonecast/drivers/internal/authority"
	"github.com/zonecast/zonecast/zone"
)

// A Fitter makes zones fit for PowerDNS.
type Fitter struct {
	authority.Defaults
	Odd func(zone.RRset) error // says what else must not get there; may be nil
}

// Adjust completes SOA and apex NS, and protects sets that must not get into
// PowerDNS. A zone that could not be answered for is refused as a whole.
func (f Fitter) Adjust(live, want *zone.Zone) (*zone.Zone, []zone.Finding) {
	if err := f.Unfit(); err != nil {
		return want, []zone.Finding{{Level: zone.Refused, Text: "settings: " + err.Error()}}
	}
	want = f.Complete(live, want)
	var fs []zone.Finding
	var guards []zone.Protected
	for s := range want.All() {
		if err := f.refuses(want.Name(), s); err != nil {
			fs = append(fs, zone.Finding{Level: zone.Blocked, Key: s.Key, Text: err.Error()})
			guards = append(guards, zone.Protected{Key: s.Key, Reason: err.Error()})
		}
	}
	want = want.Protect(guards...)
	if text := headless(live, want); text != "" {
		fs = append(fs, zone.Finding{Level: zone.Refused, Text: text})
	}
	return want, fs
}

func (f Fitter) refuses(apex zone.Name, s zone.RRset) error {
	if err := Refuses(apex, s); err != nil || f.Odd == nil {
		return err
	}
	return f.Odd(s)
}

// headless says what a zone would lack without which it cannot be; "" where it has
// all.
func headless(live, want *zone.Zone) string {
	for _, t := range []zone.Type{zone.NS, zone.SOA} {
		k := zone.Key{Name: want.Name(), Type: t}
		_, is := live.Get(k)
		_, wanted := want.Get(k)
		_, kept := want.Protection(k)
		switch {
		case is || wanted && !kept:
		case kept:
			return "the zone cannot be made without the " + string(t) + " set of its apex"
		default:
			return "the zone has no name servers: want NS records at its apex, or name servers in the settings"
		}
	}
	return ""
}
