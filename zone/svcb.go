package zone

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The parameters of SVCB and HTTPS (RFC 9460). Known ones go through miekg/dns
// one by one; every other one is keyN, whatever name some software has for it:
// that form is read everywhere.

var svcbNames = [...]string{"mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint"}

var (
	errParam  = errors.New("a parameter is not KEY or KEY=VALUE")
	errTwiceP = errors.New("a parameter stands twice")
	errSVCB   = errors.New("is cut short")
)

// param is one parameter in wire form.
type param struct {
	key   uint16
	value []byte
}

// packSVCB is pack for SVCB and HTTPS.
func (d rdata) packSVCB(t Type) ([]byte, error) {
	if len(d.fields) < 2 {
		return nil, want(2, len(d.fields))
	}
	head := rdata{d.src, d.fields[:2], d.origin}
	wire, err := head.packPlain(t)
	if err != nil {
		return nil, err
	}
	var params []param
	for _, f := range d.fields[2:] {
		p, err := readParam(t, d.src[f.from:f.to])
		if err != nil {
			return nil, err
		}
		params = append(params, p)
	}
	slices.SortStableFunc(params, func(a, b param) int { return cmp.Compare(a.key, b.key) })
	for i, p := range params {
		if i > 0 && params[i-1].key == p.key {
			return nil, errTwiceP
		}
		wire = binary.BigEndian.AppendUint16(wire, p.key)
		wire = binary.BigEndian.AppendUint16(wire, uint16(len(p.value)))
		wire = append(wire, p.value...)
	}
	return wire, nil
}

// readParam reads one parameter: keyN with the octets of its value, or a name
// that miekg/dns knows.
func readParam(t Type, text string) (param, error) {
	name, value, _ := strings.Cut(text, "=")
	if digits, ok := strings.CutPrefix(name, "key"); ok {
		n, err := strconv.ParseUint(digits, 10, 16)
		if err != nil {
			return param{}, fmt.Errorf("%s: %w", quote(text), errParam)
		}
		raw, err := rawString(strings.Trim(value, `"`))
		if len(raw) > maxData {
			err = errLongText
		}
		return param{uint16(n), []byte(raw)}, err
	}
	fields, err := lexData("1 . "+text, nil)
	if err != nil {
		return param{}, err
	}
	wire, err := rdata{"1 . " + text, fields, ""}.packPlain(t)
	if err != nil {
		return param{}, err
	}
	const head = 2 + 1 + 2 + 2 // priority, root, key, length
	if len(wire) < head {
		return param{}, errParam
	}
	return param{binary.BigEndian.Uint16(wire[3:]), wire[head:]}, nil
}

// unpackSVCB is unpack for SVCB and HTTPS.
func unpackSVCB(t Type, wire []byte) (string, error) {
	end := 2
	for end < len(wire) && wire[end] != 0 { // the target is not compressed, RFC 9460 section 2.2
		end += 1 + int(wire[end])
	}
	if end++; end > len(wire) {
		return "", errSVCB
	}
	text, err := unpackPlain(t, wire[:end])
	if err != nil {
		return "", err
	}
	for rest := wire[end:]; len(rest) > 0; {
		if len(rest) < 4 || len(rest) < 4+int(binary.BigEndian.Uint16(rest[2:])) {
			return "", errSVCB
		}
		size := 4 + int(binary.BigEndian.Uint16(rest[2:]))
		p, err := writeParam(t, rest[:size])
		if err != nil {
			return "", err
		}
		text, rest = text+" "+p, rest[size:]
	}
	return text, nil
}

// writeParam gives the text of one parameter.
func writeParam(t Type, wire []byte) (string, error) {
	key := binary.BigEndian.Uint16(wire)
	if int(key) >= len(svcbNames) {
		name := "key" + strconv.Itoa(int(key))
		if len(wire) == 4 {
			return name, nil
		}
		return name + "=" + paramValue(Escape(string(wire[4:]))), nil
	}
	if len(wire) == 4 { // some readers refuse an empty value
		return svcbNames[key], nil
	}
	text, err := unpackPlain(t, append([]byte{0, 1, 0}, wire...))
	name, value, _ := strings.Cut(strings.TrimPrefix(text, "1 . "), "=")
	return name + "=" + paramValue(strings.Trim(value, `"`)), err
}

// paramValue quotes a value only where it has to be: PowerDNS does not read a
// port in quotes.
func paramValue(escaped string) string {
	if strings.ContainsAny(escaped, `"\();`+" \t") {
		return `"` + escaped + `"`
	}
	return escaped
}
