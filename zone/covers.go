package zone

import "slices"

// covers holds what the decisions name by name cannot see: a DNAME above data,
// and a delegation that would hide what others have below it.
func (r *reconciler) covers() {
	for before := -1; r.rules.Adopt == AdoptTake && before != len(r.goal); { // one cover may stand below another
		before = len(r.goal)
		r.goal = replaced(r.goal, r.takeCovered)
	}
	r.goal = uncovered(r.live, r.goal, func(cover Name, live, goal []RRset) {
		r.mute(cover)
		r.holdRange(live, goal, "the DNAME of "+string(cover)+" and data below it cannot stand together")
	})
	r.guardedDNAMEs()
	if r.rules.Adopt != AdoptTake {
		r.goal = replaced(r.goal, r.hiding)
	}
	r.findings = slices.DeleteFunc(r.findings, func(f Finding) bool {
		return f.Key.Name != "" && !slices.Contains(r.held, f.Key.Name) && (r.mutedAt[f.Key.Name] || r.muted[headOf(f.Key.Name, r.muted)])
	})
	r.findings = append(r.findings, r.later...)
}

// mute makes void what was said of cover and the names below it.
func (r *reconciler) mute(cover Name) {
	if r.muted == nil {
		r.muted = map[Name]bool{}
	}
	r.muted[cover] = true
}

// holdRange says of every change in a range of the goal why it is held.
func (r *reconciler) holdRange(live, goal []RRset, why string) {
	for name, here := range namesOf(&Zone{sets: live}, &Zone{sets: goal}) {
		for k := range keysOf(&Zone{sets: here[0]}, &Zone{sets: here[1]}) {
			if !equalSets(pick(here[0], k.Type), pick(here[1], k.Type)) {
				r.later = append(r.later, Finding{Blocked, Key{name, k.Type}, why})
			}
		}
	}
}

// takeCovered makes room under a wanted DNAME, and removes a foreign one above
// wanted data, where somebody approved; not one whose name is held.
func (r *reconciler) takeCovered(i int) (from, to int, with []RRset, ok bool) {
	if r.goal[i].Type != DNAME || slices.Contains(r.held, r.goal[i].Name) {
		return 0, 0, nil, false
	}
	cover := r.goal[i]
	from, to = subtree(r.goal, cover.Name)
	if !coverClashes(r.live, cover.Name, liveBelow(r.live, cover.Name), r.goal[from:to]) {
		return 0, 0, nil, false
	}
	_, wanted := r.want.Get(cover.Key)
	return from, to, only(r.goal[from:to], func(s RRset) bool {
		_, keep := r.want.Get(s.Key)
		if wanted {
			keep = keep || s.Name == cover.Name
		} else {
			keep = keep || s.Key != cover.Key
		}
		return keep || !r.mayGo(s)
	}), true
}

// mayGo reports whether nothing but being foreign protects a set.
func (r *reconciler) mayGo(s RRset) bool {
	_, kept := r.keeps(s.Key)
	return !kept && !r.rules.ignores(s) && r.rules.decides(r.want.name, s.Key)
}

// guardedDNAMEs keeps data that would newly come below a DNAME which the model
// cannot hold out of the goal.
func (r *reconciler) guardedDNAMEs() {
	for _, p := range r.live.Protected() {
		if p.Type != DNAME || p.Name == "" {
			continue
		}
		from, to := subtree(r.goal, p.Name)
		before := liveBelow(r.live, p.Name)
		if to > from && !slices.EqualFunc(before, r.goal[from:to], equalSets) {
			r.mute(p.Name)
			r.holdRange(before, r.goal[from:to], "below a protected DNAME: "+p.Reason)
			r.goal = slices.Replace(r.goal, from, to, before...)
		}
	}
}

// hiding finds a new delegation in the goal that would hide foreign data at or
// below it from the world, and puts its name back to live.
func (r *reconciler) hiding(i int) (from, to int, with []RRset, ok bool) {
	cut := r.goal[i]
	if cut.Type != NS || cut.Name == r.want.name {
		return 0, 0, nil, false
	}
	if _, there := r.live.Get(cut.Key); there {
		return 0, 0, nil, false
	}
	from, to = subtree(r.goal, cut.Name)
	j := slices.IndexFunc(r.goal[from:to], r.hidden)
	if j < 0 {
		return 0, 0, nil, false
	}
	hidden := r.goal[from+j].Key
	for to = from; to < len(r.goal) && r.goal[to].Name == cut.Name; {
		to++
	}
	with = only(liveBelow(r.live, cut.Name), func(s RRset) bool { return s.Name == cut.Name })
	if r.mutedAt == nil {
		r.mutedAt = map[Name]bool{}
	}
	r.mutedAt[cut.Name] = true
	r.holdRange(with, r.goal[from:to], "a delegation would hide "+hidden.String()+", which is not ours")
	return from, to, with, true
}

// hidden holds for a set of others that a delegation above it would hide. Glue
// and what signs the delegation stay visible.
func (r *reconciler) hidden(s RRset) bool {
	switch s.Type {
	case NS, DS, A, AAAA, NSEC, RRSIG:
		return false
	}
	_, wanted := r.want.Get(s.Key)
	return !wanted
}
