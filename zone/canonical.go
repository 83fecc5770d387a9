package zone

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"sync"
)

// Canonical writes record data in the one form that can be compared with ==:
// addresses as RFC 5952 has them, names in lower case with their final dot,
// texts as quoted character-strings whose boundaries are kept, numbers in
// decimal, the parameters of SVCB and HTTPS in the order of their keys. Types
// that this package has no text form for become RFC 3597 text (\# 3 abcdef), and
// every type is understood in that form. Names in data are absolute, their
// final dot may be missing. Canonical of canonical data is that data. Data that
// is not fit is a *DataError.
func Canonical(t Type, data string) (string, error) {
	t, err := ParseType(string(t))
	if err != nil {
		return "", err
	}
	room := rooms.Get().(*[]field)
	defer rooms.Put(room)
	if *room, err = lexData(data, *room); err != nil {
		return "", dataError(t, data, err)
	}
	return rdata{data, *room, ""}.canonical(t)
}

// rooms keeps memory for fields, which every record needs for a moment.
var rooms = sync.Pool{New: func() any { return new([]field) }}

// A DataError says which data a type refused, and why.
type DataError struct {
	Type Type
	Data string
	Err  error
}

func (e *DataError) Error() string { return fmt.Sprintf("%s %s: %v", e.Type, quote(e.Data), e.Err) }

func (e *DataError) Unwrap() error { return e.Err }

func dataError(t Type, data string, err error) error { return &DataError{t, data, err} }

// rdata is the data of one record on its way to canonical spelling.
type rdata struct {
	src    string  // what the fields were cut from
	fields []field // the data's own
	origin Name    // completes relative names; none: all names are absolute
}

// canonical writes d as data of type t. What a hosting zone is made of is read
// here, without an allocation where it is canonical already; the rest goes
// through miekg/dns.
func (d rdata) canonical(t Type) (s string, err error) {
	if len(d.fields) > 0 && d.fields[0].text == `\#` && !d.fields[0].quoted {
		s, err = d.generic(t)
	} else if read := reader(t); read != nil {
		s, err = read(d)
	} else {
		s, err = d.viaWire(t)
	}
	if err != nil {
		return "", dataError(t, d.text(), err)
	}
	return s, nil
}

// reader gives the code of our own for a type; nil for those without.
func reader(t Type) func(rdata) (string, error) {
	switch t {
	case A:
		return rdata.ipv4
	case AAAA:
		return rdata.ipv6
	case CNAME, NS, PTR, DNAME:
		return rdata.one
	case TXT, "SPF":
		return rdata.texts
	case MX:
		return rdata.mx
	case SRV:
		return rdata.srv
	case CAA:
		return rdata.caa
	case SOA:
		return rdata.soa
	}
	return nil
}

var (
	errNotIPv4   = errors.New("is not an IPv4 address")
	errNotIPv6   = errors.New("is not an IPv6 address")
	errQuoted    = errors.New("a name, number or address stands in quotes")
	errNumber    = errors.New("is not a number, or too large")
	errTag       = errors.New("the tag of a CAA is letters and digits")
	errCAALength = errors.New("the value of a CAA is too long")
)

// ipv4 is the data of A. ParseAddr takes but one spelling.
func (d rdata) ipv4() (string, error) {
	a, err := d.address()
	if err != nil || !a.Is4() {
		return "", or(err, errNotIPv4)
	}
	return d.fields[0].text, nil
}

// ipv6 is the data of AAAA, spelled as RFC 5952 has it.
func (d rdata) ipv6() (string, error) {
	a, err := d.address()
	if err != nil || !a.Is6() || a.Zone() != "" {
		return "", or(err, errNotIPv6)
	}
	var buf [netip6Len]byte
	if s := a.AppendTo(buf[:0]); string(s) != d.fields[0].text {
		return string(s), nil
	}
	return d.fields[0].text, nil
}

// address reads an address of either family; the zero one for what is none.
func (d rdata) address() (netip.Addr, error) {
	if len(d.fields) != 1 {
		return netip.Addr{}, want(1, len(d.fields))
	}
	if d.fields[0].quoted {
		return netip.Addr{}, errQuoted
	}
	a, _ := netip.ParseAddr(d.fields[0].text)
	return a, nil
}

func or(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// netip6Len holds the longest text of an IPv6 address.
const netip6Len = 48

// one is the data of the types that hold a single name.
func (d rdata) one() (string, error) {
	if len(d.fields) != 1 {
		return "", want(1, len(d.fields))
	}
	n, err := d.name(d.fields[0])
	return string(n), err
}

// name reads a name; one without its final dot is completed with the origin.
func (d rdata) name(f field) (Name, error) {
	if f.quoted || f.mixed {
		return "", errQuoted
	}
	if isCanonicalName(f.text) {
		return Name(f.text), nil
	}
	if d.origin == "" {
		return ParseName(f.text)
	}
	return d.origin.Join(f.text)
}

func (d rdata) mx() (string, error)  { return d.numbersThenName(1) }
func (d rdata) srv() (string, error) { return d.numbersThenName(3) }

// numbersThenName is the data of MX (one number) and SRV (three).
func (d rdata) numbersThenName(n int) (string, error) {
	if len(d.fields) != n+1 {
		return "", want(n+1, len(d.fields))
	}
	var room [4]string
	parts := room[:0]
	for _, f := range d.fields[:n] {
		s, err := decimal(f, 16)
		if err != nil {
			return "", err
		}
		parts = append(parts, s)
	}
	target, err := d.name(d.fields[n])
	if err != nil {
		return "", err
	}
	return d.join(append(parts, string(target))), nil
}

// caa is flags, tag and value (RFC 8659 section 4.1.1).
func (d rdata) caa() (string, error) {
	if len(d.fields) != 3 {
		return "", want(3, len(d.fields))
	}
	flags, err := decimal(d.fields[0], 8)
	if err != nil {
		return "", err
	}
	tag := d.fields[1]
	if tag.quoted || tag.text == "" || len(tag.text) > 255 || strings.ContainsFunc(tag.text, notAlnum) {
		return "", errTag
	}
	value, size, err := canonicalString(d.fields[2])
	if err != nil {
		return "", err
	}
	if 2+len(tag.text)+size > maxData {
		return "", errCAALength
	}
	return flags + " " + tag.text + ` "` + value + `"`, nil
}

func notAlnum(r rune) bool {
	return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
}

// decimal reads an unsigned number and gives it without leading zeros.
func decimal(f field, bits int) (string, error) {
	if f.quoted {
		return "", errQuoted
	}
	n, err := strconv.ParseUint(f.text, 10, bits)
	if err != nil || f.text[0] == '+' {
		return "", fmt.Errorf("%s %w", quote(f.text), errNumber)
	}
	if f.text[0] != '0' {
		return f.text, nil
	}
	return strconv.FormatUint(n, 10), nil
}

// join puts parts together with single blanks. Where the source has them so
// already, it is a part of the source.
func (d rdata) join(parts []string) string {
	from := d.fields[0].from
	at, same := from, true
	for i, p := range parts {
		f := d.fields[i]
		same = same && f.from == at && f.text == p && (i == 0 || d.src[at-1] == ' ')
		at = f.to + 1
	}
	if same {
		return d.src[from : at-1]
	}
	return strings.Join(parts, " ")
}

// text is the data as the source has it, in one line and without comments.
func (d rdata) text() string {
	var b strings.Builder
	for i, f := range d.fields {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(d.src[f.from:f.to])
	}
	return b.String()
}
