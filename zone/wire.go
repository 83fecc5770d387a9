package zone

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// This file is all that the package knows of miekg/dns: the types that are rare
// in a hosting zone go from text to wire form and back, and the wire form
// decides what is equal.

var (
	errGeneric  = errors.New(`want \#, the number of octets, and as many octets in hexadecimal`)
	errApex     = errors.New(`"@" has no meaning here`)
	errNotASCII = errors.New("is not ASCII")
	errOne      = errors.New("is not the data of one record")
)

// mnemonic finds the number of a type by the name that miekg/dns knows it by.
func mnemonic(up string) (uint16, bool) {
	n, ok := dns.StringToType[up]
	return n, ok
}

// opaque holds for the types that this package keeps as RFC 3597 text.
func (t Type) opaque() bool {
	_, known := numbers[t]
	return !known
}

// viaWire is canonical for all types without code of their own.
func (d rdata) viaWire(t Type) (string, error) {
	wire, err := d.pack(t)
	if err != nil {
		return "", err
	}
	return fromWire(t, wire)
}

// generic is canonical for data of any type in RFC 3597 text.
func (d rdata) generic(t Type) (string, error) {
	if len(d.fields) < 2 {
		return "", errGeneric
	}
	var digits strings.Builder
	for _, f := range d.fields[2:] {
		digits.WriteString(f.text)
	}
	wire, err := hex.DecodeString(digits.String())
	if err != nil || d.fields[1].text != strconv.Itoa(len(wire)) || len(wire) > maxData {
		return "", errGeneric
	}
	return fromWire(t, wire)
}

// fromWire gives the canonical text of wire data: the type's own text where it
// has one that reads back to the same octets, RFC 3597 text otherwise.
func fromWire(t Type, wire []byte) (string, error) {
	if t.opaque() {
		return genericText(wire), nil
	}
	for range 4 { // packing may put something in order, and has then to be looked at again
		text, lower, err := reread(t, wire)
		if err != nil || text != "" {
			return text, err
		}
		if bytes.Equal(lower, wire) {
			break
		}
		wire = lower
	}
	return genericText(wire), nil
}

// reread gives the text of wire data, "" where it does not read back to the same
// text, and the octets that it reads back to.
func reread(t Type, wire []byte) (text string, lower []byte, err error) {
	if text, err = unpack(t, wire); err != nil {
		return "", nil, err
	}
	fields, err := lexData(text, nil)
	if err != nil {
		return "", nil, err
	}
	d := rdata{text, fields, ""}
	if read := reader(t); read != nil {
		text, err = read(d)
		return text, nil, err
	}
	if lower, err = d.pack(t); err != nil {
		return "", wire, nil
	}
	if again, err := unpack(t, lower); err != nil || again != text {
		return "", lower, nil
	}
	return text, lower, nil
}

func genericText(wire []byte) string {
	return strings.TrimSpace(`\# ` + strconv.Itoa(len(wire)) + " " + hex.EncodeToString(wire))
}

// pack turns the text of d into wire data, names in lower case.
func (d rdata) pack(t Type) ([]byte, error) {
	if t == "SVCB" || t == "HTTPS" {
		return d.packSVCB(t)
	}
	return d.packPlain(t)
}

// unpack gives the text form of wire data.
func unpack(t Type, wire []byte) (string, error) {
	if t == "SVCB" || t == "HTTPS" {
		return unpackSVCB(t, wire)
	}
	return unpackPlain(t, wire)
}

// packPlain is pack as miekg/dns does it.
func (d rdata) packPlain(t Type) (wire []byte, err error) {
	defer guard(&err)
	text, origin := d.spelled(t), string(d.origin)
	if origin == "" {
		origin = "."
		for _, f := range d.fields {
			if f.text == "@" && !f.quoted {
				return nil, errApex
			}
		}
	}
	if !isASCII(text) {
		return nil, errNotASCII
	}
	zp := dns.NewZoneParser(strings.NewReader(". 0 IN "+string(t)+" "+text+"\n"), origin, "")
	rr, ok := zp.Next()
	if !ok {
		return nil, parseError(zp.Err())
	}
	lowerNames(rr)
	buf := make([]byte, dns.Len(rr)+1)
	end, err := dns.PackRR(rr, buf, 0, nil, false)
	if err != nil {
		return nil, plainError(err)
	}
	const header = 11 // the root's octet, type, class, TTL and length
	return buf[header:end], nil
}

// spelled is the text of d as miekg/dns reads it: it wants the strings of a
// NAPTR in quotes, those of the old X25 and GPOS without, and the algorithms of
// DNSSEC as numbers, where other software writes them either way.
func (d rdata) spelled(t Type) string {
	words := make([]string, len(d.fields))
	for i, f := range d.fields {
		words[i] = d.src[f.from:f.to]
		switch {
		case t == "NAPTR" && i >= 2 && i <= 4 && !f.quoted:
			words[i] = `"` + f.text + `"`
		case (t == "TYPE19" || t == "TYPE27") && f.quoted:
			words[i] = f.text
		case (t == "DNSKEY" || t == "CDNSKEY") && i == 2, (t == DS || t == "CDS" || t == "RRSIG") && i == 1:
			if n, ok := dns.StringToAlgorithm[strings.ToUpper(f.text)]; ok {
				words[i] = strconv.Itoa(int(n))
			}
		}
	}
	return strings.Join(words, " ")
}

// unpackPlain is unpack as miekg/dns does it.
func unpackPlain(t Type, wire []byte) (text string, err error) {
	defer guard(&err)
	if len(wire) == 0 {
		return "", errOne
	}
	h := dns.RR_Header{Name: ".", Rrtype: t.number(), Class: dns.ClassINET, Rdlength: uint16(len(wire))}
	rr, _, err := dns.UnpackRRWithHeader(h, wire, 0)
	if err != nil {
		return "", plainError(err)
	}
	lowerNames(rr)
	return spell(rr), nil
}

// spell writes data as master files have it. The library writes times as they look
// from now, and knows names of types that not every server does.
func spell(rr dns.RR) string {
	switch rr := rr.(type) {
	case *dns.RRSIG:
		return fmt.Sprintf("%s %d %d %d %s %s %d %s %s", typeOf(rr.TypeCovered), rr.Algorithm, rr.Labels, rr.OrigTtl,
			date(rr.Expiration), date(rr.Inception), rr.KeyTag, rr.SignerName, rr.Signature)
	case *dns.NSEC:
		return rr.NextDomain + typeList(rr.TypeBitMap)
	case *dns.NSEC3:
		salt := cmp.Or(rr.Salt, "-")
		return fmt.Sprintf("%d %d %d %s %s%s", rr.Hash, rr.Flags, rr.Iterations, salt, rr.NextDomain, typeList(rr.TypeBitMap))
	}
	return strings.TrimSpace(strings.TrimPrefix(rr.String(), rr.Header().String()))
}

// date writes seconds since 1970 as RFC 4034 section 3.2 has them.
func date(seconds uint32) string { return time.Unix(int64(seconds), 0).UTC().Format("20060102150405") }

func typeList(numbers []uint16) string {
	var b strings.Builder
	for _, n := range numbers {
		b.WriteString(" " + string(typeOf(n)))
	}
	return b.String()
}

// lowerNames puts the names inside data into canonical spelling (RFC 4034
// section 6.2, RFC 9460 section 2.2).
func lowerNames(rr dns.RR) {
	lower := func(names ...*string) {
		for _, n := range names {
			if c, err := ParseName(*n); err == nil {
				*n = string(c)
			}
		}
	}
	switch rr := rr.(type) {
	case *dns.NAPTR:
		lower(&rr.Replacement)
	case *dns.RP:
		lower(&rr.Mbox, &rr.Txt)
	case *dns.SVCB:
		lower(&rr.Target)
	case *dns.HTTPS:
		lower(&rr.Target)
	}
}

// guard turns a panic of the library on odd data into that record's error.
func guard(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("cannot be read: %v", r)
	}
}

// parseError keeps what the parser says and drops its place, which is ours.
func parseError(err error) error {
	var pe *dns.ParseError
	if err == nil || !errors.As(err, &pe) {
		return errOne
	}
	text, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "dns: "), " at line:")
	return errors.New(text)
}

func plainError(err error) error {
	return errors.New(strings.TrimPrefix(err.Error(), "dns: "))
}
