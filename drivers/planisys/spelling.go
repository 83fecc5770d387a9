package planisys

import (
	"errors"
	"fmt"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

var (
	errNoDot    = errors.New("it has no final dot, and the profile says that names have one")
	errNoLabels = errors.New("it is one label, and the profile says that names are absolute")
	errTwice    = errors.New("it ends in the name of the zone, and the profile says that names are relative")
	errElse     = errors.New("it is not in the zone")
	errQuoted   = errors.New("it is quoted, and the profile says that texts are plain")
	errNoQuotes = errors.New("it is not quoted, and the profile says that texts are")
)

// owner writes the name of a record.
func (r Records) owner(n, apex zone.Name) string {
	if r.Names == Relative && n == apex {
		return *r.Apex
	}
	return r.Names.write(n, apex)
}

// readOwner is the inverse of owner. A name that fits the profile only by chance is
// refused: a profile that spells names otherwise than the service does would make
// all records of the zone foreign.
func (r Records) readOwner(text string, apex zone.Name) (zone.Name, error) {
	if r.Names == Relative && text == *r.Apex {
		return apex, nil
	}
	n, err := r.Names.read(text, apex)
	switch {
	case err != nil:
		return "", err
	case r.Names == Relative && n == apex:
		return "", fmt.Errorf("%q is the zone itself, which the profile writes %q", text, *r.Apex)
	case !n.In(apex):
		return "", errElse
	}
	return n, nil
}

// write spells a name.
func (s Spelling) write(n, apex zone.Name) string {
	switch {
	case s == Relative:
		return n.Relative(apex)
	case s == Absolute && n != zone.Root:
		return strings.TrimSuffix(string(n), ".")
	}
	return string(n)
}

// read is the inverse of write.
func (s Spelling) read(text string, apex zone.Name) (zone.Name, error) {
	ended := strings.HasSuffix(text, ".")
	switch {
	case s == Relative && !ended && isBelow(text, apex):
		return "", errTwice
	case s == Relative:
		return apex.Join(text)
	case s == Dotted && !ended:
		return "", errNoDot
	case s == Absolute && !ended && !strings.Contains(text, "."):
		return "", errNoLabels
	}
	return zone.ParseName(text)
}

// isBelow holds for a relative name that looks like an absolute one.
func isBelow(text string, apex zone.Name) bool {
	n, err := zone.ParseName(text)
	return err == nil && n.In(apex)
}

// nameAt has the types whose data has names, and at which fields; -1 is the last.
var nameAt = map[zone.Type][]int{
	zone.CNAME: {0}, zone.DNAME: {0}, zone.NS: {0}, zone.PTR: {0}, zone.MX: {1}, zone.SRV: {3},
	zone.SOA: {0, 1}, "NAPTR": {-1}, "RP": {0, 1}, "SVCB": {1}, "HTTPS": {1},
}

// data writes canonical data.
func (r Records) data(t zone.Type, data string, apex zone.Name) string {
	if t == zone.TXT && r.Texts == Plain {
		if raw, err := zone.RawText(data); err == nil {
			return raw
		}
	}
	return respell(t, data, func(n string) (string, error) { return r.Targets.write(zone.Name(n), apex), nil })
}

// readData is the inverse of data.
func (r Records) readData(t zone.Type, text string, apex zone.Name) (string, error) {
	quoted := len(text) > 1 && text[0] == '"' && text[len(text)-1] == '"'
	switch {
	case t == zone.TXT && r.Texts == Plain && quoted:
		return "", errQuoted
	case t == zone.TXT && r.Texts == Plain:
		return zone.Text(text), nil
	case t == zone.TXT && !quoted:
		return "", errNoQuotes
	}
	var bad error
	out := respell(t, text, func(n string) (string, error) {
		name, err := r.Targets.read(n, apex)
		if err != nil && bad == nil {
			bad = fmt.Errorf("name %q: %w", n, err)
		}
		return string(name), err
	})
	if bad != nil {
		return "", bad
	}
	return zone.Canonical(t, out)
}

// respell changes the names in data. Data that has no such field stays, and is
// judged by whoever reads it.
func respell(t zone.Type, data string, change func(string) (string, error)) string {
	for _, i := range nameAt[t] {
		from, to, ok := fieldAt(data, i)
		if !ok {
			return data
		}
		if n, err := change(data[from:to]); err == nil {
			data = data[:from] + n + data[to:]
		}
	}
	return data
}

// fieldAt finds a field of data between spaces, or with -1 the last. What is
// between the others stays as it is: some of it may be quoted.
func fieldAt(data string, i int) (from, to int, ok bool) {
	if i < 0 {
		data = strings.TrimRight(data, " ")
		return strings.LastIndexByte(data, ' ') + 1, len(data), data != ""
	}
	for ; ; i-- {
		for from < len(data) && data[from] == ' ' {
			from++
		}
		to = from
		for to < len(data) && data[to] != ' ' {
			to++
		}
		if i == 0 || to == len(data) {
			return from, to, i == 0 && to > from
		}
		from = to
	}
}
