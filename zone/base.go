package zone

import (
	"maps"
	"slices"
)

// A Base is what is known of a zone since it was last written: what of it is
// ours as we wrote it, and how the service keeps that. Sets and values that are
// not in it are foreign. A nil *Base is that of a zone never written.
type Base struct {
	Wrote  *Zone `json:"wrote"`
	Stored *Zone `json:"stored"`
	// Created says that the zone itself is there because we made it.
	Created bool `json:"created,omitempty"`
	// Cut is how the zone above has to delegate to this one, as it was read back;
	// nil: not at all.
	Cut *Zone `json:"cut,omitempty"`
	// Delegates names the zones below that this one delegates to by their cuts.
	Delegates []Name `json:"delegates,omitempty"`
	// Repaired says how often in the last day a set of ours had to be put back.
	Repaired map[Key]int `json:"-"`
}

// enough is how many repairs in a day make a set contested: who wrote it after the
// last one will do so again.
const enough = 3

// contested reports whether a set is not to be put back again. What the source has
// anew is another matter.
func (b *Base) contested(k Key, want *Zone) bool {
	return b != nil && b.Repaired[k] >= enough && b.stands(k, want)
}

// stands reports whether a set is ours and wanted as we wrote it.
func (b *Base) stands(k Key, want *Zone) bool {
	wrote, _ := b.get(k)
	wanted, _ := want.Get(k)
	return wrote.Name != "" && equalSets(wrote, wanted)
}

// Uncontested gives the base of somebody who puts everything back.
func (b *Base) Uncontested() *Base {
	if b == nil {
		return nil
	}
	next := *b
	next.Repaired = nil
	return &next
}

// Repairs gives the sets of a plan that put back what was ours and is still wanted,
// and that somebody changed. The SOA is none of them: its serial counts by itself.
func (b *Base) Repairs(p Plan, want *Zone) (keys []Key) {
	for _, c := range p.Changes {
		if wanted, _ := want.Get(c.Key()); c.Key().Type != SOA && b.stands(c.Key(), want) && c.gives(wanted) {
			keys = append(keys, c.Key())
		}
	}
	return keys
}

// gives reports whether a change brings anything of a set that was not there.
func (c Change) gives(s RRset) bool {
	return len(both(minus(c.New.Data, c.Old.Data), s.Data)) > 0 || c.New.TTL != c.Old.TTL || !c.New.Type.merges()
}

// get gives both forms of a set; zero sets where it is not ours.
func (b *Base) get(k Key) (wrote, stored RRset) {
	if b == nil {
		return RRset{}, RRset{}
	}
	wrote, _ = b.Wrote.Get(k)
	stored, _ = b.Stored.Get(k)
	return wrote, stored
}

// zones gives both zones, nil ones where there is no base.
func (b *Base) zones() (wrote, stored *Zone) {
	if b == nil {
		return nil, nil
	}
	return b.Wrote, b.Stored
}

// An Outcome is what Settle makes a new base from.
type Outcome struct {
	Want   *Zone          // what the source wished, as adjusted to the target
	Goal   *Zone          // what of it was to be done now
	Before *Zone          // live before the first call
	After  *Zone          // live after the last one
	Rules  Rules          // as they were reconciled with
	Made   bool           // the zone itself was made on the way
	Values bool           // the wish was for single records: of every set it is told value by value what is ours
	Echo   func(Key) bool // sets that the service keeps otherwise than it was given, time and again; may be nil
}

// Settle gives the base after a sync: ours is what live now holds of what the
// source wished, and what was ours before and has not been dealt with. It never
// claims what it cannot be sure of. The law it serves: with the new base and the
// same wish, the next plan is empty or holds what this one could not do.
func Settle(base *Base, o Outcome) *Base {
	if o.After == nil {
		return nil
	}
	next := &Base{Wrote: &Zone{name: o.After.name}, Stored: &Zone{name: o.After.name}, Created: o.Made || base != nil && base.Created}
	wrote, stored := base.zones()
	next.Wrote.sets, next.Stored.sets = make([]RRset, 0, o.Want.Len()), make([]RRset, 0, o.Want.Len())
	for _, here := range namesOf(o.Want, wrote, stored, o.Goal, o.Before, o.After) {
		w, s := here[1], here[2]
		if !stands(here) {
			w, s = o.settleName(here)
		}
		next.Wrote.sets, next.Stored.sets = append(next.Wrote.sets, w...), append(next.Stored.sets, s...)
	}
	return next
}

// settleName gives the two forms of the sets of one name.
func (o Outcome) settleName(here [][]RRset) (wrote, stored []RRset) {
	for k := range keysOf(&Zone{sets: here[0]}, &Zone{sets: here[1]}) {
		t := k.Type
		w, s := o.settle(k, sides{
			values: values{want: pick(here[0], t), wrote: pick(here[1], t), stored: pick(here[2], t), live: pick(here[4], t)},
			goal:   pick(here[3], t), after: pick(here[5], t),
		})
		if len(w.Data) > 0 && len(s.Data) > 0 {
			wrote, stored = append(wrote, w), append(stored, s)
		}
	}
	return wrote, stored
}

// stands holds for a name of which nothing has changed on any side, which most are.
func stands(here [][]RRset) bool {
	same := func(a, b []RRset) bool { return slices.EqualFunc(a, b, RRset.Equal) }
	return same(here[0], here[1]) && same(here[2], here[5]) && same(here[3], here[5]) && same(here[4], here[5])
}

// sides are all that is known of one set after a sync.
type sides struct {
	values
	goal, after RRset
}

// settle gives the two forms of one set that is wanted or was ours.
func (o Outcome) settle(k Key, v sides) (wrote, stored RRset) {
	if !o.Rules.decides(o.After.name, k) || o.Rules.ignores(v.want, v.after) {
		return RRset{}, RRset{}
	}
	_, a := o.Want.Protection(k)
	_, b := o.Before.Protection(k)
	echo := o.Echo != nil && o.Echo(k)
	switch {
	case a || b:
		return v.wrote, v.stored // nobody decided about it
	case k.Type.merges() || o.Values:
		return v.settleValues(echo)
	case v.want.Name != "" && equalSets(v.after, v.want),
		v.want.Name != "" && v.after.Name != "" && echo && equalSets(v.goal, v.want):
		return v.want, v.after
	case v.want.Name != "", !equalSets(v.after, v.goal), equalSets(v.after, v.stored), equalSets(v.after, v.wrote):
		return v.wrote, v.stored // held, not done, or left as a hand changed it
	}
	return RRset{}, RRset{}
}

// settleValues is settle for the types that are merged value by value.
func (v sides) settleValues(echo bool) (wrote, stored RRset) {
	forms := v.forms()
	if echo {
		forms = v.learn(forms)
	}
	w, s := v.claims(forms)
	wrote, stored = v.wrote.with(w), v.after.with(s)
	if v.want.Name != "" {
		wrote.Key, wrote.TTL = v.want.Key, v.want.TTL
	}
	if v.after.Name == "" {
		stored.Key, stored.TTL = v.stored.Key, v.stored.TTL
	}
	return wrote, stored
}

// learn adds the forms in which the service keeps what it was sent: the same
// text, whoever put it there, or the one value that is new.
func (v sides) learn(forms map[string]string) map[string]string {
	sent := minus(both(v.want.Data, v.goal.Data), v.after.Data)
	others := minus(v.after.Data, v.want.Data)
	learnt := pairTexts(sent, others)
	maps.Copy(learnt, forms)
	left := slices.DeleteFunc(sent, func(d string) bool { return learnt[d] != "" })
	maps.Copy(learnt, pairUp(left, minus(others, union(v.live.Data, v.goal.Data))))
	return learnt
}

// claims gives the values that are ours, and for each the form it has at the
// service. What was ours stays so while it is wanted or not yet gone.
func (v sides) claims(forms map[string]string) (wrote, stored []string) {
	undone := !v.after.Equal(v.goal)
	for _, d := range union(v.want.Data, v.wrote.Data) {
		form, kept := forms[d]
		was, wanted := has(v.wrote.Data, d), has(v.want.Data, d)
		switch {
		case has(v.after.Data, d):
			form = d
		case kept && has(v.after.Data, form), was && (wanted || undone):
			if !kept {
				form = d
			}
		default:
			continue
		}
		wrote, stored = append(wrote, d), append(stored, form)
	}
	stored = union(stored, nil)
	sure := pairUp(minus(wrote, stored), minus(stored, wrote))
	for _, d := range minus(wrote, stored) {
		if _, ok := sure[d]; !ok { // its form could not be told from others next time
			wrote, stored = minus(wrote, []string{d}), minus(stored, []string{forms[d]})
		}
	}
	return wrote, stored
}

// with gives the set with other data.
func (s RRset) with(data []string) RRset {
	s.Data = data
	return s
}
