package powerdnssql

import (
	"maps"
	"slices"

	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/zone"
)

// A region is what of a zone has to be known to change some of it: the rows at the
// names that change, those at the names above them, and, where that is not enough to
// tell what is left below a name, more.
type region struct {
	apex    zone.Name
	signing signing
	rows    map[int64]*placed
	changed map[zone.Name]bool // names that change
	all     bool               // every row of the zone is here
	deeper  bool               // and every row that lies below what was not known
	cuts    bool               // a delegation comes or goes
}

// A placed row is one whose name can be read.
type placed struct {
	row
	at     zone.Name
	active bool // it counts for what follows: not disabled, and not removed
}

func newRegion(apex zone.Name, s signing) *region {
	return &region{apex: apex, signing: s, rows: map[int64]*placed{}, changed: map[zone.Name]bool{}}
}

// add puts rows into the region, each once. Those outside the zone have no part in
// it.
func (r *region) add(rows []row) {
	for _, one := range rows {
		n, err := zone.ParseName(dotted(one.name))
		if _, known := r.rows[one.id]; known || err != nil || !n.In(r.apex) {
			continue
		}
		r.rows[one.id] = &placed{one, n, !one.disabled}
	}
}

// names gives the names that change and those above them, up to the apex.
func (r *region) names(changes []zone.Change) []zone.Name {
	all := map[zone.Name]bool{r.apex: true}
	for _, c := range changes {
		r.changed[c.Key().Name] = true
		for n := c.Key().Name; !all[n]; n = n.Parent() {
			all[n] = true
		}
	}
	return slices.SortedFunc(maps.Keys(all), zone.Compare)
}

// live is what the region has at the names that change.
func (r *region) live(d dialect) (*zone.Zone, error) {
	return pdns.Read(r.apex, func(yield func(pdns.Row) bool) {
		for _, p := range r.rows {
			if r.changed[p.at] && p.typ != "" && !yield(d.record(p.row)) {
				return
			}
		}
	})
}

// unknown is from which depth below the apex on all names have to be known: 0 where
// that is the whole zone, -1 where the region knows enough. Once a name has lost its
// last record it has to be known what is left below it, and below all others of the
// region that have none.
func (r *region) unknown() int {
	switch {
	case r.all:
		return -1
	case r.cuts || r.signing.optOut:
		return 0
	}
	filled, was := r.filled()
	lost, depth := false, -1
	for n := range r.changed {
		lost = lost || was[n] && !filled[n]
		for ; n != r.apex; n = n.Parent() {
			if k := depthOf(n, r.apex); !filled[n] && (depth < 0 || k < depth) {
				depth = k
			}
		}
	}
	if !lost {
		return -1
	}
	return depth
}

// filled gives the names that are to have records, and those that have.
func (r *region) filled() (filled, was map[zone.Name]bool) {
	filled, was = map[zone.Name]bool{}, map[zone.Name]bool{}
	for _, p := range r.rows {
		if p.typ != "" && !p.disabled {
			was[p.at] = was[p.at] || p.id > 0
			filled[p.at] = filled[p.at] || p.active
		}
	}
	return filled, was
}

// depthOf counts the labels of a name below the apex.
func depthOf(n, apex zone.Name) (depth int) {
	for ; n != apex; n = n.Parent() {
		depth++
	}
	return depth
}

// tree gives the names of the region as they are to be.
func (r *region) tree() *tree {
	t := newTree(r.apex, r.signing)
	t.whole = r.all || r.deeper
	for _, p := range r.rows {
		if p.active {
			t.add(p.at, &p.row)
		} else {
			t.at(p.at)
		}
	}
	for n := range r.changed {
		for t.at(n).ours = true; n != r.apex; t.at(n).ours = true {
			n = n.Parent()
		}
	}
	for _, nd := range t.order {
		nd.ours = nd.ours || r.all
	}
	t.settle()
	return t
}
