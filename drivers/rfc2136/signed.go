package rfc2136

import (
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// A server that signs its zones makes records of its own. Those that follow from the
// others are no data: they are left out, as nobody could write them. Those that say
// how the zone is signed stay, and are protected.

// isSigning holds for the types that a server keeps at the apex of a zone that it
// signs.
func isSigning(t zone.Type) bool {
	return slices.Contains([]zone.Type{"DNSKEY", "CDS", "CDNSKEY", "NSEC3PARAM"}, t)
}

// notes is the type of the records in which BIND writes down how far it is with
// signing a zone.
const notes = "TYPE65534"

const bySigner = "is the business of who signs the zone, which is the server"

// zoneOf makes a zone of the records that a server has.
func zoneOf(name zone.Name, records []zone.Record) (*zone.Zone, error) {
	data := slices.DeleteFunc(slices.Clone(records), func(r zone.Record) bool { return r.Type.IsProof() })
	z, err := zone.New(name, data...)
	if err != nil {
		return nil, err
	}
	signed := len(data) < len(records)
	var guards []zone.Protected
	for s := range z.Under(name) {
		if s.Name == name && (signed && isSigning(s.Type) || s.Type == notes) {
			guards = append(guards, zone.Protected{Key: s.Key, Reason: bySigner})
		}
	}
	return z.Protect(guards...), nil
}

// Adjust implements provider.Adjuster: what only who signs a zone can make is
// protected and Blocked.
func (p *Provider) Adjust(live, want *zone.Zone) (*zone.Zone, []zone.Finding) {
	var guards []zone.Protected
	var fs []zone.Finding
	want = want.Only(func(s zone.RRset) bool {
		if !s.Type.IsProof() && s.Type != "NSEC3PARAM" && (s.Type != notes || s.Name != want.Name()) {
			return true
		}
		guards = append(guards, zone.Protected{Key: s.Key, Reason: bySigner})
		fs = append(fs, zone.Finding{Level: zone.Blocked, Key: s.Key, Text: bySigner})
		return false
	})
	want, more := p.Traits().Adjust(live, want.Protect(guards...))
	return want, append(fs, more...)
}
