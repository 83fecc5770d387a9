package plesk

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// A stream reads a document value by value. What is well-formed JSON but not
// what was expected is remembered as the fault of the current part, and reading
// goes on behind it; only what cannot be delimited is an error.
type stream struct {
	d     *jsontext.Decoder
	fault error           // the first one of the part that is being read
	prev  row             // the row before, whose strings are often those of the next
	names []string        // of the members of the objects that are being read
	rows  []row           // room for the rows of a command
	slab  strings.Builder // what keep cuts strings from
}

var (
	errWantObject = errors.New("want an object")
	errWantArray  = errors.New("want an array")
	errWantScalar = errors.New("want a string, a number or null")
	errUTF8       = errors.New("is not valid UTF-8")
	errTwice      = errors.New("stands twice")
)

// blame remembers a fault.
func (s *stream) blame(err error) {
	if s.fault == nil {
		s.fault = err
	}
}

// apart reads a part whose faults are its own.
func (s *stream) apart(read func() error) (fault, err error) {
	outer := s.fault
	s.fault = nil
	err = read()
	fault, s.fault = s.fault, outer
	return fault, err
}

// object calls member for each member; member has to read the value. A name
// that comes twice is a fault: nobody knows which of the values was meant. null
// is an object without members.
func (s *stream) object(member func(name string) error) error {
	if k := s.d.PeekKind(); k != '{' {
		return s.other(k, errWantObject)
	}
	if _, err := s.d.ReadToken(); err != nil {
		return err
	}
	from := len(s.names)
	var more map[string]bool
	defer func() { s.names = s.names[:from] }()
	for s.d.PeekKind() == '"' {
		name, err := s.name()
		if err != nil {
			return err
		}
		if s.twice(name, from, &more) {
			s.blame(fmt.Errorf("the key %.40q stands twice", name))
		}
		if err := member(name); err != nil {
			return err
		}
	}
	_, err := s.d.ReadToken()
	return err
}

// array calls element for each element; element has to read it. An object, as
// PHP writes an array with gaps, counts as its values.
func (s *stream) array(element func() error) error {
	switch k := s.d.PeekKind(); k {
	case '{':
		return s.object(func(string) error { return element() })
	case '[':
	default:
		return s.other(k, errWantArray)
	}
	if _, err := s.d.ReadToken(); err != nil {
		return err
	}
	for s.d.PeekKind() != ']' {
		if err := element(); err != nil {
			return err
		}
	}
	_, err := s.d.ReadToken()
	return err
}

// other passes over a value of the wrong kind.
func (s *stream) other(k jsontext.Kind, want error) error {
	if k != 'n' {
		s.blame(want)
	}
	return s.d.SkipValue()
}

// scalar reads a value that Plesk writes as a string in one version and as a
// number in another: the string, or the number as it is written; "" for null.
// Where it is the same as before, it is that string and no copy.
func (s *stream) scalar(before string) (string, error) {
	v, err := s.d.ReadValue()
	if err != nil {
		return "", err
	}
	switch v.Kind() {
	case '"':
		return s.text(v, before), nil
	case '0':
		if string(v) == before {
			return before, nil
		}
		return s.keep(v), nil
	case 'n':
	default:
		s.blame(errWantScalar)
	}
	return "", nil
}

// text undoes the quotes and escapes of a string.
func (s *stream) text(v jsontext.Value, before string) string {
	inner := v[1 : len(v)-1]
	switch {
	case len(inner) == 0:
		return ""
	case bytes.IndexByte(inner, '\\') >= 0:
		out, err := jsontext.AppendUnquote(nil, v)
		if err != nil {
			s.blame(errUTF8)
		}
		return string(out)
	case string(inner) == before:
		return before
	}
	if !utf8.Valid(inner) {
		s.blame(errUTF8)
		return string(bytes.ToValidUTF8(inner, []byte("\uFFFD")))
	}
	return s.keep(inner)
}

// slabSize is about what the strings of a small zone take.
const slabSize = 1 << 10

// keep makes a string of a part of the document. Strings share slabs: a zone has
// many, and all of them are kept as long as it is.
func (s *stream) keep(b []byte) string {
	if s.slab.Cap()-s.slab.Len() < len(b) {
		s.slab.Reset()
		s.slab.Grow(max(slabSize, len(b)))
	}
	from := s.slab.Len()
	s.slab.Write(b)
	return s.slab.String()[from:]
}

// usualNames are those that come again and again, as they stand in a document.
var usualNames = func() map[string]string {
	m := map[string]string{}
	for _, name := range strings.Fields(`command zone name displayName soa rr ptr ip_address hostname
		email status type ttl refresh retry expire minimum serial serial_format
		host displayHost displayValue opt value`) {
		m[`"`+name+`"`] = name
	}
	return m
}()

// name reads the name of a member.
func (s *stream) name() (string, error) {
	v, err := s.d.ReadValue()
	if err != nil {
		return "", err
	}
	if name, ok := usualNames[string(v)]; ok {
		return name, nil
	}
	out, err := jsontext.AppendUnquote(nil, v)
	if err != nil {
		s.blame(errUTF8)
	}
	return string(out), nil
}

// fewNames is up to where looking through a list of names is quick.
const fewNames = 64

// twice reports whether the object whose names begin at from has this one
// already; of the names behind the first few a map knows.
func (s *stream) twice(name string, from int, more *map[string]bool) bool {
	if slices.Contains(s.names[from:], name) || (*more)[name] {
		return true
	}
	switch {
	case len(s.names)-from < fewNames:
		s.names = append(s.names, name)
	case *more == nil:
		*more = map[string]bool{name: true}
	default:
		(*more)[name] = true
	}
	return false
}
