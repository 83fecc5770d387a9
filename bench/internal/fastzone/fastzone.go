// Package fastzone is a deliberately small reader of master files. It stands in
// for the limit that a full parser can be compared with: it does quotes,
// comments, parentheses, $ORIGIN, $TTL, relative and inherited owners, TTL and
// class in either order, lower-cases names and makes them absolute, and checks
// addresses. It knows nothing else about RDATA and is no library.
package fastzone

import (
	"errors"
	"net/netip"
	"strconv"
	"unsafe"

	"github.com/zonecast/zonecast/bench/internal/zgen"
)

type arena struct{ buf []byte }

func (a *arena) room(n int) {
	if cap(a.buf)-len(a.buf) < n {
		a.buf = make([]byte, 0, max(n, 64<<10))
	}
}
func (a *arena) str(from int) string {
	return unsafe.String(unsafe.SliceData(a.buf[from:]), len(a.buf)-from)
}

var errSyntax = errors.New("syntax")

type tok struct {
	b      []byte
	quoted bool
}

// Parse reads all records of src.
func Parse(src []byte, origin string) ([]zgen.Rec, error) {
	recs := make([]zgen.Rec, 0, len(src)/48)
	var ar arena
	var toks []tok
	types := map[string]string{}
	owner := ""
	var defTTL uint32 = 3600
	i, n := 0, len(src)
	line := 1
	bad := func() error { return errors.New("line " + strconv.Itoa(line) + ": syntax") }
	for i < n {
		// one entry
		toks = toks[:0]
		blank := src[i] == ' ' || src[i] == '\t'
		depth := 0
	entry:
		for i < n {
			c := src[i]
			switch c {
			case ' ', '\t', '\r':
				i++
			case '\n':
				i++
				line++
				if depth == 0 {
					break entry
				}
			case ';':
				for i < n && src[i] != '\n' {
					i++
				}
			case '(':
				depth++
				i++
			case ')':
				depth--
				i++
			case '"':
				j := i + 1
				for j < n && src[j] != '"' {
					if src[j] == '\\' {
						j++
					}
					j++
				}
				if j >= n {
					return nil, bad()
				}
				toks = append(toks, tok{src[i : j+1], true})
				i = j + 1
			default:
				j := i
				for j < n {
					d := src[j]
					if d <= ' ' || d == ';' || d == '(' || d == ')' || d == '"' {
						break
					}
					if d == '\\' {
						j++
					}
					j++
				}
				toks = append(toks, tok{src[i:min(j, n)], false})
				i = min(j, n)
			}
		}
		if len(toks) == 0 {
			continue
		}
		t := toks
		if t[0].b[0] == '$' {
			if len(t) < 2 {
				return nil, bad()
			}
			switch string(t[0].b) {
			case "$ORIGIN":
				origin = string(t[1].b)
			case "$TTL":
				v, ok := num(t[1].b)
				if !ok {
					return nil, bad()
				}
				defTTL = v
			default:
				return nil, bad()
			}
			continue
		}
		if !blank {
			ar.room(len(t[0].b) + len(origin) + 2)
			p := len(ar.buf)
			ar.name(t[0].b, origin)
			if s := ar.buf[p:]; string(s) == owner { // same owner as before: keep one copy
				ar.buf = ar.buf[:p]
			} else {
				owner = ar.str(p)
			}
			t = t[1:]
		}
		ttl := defTTL
		for len(t) > 0 {
			if b := t[0].b; len(b) == 2 && (b[0] == 'I' || b[0] == 'i') && (b[1] == 'N' || b[1] == 'n') {
				t = t[1:]
			} else if v, ok := num(b); ok {
				ttl = v
				t = t[1:]
			} else {
				break
			}
		}
		if len(t) < 2 {
			return nil, bad()
		}
		typ, ok := types[string(t[0].b)]
		if !ok {
			typ = string(t[0].b)
			types[typ] = typ
		}
		rd := t[1:]
		size := 0
		for _, x := range rd {
			size += len(x.b) + len(origin) + 2
		}
		ar.room(size)
		p := len(ar.buf)
		nameAt := -1
		switch typ {
		case "NS", "CNAME", "PTR", "DNAME":
			nameAt = 0
		case "MX":
			nameAt = 1
		case "SRV":
			nameAt = 3
		case "A", "AAAA":
			a, err := netip.ParseAddr(unsafe.String(unsafe.SliceData(rd[0].b), len(rd[0].b)))
			if err != nil || a.Is4() != (typ == "A") {
				return nil, bad()
			}
			ar.buf = a.AppendTo(ar.buf)
			rd = nil
		case "SOA":
			nameAt = 0
		}
		for k, x := range rd {
			if k > 0 {
				ar.buf = append(ar.buf, ' ')
			}
			if k == nameAt || (typ == "SOA" && k == 1) {
				ar.name(x.b, origin)
			} else {
				ar.buf = append(ar.buf, x.b...)
			}
		}
		recs = append(recs, zgen.Rec{Owner: owner, Type: typ, TTL: ttl, Data: ar.str(p)})
	}
	return recs, nil
}

func (a *arena) name(b []byte, origin string) {
	if len(b) == 1 && b[0] == '@' {
		a.buf = append(a.buf, origin...)
		return
	}
	p := len(a.buf)
	a.buf = append(a.buf, b...)
	for k := p; k < len(a.buf); k++ {
		if c := a.buf[k]; 'A' <= c && c <= 'Z' {
			a.buf[k] = c + 32
		}
	}
	if b[len(b)-1] != '.' {
		a.buf = append(a.buf, '.')
		a.buf = append(a.buf, origin...)
	}
}

func num(b []byte) (uint32, bool) {
	if len(b) == 0 || len(b) > 10 {
		return 0, false
	}
	var v uint64
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = v*10 + uint64(c-'0')
	}
	return uint32(v), true
}
