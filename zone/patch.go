package zone

import (
	"errors"
	"fmt"
	"slices"
)

var errNothing = errors.New("there is no zone to patch")

// Patch gives the zone with the records of p.Drop gone and those of p.Add
// there. A record is dropped where name, type and data are the same, whatever
// its TTL; one that is not there is no error. A set that gets records beside
// others has the lowest TTL of all.
func (z *Zone) Patch(p Patch) (*Zone, error) {
	if z == nil {
		return nil, errNothing
	}
	drop, err := canonicalRecords(z.Name(), p.Drop)
	add, err2 := canonicalRecords(z.Name(), p.Add)
	if err = errors.Join(err, err2); err != nil {
		return nil, fmt.Errorf("zone %s: %w", z.Name(), err)
	}
	gone := make(map[Record]bool, len(drop))
	for _, r := range drop {
		r.TTL = 0
		gone[r] = true
	}
	var records []Record
	for s := range z.All() {
		for _, r := range s.Records() {
			if !gone[Record{Name: r.Name, Type: r.Type, Data: r.Data}] {
				records = append(records, r)
			}
		}
	}
	return build(z.Name(), slices.Concat(records, add)).Protect(z.Protected()...), nil
}
