package zone

import (
	"errors"
	"fmt"
	"strings"
)

// A ParseError says on which line, from 1, a master file cannot be read.
type ParseError struct {
	Line int
	Err  error
}

func (e *ParseError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

func (e *ParseError) Unwrap() error { return e.Err }

var (
	errShort     = errors.New("want an owner, a type and data")
	errNoOwner   = errors.New("begins with a blank, and no owner came before")
	errIndent    = errors.New("is indented less than the first line")
	errNoTTL     = errors.New("has no TTL, and none came before")
	errDirective = errors.New("want $ORIGIN NAME or $TTL SECONDS; $INCLUDE and $GENERATE are not read")
	errClass     = errors.New("the class is not IN")
)

// shortest is about how many characters a record takes at least.
const shortest = 12

// Parse reads a zone in master file format (RFC 1035 section 5.1, $TTL of RFC
// 2308, times with units as 1h30m). The origin is name until $ORIGIN changes it.
// A record without a TTL has that of $TTL, else that of the record before it.
// The first line's indentation is taken off every line, so that a text in a
// program can be indented as the program is; no line may have less.
//
// It reads the whole zone or none: the error is a *ParseError. The zone keeps
// text alive, which its records are parts of.
func Parse(name Name, text string) (*Zone, error) {
	name, err := ParseName(string(name))
	if err != nil {
		return nil, err
	}
	p := parser{lexer: lexer{src: text, line: 1}, zone: name, origin: name}
	p.records = make([]Record, 0, min(strings.Count(text, "\n"), len(text)/shortest)+1)
	for p.pos < len(p.src) {
		line := p.line
		if err := p.next(); err != nil {
			return nil, fmt.Errorf("zone %s: %w", name, &ParseError{line, err})
		}
	}
	return build(name, p.records), nil
}

// parser reads entries one after another.
type parser struct {
	lexer
	zone    Name
	origin  Name
	records []Record

	begun   bool // an entry was read, so that indent counts
	indent  int  // white space before the first entry
	owner   Name
	ownerAs string // how the owner was written
	ttl     uint32 // for records that have none
	fromTTL bool   // ttl is that of $TTL, which records do not change
	hasTTL  bool
}

// next reads one entry: a record, a directive, or nothing but a comment.
func (p *parser) next() error {
	indent := len(p.src[p.pos:]) - len(strings.TrimLeft(p.src[p.pos:], " \t"))
	if err := p.entry(); err != nil {
		return err
	}
	if len(p.fields) == 0 {
		return nil
	}
	first := p.fields[0]
	isDirective := strings.HasPrefix(first.text, "$") && !first.quoted
	if !p.begun {
		if indent > 0 && !isDirective && p.isRecord() {
			return errNoOwner
		}
		p.begun, p.indent = true, indent
	}
	if indent < p.indent {
		return errIndent
	}
	if isDirective {
		return p.directive(p.fields)
	}
	rest := p.fields
	if indent == p.indent {
		if err := p.setOwner(first); err != nil {
			return err
		}
		rest = rest[1:]
	}
	return p.record(rest)
}

// isRecord reports whether the fields are a record as they stand, so that their
// line has no owner.
func (p *parser) isRecord() bool {
	probe := *p
	probe.owner, probe.records = p.zone, nil
	return probe.record(p.fields) == nil
}

func (p *parser) directive(f []field) error {
	if len(f) != 2 {
		return errDirective
	}
	switch strings.ToUpper(f[0].text) {
	case "$ORIGIN":
		origin, err := rdata{origin: p.origin}.name(f[1])
		if err != nil {
			return err
		}
		p.origin, p.ownerAs = origin, ""
	case "$TTL":
		ttl, ok := parseSeconds(f[1].text)
		if !ok || ttl > MaxTTL {
			return fmt.Errorf("$TTL %s: %w", quote(f[1].text), errNumber)
		}
		p.ttl, p.fromTTL, p.hasTTL = ttl, true, true
	default:
		return errDirective
	}
	return nil
}

// setOwner reads the first field of a line; records often share it.
func (p *parser) setOwner(f field) error {
	if f.text == p.ownerAs && f.text != "" {
		return nil
	}
	n, err := rdata{origin: p.origin}.name(f)
	if err != nil {
		return err
	}
	if !n.In(p.zone) {
		return fmt.Errorf("name %s: %w %s", quote(string(n)), ErrOutOfZone, p.zone)
	}
	p.owner, p.ownerAs = n, f.text
	return nil
}

// record reads what follows the owner: TTL and class in any order, type, data.
func (p *parser) record(f []field) error {
	if p.owner == "" {
		return errNoOwner
	}
	ttl, stated := uint32(0), false
	for ; len(f) > 0 && !f[0].quoted; f = f[1:] {
		if n, ok := parseSeconds(f[0].text); ok && !stated {
			if n > MaxTTL {
				return fmt.Errorf("TTL %d is over %d", n, MaxTTL)
			}
			ttl, stated = n, true
		} else if isOtherClass(f[0].text) {
			return errClass
		} else if f[0].text != "IN" && !strings.EqualFold(f[0].text, "IN") && !strings.EqualFold(f[0].text, "CLASS1") {
			break
		}
	}
	if len(f) < 2 || f[0].quoted {
		return errShort
	}
	t, err := ParseType(f[0].text)
	if err != nil {
		return err
	}
	data, err := rdata{p.src, f[1:], p.origin}.canonical(t)
	if err != nil {
		return err
	}
	if ttl, err = p.timeToLive(ttl, stated, t, data); err != nil {
		return err
	}
	p.records = append(p.records, Record{p.owner, t, ttl, data})
	return nil
}

func isOtherClass(s string) bool {
	switch s {
	case "CH", "HS", "CS", "ch", "hs", "cs":
		return true
	}
	return false
}

// timeToLive settles the TTL of a record. An SOA that nothing has given one
// takes its own minimum, as files from before RFC 2308 mean it.
func (p *parser) timeToLive(ttl uint32, stated bool, t Type, data string) (uint32, error) {
	switch {
	case stated && !p.fromTTL:
		p.ttl, p.hasTTL = ttl, true
	case stated:
		return ttl, nil
	case !p.hasTTL && t == SOA:
		s, err := ParseStart(data)
		if err != nil {
			return 0, err
		}
		p.ttl, p.hasTTL = min(s.Minimum, MaxTTL), true
	case !p.hasTTL:
		return 0, errNoTTL
	}
	return p.ttl, nil
}
