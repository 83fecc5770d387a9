package zone

import (
	"slices"
	"strconv"
	"strings"
)

// The types with which a zone proves that its data is its own (RFC 4034, RFC 5155).
const (
	RRSIG Type = "RRSIG"
	NSEC  Type = "NSEC"
	NSEC3 Type = "NSEC3"
)

// Presigned reports whether the zone brings the signature of its SOA: it is the work of
// a signer, and worth nothing but whole and with the serial that is signed.
func (z *Zone) Presigned() bool {
	s, _ := z.Get(Key{z.Name(), RRSIG})
	return slices.ContainsFunc(s.Data, func(data string) bool { return strings.HasPrefix(data, "SOA ") })
}

// IsProof holds for the types that a signer derives from all others.
func (t Type) IsProof() bool { return t == RRSIG || t == NSEC || t == NSEC3 }

// ownTTL gives the TTL of one record of a set. The signatures at a name are no set but
// in what they are called (RFC 4035 section 2.2): each has the TTL of the set that it
// signs, which is in its data (RFC 4034 sections 3 and 3.1.4).
func ownTTL(t Type, ttl uint32, data string) uint32 {
	if t != RRSIG {
		return ttl
	}
	fields := strings.SplitN(data, " ", 5)
	if len(fields) < 5 || fields[0] == `\#` {
		return ttl
	}
	original, err := strconv.ParseUint(fields[3], 10, 32)
	if err != nil || original > MaxTTL {
		return ttl
	}
	return uint32(original)
}
