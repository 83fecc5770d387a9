package zone

import (
	"errors"
	"strconv"
)

// plain holds the octets that stand for themselves in a canonical name.
var plain = func() (t [256]bool) {
	for c := '!'; c <= '~'; c++ {
		t[c] = !(c >= 'A' && c <= 'Z')
	}
	for _, c := range `.\"();@$` {
		t[c] = false
	}
	return t
}()

var errEscape = errors.New(`has an escape that is neither \DDD (000 to 255) nor \X`)

// unescape reads one octet of presentation form, escaped or not, and says how
// many characters it took (RFC 1035 section 5.1).
func unescape(s string) (octet byte, size int, err error) {
	if s[0] != '\\' {
		return s[0], 1, nil
	}
	if len(s) < 2 {
		return 0, 0, errEscape
	}
	if !isDigit(s[1]) {
		return s[1], 2, nil
	}
	if len(s) < 4 || !isDigit(s[2]) || !isDigit(s[3]) {
		return 0, 0, errEscape
	}
	v := int(s[1]-'0')*100 + int(s[2]-'0')*10 + int(s[3]-'0')
	if v > 255 {
		return 0, 0, errEscape
	}
	return byte(v), 4, nil
}

// appendNameOctet writes one octet of a label: letters in lower case, specials
// behind a backslash, what cannot be printed in decimal.
func appendNameOctet(out []byte, c byte) []byte {
	switch {
	case c >= 'A' && c <= 'Z':
		return append(out, c+'a'-'A')
	case plain[c]:
		return append(out, c)
	case c > ' ' && c < 0x7f:
		return append(out, '\\', c)
	}
	return appendDecimal(out, c)
}

// appendDecimal writes an octet as \DDD.
func appendDecimal(out []byte, c byte) []byte {
	return append(out, '\\', '0'+c/100, '0'+c/10%10, '0'+c%10)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// quoteLimit bounds what an error repeats of its input: enough to find the
// place, whatever the size of the input.
const quoteLimit = 120

// quote shows a value in an error message.
func quote(s string) string {
	if len(s) <= quoteLimit {
		return strconv.Quote(s)
	}
	return strconv.Quote(s[:quoteLimit]) + "… (" + strconv.Itoa(len(s)) + " octets)"
}
