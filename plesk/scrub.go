package plesk

import "bufio"

// A scrubber makes the strings of a document readable that break JSON's rules
// and yet have an end: by control characters and by escapes that do not exist. It
// puts an octet that no UTF-8 text has in their place, so that the part they
// stand in is refused and nothing else is. Everything keeps its offset.
type scrubber struct {
	b        *bufio.Reader
	inString bool
	escaped  bool // a backslash came right before
}

// bad is an octet that no UTF-8 text has.
const bad = 0xff

// calm holds the octets that mean nothing but themselves in a string and out of
// one.
var calm = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return t
}()

func (s *scrubber) Read(p []byte) (int, error) {
	n, err := s.b.Read(p)
	for i := 0; i < n; i++ {
		if !calm[p[i]] || s.escaped {
			p[i] = s.step(p[i], p[i+1:n])
		}
	}
	return n, err
}

// step gives what stands for an octet; rest is what has been read behind it.
func (s *scrubber) step(c byte, rest []byte) byte {
	switch {
	case s.escaped:
		s.escaped = false
	case c == '"':
		s.inString = !s.inString
	case s.inString && c < ' ':
		return bad
	case s.inString && c == '\\':
		if s.escaped = s.isEscape(rest); !s.escaped {
			return bad
		}
	}
	return c
}

// isEscape reports whether what stands behind a backslash makes sense there.
func (s *scrubber) isEscape(rest []byte) bool {
	const longest = len("u0000")
	if len(rest) < longest {
		more, _ := s.b.Peek(longest - len(rest))
		rest = append(rest[:len(rest):len(rest)], more...)
	}
	if len(rest) == 0 {
		return true // the document ends here, which is worse
	}
	switch rest[0] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		return len(rest) < longest || isHex(rest[1:longest])
	}
	return false
}

func isHex(digits []byte) bool {
	for _, c := range digits {
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}
