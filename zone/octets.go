package zone

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
)

// Pack gives canonical data as a message carries it: the number of its type, and
// its octets with the names in them uncompressed. Data that is not fit is a
// *DataError.
func Pack(t Type, data string) (number uint16, octets []byte, err error) {
	var room [8]field
	fields, err := lexData(data, room[:])
	if err == nil {
		octets, err = rdata{data, fields, ""}.octets(t)
	}
	if err != nil {
		return 0, nil, dataError(t, data, err)
	}
	return t.number(), octets, nil
}

// Unpack is the inverse of Pack: the type of a number, and the canonical data that
// octets are. What the type's own text cannot tell becomes RFC 3597 text. Octets
// that are no data of a type which zones commonly have are a *DataError.
func Unpack(number uint16, octets []byte) (t Type, data string, err error) {
	if isMeta(number) {
		return "", "", fmt.Errorf("type %d: exists only in messages, not in a zone", number)
	}
	if len(octets) > maxData {
		return "", "", errLongData
	}
	t = typeOf(number)
	if data, err = textOf(t, octets); err != nil {
		return t, "", dataError(t, genericText(octets), err)
	}
	return t, data, nil
}

var errLongData = errors.New("record data is longer than 65535 octets")

// octets is pack, with code of our own for the types that zones have most of.
func (d rdata) octets(t Type) ([]byte, error) {
	switch {
	case len(d.fields) > 0 && d.fields[0].text == `\#` && !d.fields[0].quoted:
		return d.hex()
	case t == A || t == AAAA:
		a, err := d.address()
		if err != nil || a.Is4() != (t == A) || !a.IsValid() {
			return nil, or(err, errAddress)
		}
		return a.AsSlice(), nil
	case t == TXT:
		return d.strings()
	}
	return d.pack(t)
}

var errAddress = errors.New("is not an address of that kind")

// hex reads RFC 3597 text.
func (d rdata) hex() ([]byte, error) {
	var digits string
	for i, f := range d.fields {
		if i >= 2 {
			digits += f.text
		}
	}
	return hex.DecodeString(digits)
}

// strings gives texts with their lengths.
func (d rdata) strings() (octets []byte, err error) {
	for _, f := range d.fields {
		raw, err := rawString(f.text)
		if err != nil {
			return nil, err
		}
		if len(raw) > maxString {
			return nil, errLongString
		}
		octets = append(append(octets, byte(len(raw))), raw...)
	}
	return octets, nil
}

// textOf is fromWire, with code of our own for the types that zones have most of.
func textOf(t Type, octets []byte) (string, error) {
	switch t {
	case A, AAAA:
		if a, ok := netip.AddrFromSlice(octets); ok && a.Is4() == (t == A) {
			return a.String(), nil
		}
	case TXT:
		if text, ok := textOfStrings(octets); ok {
			return text, nil
		}
	}
	return fromWire(t, octets)
}

// textOfStrings is the inverse of strings; ok is false where the lengths do not
// fit.
func textOfStrings(octets []byte) (text string, ok bool) {
	out := make([]byte, 0, len(octets)+8)
	for len(octets) > 0 {
		n := 1 + int(octets[0])
		if n > len(octets) {
			return "", false
		}
		if len(out) > 0 {
			out = append(out, ' ')
		}
		out = append(appendString(append(out, '"'), string(octets[1:n])), '"')
		octets = octets[n:]
	}
	return string(out), len(out) > 0
}
