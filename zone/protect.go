package zone

import (
	"slices"
	"strings"
)

// Protected says that a set is never written and never deleted, and why. A
// provider protects what the model cannot hold (an alias, weighted answers); a
// source protects what it could not read (a bad row).
//
// An empty Type stands for the whole name. An empty Name stands for a set that
// is somewhere in the zone but whose owner could not be read: then no set of
// that type (of any type, where that is empty too) is deleted, since it may be
// the one; writing goes on.
type Protected struct {
	Key
	Reason string `json:"reason"`
}

func (p Protected) String() string {
	return strings.TrimSpace(p.Key.String()) + " (" + p.Reason + ")"
}

// Protect gives the zone with more of it protected. Where a key is protected
// already, its first reason stays.
func (z *Zone) Protect(ps ...Protected) *Zone {
	if z == nil || len(ps) == 0 {
		return z
	}
	all := slices.Concat(z.protected, ps)
	for i := range all {
		all[i].Reason = oneLine(all[i].Reason)
	}
	slices.SortStableFunc(all, func(a, b Protected) int { return compareKeys(a.Key, b.Key) })
	all = slices.CompactFunc(all, func(a, b Protected) bool { return a.Key == b.Key })
	return &Zone{z.name, z.sets, all}
}

// oneLine makes a reason fit for comments, logs and JSON.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
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

// keeps looks for what forbids to delete the set k.
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
