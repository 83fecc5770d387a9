package secondary

import "github.com/zonecast/zonecast/zone"

// DNSSEC is what becomes of a zone that its primary has signed.
type DNSSEC uint8

const (
	// Hold keeps signed zones from targets: without all of its signatures such a zone
	// is bogus, and who serves others than the primary's cannot serve it.
	Hold DNSSEC = iota
	// Presigned hands them on as they are, for targets that serve zones with the
	// signatures that they bring.
	Presigned
)

const held = "the zone is signed by its primary (DNSSEC), and the target may not be able to serve it with these signatures: " +
	"say that the targets hold presigned zones, or have the primary hand it out unsigned"

// wish is what is wished of a whole zone.
func (d DNSSEC) wish(z *zone.Zone, found []zone.Finding) (zone.Wish, []zone.Finding) {
	if d == Hold && isSigned(z) {
		found = append(found, zone.Finding{Level: zone.Refused, Text: held})
	}
	return zone.Replace{Zone: z}, found
}

// isSigned reports whether a zone has keys or signatures.
func isSigned(z *zone.Zone) bool {
	_, keys := z.Get(zone.Key{Name: z.Name(), Type: "DNSKEY"})
	_, signed := z.Get(zone.Key{Name: z.Name(), Type: "RRSIG"})
	return keys || signed
}
