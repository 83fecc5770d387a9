package zone

import (
	"fmt"
	"slices"
	"strings"
)

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
	case live != nil && live.name != want.name:
		return live, []Finding{{Level: Refused, Text: "the source has the zone " + string(want.name) + ", the target " + string(live.name)}}
	case live == nil && base != nil && r.Drift == DriftKeep:
		return nil, []Finding{{Level: Blocked, Text: "the zone was removed by hand at the target and stays so"}}
	case live == nil && base != nil:
		base, fs = nil, []Finding{{Text: "the zone was removed by hand at the target and is created anew"}}
	}
	rc := reconciler{base: base, live: live, want: want, rules: r, findings: fs}
	rc.names()
	rc.covers()
	goal = &Zone{name: want.name, sets: rc.goal}
	if live.guarded() || want.guarded() {
		goal = goal.Protect(slices.Concat(live.Protected(), want.Protected())...)
	}
	return goal, rc.findings
}

// reconciler builds the goal.
type reconciler struct {
	base       *Base
	live, want *Zone
	rules      Rules

	goal     []RRset
	findings []Finding
	held     []Name        // names that stay as they are, in canonical order
	muted    map[Name]bool // names at and below which the findings are void
	mutedAt  map[Name]bool // names at which they are
	later    []Finding     // what takes their place
}

func (r *reconciler) say(l Level, k Key, text string) {
	r.findings = append(r.findings, Finding{l, k, text})
}

// names decides name by name. Where both sides agree there is nothing to decide.
func (r *reconciler) names() {
	wrote, stored := r.base.zones()
	guarded := r.live.guarded() || r.want.guarded()
	r.goal = make([]RRset, 0, max(r.live.Len(), r.want.Len()))
	for name, here := range namesOf(r.live, r.want, wrote, stored) {
		if !guarded && slices.EqualFunc(here[0], here[1], equalSets) {
			r.goal = append(r.goal, here[0]...)
			continue
		}
		r.name(name, here)
	}
}

// name decides the sets of one name: first each for itself, then whether they
// can stand together. All changes of a name stand or fall together.
func (r *reconciler) name(name Name, here [][]RRset) {
	live, want, wrote, stored := here[0], here[1], here[2], here[3]
	said := len(r.findings)
	var sets []RRset
	for k := range keysOf(&Zone{sets: live}, &Zone{sets: want}, &Zone{sets: wrote}) {
		v := values{pick(want, k.Type), pick(live, k.Type), pick(wrote, k.Type), pick(stored, k.Type)}
		if s := r.set(k, v); s.Name != "" {
			sets = append(sets, s)
		}
	}
	guards := r.live.guardsAt(name)
	if clashes(r.want.name, name, live, sets, guards) {
		if taken := r.taken(want, sets); r.rules.Adopt == AdoptTake && !clashes(r.want.name, name, live, taken, guards) {
			sets = taken
		} else {
			r.findings = r.findings[:said]
			r.hold(live, want, sets, "cannot stand beside what is not ours to remove: "+standing(want, sets, guards))
			r.held = append(r.held, name)
			sets = live
		}
	}
	r.goal = append(r.goal, sets...)
}

// set decides one set for itself; the zero set is none.
func (r *reconciler) set(k Key, v values) RRset {
	if !r.rules.decides(r.want.name, k) || r.rules.ignores(v.live, v.want) {
		return v.live
	}
	if p, ok := r.live.Protection(k); ok {
		if v.want.Name != "" && !equalSets(v.live, v.want) {
			r.say(Blocked, k, "protected at the target: "+p.Reason)
		}
		return v.live
	}
	if _, ok := r.want.Protection(k); ok {
		return v.live // the source has said why
	}
	var goal RRset
	if k.Type.merges() {
		goal = r.merge(k, v)
	} else {
		goal = r.whole(k, v)
	}
	if p, ok := r.keeps(k); ok && shrinks(v.live, goal) {
		r.say(Blocked, k, "loses nothing while the source cannot be read in full: "+p.Reason)
		return v.live
	}
	return goal
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
	if r.yields(k, what) {
		return v.live
	}
	return v.want
}

// yields decides, and says, whether what somebody did to a set of ours stays.
func (r *reconciler) yields(k Key, what string) bool {
	switch {
	case r.rules.Drift == DriftKeep:
		r.say(Blocked, k, what+" and stays so")
	case r.base.contested(k, r.want):
		r.say(Contested, k, fmt.Sprintf("%s, after it was put back %d times in a day: somebody keeps undoing it, and it stays so", what, r.base.Repaired[k]))
	default:
		r.say(Note, k, what+"; the source's comes back")
		return false
	}
	return true
}

// taken leaves out of the sets of a name what the source does not have and what
// nothing but being foreign protects.
func (r *reconciler) taken(want, sets []RRset) []RRset {
	return only(sets, func(s RRset) bool { return at(want, s.Type) >= 0 || !r.mayGo(s) })
}

// hold says of every change at a name that was decided and cannot be done why
// that is so.
func (r *reconciler) hold(live, want, sets []RRset, why string) {
	level := Blocked
	if len(want) > 0 && len(conflictsAt(r.want.name, want[0].Name, want)) > 0 {
		level, why = Refused, "cannot stand beside what else the source has at this name"
	}
	for k := range keysOf(&Zone{sets: live}, &Zone{sets: want}, &Zone{sets: sets}) {
		is, w, s := pick(live, k.Type), pick(want, k.Type), pick(sets, k.Type)
		switch {
		case !r.rules.decides(r.want.name, k) || equalSets(is, w) || equalSets(is, s) && w.Name == "":
		case w.Name != "":
			r.say(level, k, why)
		default:
			r.say(Blocked, k, "stays, since the changes of its name stand or fall together")
		}
	}
}

// standing names what a wanted set of a name cannot stand beside.
func standing(want, sets []RRset, guards []Protected) string {
	var words []string
	for _, s := range sets {
		if at(want, s.Type) < 0 {
			words = append(words, string(s.Type))
		}
	}
	for _, p := range guards {
		if p.Type != "" {
			words = append(words, string(p.Type)+" ("+p.Reason+")")
		}
	}
	return strings.Join(words, ", ")
}
