package zone

import (
	"errors"
	"fmt"
)

// A field is one word or one quoted string of an entry.
type field struct {
	text     string // without its quotes, escapes as they stand
	from, to int    // where it stands in the source, quotes included
	quoted   bool
	mixed    bool // a word with a quoted part, as the parameters of SVCB have (RFC 9460 section 2.1)
}

// A lexer cuts master file text (RFC 1035 section 5.1) into entries of fields.
// Fields are parts of the source, so cutting allocates nothing.
type lexer struct {
	src    string
	pos    int
	line   int     // of what was read last, from 1
	fields []field // of the current entry
	bare   bool    // record data alone: no comments, no parentheses, one line
}

var (
	errQuote   = errors.New("a quoted string does not end on its line")
	errTouch   = errors.New("a quote stands inside a word")
	errParens  = errors.New("parentheses do not match")
	errControl = errors.New("a control character must be escaped")
	errFields  = errors.New("an entry has more fields than a record can hold")
	errBare    = errors.New(`";", "(" and ")" must be quoted or escaped here, and a line end has no place`)
)

// entry reads up to the end of the line that the entry ends on.
func (l *lexer) entry() error {
	l.fields = l.fields[:0]
	depth := 0
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		switch {
		case c == ' ' || c == '\t':
			l.pos++
			continue
		case l.bare && (c == ';' || c == '(' || c == ')' || c == '\n' || c == '\r'):
			return errBare
		}
		switch c {
		case '\r':
			if l.pos++; l.pos < len(l.src) && l.src[l.pos] != '\n' {
				return errControl
			}
		case '\n':
			l.pos++
			l.line++
			if depth == 0 {
				return nil
			}
		case ';':
			l.comment()
		case '(':
			l.pos++
			depth++
		case ')':
			l.pos++
			if depth--; depth < 0 {
				return errParens
			}
		default:
			if err := l.field(c); err != nil {
				return err
			}
		}
	}
	if depth != 0 {
		return errParens
	}
	return nil
}

func (l *lexer) comment() {
	for l.pos < len(l.src) && l.src[l.pos] != '\n' {
		l.pos++
	}
}

// field reads the word or the quoted string that begins with c.
func (l *lexer) field(c byte) error {
	from := l.pos
	if len(l.fields) > maxFields {
		return errFields
	}
	if n := len(l.fields); n > 0 && l.fields[n-1].to == from && !(c == '"' && l.fields[n-1].quoted) {
		return errTouch
	}
	if c == '"' {
		end, err := l.closingQuote(from)
		if err == nil {
			l.fields = append(l.fields, field{text: l.src[from+1 : end], from: from, to: end + 1, quoted: true})
			l.pos = end + 1
		}
		return err
	}
	i, mixed := from, false
	for ; i < len(l.src); i++ {
		if c := l.src[i]; c == '\\' {
			if i++; i == len(l.src) || l.src[i] < ' ' {
				return errControl
			}
		} else if c == '"' && l.src[i-1] == '=' {
			end, err := l.closingQuote(i)
			if err != nil {
				return err
			}
			i, mixed = end, true
		} else if isControl(c) {
			return errControl
		} else if endsWord[c] {
			break
		}
	}
	l.fields = append(l.fields, field{text: l.src[from:i], from: from, to: i, mixed: mixed})
	l.pos = i
	return nil
}

// maxFields bounds the memory that one entry can ask for.
const maxFields = maxData + 8

// closingQuote finds the end of the quoted string that begins at from.
func (l *lexer) closingQuote(from int) (int, error) {
	for i := from + 1; i < len(l.src); i++ {
		switch c := l.src[i]; {
		case c == '"':
			return i, nil
		case c == '\n' || c == '\r':
			return 0, errQuote
		case c < ' ' && c != '\t':
			return 0, errControl
		case c == '\\':
			if i++; i < len(l.src) && l.src[i] < ' ' {
				return 0, errControl
			}
		}
	}
	return 0, errQuote
}

// endsWord holds the octets that a word stops at.
var endsWord = func() (t [256]bool) {
	for _, c := range []byte(" \t\r\n;()\"") {
		t[c] = true
	}
	return t
}()

// isControl holds for the control characters that are no white space.
func isControl(c byte) bool {
	return c == 0x7f || c < ' ' && c != '\t' && c != '\n' && c != '\r'
}

// lexData cuts record data that stands alone. It uses room, where that is
// enough, in place of memory of its own.
func lexData(data string, room []field) ([]field, error) {
	l := lexer{src: data, line: 1, fields: room[:0], bare: true}
	err := l.entry()
	return l.fields, err
}

// want says that an entry has the wrong number of fields.
func want(n, got int) error {
	if n == 1 {
		return fmt.Errorf("want 1 field, got %d", got)
	}
	return fmt.Errorf("want %d fields, got %d", n, got)
}
