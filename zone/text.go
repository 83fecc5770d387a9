package zone

import (
	"errors"
	"strings"
)

const (
	maxString = 255   // octets of a character-string, RFC 1035 section 3.3
	maxData   = 65535 // octets of record data
)

var (
	errNoString   = errors.New("want at least one character-string")
	errLongString = errors.New("a character-string is longer than 255 octets")
	errLongText   = errors.New("the text is longer than 65535 octets with its string lengths")
)

// Text gives the canonical TXT data that holds raw as its text, cut into
// character-strings of at most 255 octets. Every octet may stand in raw.
func Text(raw string) string {
	if size, plain := plainString(raw); plain && size <= maxString {
		return `"` + raw + `"`
	}
	out := make([]byte, 0, len(raw)+len(raw)/8+16)
	for i, s := range Split(raw) {
		if i > 0 {
			out = append(out, ' ')
		}
		out = append(appendString(append(out, '"'), s), '"')
	}
	return string(out)
}

// Escape writes raw octets as the inside of a quoted character-string, of any
// length.
func Escape(raw string) string { return string(appendString(nil, raw)) }

// Split cuts raw text into pieces of at most 255 octets, the first ones full.
// It never gives less than one piece: an empty text is one empty string.
func Split(raw string) []string {
	pieces := make([]string, 0, len(raw)/maxString+1)
	for len(raw) > maxString {
		pieces = append(pieces, raw[:maxString])
		raw = raw[maxString:]
	}
	return append(pieces, raw)
}

// Strings gives the character-strings of TXT data as raw octets, their
// boundaries kept. Joined they are the text: strings.Join(s, "").
func Strings(data string) ([]string, error) {
	var room [8]field
	fields, err := lexData(data, room[:])
	if err != nil {
		return nil, dataError(TXT, data, err)
	}
	out := make([]string, len(fields))
	for i, f := range fields {
		if f.mixed {
			return nil, dataError(TXT, data, errTouch)
		}
		if out[i], err = rawString(f.text); err != nil {
			return nil, dataError(TXT, data, err)
		}
	}
	return out, nil
}

// RawText is the inverse of Text: the text of TXT data, wherever it was cut.
func RawText(data string) (string, error) {
	s, err := Strings(data)
	return strings.Join(s, ""), err
}

// texts is the data of TXT and SPF: one or more character-strings.
func (d rdata) texts() (string, error) {
	if len(d.fields) == 0 {
		return "", errNoString
	}
	total, same, at := 0, true, d.fields[0].from
	for i, f := range d.fields {
		size, fine := plainString(f.text)
		if !fine {
			var err error
			if _, size, err = canonicalString(f); err != nil {
				return "", err
			}
		}
		if size > maxString {
			return "", errLongString
		}
		same = same && fine && f.quoted && f.from == at && (i == 0 || d.src[at-1] == ' ')
		total += 1 + size
		at = f.to + 1
	}
	if total > maxData {
		return "", errLongText
	}
	if same {
		return d.src[d.fields[0].from : at-1], nil
	}
	return d.quoteAll(), nil
}

// quoteAll writes every field as a quoted character-string.
func (d rdata) quoteAll() string {
	var b strings.Builder
	for i, f := range d.fields {
		if i > 0 {
			b.WriteByte(' ')
		}
		s, _, _ := canonicalString(f)
		b.WriteString(`"` + s + `"`)
	}
	return b.String()
}

// plainString reports whether s is a canonical character-string as it stands,
// without an escape.
func plainString(s string) (size int, ok bool) {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return 0, false
		}
	}
	return len(s), true
}

// canonicalString respells the inside of a character-string: only quotes and
// backslashes behind a backslash, only what cannot be printed in decimal. It
// also gives the number of octets it stands for.
func canonicalString(f field) (text string, size int, err error) {
	if f.mixed {
		return "", 0, errTouch
	}
	s := f.text
	raw, err := rawString(s)
	if err != nil {
		return "", 0, err
	}
	if out := appendString(make([]byte, 0, len(s)+8), raw); string(out) != s {
		s = string(out)
	}
	return s, len(raw), nil
}

// appendString writes raw octets as the inside of a quoted character-string.
func appendString(out []byte, raw string) []byte {
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c < ' ' || c > '~':
			out = appendDecimal(out, c)
		default:
			out = append(out, c)
		}
	}
	return out
}

// rawString undoes the escapes of presentation form.
func rawString(s string) (string, error) {
	if strings.IndexByte(s, '\\') < 0 {
		return s, nil
	}
	out := make([]byte, 0, len(s))
	for s != "" {
		c, size, err := unescape(s)
		if err != nil {
			return "", err
		}
		out, s = append(out, c), s[size:]
	}
	return string(out), nil
}
