package planisys

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A Pointer says where in a JSON document a value stands (RFC 6901): "" is the
// whole document, "/a/0" the first element of its member a.
type Pointer string

var unescapeToken = strings.NewReplacer("~1", "/", "~0", "~")

// tokens gives the reference tokens of a sound pointer.
func (p Pointer) tokens() []string {
	if p == "" {
		return nil
	}
	tokens := strings.Split(string(p[1:]), "/")
	for i, t := range tokens {
		tokens[i] = unescapeToken.Replace(t)
	}
	return tokens
}

// judge says what is wrong with the pointer.
func (p Pointer) judge() error {
	if p != "" && p[0] != '/' {
		return fmt.Errorf("%q is no JSON pointer: it does not begin with /", string(p))
	}
	for i := range len(p) {
		if p[i] == '~' && (i+1 == len(p) || p[i+1] != '0' && p[i+1] != '1') {
			return fmt.Errorf("%q is no JSON pointer: behind ~ want 0 or 1", string(p))
		}
	}
	return nil
}

// in finds the value in a document; ok is false where nothing or null stands there.
func (p Pointer) in(doc any) (v any, ok bool) {
	for _, t := range p.tokens() {
		switch d := doc.(type) {
		case map[string]any:
			doc = d[t]
		case []any:
			i, err := strconv.Atoi(t)
			if err != nil || i < 0 || i >= len(d) || strconv.Itoa(i) != t {
				return nil, false
			}
			doc = d[i]
		default:
			return nil, false
		}
	}
	return doc, doc != nil
}

var errNoRoom = errors.New("two pointers of the profile lead to the same place")

// put gives the document with a value at the pointer. What is not there yet
// becomes an object.
func (p Pointer) put(doc, v any) (any, error) {
	tokens := p.tokens()
	if len(tokens) == 0 {
		if doc != nil {
			return nil, errNoRoom
		}
		return v, nil
	}
	if doc == nil {
		doc = map[string]any{}
	}
	at, ok := doc.(map[string]any)
	if !ok {
		return nil, errNoRoom
	}
	rest := strings.IndexByte(string(p[1:]), '/')
	below := Pointer("")
	if rest >= 0 {
		below = p[1+rest:]
	}
	in, err := below.put(at[tokens[0]], v)
	at[tokens[0]] = in
	return doc, err
}
