package zone

import (
	"slices"
	"strings"
)

// Protected says that a set is never written and never deleted, and why. A
// provider protects what the model cannot hold (an alias, weighted answers); a
// source protects what it could not read (a bad row).
//
// An empty Type stands for the whole name. An empty Name stands for a record
// that is somewhere in the zone but whose owner could not be read: then no set
// of that type (of any type, where that is empty too) is deleted or made
// smaller, since the record may be in it.
type Protected struct {
	Key
	Reason string `json:"reason"`
}

func (p Protected) String() string {
	return strings.TrimSpace(p.Key.String()) + " (" + p.Reason + ")"
}

// Protect gives the zone with more of it protected. Keys may be in any spelling;
// a name or type that cannot be read counts as empty, which protects more. Where
// a key is protected already, its first reason stays.
func (z *Zone) Protect(ps ...Protected) *Zone {
	if z == nil || len(ps) == 0 {
		return z
	}
	all := slices.Clone(z.protected)
	for _, p := range ps {
		all = append(all, p.canonical())
	}
	slices.SortStableFunc(all, func(a, b Protected) int { return compareKeys(a.Key, b.Key) })
	all = slices.CompactFunc(all, sameKey)
	return &Zone{z.name, z.sets, all}
}

func sameKey(a, b Protected) bool { return a.Key == b.Key }

// canonical spells p as the door does, and its reason in one line.
func (p Protected) canonical() Protected {
	if n, err := ParseName(string(p.Name)); err == nil {
		p.Name = n
	} else {
		p.Name = ""
	}
	if t, err := ParseType(string(p.Type)); err == nil {
		p.Type = t
	} else {
		p.Type = ""
	}
	p.Reason = strings.Join(strings.Fields(strings.ToValidUTF8(p.Reason, "\uFFFD")), " ")
	return p
}

// Protected gives what is protected, in canonical order.
func (z *Zone) Protected() []Protected {
	if z == nil {
		return nil
	}
	return slices.Clone(z.protected)
}

// guarded reports whether anything is protected.
func (z *Zone) guarded() bool { return z != nil && len(z.protected) > 0 }

// Protection looks for what forbids to write the set k: its own entry, or the
// one of its whole name. For a key without a type only the latter counts.
func (z *Zone) Protection(k Key) (p Protected, ok bool) {
	if !z.guarded() {
		return Protected{}, false
	}
	if p, ok = z.protectedAt(Key{Name: k.Name}); ok {
		return p, true
	}
	return z.protectedAt(k)
}

// keeps looks for what forbids the set k to lose anything.
func (z *Zone) keeps(k Key) (p Protected, ok bool) {
	if p, ok = z.Protection(k); ok || !z.guarded() {
		return p, ok
	}
	if p, ok = z.protectedAt(Key{Type: k.Type}); ok {
		return p, true
	}
	return z.protectedAt(Key{})
}

func (z *Zone) protectedAt(k Key) (Protected, bool) {
	i, ok := slices.BinarySearchFunc(z.protected, k, func(p Protected, k Key) int { return compareKeys(p.Key, k) })
	if !ok {
		return Protected{}, false
	}
	return z.protected[i], true
}

// guardsAt gives what is protected at one name.
func (z *Zone) guardsAt(n Name) []Protected {
	if !z.guarded() {
		return nil
	}
	from, _ := slices.BinarySearchFunc(z.protected, n, func(p Protected, n Name) int { return Compare(p.Name, n) })
	to := from
	for to < len(z.protected) && z.protected[to].Name == n {
		to++
	}
	return z.protected[from:to]
}

// guardedBelow reports whether a name below n is protected.
func (z *Zone) guardedBelow(n Name) bool {
	if !z.guarded() {
		return false
	}
	i, _ := slices.BinarySearchFunc(z.protected, n, func(p Protected, n Name) int { return Compare(p.Name, n) })
	for i < len(z.protected) && z.protected[i].Name == n {
		i++
	}
	return i < len(z.protected) && z.protected[i].Name.In(n)
}

// shrinks reports whether a set that becomes another has fewer records then.
func shrinks(old, new RRset) bool { return len(new.Data) < len(old.Data) }
