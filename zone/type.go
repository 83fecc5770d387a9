package zone

import (
	"fmt"
	"strconv"
	"strings"
)

// A Type is the mnemonic of a record type: "A", "MX". Types that this package
// has no text form for are "TYPE65534" (RFC 3597 section 5). ParseType makes one.
type Type string

// The types that the rules of a zone speak of.
const (
	A     Type = "A"
	AAAA  Type = "AAAA"
	CAA   Type = "CAA"
	CNAME Type = "CNAME"
	DNAME Type = "DNAME"
	DS    Type = "DS"
	MX    Type = "MX"
	NS    Type = "NS"
	PTR   Type = "PTR"
	SOA   Type = "SOA"
	SRV   Type = "SRV"
	TXT   Type = "TXT"
)

// numbers has every type with a name of its own, and its number at IANA. What
// is not here travels as TYPEnnn, so that a name that only some servers know
// never gets into a zone file.
var numbers = map[Type]uint16{
	A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, "HINFO": 13, MX: 15, TXT: 16, "RP": 17,
	AAAA: 28, "LOC": 29, SRV: 33, "NAPTR": 35, DNAME: 39, DS: 43, "SSHFP": 44,
	"RRSIG": 46, "NSEC": 47, "DNSKEY": 48, "NSEC3": 50, "NSEC3PARAM": 51, "TLSA": 52,
	"SMIMEA": 53, "CDS": 59, "CDNSKEY": 60, "OPENPGPKEY": 61, "SVCB": 64, "HTTPS": 65,
	"SPF": 99, "URI": 256, CAA: 257,
}

var names = func() map[uint16]Type {
	m := make(map[uint16]Type, len(numbers))
	for t, n := range numbers {
		m[n] = t
	}
	return m
}()

// ParseType reads a type in any case, by mnemonic or as TYPEnnn. The types that
// exist only in messages (ANY, AXFR, OPT and the like) are refused.
func ParseType(s string) (Type, error) {
	switch t := Type(s); t {
	case A, AAAA, CAA, CNAME, MX, NS, PTR, SOA, SRV, TXT:
		return t, nil
	}
	up := strings.ToUpper(s)
	if _, ok := numbers[Type(up)]; ok {
		return Type(up), nil
	}
	n, ok := typeNumber(up)
	if !ok {
		return "", fmt.Errorf("type %s: is not known", quote(s))
	}
	if isMeta(n) {
		return "", fmt.Errorf("type %s: exists only in messages, not in a zone", quote(s))
	}
	return typeOf(n), nil
}

// typeOf names a type by its number.
func typeOf(n uint16) Type {
	if t, ok := names[n]; ok {
		return t
	}
	return Type("TYPE" + strconv.Itoa(int(n)))
}

// typeNumber understands TYPEnnn and every mnemonic that miekg/dns knows.
func typeNumber(up string) (uint16, bool) {
	if digits, ok := strings.CutPrefix(up, "TYPE"); ok {
		n, err := strconv.ParseUint(digits, 10, 16)
		return uint16(n), err == nil && isDigit(digits[0])
	}
	return mnemonic(up)
}

// isMeta holds for the numbers that RFC 6895 section 3.1 keeps for questions
// and messages, OPT among them.
func isMeta(n uint16) bool { return n == 0 || n == 41 || n >= 128 && n <= 255 }

// Number is the number that messages have for the type.
func (t Type) Number() uint16 { return t.number() }

// number is the inverse of typeOf.
func (t Type) number() uint16 {
	if n, ok := numbers[t]; ok {
		return n
	}
	n, _ := typeNumber(string(t))
	return n
}

// compareTypes orders the sets of one name: SOA, NS, then by mnemonic.
func compareTypes(a, b Type) int {
	if a == b {
		return 0
	}
	if x, y := a.rank(), b.rank(); x != y {
		return x - y
	}
	return strings.Compare(string(a), string(b))
}

func (t Type) rank() int {
	switch t {
	case SOA:
		return 0
	case NS:
		return 1
	}
	return 2
}
