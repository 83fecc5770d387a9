package route53test

import (
	"cmp"
	"fmt"
	"strings"
)

// problem is what the service says of text that it cannot take.
func problem(code, text, value string) error {
	return fmt.Errorf("FATAL problem: %s (%s) encountered with '%s'", code, text, value)
}

// parseName reads a domain name and gives it as the service lists it: absolute,
// in lower case, every octet but letters, digits, hyphen and underscore as \ooo
// in octal. In this spelling two names are equal when their texts are, and a dot
// is always a border.
func parseName(s string) (string, error) {
	switch s {
	case ".":
		return s, nil
	case "":
		return "", problem("DomainNameEmpty", "Domain name is empty", s)
	}
	var out strings.Builder
	octets := 1 // of the wire form, with its root
	for label := range strings.SplitSeq(strings.TrimSuffix(s, "."), ".") {
		n := writeLabel(&out, label)
		switch {
		case label == "":
			return "", problem("DomainLabelEmpty", "Domain label is empty", s)
		case n < 0:
			return "", problem("UnsupportedCharacter", "Value contains unsupported characters", s)
		case n > 63:
			return "", problem("DomainLabelTooLong", "Domain label is too long", s)
		}
		octets += 1 + n
	}
	if octets > 255 {
		return "", problem("DomainNameTooLong", "Domain name is too long", s)
	}
	return out.String(), nil
}

// writeLabel writes a label with the dot behind it and counts its octets; -1 is
// for one that is not fit to be one.
func writeLabel(out *strings.Builder, label string) (octets int) {
	for ; label != ""; octets++ {
		c, size := octet(label)
		if size == 0 {
			return -1
		}
		writeOctet(out, c)
		label = label[size:]
	}
	out.WriteByte('.')
	return octets
}

// octet reads one octet of a name; its size is 0 where it is not fit to stand
// there: blanks, controls and all beyond ASCII have to be escaped.
func octet(s string) (c byte, size int) {
	switch {
	case s[0] != '\\' && s[0] > ' ' && s[0] < 0x7f:
		return s[0], 1
	case s[0] == '\\' && len(s) >= 4 && s[1] <= '3' && isOctal(s[1:4]):
		return (s[1]-'0')<<6 | (s[2]-'0')<<3 | (s[3] - '0'), 4
	}
	return 0, 0
}

func isOctal(s string) bool {
	return strings.Trim(s, "01234567") == ""
}

func writeOctet(out *strings.Builder, c byte) {
	switch {
	case c >= 'A' && c <= 'Z':
		out.WriteByte(c + 'a' - 'A')
	case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '_':
		out.WriteByte(c)
	default:
		fmt.Fprintf(out, `\%03o`, c)
	}
}

// within reports whether a name is the zone's or stands below it.
func within(name, zone string) bool {
	return name == zone || strings.HasSuffix(name, "."+zone)
}

// compareNames is the order of lists: labels from right to left, each with the
// dot behind it, octet by octet.
func compareNames(a, b string) int {
	for a != "" && b != "" {
		var x, y string
		a, x = lastLabel(a)
		b, y = lastLabel(b)
		if c := compareLabels(x, y); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// lastLabel takes the label before the last dot away.
func lastLabel(name string) (rest, label string) {
	name = strings.TrimSuffix(name, ".")
	i := strings.LastIndexByte(name, '.') + 1
	return name[:i], name[i:]
}

// compareLabels compares two labels as if each ended in its dot.
func compareLabels(a, b string) int {
	n := min(len(a), len(b))
	switch c := strings.Compare(a[:n], b[:n]); {
	case c != 0 || len(a) == len(b):
		return c
	case len(a) < len(b):
		return cmp.Compare('.', b[n])
	default:
		return cmp.Compare(a[n], '.')
	}
}
