package route53

import (
	"errors"
	"fmt"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// The API writes octets in octal, as \052, where master files have them in
// decimal, as \042. Names come back in lower case, with everything but letters,
// digits, hyphens and underscores in octal; values come back as they were written.
// (Developer Guide, DomainNameFormat and ResourceRecordTypes)

var (
	errOctal = errors.New(`has an escape that is neither \ooo in octal (000 to 377) nor \X`)
	errLines = errors.New("has a line break")
	errQuote = errors.New("has a quote that does not end")
)

// spellName writes a name as the API gives it back.
func spellName(n zone.Name) string {
	out := make([]byte, 0, len(n))
	for i := 0; i < len(n); {
		c, size, escaped := octet(string(n[i:]))
		if isPlain(c) || c == '.' && !escaped {
			out = append(out, c)
		} else {
			out = fmt.Appendf(out, `\%03o`, c)
		}
		i += size
	}
	return string(out)
}

func isPlain(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// readName reads a name that the API gave back.
func readName(s string) (zone.Name, error) {
	text, err := toDecimal(s)
	if err != nil {
		return "", fmt.Errorf("name %q: %w", s, err)
	}
	return zone.ParseName(text)
}

// spellData writes canonical data as a value of the API.
func spellData(data string) string {
	out := make([]byte, 0, len(data))
	for data != "" {
		from := strings.IndexByte(data, '"')
		if from < 0 {
			return string(appendWord(out, data))
		}
		to := from + closing(data[from:])
		out = appendQuoted(appendWord(out, data[:from]), data[from:to])
		data = data[to:]
	}
	return string(out)
}

// closing gives the length of the quoted string that canonical data begins with.
func closing(data string) int {
	for i := 1; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(data)
}

// appendWord writes what stands outside quotes: names, numbers, digits.
func appendWord(out []byte, s string) []byte {
	for i := 0; i < len(s); {
		c, size, escaped := octet(s[i:])
		if escaped {
			out = fmt.Appendf(out, `\%03o`, c)
		} else {
			out = append(out, c)
		}
		i += size
	}
	return out
}

// appendQuoted writes a quoted string, in which only what cannot be printed is
// octal.
func appendQuoted(out []byte, s string) []byte {
	for i := 0; i < len(s); {
		c, size, escaped := octet(s[i:])
		switch {
		case !escaped || size == 2:
			out = append(out, s[i:i+size]...)
		default:
			out = fmt.Appendf(out, `\%03o`, c)
		}
		i += size
	}
	return out
}

// octet reads one octet of canonical text.
func octet(s string) (c byte, size int, escaped bool) {
	switch {
	case s[0] != '\\' || len(s) < 2:
		return s[0], 1, false
	case s[1] < '0' || s[1] > '9' || len(s) < 4:
		return s[1], 2, true
	}
	return (s[1]-'0')*100 + (s[2]-'0')*10 + s[3] - '0', 4, true
}

// readData reads a value of the API into canonical data.
func readData(t zone.Type, value string) (string, error) {
	text, err := toDecimal(value)
	if err != nil {
		return "", fmt.Errorf("%s %q: %w", t, value, err)
	}
	return zone.Canonical(t, text)
}

// toDecimal writes a value as a master file would. Strings that touch are set
// apart: the API gives them so, though it does not take them.
func toDecimal(value string) (string, error) {
	out, quoted := make([]byte, 0, len(value)+8), false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\':
			text, size, err := fromOctal(value[i:])
			if err != nil {
				return "", err
			}
			out = append(out, text...)
			i += size - 1
		case c == '"':
			if quoted = !quoted; quoted && i > 0 && value[i-1] == '"' {
				out = append(out, ' ')
			}
			out = append(out, c)
		case quoted && (c < ' ' || c > '~'):
			out = fmt.Appendf(out, `\%03d`, c)
		case c == '\n' || c == '\r':
			return "", errLines
		case !quoted && strings.IndexByte(";()", c) >= 0:
			out = append(out, '\\', c) // no comment, no continuation
		default:
			out = append(out, c)
		}
	}
	if quoted {
		return "", errQuote
	}
	return string(out), nil
}

// fromOctal reads one escape of the API and writes it as master files do.
func fromOctal(s string) (text string, size int, err error) {
	switch {
	case len(s) < 2:
		return "", 0, errOctal
	case s[1] < '0' || s[1] > '9':
		return s[:2], 2, nil
	case len(s) < 4 || s[1] > '3' || !isOctal(s[2]) || !isOctal(s[3]):
		return "", 0, errOctal
	}
	return fmt.Sprintf(`\%03d`, (s[1]-'0')<<6|(s[2]-'0')<<3|(s[3]-'0')), 4, nil
}

func isOctal(c byte) bool { return c >= '0' && c <= '7' }
