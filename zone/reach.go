package zone

import "slices"

// A Reach is what of a zone has to be certain before a base may stand for the rest
// of it, so that the zone comes in line with a wish.
type Reach struct {
	Changes []Key // sets that become others
	Beside  []Key // sets that a new one of Changes could not stand beside, or below
	Shared  bool  // some of Changes are not ours alone, as texts
}

// Reach looks at what a wish changes in what was written last. The answer holds if
// each set of Changes is live as the base has it, but for values of others, and each
// of Beside, too: then Reconcile decides about Changes by the base alone as it would
// by all of live. ok is false where it might not: where one side is protected in
// part, where more is to go than was ours, and where something comes or goes that is
// about other sets than itself, as a CNAME or a delegation.
func (b *Base) Reach(want *Zone, r Rules) (reach Reach, ok bool) {
	if b == nil || b.Wrote == nil || b.Stored == nil || want == nil || want.guarded() || b.Wrote.name != want.name || r.Foreign == ForeignPurge || r.Ignore != nil {
		return Reach{}, false
	}
	asked := map[Key]bool{} // each once
	var come []Name
	for _, c := range Diff(b.Wrote, want).Changes {
		k := c.Key()
		if !r.decides(want.name, k) {
			continue
		}
		if !b.reaches(c) {
			return Reach{}, false
		}
		asked[k] = true
		reach.Changes = append(reach.Changes, k)
		reach.Shared = reach.Shared || k.IsAuthority(want.name) || k.Type.merges()
		if c.Op() == Create {
			come = append(come, k.Name)
		}
	}
	for _, n := range come {
		reach.Beside = append(reach.Beside, besides(want.name, n, asked)...)
	}
	return reach, true
}

// reaches reports whether a change is about its own set alone.
func (b *Base) reaches(c Change) bool {
	k := c.Key()
	_, kept := b.Stored.Get(k)
	switch {
	case k.Type == SOA, k.Type == DNAME, k.Type == DS, k.Type == NS && (c.Op() != Update || k.Name != b.Stored.name):
		return false
	case c.Op() == Create:
		return k.Type != CNAME && !kept
	}
	return kept
}

// besides gives what must not be there where a new set comes: a CNAME at its name,
// and what would cover it from above. Each is given once.
func besides(apex, name Name, asked map[Key]bool) (out []Key) {
	add := func(k Key) {
		if !asked[k] {
			asked[k] = true
			out = append(out, k)
		}
	}
	add(Key{name, CNAME})
	for n := name; n.In(apex); n = n.Parent() {
		add(Key{n, DNAME})
		if n == apex {
			break
		}
		add(Key{n, NS})
	}
	return out
}

// Keys gives all that has to be certain.
func (r Reach) Keys() []Key { return slices.Concat(r.Changes, r.Beside) }

// Live gives what live is as far as anybody knows: got where that was read, which is
// all of a reach, and the base. ok is false where something is not as the base has it.
func (b *Base) Live(r Reach, got *Zone) (live *Zone, ok bool) {
	p := Plan{Zone: b.Stored.name}
	for _, k := range r.Keys() {
		was, _ := b.Stored.Get(k)
		is, _ := got.Get(k)
		_, kept := got.keeps(k)
		if kept || !bears(was, is) {
			return nil, false
		}
		p.Changes = append(p.Changes, Change{was, is})
	}
	return b.Stored.Apply(p), true
}

// bears reports whether a set is as it was, but for values that others have put into
// one of ours.
func bears(was, is RRset) bool {
	return was.Equal(is) || was.Type.merges() && was.TTL == is.TTL && len(minus(was.Data, is.Data)) == 0
}
