package message

import (
	"errors"
	"fmt"

	"github.com/zonecast/zonecast/zone"
)

var (
	errShort   = errors.New("a message ends in the middle")
	errPointer = errors.New("a message has a name that points ahead")
	errLabel   = errors.New("a message has a label of an unknown kind")
	errLong    = errors.New("a message has a name of more than 255 octets")
)

// longest is how many octets a name takes at most (RFC 1035 section 2.3.4).
const longest = 255

// A reader reads the names of a message. Those that others point at are read once.
type reader struct {
	raw  []byte
	seen map[int]read
}

// read is a name with how many octets it takes without compression.
type read struct {
	name zone.Name
	size int
}

// name reads the name at a place, and gives the place behind it. A pointer leads
// back, so that there is an end to following it.
func (r *reader) name(at int) (n zone.Name, next int, err error) {
	got, next, err := r.read(at, at)
	return got.name, next, err
}

// read reads a name of which nothing stands at limit or behind it but what the
// first one has.
func (r *reader) read(at, limit int) (read, int, error) {
	var room [80]byte
	text, size, odd := room[:0], 1, false
	for {
		if at >= len(r.raw) {
			return read{}, 0, errShort
		}
		n := int(r.raw[at])
		switch {
		case n == 0 && len(text) == 0:
			return read{zone.Root, 1}, at + 1, nil
		case n == 0:
			return r.spelled(text, size, odd, at+1)
		case n >= 0xc0:
			return r.pointer(at, limit, text, size, odd)
		case n > 63:
			return read{}, 0, errLabel
		case at+1+n > len(r.raw):
			return read{}, 0, errShort
		case size+n+1 > longest:
			return read{}, 0, errLong
		}
		for _, c := range r.raw[at+1 : at+1+n] {
			text, odd = appendOctet(text, c, odd)
		}
		text = append(text, '.')
		at, size = at+1+n, size+n+1
	}
}

// pointer completes a name by what its end points at.
func (r *reader) pointer(at, limit int, text []byte, size int, odd bool) (read, int, error) {
	if at+1 >= len(r.raw) {
		return read{}, 0, errShort
	}
	to := int(r.raw[at]&0x3f)<<8 | int(r.raw[at+1])
	if to >= limit || to < HeaderSize {
		return read{}, 0, errPointer
	}
	rest, ok := r.seen[to]
	if !ok {
		var err error
		if rest, _, err = r.read(to, to); err != nil {
			return read{}, 0, err
		}
		if r.seen == nil {
			r.seen = map[int]read{}
		}
		r.seen[to] = rest
	}
	if len(text) == 0 {
		return rest, at + 2, nil
	}
	if size += rest.size - 1; size > longest {
		return read{}, 0, errLong
	}
	if rest.name != zone.Root {
		text = append(text, rest.name...)
	}
	return r.spelled(text, size, odd, at+2)
}

// spelled makes a name of its text; an odd one has octets whose spelling package
// zone decides.
func (r *reader) spelled(text []byte, size int, odd bool, next int) (read, int, error) {
	n := zone.Name(text)
	if odd {
		var err error
		if n, err = zone.ParseName(string(text)); err != nil {
			return read{}, 0, err
		}
	}
	return read{n, size}, next, nil
}

// appendOctet writes an octet of a label as names have it.
func appendOctet(text []byte, c byte, odd bool) ([]byte, bool) {
	switch {
	case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '_':
		return append(text, c), odd
	case c >= 'A' && c <= 'Z':
		return append(text, c|0x20), odd
	}
	return fmt.Appendf(text, `\%03d`, c), true
}

// AppendName writes a name without compression.
func AppendName(out []byte, n zone.Name) []byte {
	if n == zone.Root || n == "" {
		return append(out, 0)
	}
	length := len(out)
	out = append(out, 0)
	for i := 0; i < len(n); i++ {
		switch c := n[i]; {
		case c == '.':
			out[length] = byte(len(out) - length - 1)
			length = len(out)
			out = append(out, 0)
		case c == '\\' && i+3 < len(n) && isDigit(n[i+1]):
			out = append(out, (n[i+1]-'0')*100+(n[i+2]-'0')*10+n[i+3]-'0')
			i += 3
		case c == '\\' && i+1 < len(n):
			i++
			out = append(out, n[i])
		default:
			out = append(out, c)
		}
	}
	return out
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
