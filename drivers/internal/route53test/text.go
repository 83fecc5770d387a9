package route53test

import "strings"

// textual judges the data of TXT and SPF: one string in quotes, or several. With
// spaced there has to be a blank between them.
func textual(value string, spaced bool) error {
	for rest := value; ; {
		if !strings.HasPrefix(rest, `"`) {
			return problem("InvalidCharacterString", "Value should be enclosed in quotation marks", value)
		}
		octets, size, err := characterString(rest[1:], value)
		switch {
		case err != nil:
			return err
		case octets > 255:
			return problem("CharacterStringTooLong", "Value is too long", value)
		}
		rest = rest[1+size:]
		next := strings.TrimLeft(rest, " ")
		switch {
		case rest == "":
			return nil
		case spaced && len(next) == len(rest):
			return problem("InvalidCharacterString", "Value should be enclosed in quotation marks", value)
		}
		rest = next
	}
}

// characterString reads up to the closing quote; it counts octets, and the
// characters they took.
func characterString(s, value string) (octets, size int, err error) {
	for i := 0; i < len(s); octets++ {
		switch c := s[i]; {
		case c == '"':
			return octets, i + 1, nil
		case c < ' ' || c >= 0x7f:
			return 0, 0, problem("UnsupportedCharacter", "Value contains unsupported characters", value)
		case c != '\\':
			i++
		case i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i += 2
		case i+4 <= len(s) && s[i+1] <= '3' && isOctal(s[i+1:i+4]):
			i += 4
		default:
			return 0, 0, problem("InvalidCharacterString", "Value has an escape that is not one", value)
		}
	}
	return 0, 0, problem("InvalidCharacterString", "Value should be enclosed in quotation marks", value)
}
