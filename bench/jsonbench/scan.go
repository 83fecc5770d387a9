package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"unicode/utf8"
	"unsafe"

	"github.com/zonecast/zonecast/bench/internal/zgen"
)

// scanPayload is a hand-written reader of exactly this payload, straight to
// neutral records (owner lower case, opt put before the value): it stands in
// for the limit. It keeps field order free, skips what it does not know, and
// refuses what is not JSON; it is no library.
func scanPayload(b []byte, each func(origin string, r []zgen.Rec) int) (int, error) {
	s := scanner{b: b}
	total := 0
	var recs []zgen.Rec
	err := s.array(func() error {
		recs = recs[:0]
		origin := ""
		ttl := uint32(0)
		err := s.object(func(k []byte) error {
			switch string(k) {
			case "zone":
				return s.object(func(k []byte) error {
					switch string(k) {
					case "name":
						v, err := s.str()
						origin = s.keep(v, nil, true)
						return err
					case "soa":
						return s.object(func(k []byte) error {
							if string(k) == "ttl" {
								v, err := s.number()
								ttl = v
								return err
							}
							return s.skip()
						})
					case "rr":
						return s.array(func() error {
							var host, typ, opt, val []byte
							var rttl uint32
							err := s.object(func(k []byte) (err error) {
								switch string(k) {
								case "host":
									host, err = s.str()
								case "type":
									typ, err = s.str()
								case "opt":
									opt, err = s.str()
								case "value":
									val, err = s.str()
								case "ttl":
									rttl, err = s.number()
								default:
									err = s.skip()
								}
								return err
							})
							if err != nil {
								return err
							}
							recs = append(recs, zgen.Rec{Owner: s.keep(host, nil, true), Type: s.intern(typ), TTL: max(rttl, ttl), Data: s.keep(val, opt, string(typ) != "TXT")})
							return nil
						})
					}
					return s.skip()
				})
			}
			return s.skip()
		})
		total += each(origin, recs)
		return err
	})
	return total, err
}

var errJSON = errors.New("not the payload's JSON")

type scanner struct {
	b     []byte
	i     int
	buf   []byte
	last  string
	types [16]string
	nt    int
}

func (s *scanner) keep(v, opt []byte, lower bool) string {
	if lower && opt == nil && string(v) == s.last {
		return s.last
	}
	n := len(v) + len(opt) + 1
	if cap(s.buf)-len(s.buf) < n {
		s.buf = make([]byte, 0, max(64<<10, n))
	}
	p := len(s.buf)
	if len(opt) > 0 {
		s.buf = append(append(s.buf, opt...), ' ')
	}
	q := len(s.buf)
	s.buf = append(s.buf, v...)
	if lower {
		for k := q; k < len(s.buf); k++ {
			if c := s.buf[k]; 'A' <= c && c <= 'Z' {
				s.buf[k] = c + 32
			}
		}
	}
	r := unsafe.String(unsafe.SliceData(s.buf[p:]), len(s.buf)-p)
	if lower && opt == nil {
		s.last = r
	}
	return r
}

func (s *scanner) intern(v []byte) string {
	for i := 0; i < s.nt; i++ {
		if s.types[i] == string(v) {
			return s.types[i]
		}
	}
	t := string(v)
	if s.nt < len(s.types) {
		s.types[s.nt] = t
		s.nt++
	}
	return t
}

func (s *scanner) ws() byte {
	for s.i < len(s.b) {
		switch c := s.b[s.i]; c {
		case ' ', '\t', '\n', '\r':
			s.i++
		default:
			return c
		}
	}
	return 0
}

func (s *scanner) list(open, end byte, f func() error) error {
	if s.ws() != open {
		return errJSON
	}
	s.i++
	if s.ws() == end {
		s.i++
		return nil
	}
	for {
		if err := f(); err != nil {
			return err
		}
		switch s.ws() {
		case ',':
			s.i++
		case end:
			s.i++
			return nil
		default:
			return errJSON
		}
	}
}

func (s *scanner) array(f func() error) error { return s.list('[', ']', f) }

func (s *scanner) object(f func(k []byte) error) error {
	return s.list('{', '}', func() error {
		if s.ws() != '"' {
			return errJSON
		}
		k, err := s.str()
		if err != nil {
			return err
		}
		if s.ws() != ':' {
			return errJSON
		}
		s.i++
		return f(k)
	})
}

func (s *scanner) str() ([]byte, error) {
	if s.ws() != '"' {
		return nil, errJSON
	}
	p := s.i + 1
	n := bytes.IndexByte(s.b[p:], '"')
	if n < 0 {
		return nil, errJSON
	}
	v := s.b[p : p+n]
	k := 0
	hi := uint64(0)
	for ; k+8 <= n; k += 8 { // eight octets at a time: a control octet or a backslash?
		w := binary.LittleEndian.Uint64(v[k:])
		hi |= w
		if x := w ^ ones*'\\'; ((w-ones*' ')&^w|(x-ones)&^x)&(ones<<7) != 0 {
			break
		}
	}
	for ; k < n; k++ {
		c := v[k]
		hi |= uint64(c)
		if c < ' ' {
			return nil, errJSON
		}
		if c == '\\' {
			return s.slow(p, p+k)
		}
	}
	s.i = p + n + 1
	if hi&(ones<<7) != 0 && !utf8.Valid(v) {
		return nil, errJSON
	}
	return v, nil
}

const ones = 0x0101010101010101

func (s *scanner) slow(p, j int) ([]byte, error) {
	out := append([]byte(nil), s.b[p:j]...)
	for ; j < len(s.b); j++ {
		c := s.b[j]
		switch {
		case c == '"':
			s.i = j + 1
			return out, nil
		case c < ' ':
			return nil, errJSON
		case c == '\\':
			j++
			if j >= len(s.b) {
				return nil, errJSON
			}
			switch s.b[j] {
			case '"', '\\', '/':
				out = append(out, s.b[j])
			case 'n':
				out = append(out, '\n')
			case 't':
				out = append(out, '\t')
			case 'r':
				out = append(out, '\r')
			case 'b':
				out = append(out, '\b')
			case 'f':
				out = append(out, '\f')
			case 'u':
				if j+4 >= len(s.b) {
					return nil, errJSON
				}
				var r rune
				for k := 1; k <= 4; k++ {
					h := s.b[j+k]
					switch {
					case '0' <= h && h <= '9':
						h -= '0'
					case 'a' <= h && h <= 'f':
						h -= 'a' - 10
					case 'A' <= h && h <= 'F':
						h -= 'A' - 10
					default:
						return nil, errJSON
					}
					r = r<<4 | rune(h)
				}
				j += 4
				out = utf8.AppendRune(out, r) // surrogate pairs are left out of this reference
			default:
				return nil, errJSON
			}
		default:
			out = append(out, c)
		}
	}
	return nil, errJSON
}

func (s *scanner) number() (uint32, error) {
	s.ws()
	var v uint64
	p := s.i
	for s.i < len(s.b) && '0' <= s.b[s.i] && s.b[s.i] <= '9' {
		v = v*10 + uint64(s.b[s.i]-'0')
		s.i++
	}
	if s.i == p || s.i-p > 10 {
		return 0, errJSON
	}
	return uint32(v), nil
}

func (s *scanner) skip() error {
	switch c := s.ws(); {
	case c == '"':
		_, err := s.str()
		return err
	case c == '{':
		return s.object(func([]byte) error { return s.skip() })
	case c == '[':
		return s.array(s.skip)
	case c == 't', c == 'f', c == 'n', c == '-', '0' <= c && c <= '9':
		for s.i < len(s.b) {
			switch s.b[s.i] {
			case ',', '}', ']', ' ', '\t', '\n', '\r':
				return nil
			}
			s.i++
		}
	}
	return errJSON
}
