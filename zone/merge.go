package zone

import "fmt"

// merge decides a set value by value: what is wanted, and what is foreign.
func (r *reconciler) merge(k Key, v values) RRset {
	ours, foreign := v.ours(), v.foreign()
	if r.rules.Foreign == ForeignPurge {
		foreign = nil
	}
	ours = r.mergeDrift(k, v, ours)
	for _, kind := range policies(v.want.Data) {
		if k.Type == TXT {
			ours, foreign = r.mergePolicy(k, v, kind, ours, foreign)
		}
	}
	data := union(ours, foreign)
	if len(data) == 0 {
		return RRset{}
	}
	return RRset{k, r.mergeTTL(k, v), data}
}

// mergeTTL decides the TTL of a merged set. Who has not written to a set of
// others does not change it.
func (r *reconciler) mergeTTL(k Key, v values) uint32 {
	live, want := v.live.TTL, v.want.TTL
	switch {
	case v.want.Name == "":
		return live
	case v.live.Name == "", live == want:
		return want
	case v.wrote.Name == "":
		if r.rules.Adopt == AdoptTake {
			return want
		}
		r.say(Note, k, fmt.Sprintf("keeps its TTL of %d, which is not ours", live))
		return live
	case live == v.stored.TTL && want == v.wrote.TTL:
		return live // as the service keeps what we wrote
	case live == v.stored.TTL || live == v.wrote.TTL:
		return want
	case r.yields(k, fmt.Sprintf("its TTL was changed by hand to %d", live)):
		return live
	}
	return want
}

// mergeDrift looks after values of ours that somebody removed.
func (r *reconciler) mergeDrift(k Key, v values, ours []string) []string {
	gone := minus(both(ours, v.known()), v.live.Data)
	if len(gone) > 0 && r.yields(k, "lost values by hand") {
		return minus(ours, gone)
	}
	return ours
}

// mergePolicy sees to it that the goal has no second SPF or DMARC record. The
// source's is the one, unless the other was never ours and nobody approved.
func (r *reconciler) mergePolicy(k Key, v values, kind string, ours, foreign []string) (o, f []string) {
	theirs := ofPolicy(foreign, kind)
	known := v.known()
	if len(ofPolicy(v.want.Data, kind)) > 1 {
		r.say(Note, k, "the source has two "+kind+" records, which is as good as none")
	}
	switch {
	case len(theirs) == 0:
		return ours, foreign
	case r.rules.Adopt == AdoptTake:
		return ours, minus(foreign, theirs)
	case len(ofPolicy(both(v.live.Data, union(known, v.want.Data)), kind)) > 0:
		r.say(Blocked, k, "has a second "+kind+" record that is not ours: its removal awaits approval")
		return ours, foreign
	case len(ofPolicy(known, kind)) == 0:
		r.say(Blocked, k, "has a "+kind+" record that is not ours: the source's awaits approval")
		return minus(ours, ofPolicy(ours, kind)), foreign
	case r.yields(k, "its "+kind+" record was changed by hand"):
		return minus(ours, ofPolicy(ours, kind)), foreign
	}
	return ours, minus(foreign, theirs)
}
