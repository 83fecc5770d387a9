package zone

// A Base is what is known of a zone since it was last written: what of it is
// ours as we wrote it, and how the service keeps that. Sets and values that are
// not in it are foreign. A nil *Base is that of a zone never written.
type Base struct {
	Wrote  *Zone `json:"wrote"`
	Stored *Zone `json:"stored"`
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

// An Outcome is what Settle makes a new base from.
type Outcome struct {
	Want   *Zone          // what the source wished, as adjusted to the target
	Before *Zone          // live before the first call
	After  *Zone          // live after the last one
	Rules  Rules          // as they were reconciled with
	Echo   func(Key) bool // sets that the service is known to keep as After has them; may be nil
}

// Settle gives the base after a sync: a set is ours as far as live now holds
// what the source wished or what was ours before. The law it serves: with the
// new base and the same wish, the next plan is empty or holds what this one
// could not do.
func Settle(base *Base, o Outcome) *Base {
	if o.After == nil {
		return nil
	}
	next := &Base{Wrote: &Zone{name: o.After.name}, Stored: &Zone{name: o.After.name}}
	var wrote *Zone
	if base != nil {
		wrote = base.Wrote
	}
	for k := range keysOf(o.Want, wrote) {
		w, s := o.settle(base, k)
		if len(w.Data) > 0 && len(s.Data) > 0 {
			next.Wrote.sets = append(next.Wrote.sets, w)
			next.Stored.sets = append(next.Stored.sets, s)
		}
	}
	return next
}

// settle gives the two forms of one set that is wanted or was ours.
func (o Outcome) settle(base *Base, k Key) (wrote, stored RRset) {
	want, _ := o.Want.Get(k)
	before, _ := o.Before.Get(k)
	after, _ := o.After.Get(k)
	wrote, stored = base.get(k)
	if !o.Rules.decides(o.After.name, k) || o.Rules.ignores(want, after) {
		return RRset{}, RRset{}
	}
	echo := want.Name != "" && o.Echo != nil && o.Echo(k)
	if k.Type.merges() {
		return settleValues(values{want, before, wrote, stored}, after, echo)
	}
	switch {
	case want.Name != "" && equalSets(after, want), echo && after.Name != "":
		return want, after
	case want.Name != "", equalSets(after, stored), equalSets(after, wrote):
		return wrote, stored // not done: held, or left as a hand changed it
	}
	return RRset{}, RRset{}
}

// settleValues is settle for the types that are merged value by value.
func settleValues(v values, after RRset, echo bool) (wrote, stored RRset) {
	if echo && after.Name != "" {
		return v.want, after.with(minus(after.Data, v.foreign()))
	}
	lost, forms := v.unlike()
	ours := both(union(v.want.Data, v.wrote.Data), after.Data)
	left := both(v.want.Data, v.wrote.Data) // still ours, though a hand may have removed them
	stored = after.with(union(union(ours, both(left, v.stored.Data)), both(forms, after.Data)))
	if wrote = v.wrote.with(union(ours, left)); len(forms) > 0 && len(minus(forms, after.Data)) == 0 {
		wrote = wrote.with(union(wrote.Data, lost))
	}
	if v.want.Name != "" {
		wrote.Key, wrote.TTL = v.want.Key, v.want.TTL
	}
	if after.Name == "" {
		stored.Key, stored.TTL = v.stored.Key, v.stored.TTL
	}
	return wrote, stored
}

// with gives the set with other data.
func (s RRset) with(data []string) RRset {
	s.Data = data
	return s
}
