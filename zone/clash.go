package zone

import (
	"slices"
	"strings"
)

// clash reports whether the sets decided for a name cannot stand together, and
// live is not so already.
func (r *reconciler) clash(name Name, live, sets []RRset) bool {
	if slices.EqualFunc(live, sets, equalSets) {
		return false
	}
	return len(conflictsAt(r.want.name, name, sets)) > 0 || r.besideProtected(name, sets)
}

// besideProtected reports whether a CNAME would stand beside data that the
// model cannot hold, or data beside such a CNAME.
func (r *reconciler) besideProtected(name Name, sets []RRset) bool {
	cname := at(sets, CNAME) >= 0
	return len(sets) > 0 && r.live.guarded() && slices.ContainsFunc(r.live.protected, func(p Protected) bool {
		return p.Name == name && p.Type != "" && (p.Type == CNAME) != cname
	})
}

// settleClash gives the sets of a name whose decided sets clash: with AdoptTake
// what the source does not have gives way, otherwise everything stays as it is.
func (r *reconciler) settleClash(name Name, live, want, sets []RRset) []RRset {
	if r.rules.Adopt == AdoptTake {
		rest := slices.DeleteFunc(slices.Clone(sets), func(s RRset) bool { return at(want, s.Type) < 0 && r.mayGo(s) })
		if !r.clash(name, live, rest) {
			return rest
		}
	}
	r.hold(live, want, r.standing(name, want, sets))
	return live
}

// standing names what a wanted set of a name cannot stand beside.
func (r *reconciler) standing(name Name, want, sets []RRset) string {
	var words []string
	for _, s := range sets {
		if at(want, s.Type) < 0 {
			words = append(words, string(s.Type))
		}
	}
	for _, p := range r.live.Protected() {
		if p.Name == name && p.Type != "" {
			words = append(words, string(p.Type)+" ("+p.Reason+")")
		}
	}
	return strings.Join(words, ", ")
}

// mayGo reports whether nothing but being foreign protects a set.
func (r *reconciler) mayGo(s RRset) bool {
	_, kept := r.keeps(s.Key)
	return !kept && !r.rules.ignores(s) && r.rules.decides(r.want.name, s.Key)
}

// hold says of every wanted set of a name what it cannot stand beside.
func (r *reconciler) hold(live, want []RRset, others string) {
	for _, w := range want {
		i := at(live, w.Type)
		switch {
		case i >= 0 && equalSets(live[i], w) || !r.rules.decides(r.want.name, w.Key):
		case len(conflictsAt(r.want.name, w.Name, want)) > 0:
			r.say(Refused, w.Key, "cannot stand beside what else the source has at this name")
		default:
			r.say(Blocked, w.Key, "cannot stand beside what is not ours to remove: "+others)
		}
	}
}

// dnames holds what the decisions name by name cannot see: a wanted DNAME above
// foreign data, or wanted data below a foreign DNAME.
func (r *reconciler) dnames() {
	for _, cover := range dnames(len(r.goal), func(i int) Key { return r.goal[i].Key }) {
		inside := func(s RRset) bool { return s.Name.In(cover) }
		goal, live, want := only(r.goal, inside), r.live.Only(inside), r.want.Only(inside)
		if !slices.ContainsFunc(goal, func(s RRset) bool { return s.Name != cover }) && !r.protectedBelow(cover) {
			continue
		}
		if live == nil {
			live = &Zone{}
		}
		if slices.EqualFunc(goal, live.sets, equalSets) {
			continue
		}
		r.findings = slices.DeleteFunc(r.findings, func(f Finding) bool { return f.Key.Name.In(cover) })
		for _, here := range namesOf(live, want) {
			r.holdBelow(cover, here[0], here[1])
		}
		r.replace(inside, live.sets)
	}
}

// protectedBelow reports whether the target protects a name below cover that has
// no DNAME there yet.
func (r *reconciler) protectedBelow(cover Name) bool {
	if _, there := r.live.Get(Key{cover, DNAME}); there {
		return false
	}
	return r.live.guarded() && slices.ContainsFunc(r.live.protected, func(p Protected) bool {
		return p.Name != cover && p.Name.In(cover)
	})
}

func (r *reconciler) holdBelow(cover Name, live, want []RRset) {
	for _, w := range want {
		if i := at(live, w.Type); i < 0 || !equalSets(live[i], w) {
			r.say(Blocked, w.Key, "the DNAME of "+string(cover)+" and data below it cannot stand together")
		}
	}
}

// replace puts other sets in the place of those that match.
func (r *reconciler) replace(match func(RRset) bool, sets []RRset) {
	r.goal = append(only(r.goal, func(s RRset) bool { return !match(s) }), sets...)
	slices.SortFunc(r.goal, func(a, b RRset) int { return compareKeys(a.Key, b.Key) })
}

func only(sets []RRset, keep func(RRset) bool) []RRset {
	return slices.DeleteFunc(slices.Clone(sets), func(s RRset) bool { return !keep(s) })
}
