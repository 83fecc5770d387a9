package route53test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

var (
	host       = field{"", domain}
	octets     = field{"IllegalHex", hexadecimal}
	text       = field{"IllegalText", quoted}
	parameters = field{"IllegalParameter", parameter}
)

func number(bits int) field {
	return field{"IllegalNumber", func(w word) string {
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
	if w.quoted {
		return problem("UnsupportedCharacter", "Value contains unsupported characters", w.text).Error()
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

const letters = "abcdefghijklmnopqrstuvwxyz"

func alphanumeric(w word) string {
	if w.quoted || strings.Trim(strings.ToLower(w.text), letters+"0123456789") != "" {
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

// parameter is one key of SVCB data with its value (RFC 9460 section 2.1).
func parameter(w word) string {
	key, value, has := strings.Cut(w.text, "=")
	value = strings.Trim(value, `"`)
	switch key {
	case "no-default-alpn":
		if has {
			return "Key no-default-alpn has no value"
		}
	case "mandatory", "alpn":
		if value == "" {
			return "Key " + key + " has no value"
		}
	case "port":
		return number(16).judge(word{text: value})
	case "ipv4hint":
		return each(value, ipv4)
	case "ipv6hint":
		return each(value, ipv6)
	case "ech":
		if _, err := base64.StdEncoding.DecodeString(value); err != nil {
			return "Value is not base64"
		}
	default:
		digits, _ := strings.CutPrefix(key, "key")
		if why := number(16).judge(word{text: digits}); why != "" || digits == key {
			return "Key " + key + " is not known"
		}
	}
	return ""
}

// each judges the parts of a list.
func each(list string, judge func(word) string) string {
	for part := range strings.SplitSeq(list, ",") {
		if why := judge(word{text: part}); why != "" {
			return why
		}
	}
	return ""
}
