package route53test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// judge says what is wrong with the data of a record, in the service's words
// where they are known.
func judge(typ, value string, spaced bool) error {
	form, known := forms[typ]
	if !known {
		return textual(value, spaced)
	}
	fields, err := split(value)
	if err != nil {
		return problem(typ+"RRDATAInvalid", err.Error(), value)
	}
	if len(form) > 0 && form[len(form)-1].many {
		for len(form) < len(fields) {
			form = append(form[:len(form):len(form)], form[len(form)-1])
		}
		if len(fields) == len(form)-1 {
			form = form[:len(fields)]
		}
	}
	if len(fields) != len(form) {
		return problem(typ+"RRDATAWrongNumberOfFields", fmt.Sprintf("%s record doesn't have %d fields", typ, len(form)), value)
	}
	for i, f := range form {
		if why := f.judge(fields[i]); why != "" {
			return problem(typ+"RRDATA"+f.code, why, value)
		}
	}
	return nil
}

// A field is one word of a record's data.
type field struct {
	code  string
	many  bool // it may stand any number of times, at the end
	judge func(word) string
}

// A word is one field as written.
type word struct {
	text   string
	quoted bool
}

// forms holds what the data of each type is made of. TXT and SPF are not here:
// they are text.
var forms = map[string][]field{
	"A":     {{"IllegalIPv4Address", false, ipv4}},
	"AAAA":  {{"IllegalIPv6Address", false, ipv6}},
	"CNAME": {host}, "NS": {host}, "PTR": {host},
	"MX":    {number(16), host},
	"SRV":   {number(16), number(16), number(16), host},
	"CAA":   {number(8), {"IllegalTag", false, alphanumeric}, {"IllegalValue", false, quoted}},
	"DS":    {number(16), number(8), number(8), octets},
	"TLSA":  {number(8), number(8), number(8), octets},
	"SSHFP": {number(8), number(8), octets},
	"NAPTR": {number(16), number(16), text, text, text, host},
	"SOA":   {host, host, number(32), number(32), number(32), number(32), number(32)},
	"SVCB":  {number(16), host, parameters}, "HTTPS": {number(16), host, parameters},
}

var (
	host       = field{"IllegalDomainName", false, domain}
	octets     = field{"IllegalHex", false, hexadecimal}
	text       = field{"IllegalText", false, quoted}
	parameters = field{"IllegalParameter", true, parameter}
)

func number(bits int) field {
	return field{"IllegalNumber", false, func(w word) string {
		if n, err := strconv.ParseUint(w.text, 10, bits); err != nil || w.quoted || strconv.FormatUint(n, 10) != w.text {
			return fmt.Sprintf("Value is not a number of %d bits", bits)
		}
		return ""
	}}
}

func ipv4(w word) string {
	if a, err := netip.ParseAddr(w.text); err != nil || w.quoted || !a.Is4() {
		return "Value is not a valid IPv4 address"
	}
	return ""
}

func ipv6(w word) string {
	if a, err := netip.ParseAddr(w.text); err != nil || w.quoted || !a.Is6() || a.Zone() != "" {
		return "Value is not a valid IPv6 address"
	}
	return ""
}

func domain(w word) string {
	if w.quoted || w.text == "" {
		return "Value is not a valid domain name"
	}
	if _, err := parseName(w.text); err != nil {
		return err.Error()
	}
	return ""
}

func hexadecimal(w word) string {
	if b, err := hex.DecodeString(w.text); err != nil || len(b) == 0 || w.quoted {
		return "Value is not hexadecimal"
	}
	return ""
}

func alphanumeric(w word) string {
	if w.quoted || w.text == "" || strings.Trim(w.text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return "Value must be alphanumeric"
	}
	return ""
}

func quoted(w word) string {
	if !w.quoted {
		return "Value should be enclosed in quotation marks"
	}
	return ""
}

// parameter is one key of SVCB data, with its value (RFC 9460 section 2.1).
func parameter(w word) string {
	key, value, has := strings.Cut(w.text, "=")
	value = strings.Trim(value, `"`)
	switch key {
	case "no-default-alpn":
		if has {
			return "Key no-default-alpn has no value"
		}
	case "port":
		return number(16).judge(word{value, false})
	case "ipv4hint", "ipv6hint":
		one := map[string]func(word) string{"ipv4hint": ipv4, "ipv6hint": ipv6}[key]
		for a := range strings.SplitSeq(value, ",") {
			if why := one(word{a, false}); why != "" {
				return why
			}
		}
	case "ech":
		if _, err := base64.StdEncoding.DecodeString(value); err != nil {
			return "Value is not base64"
		}
	case "mandatory", "alpn":
		if value == "" {
			return "Key " + key + " has no value"
		}
	default:
		if n, err := strconv.ParseUint(strings.TrimPrefix(key, "key"), 10, 16); err != nil || key != fmt.Sprintf("key%d", n) {
			return "Key " + key + " is not known"
		}
	}
	return ""
}

// split takes data apart at blanks that stand outside of quotes.
func split(value string) (out []word, err error) {
	var b strings.Builder
	in, q, open := false, false, false
	end := func() {
		if in {
			out = append(out, word{b.String(), q})
		}
		b.Reset()
		in, q = false, false
	}
	for i := 0; i < len(value); i++ {
		c := value[i]
		switch {
		case c == '\\' && i+1 < len(value):
			b.WriteString(value[i : i+2])
			in = true
			i++
		case c == '"':
			q, in, open = q || !in, true, !open
			if !q {
				b.WriteByte(c) // inside a word it belongs to it
			}
		case (c == ' ' || c == '\t') && !open:
			end()
		case c < ' ' && c != '\t' || c >= 0x7f:
			return nil, fmt.Errorf("Value contains unsupported characters")
		default:
			b.WriteByte(c)
			in = true
		}
	}
	if open {
		return nil, fmt.Errorf("Value has a quotation mark that is not closed")
	}
	end()
	return out, nil
}
