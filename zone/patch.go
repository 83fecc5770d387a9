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
	plan := Plan{Zone: z.Name()}
	gone, keys := map[Record]bool{}, map[Key]bool{}
	for _, r := range slices.Concat(drop, add) {
		keys[Key{r.Name, r.Type}] = true
	}
	for _, r := range drop {
		gone[Record{Name: r.Name, Type: r.Type, Data: r.Data}] = true
	}
	for k := range keys {
		was, _ := z.Get(k)
		plan.Changes = append(plan.Changes, Change{Old: RRset{Key: k}})
		for _, r := range was.Records() {
			if !gone[Record{Name: r.Name, Type: r.Type, Data: r.Data}] {
				add = append(add, r)
			}
		}
	}
	for s := range build(z.Name(), add).All() {
		plan.Changes = append(plan.Changes, Change{New: s})
	}
	return z.Apply(plan), nil
}
