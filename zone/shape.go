package zone

import (
	"crypto/sha256"
	"slices"
	"strings"
)

// Shape identifies what a plan does whatever its zone is called: plans for two
// zones have the same shape if they differ in nothing but the zone's own name, as
// that of an owner, and at the end of names in the data. The serial of a SOA does
// not count. A name within a text does: nobody says that it is one.
func (p Plan) Shape() Digest {
	same := Plan{Create: p.Create, Delete: p.Delete}
	for _, c := range p.Changes {
		same.Changes = append(same.Changes, Change{c.Old.nameless(p.Zone), c.New.nameless(p.Zone)})
	}
	return sha256.Sum256(same.appendJSON(nil))
}

// nameless gives the set as it would be in a zone that has no name.
func (s RRset) nameless(zone Name) RRset {
	if s.Name == "" {
		return s
	}
	s.Name = Name(s.Name.Relative(zone))
	data := make([]string, len(s.Data))
	for i, d := range s.Data {
		if s.Type == SOA {
			from, to := serialAt(d)
			d = d[:from] + d[to:]
		}
		data[i] = namelessData(d, zone)
	}
	slices.Sort(data) // the name of the zone had a part in their order
	s.Data = data
	return s
}

// ownName stands for the name of the zone: no canonical data has such an octet, so
// nothing else looks like it.
const ownName = "\x00"

// namelessData puts ownName at the end of each field that is a name in the zone.
func namelessData(data string, zone Name) string {
	fields := strings.Split(data, " ")
	for i, f := range fields {
		if strings.HasSuffix(f, string(zone)) && Name(f).In(zone) { // in the root zone is everything
			fields[i] = f[:len(f)-len(zone)] + ownName
		}
	}
	return strings.Join(fields, " ")
}
