package zone

import "slices"

// Diff gives the plan that makes live equal to want:
//
//	live.Apply(Diff(live, want)).Equal(want)
//
// over what neither of them protects, and at a name with protected data only as
// far as the rest can stand beside it. Either may be nil: a zone that is not
// there yet, or shall not be there any more. The serial of the SOA is no
// difference, but where it is signed (Presigned). Zones with different names have no
// plan: it is empty.
//
// The order of the changes depends on nothing but the two zones. Names that only
// gain come first and names that only lose come last, so that what a name points
// to is there while it does; within a name sets are added before others go,
// except where a CNAME or DNAME must not stand beside them.
func Diff(live, want *Zone) Plan {
	p := Plan{Zone: want.Name(), Create: live == nil && want != nil, Delete: want == nil && live != nil}
	if want == nil {
		p.Zone = live.Name()
	}
	if live.Name() != want.Name() && !p.Create && !p.Delete {
		return Plan{Zone: p.Zone}
	}
	if (live.guarded() || want.guarded()) && want != nil {
		want = respecting(live, want)
	}
	d := differ{live: live, want: want, same: equalSets}
	if want.Presigned() {
		d.same = RRset.Equal
	}
	d.merge()
	d.order()
	p.Changes = d.changes()
	return p
}

// differ holds a difference as pairs of positions, which are small to sort.
type differ struct {
	live, want *Zone
	same       func(a, b RRset) bool
	pairs      []pair
}

// pair is a set of live and the one of want that takes its place; -1 is none.
type pair struct{ old, new int }

func (p pair) op() Op {
	switch {
	case p.old < 0:
		return Create
	case p.new < 0:
		return Delete
	}
	return Update
}

func (d *differ) key(p pair) Key {
	if p.old < 0 {
		return d.want.sets[p.new].Key
	}
	return d.live.sets[p.old].Key
}

// merge walks both sides at once; both are in canonical order.
func (d *differ) merge() {
	i, j, n, m := 0, 0, d.live.Len(), d.want.Len()
	for i < n && j < m {
		old, new := &d.live.sets[i], &d.want.sets[j]
		if old.Type == new.Type && old.Name == new.Name {
			if !d.same(*old, *new) {
				d.pairs = append(d.pairs, pair{i, j})
			}
			i, j = i+1, j+1
		} else if compareKeys(old.Key, new.Key) < 0 {
			d.pairs = append(d.pairs, pair{i, -1})
			i++
		} else {
			d.pairs = append(d.pairs, pair{-1, j})
			j++
		}
	}
	for ; i < n; i++ {
		d.pairs = append(d.pairs, pair{i, -1})
	}
	for ; j < m; j++ {
		d.pairs = append(d.pairs, pair{-1, j})
	}
}

// The phases of a plan.
const (
	gains = iota // names that only gain
	swaps
	loses // names that only lose
	phases
)

// order brings the pairs, which come in canonical order, into a safe one.
func (d *differ) order() {
	var byPhase [phases][]pair
	for from, to := range groups(len(d.pairs), func(i int) Key { return d.key(d.pairs[i]) }) {
		group := d.pairs[from:to]
		phase := d.orderGroup(group)
		byPhase[phase] = append(byPhase[phase], group...)
	}
	d.pairs = slices.Concat(byPhase[:]...)
}

// orderGroup sorts what must share a batch and tells the phase it belongs to.
func (d *differ) orderGroup(group []pair) (phase int) {
	first := group[0].op()
	mixed, exclusive := false, false
	for _, p := range group {
		t := d.key(p).Type
		mixed = mixed || p.op() != first
		exclusive = exclusive || p.op() != Update && (t == CNAME || t == DNAME)
	}
	if mixed {
		slices.SortStableFunc(group, func(a, b pair) int { return rankOf(a.op(), exclusive) - rankOf(b.op(), exclusive) })
	}
	switch {
	case mixed || first == Update:
		return swaps
	case first == Create:
		return gains
	}
	return loses
}

// rankOf orders the changes of one name: what comes before what goes, and the
// other way round where both cannot stand together.
func rankOf(op Op, exclusive bool) int {
	switch {
	case op == Update:
		return 1
	case (op == Create) == exclusive:
		return 2
	}
	return 0
}

// changes writes the pairs out.
func (d *differ) changes() []Change {
	if len(d.pairs) == 0 {
		return nil
	}
	out := make([]Change, len(d.pairs))
	for i, p := range d.pairs {
		if p.old >= 0 {
			out[i].Old = d.live.sets[p.old]
		}
		if p.new >= 0 {
			out[i].New = d.want.sets[p.new]
		}
	}
	return out
}
