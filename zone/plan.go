package zone

import (
	"crypto/sha256"
	"slices"
)

// An Op is what a change does to its set.
type Op byte

// The three things that can happen to a set.
const (
	Create Op = '+'
	Update Op = '~'
	Delete Op = '-'
)

// A Change is a pair of sets with the same key: what is live, and what shall be.
// A half that is not there is the zero RRset.
type Change struct{ Old, New RRset }

// Op follows from which half is there.
func (c Change) Op() Op {
	switch {
	case c.Old.Name == "":
		return Create
	case c.New.Name == "":
		return Delete
	}
	return Update
}

// Key names the set that changes.
func (c Change) Key() Key {
	if c.Old.Name == "" {
		return c.New.Key
	}
	return c.Old.Key
}

// OnlyTTL reports whether nothing but the TTL changes.
func (c Change) OnlyTTL() bool { return c.Op() == Update && c.Old.sameData(c.New) }

// Invert gives the change that undoes this one.
func (c Change) Invert() Change { return Change{c.New, c.Old} }

// A Plan is what has to be done to a zone, as pure data. Create and Delete are
// about the zone itself; a plan that creates lists what the new zone holds, one
// that deletes lists what it loses. Done in order, no step of a plan leaves a
// name in a conflict that was not there before, and a set is replaced rather
// than removed and added.
type Plan struct {
	Zone    Name
	Create  bool
	Delete  bool
	Changes []Change
}

// Empty reports whether there is nothing to do.
func (p Plan) Empty() bool { return !p.Create && !p.Delete && len(p.Changes) == 0 }

// Invert gives the plan that undoes this one, step by step from the end.
func (p Plan) Invert() Plan {
	inv := Plan{Zone: p.Zone, Create: p.Delete, Delete: p.Create}
	for _, c := range slices.Backward(p.Changes) {
		inv.Changes = append(inv.Changes, c.Invert())
	}
	return inv
}

// Only gives the plan with just those changes that keep says yes to. What is left
// of a plan that deletes its zone no longer does.
func (p Plan) Only(keep func(Change) bool) Plan {
	rest := slices.DeleteFunc(slices.Clone(p.Changes), func(c Change) bool { return !keep(c) })
	p.Delete = p.Delete && len(rest) == len(p.Changes)
	p.Changes = rest
	return p
}

// Groups cuts the changes into those that must share a batch: all changes of a
// name, and where a DNAME comes or goes all names below it. The groups are parts
// of Changes, in its order.
func (p Plan) Groups() (out [][]Change) {
	for from, to := range groups(len(p.Changes), func(i int) Key { return p.Changes[i].Key() }) {
		out = append(out, p.Changes[from:to:to])
	}
	return out
}

// Digest identifies the plan: the SHA-256 sum of its canonical JSON.
func (p Plan) Digest() Digest { return sha256.Sum256(p.appendJSON(nil)) }

// Apply gives the zone as it is when the plan is done. Like a service that is
// asked to write, it does not look whether the old halves are really there.
func (z *Zone) Apply(p Plan) *Zone {
	if p.Delete {
		return nil
	}
	if z == nil {
		z = &Zone{name: p.Zone}
	}
	changes := slices.Clone(p.Changes)
	slices.SortStableFunc(changes, func(a, b Change) int { return compareKeys(a.Key(), b.Key()) })
	sets := make([]RRset, 0, len(z.sets)+len(changes))
	i := 0
	for _, c := range changes {
		n, there := slices.BinarySearchFunc(z.sets[i:], c.Key(), func(s RRset, k Key) int { return compareKeys(s.Key, k) })
		sets = append(sets, z.sets[i:i+n]...)
		if i += n; there {
			i++
		}
		if c.New.Name != "" {
			sets = append(sets, c.New)
		}
	}
	return &Zone{z.name, append(sets, z.sets[i:]...), z.protected}
}
