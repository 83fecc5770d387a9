package planisys

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// A row is one record as the service has it.
type row struct {
	record zone.Record
	id     any // nil: none
}

// decode reads an element of what was read: the records in it, or what of it is to
// be left alone, and why. An owner that cannot be read is an error: then nobody
// knows which names of the zone are taken.
func (r Records) decode(doc any, apex zone.Name) (rows []row, guard *zone.Protected, err error) {
	name, err := textAt(r.Name, doc)
	var n zone.Name
	if err == nil {
		n, err = r.readOwner(name, apex)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("the name of a record: %w", err)
	}
	t, rows, err := r.rows(doc, n, apex)
	if err != nil {
		return nil, &zone.Protected{Key: zone.Key{Name: n, Type: t}, Reason: err.Error()}, nil
	}
	return rows, nil, nil
}

// rows reads all of a row but its owner. t is "" where that is what cannot be read.
func (r Records) rows(doc any, n, apex zone.Name) (t zone.Type, rows []row, err error) {
	typ, err := textAt(r.Type, doc)
	if err == nil {
		t, err = zone.ParseType(typ)
	}
	if err == nil {
		err = r.isPlain(doc, r.Values == nil)
	}
	if err != nil {
		return t, nil, err
	}
	ttl, err := r.ttl(doc)
	values := []any{doc}
	if err == nil && r.Values != nil {
		values, err = arrayAt(*r.Values, doc)
	}
	if err != nil {
		return t, nil, err
	}
	for _, v := range values {
		one, err := r.value(v, zone.Record{Name: n, Type: t, TTL: ttl}, apex)
		if err != nil {
			return t, nil, err
		}
		rows = append(rows, one)
	}
	return t, rows, nil
}

// value reads the part of a row that has the data.
func (r Records) value(doc any, rec zone.Record, apex zone.Name) (row, error) {
	if r.Values != nil {
		if err := r.isPlain(doc, true); err != nil {
			return row{}, err
		}
	}
	text, err := r.readParts(rec.Type, doc)
	if err != nil {
		return row{}, err
	}
	if rec.Data, err = r.readData(rec.Type, text, apex); err != nil {
		return row{}, err
	}
	one := row{record: rec}
	if r.ID != nil {
		id, ok := r.ID.in(doc)
		if _, isText := scalar(id); !ok || !isText {
			return row{}, errors.New("the row has no id")
		}
		one.id = id
	}
	return one, nil
}

// readParts gives data as one text, wherever its fields stand.
func (r Records) readParts(t zone.Type, doc any) (string, error) {
	var parts []string
	for _, at := range r.partsOf(t) {
		text, err := textAt(at, doc)
		if err != nil {
			return "", err
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " "), nil
}

func (r Records) partsOf(t zone.Type) []Pointer {
	if parts, ok := r.Parts[string(t)]; ok {
		return parts
	}
	return []Pointer{r.Data}
}

func (r Records) ttl(doc any) (uint32, error) {
	text, err := "", error(nil)
	if r.TTL != nil {
		if _, ok := r.TTL.in(doc); ok {
			text, err = textAt(*r.TTL, doc)
		}
	}
	switch {
	case err != nil:
		return 0, err
	case text == "" && r.DefaultTTL == 0:
		return 0, errors.New("the row has no TTL")
	case text == "":
		return r.DefaultTTL, nil
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0, fmt.Errorf("%q is no TTL", text)
	}
	return uint32(n), nil
}

// isPlain finds what makes more of a row, or of the part with the data, than a
// record: what is not known of it would be lost with the next change.
func (r Records) isPlain(doc any, hasData bool) error {
	for _, m := range r.Only {
		if hasData && !m.matches(0, doc) {
			return fmt.Errorf("it is no plain record: %s is %s", *m.At, shown(*m.At, doc))
		}
	}
	object, ok := doc.(map[string]any)
	if !ok {
		return nil
	}
	known := r.members()
	for _, member := range slices.Sorted(maps.Keys(object)) {
		if !known[member] {
			return fmt.Errorf("it has %q, of which the profile says nothing", member)
		}
	}
	return nil
}

func shown(at Pointer, doc any) string {
	v, _ := at.in(doc)
	text, _ := toJSON(v)
	return fmt.Sprintf("%.50s", text)
}

// members are those of rows that the profile knows.
func (r Records) members() map[string]bool {
	known := map[string]bool{}
	for _, at := range r.pointers() {
		if tokens := at.tokens(); len(tokens) > 0 {
			known[tokens[0]] = true
		}
	}
	for _, m := range r.Ignore {
		known[m] = true
	}
	return known
}

// pointers are all of the rows.
func (r Records) pointers() []Pointer {
	all := []Pointer{r.Name, r.Type, r.Data}
	for _, at := range []*Pointer{r.TTL, r.Values, r.ID} {
		if at != nil {
			all = append(all, *at)
		}
	}
	for _, t := range slices.Sorted(maps.Keys(r.Parts)) {
		all = append(all, r.Parts[t]...)
	}
	for _, m := range r.Only {
		if m.At != nil {
			all = append(all, *m.At)
		}
	}
	return all
}

var errNothing = errors.New("there is nothing")

func textAt(at Pointer, doc any) (string, error) {
	v, ok := at.in(doc)
	if !ok {
		return "", fmt.Errorf("%q: %w", at, errNothing)
	}
	if s, ok := scalar(v); ok {
		return s, nil
	}
	return "", fmt.Errorf("%q is no text", at)
}

func arrayAt(at Pointer, doc any) ([]any, error) {
	v, ok := at.in(doc)
	if !ok {
		return nil, fmt.Errorf("%q: %w", at, errNothing)
	}
	if a, ok := v.([]any); ok {
		return a, nil
	}
	return nil, fmt.Errorf("%q is no array", at)
}
