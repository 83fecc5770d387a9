package zone

import "slices"

// Reconcile decides, from what we wrote, what is live and what the source wants,
// what the zone shall be now. The goal never conflicts where live does not, and
// under the zero Rules it holds everything that is foreign, unchanged. What is
// wanted but awaits approval, or cannot stand beside foreign or protected data,
// stays out of the goal and is a finding; what awaits approval is the difference
// between this goal and the one that Reconcile gives with AdoptTake.
//
// live is nil for a zone that does not exist yet: the goal is then what to
// create it with. Diff(live, goal) is the plan.
func Reconcile(base *Base, live, want *Zone, r Rules) (goal *Zone, fs []Finding) {
	switch {
	case want == nil:
		return live, nil
	case live == nil && base != nil && r.Drift == DriftKeep:
		return nil, []Finding{{Level: Blocked, Text: "the zone was removed by hand at the target and stays so"}}
	case live == nil && base != nil:
		base, fs = nil, []Finding{{Text: "the zone was removed by hand at the target and is created anew"}}
	}
	rc := reconciler{base: base, live: live, want: want, rules: r, findings: fs}
	rc.names()
	rc.dnames()
	goal = &Zone{name: want.name, sets: rc.goal}
	return goal.Protect(live.Protected()...).Protect(want.Protected()...), rc.findings
}

// reconciler builds the goal.
type reconciler struct {
	base       *Base
	live, want *Zone
	rules      Rules

	goal     []RRset
	findings []Finding
}

// names decides name by name. Where both sides agree there is nothing to decide.
func (r *reconciler) names() {
	var wrote *Zone
	if r.base != nil {
		wrote = r.base.Wrote
	}
	guarded := r.live.guarded() || r.want.guarded()
	r.goal = make([]RRset, 0, max(r.live.Len(), r.want.Len()))
	for name, here := range namesOf(r.live, r.want, wrote) {
		if !guarded && slices.EqualFunc(here[0], here[1], equalSets) {
			r.goal = append(r.goal, here[0]...)
			continue
		}
		r.name(name, here[0], here[1], here[2])
	}
}

// name decides the sets of one name: first each for itself, then whether they
// can stand together. All changes of a name stand or fall together.
func (r *reconciler) name(name Name, live, want, wrote []RRset) {
	said := len(r.findings)
	var sets []RRset
	for k := range keysOf(&Zone{sets: live}, &Zone{sets: want}, &Zone{sets: wrote}) {
		if s := r.set(k); s.Name != "" {
			sets = append(sets, s)
		}
	}
	if r.clash(name, live, sets) {
		r.findings = r.findings[:said]
		sets = r.settleClash(name, live, want, sets)
	}
	r.goal = append(r.goal, sets...)
}

// set decides one set for itself; the zero set is none.
func (r *reconciler) set(k Key) RRset {
	live, _ := r.live.Get(k)
	want, _ := r.want.Get(k)
	if !r.rules.decides(r.want.name, k) || r.rules.ignores(live, want) {
		return live
	}
	if p, ok := r.live.Protection(k); ok {
		if want.Name != "" && !equalSets(live, want) {
			r.say(Blocked, k, "protected at the target: "+p.Reason)
		}
		return live
	}
	if _, ok := r.want.Protection(k); ok {
		return live // the source has said why
	}
	wrote, stored := r.base.get(k)
	goal := r.decide(k, values{want, live, wrote, stored})
	if p, ok := r.keeps(k); ok && len(minus(live.Data, goal.Data)) > 0 {
		r.say(Blocked, k, "loses nothing while the source cannot be read in full: "+p.Reason)
		return live
	}
	return goal
}

func (r *reconciler) decide(k Key, v values) RRset {
	if k.Type.merges() {
		return r.merge(k, v)
	}
	return r.whole(k, v)
}

// keeps looks on both sides for what forbids to lose data of k.
func (r *reconciler) keeps(k Key) (Protected, bool) {
	if p, ok := r.live.keeps(k); ok {
		return p, true
	}
	return r.want.keeps(k)
}

// whole decides a set as one thing.
func (r *reconciler) whole(k Key, v values) RRset {
	ours := v.wrote.Name != ""
	asLeft := ours && (equalSets(v.live, v.stored) || equalSets(v.live, v.wrote))
	switch {
	case equalSets(v.live, v.want):
		return v.live
	case v.want.Name == "":
		return r.unwanted(k, v.live, ours, asLeft)
	case v.live.Name == "" && !ours:
		return v.want
	case !ours:
		return r.differs(k, v)
	case asLeft && equalSets(v.want, v.wrote):
		return v.live // in the form that the service keeps it in
	case asLeft:
		return v.want
	}
	return r.drifted(k, v)
}

// unwanted decides a set that the source does not have.
func (r *reconciler) unwanted(k Key, live RRset, ours, asLeft bool) RRset {
	switch {
	case k.IsAuthority(r.want.name):
		return live // a zone cannot be without
	case asLeft || r.rules.Foreign == ForeignPurge:
		return RRset{}
	case ours && live.Name != "":
		r.say(Note, k, "was changed by hand and stays, although the source no longer has it")
	}
	return live
}

// differs decides a set that is not ours and that the source has otherwise.
func (r *reconciler) differs(k Key, v values) RRset {
	if r.rules.Adopt == AdoptTake || k.IsAuthority(r.want.name) {
		return v.want
	}
	r.say(Blocked, k, "is there already, differs, and is not ours: awaits approval")
	return v.live
}

// drifted decides a set of ours that somebody changed or removed.
func (r *reconciler) drifted(k Key, v values) RRset {
	what := "was changed by hand"
	if v.live.Name == "" {
		what = "was removed by hand"
	}
	if r.rules.Drift == DriftKeep {
		r.say(Blocked, k, what+" and stays so")
		return v.live
	}
	r.say(Note, k, what+"; the source's comes back")
	return v.want
}

func (r *reconciler) say(l Level, k Key, text string) {
	r.findings = append(r.findings, Finding{l, k, text})
}
