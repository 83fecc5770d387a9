package pdns

import (
	"fmt"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// Name is a name as PowerDNS keeps it: without its final dot, and only dots,
// backslashes and what cannot be printed behind a backslash.
func Name(n zone.Name) string {
	text := spelled(string(n))
	if text == "." {
		return text
	}
	return strings.TrimSuffix(text, ".")
}

// spelled is a canonical name in the spelling of PowerDNS, its final dot kept.
func spelled(n string) string {
	if strings.IndexByte(n, '\\') < 0 {
		return n
	}
	return unescaper.Replace(n)
}

// A backslash and what follows it are read together, so that of two backslashes
// the second escapes nothing.
var unescaper = strings.NewReplacer(`\\`, `\\`, `\"`, `"`, `\(`, `(`, `\)`, `)`, `\;`, `;`, `\@`, `@`, `\$`, `$`)

// IsVariant holds for a zone that PowerDNS 5 shows to some networks alone, as
// example.com..internal: it has no name in DNS.
func IsVariant(zone string) bool { return strings.Contains(zone, "..") }

// Answered says which octet of a name keeps PowerDNS from answering questions for
// it: it transfers such names and says SERVFAIL to who asks. nil where it answers.
func Answered(n zone.Name) error {
	for i := 0; i < len(n); i++ {
		c := n[i]
		escaped := c == '\\'
		switch {
		case escaped && strings.HasPrefix(string(n[i:]), `\032`):
			i += 3
		case escaped && strings.IndexByte(`.\@`, n[i+1]) >= 0:
			i++
		case escaped || !answered[c]:
			return fmt.Errorf("PowerDNS answers no questions for names with %q", octetAt(n[i:]))
		}
	}
	return nil
}

var answered = func() (t [256]bool) {
	for _, c := range "abcdefghijklmnopqrstuvwxyz0123456789-_*./:" {
		t[c] = true
	}
	return t
}()

// octetAt is the first octet of a name, with what escapes it.
func octetAt(n zone.Name) string {
	switch {
	case n[0] != '\\':
		return string(n[:1])
	case n[1] >= '0' && n[1] <= '9':
		return string(n[:4])
	}
	return string(n[:2])
}
