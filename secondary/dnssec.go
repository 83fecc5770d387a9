package secondary

import (
	"fmt"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// DNSSEC is what becomes of a zone that its primary has signed.
type DNSSEC uint8

const (
	// Presigned hands them on as they are. A target that serves zones with the
	// signatures that they bring (provider.Traits) gets them; at others they are held,
	// since without all of its signatures such a zone is bogus.
	Presigned DNSSEC = iota
	// Hold keeps signed zones from all targets.
	Hold
	// Strip hands them on without their signatures, once the parent says that it has
	// no DS for them and none can be in a cache any more: two days after it first said
	// so. Until then, and as soon as there is a DS again, they are held.
	Strip
)

const held = "the zone is signed by its primary (DNSSEC), and such zones are kept here, as is configured"

// wish is what is wished of a whole zone; bare holds where it goes on without its
// signatures. The lock is held.
func (r *run) wish(f *follower, z *zone.Zone, found []zone.Finding, now time.Time) (w zone.Wish, fs []zone.Finding, bare bool) {
	f.held = ""
	refuse := func(text string) (zone.Wish, []zone.Finding, bool) {
		f.held = text
		return zone.Replace{Zone: z}, append(found, zone.Finding{Level: zone.Refused, Text: text}), false
	}
	switch {
	case !isSigned(z) || r.DNSSEC == Presigned:
		return zone.Replace{Zone: z}, found, false
	case r.DNSSEC == Hold:
		return refuse(held)
	case !f.mayStrip(now):
		return refuse(f.whyNotStrip(now))
	}
	return zone.Replace{Zone: strip(z)}, append(found, zone.Finding{Text: stripped}), true
}

const stripped = "the zone goes on without the signatures of its primary: its parent has no DS for it"

// isSigned reports whether a zone has keys or signatures.
func isSigned(z *zone.Zone) bool {
	_, keys := z.Get(zone.Key{Name: z.Name(), Type: "DNSKEY"})
	_, signed := z.Get(zone.Key{Name: z.Name(), Type: zone.RRSIG})
	return keys || signed
}

// strip takes away what only a signed zone has: signatures and proofs anywhere, and
// at the apex the keys, what the parent is to publish of them (RFC 7344), the digest
// of the whole (RFC 8976, type 63), and what BIND notes of its signing (type 65534).
func strip(z *zone.Zone) *zone.Zone {
	return z.Only(func(s zone.RRset) bool {
		switch s.Type {
		case "DNSKEY", "NSEC3PARAM", "CDS", "CDNSKEY", "TYPE63", "TYPE65534":
			return s.Name != z.Name()
		}
		return !s.Type.IsProof()
	})
}

// mayStrip reports whether nobody can take the zone for forged without its signatures.
func (f *follower) mayStrip(now time.Time) bool {
	return !f.Parent.IsZero() && now.Sub(f.Parent) < answerLasts && !now.Before(f.Secured)
}

// whyNotStrip says why it may not be without them.
func (f *follower) whyNotStrip(now time.Time) string {
	switch {
	case f.Parent.IsZero() || now.Sub(f.Parent) >= answerLasts:
		return fmt.Sprintf("the zone is signed by its primary (DNSSEC), and whether its parent has a DS for it could not be found out: %v", f.parentErr)
	case f.hasDS:
		return "the zone is signed by its primary (DNSSEC), and its parent has a DS for it: without its signatures it would be taken for forged. " +
			"Have the DS removed there; two days later the zone goes on without signatures"
	}
	return fmt.Sprintf("the zone is signed by its primary (DNSSEC), and its parent has no DS for it, but caches may still have one: it goes on without signatures from %s on",
		f.Secured.UTC().Format(time.RFC3339))
}
