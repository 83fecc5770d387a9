package zone

import (
	"errors"
	"fmt"
	"strings"
)

// A Name is an absolute domain name in its one canonical spelling: lower case,
// A-labels, with the final dot. Octets that are not printable ASCII are written
// \DDD in decimal, the specials of master files \X (RFC 1035 section 5.1).
// ParseName makes one; after that, == is equality of names.
type Name string

// Root is the name above all others.
const Root Name = "."

// Limits of RFC 1035 section 2.3.4, in octets of the wire form.
const (
	maxLabel = 63
	maxName  = 255
)

// ParseName reads an absolute name in any spelling; the final dot may be
// missing. Labels that are not ASCII are put through IDNA (RFC 5891); decimal
// escapes are understood. It refuses empty labels, labels over 63 octets, names
// over 255, and blanks or control characters that are not escaped.
func ParseName(s string) (Name, error) {
	if isCanonicalName(s) {
		return Name(s), nil
	}
	n, err := respell(s)
	if err != nil {
		return "", fmt.Errorf("name %s: %w", quote(s), err)
	}
	return n, nil
}

// isCanonicalName recognises the names that are fine as they stand, which in a
// hosting zone is nearly all of them, without allocating.
func isCanonicalName(s string) bool {
	start := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '.':
			if i == start || i-start > maxLabel {
				return s == "."
			}
			start = i + 1
		case !plain[c]:
			return false
		}
	}
	return start == len(s) && start > 0 && len(s) < maxName
}

var (
	errEmptyName  = errors.New("is empty")
	errEmptyLabel = errors.New("has an empty label")
	errLongLabel  = errors.New("has a label of more than 63 octets")
	errLongName   = errors.New("is longer than 255 octets")
	errBlank      = errors.New("has a blank or control character that is not escaped")
	errAt         = errors.New(`"@" stands for a zone's apex and has no meaning here`)
)

// respell brings a name into canonical spelling, octet by octet.
func respell(s string) (Name, error) {
	switch {
	case s == "":
		return "", errEmptyName
	case s == "@":
		return "", errAt
	case !isASCII(s):
		ascii, err := toASCII(s)
		if err != nil {
			return "", err
		}
		s = ascii
	}
	out := make([]byte, 0, min(len(s)+1, 4*maxName))
	label, total := 0, 1 // octets in this label, and in the name with its root
	for i := 0; i < len(s); {
		if s[i] == '.' {
			if label == 0 {
				return "", errEmptyLabel
			}
			out, total, label = append(out, '.'), total+1, 0
			i++
			continue
		}
		c, size, err := unescape(s[i:])
		if err != nil {
			return "", err
		}
		if size == 1 && c <= ' ' || c == 0x7f && size == 1 {
			return "", errBlank
		}
		out = appendNameOctet(out, c)
		i += size
		label++
		total++
		if label > maxLabel {
			return "", errLongLabel
		}
		if total >= maxName {
			return "", errLongName
		}
	}
	if label > 0 {
		out = append(out, '.')
	}
	return Name(out), nil
}

// In reports whether n is zone or stands below it, label by label:
// notexample.com. is not in example.com.
func (n Name) In(zone Name) bool {
	if zone == Root {
		return n != ""
	}
	cut := len(n) - len(zone)
	return cut >= 0 && n[cut:] == zone && n.labelAt(cut)
}

// labelAt reports whether a label of n begins at i.
func (n Name) labelAt(i int) bool {
	if i == 0 {
		return true
	}
	if n[i-1] != '.' {
		return false
	}
	back := i - 1
	for back > 0 && n[back-1] == '\\' {
		back--
	}
	return (i-1-back)%2 == 0 // an odd number of backslashes escapes the dot
}

// Relative gives n as a master file with the origin zone would write it: "www",
// "@" for the zone itself, and n unchanged where it is not in zone.
func (n Name) Relative(zone Name) string {
	switch {
	case n == zone:
		return "@"
	case !n.In(zone):
		return string(n)
	case zone == Root:
		return string(n[:len(n)-1])
	}
	return string(n[:len(n)-len(zone)-1])
}

// Join is the inverse of Relative: "@" is n itself, a name with its final dot
// is absolute, everything else is put below n.
func (n Name) Join(relative string) (Name, error) {
	switch {
	case relative == "@":
		return n, nil
	case relative == "":
		return "", fmt.Errorf("name %s: %w", quote(relative), errEmptyName)
	case endsInDot(relative):
		return ParseName(relative)
	case n == Root:
		return ParseName(relative + ".")
	}
	return ParseName(relative + "." + string(n))
}

// Parent is n without its first label; the parent of the root is the root.
func (n Name) Parent() Name {
	for i := 0; i < len(n); i++ {
		switch n[i] {
		case '\\':
			i++ // of a decimal escape the digits that are left need no care
		case '.':
			if i+1 < len(n) {
				return n[i+1:]
			}
		}
	}
	return Root
}

// endsInDot reports whether s ends in a dot that is not escaped.
func endsInDot(s string) bool {
	return strings.HasSuffix(s, ".") && Name(s+"x").labelAt(len(s))
}
