package zone

import "slices"

// clashes reports whether sets, in the place of live at one name, conflict in a
// way that live does not. Beside data that the model cannot hold, which guards
// stands for, nothing may come that could not stand beside it. What only goes or
// changes is never at fault.
func clashes(apex, name Name, live, sets []RRset, guards []Protected) bool {
	bad := conflictsAt(apex, name, sets)
	was := conflictsAt(apex, name, live)
	for _, k := range bad {
		if !slices.Contains(was, k) {
			return true
		}
	}
	for _, s := range sets {
		if at(live, s.Type) >= 0 {
			continue
		}
		if slices.Contains(bad, Key{Name: name}) || slices.ContainsFunc(guards, func(p Protected) bool { return excludes(p, s.Type) }) {
			return true
		}
	}
	return false
}

// excludes reports whether protected data of one type and a set of another
// cannot stand together.
func excludes(p Protected, t Type) bool {
	return p.Type != "" && p.Type != t && (p.Type == CNAME || t == CNAME)
}

// respecting gives want as far as neither side's protection forbids it: the zone
// that Diff leads to.
func respecting(live, want *Zone) *Zone {
	goal := &Zone{name: want.name, sets: make([]RRset, 0, max(live.Len(), want.Len())), protected: want.protected}
	for name, here := range namesOf(live, want) {
		var sets []RRset
		for k := range keysOf(&Zone{sets: here[0]}, &Zone{sets: here[1]}) {
			if s := allowed(live, want, pick(here[0], k.Type), pick(here[1], k.Type)); s.Name != "" {
				sets = append(sets, s)
			}
		}
		if clashes(want.name, name, here[0], sets, live.guardsAt(name)) {
			sets = here[0]
		}
		goal.sets = append(goal.sets, sets...)
	}
	goal.sets = uncovered(live, goal.sets, func(Name, []RRset, []RRset) {})
	return goal
}

// allowed gives the wanted set, or the live one where protection keeps it.
func allowed(live, want *Zone, old, new RRset) RRset {
	k := old.Key
	if k.Name == "" {
		k = new.Key
	}
	for _, z := range [...]*Zone{live, want} {
		if _, ok := z.Protection(k); ok {
			return old
		}
		if _, ok := z.keeps(k); ok && shrinks(old, new) {
			return old
		}
	}
	return new
}

// pick gives the set of a type among those of one name, the zero set where there
// is none.
func pick(sets []RRset, t Type) RRset {
	if i := at(sets, t); i >= 0 {
		return sets[i]
	}
	return RRset{}
}
