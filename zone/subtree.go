package zone

import (
	"slices"
	"sort"
)

// subtree finds the sets of a name and of all below it, which canonical order
// keeps together.
func subtree(sets []RRset, n Name) (from, to int) {
	from = sort.Search(len(sets), func(i int) bool { return Compare(sets[i].Name, n) >= 0 })
	to = from + sort.Search(len(sets)-from, func(i int) bool { return !sets[from+i].Name.In(n) })
	return from, to
}

// replaced gives the sets with some runs of them replaced, in one pass. at is
// asked about each set that is not behind such a run.
func replaced(sets []RRset, at func(i int) (from, to int, with []RRset, ok bool)) []RRset {
	var out []RRset
	done := 0
	for i := 0; i < len(sets); i++ {
		if from, to, with, ok := at(i); ok {
			out = append(append(out, sets[done:from]...), with...)
			done = to
			i = max(i, to-1)
		}
	}
	if done == 0 {
		return sets
	}
	return append(out, sets[done:]...)
}

func only(sets []RRset, keep func(RRset) bool) []RRset {
	return slices.DeleteFunc(slices.Clone(sets), func(s RRset) bool { return !keep(s) })
}

// uncovered gives the goal with every subtree put back to live in which a DNAME
// and data below it would newly stand together (RFC 6672 section 2.4); held is
// told of each.
func uncovered(live *Zone, goal []RRset, held func(cover Name, live, goal []RRset)) []RRset {
	return replaced(goal, func(i int) (from, to int, with []RRset, ok bool) {
		if goal[i].Type != DNAME {
			return 0, 0, nil, false
		}
		from, to = subtree(goal, goal[i].Name)
		before := liveBelow(live, goal[i].Name)
		if !coverClashes(live, goal[i].Name, before, goal[from:to]) {
			return 0, 0, nil, false
		}
		held(goal[i].Name, before, goal[from:to])
		return from, to, before, true
	})
}

func liveBelow(live *Zone, n Name) []RRset {
	if live == nil {
		return nil
	}
	from, to := subtree(live.sets, n)
	return live.sets[from:to]
}

// coverClashes reports whether the goal has a DNAME at cover and data below it,
// and one of the two is new.
func coverClashes(live *Zone, cover Name, before, goal []RRset) bool {
	_, there := live.Get(Key{cover, DNAME})
	isBelow := func(s RRset) bool { return s.Name != cover }
	if !there {
		return slices.ContainsFunc(goal, isBelow) || live.guardedBelow(cover)
	}
	for _, s := range goal {
		if _, ok := slices.BinarySearchFunc(before, s.Key, func(s RRset, k Key) int { return compareKeys(s.Key, k) }); isBelow(s) && !ok {
			return true
		}
	}
	return false
}
