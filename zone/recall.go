package zone

// Recall gives the base that is known when plans were begun and nobody could say
// what became of them, by what live holds now: a set, or of a merged one each
// value, that stands as such a plan put it is ours; and one that it took away, and that is
// not there so, is not any more: who wants it again does not undo what a hand did.
func (b *Base) Recall(live *Zone, begun ...Plan) *Base {
	if live == nil || len(begun) == 0 {
		return b
	}
	known := &Base{Wrote: &Zone{name: live.name}, Stored: &Zone{name: live.name}}
	if b != nil {
		known = b
	}
	for _, p := range begun {
		known = known.made(p.Create)
		for _, c := range p.Changes {
			known = known.recall(live, c)
		}
	}
	if b == nil && known.Wrote.Len() == 0 && !known.Created {
		return nil
	}
	return known
}

// made claims the zone itself.
func (b *Base) made(created bool) *Base {
	if !created || b.Created {
		return b
	}
	next := *b
	next.Created = true
	return &next
}

// recall claims what of one change is live, and lets go of what went by it.
func (b *Base) recall(live *Zone, c Change) *Base {
	is, _ := live.Get(c.Key())
	wrote, stored := b.get(c.Key())
	w, s := wrote, stored
	switch {
	case c.Key().Type.merges():
		w, s = c.recallValues(is, wrote, stored)
	case c.New.Name == "" && equalSets(stored, c.Old) && !equalSets(is, c.Old):
		w, s = RRset{}, RRset{} // it went, and what may be there now somebody else has made
	case c.New.Name != "" && equalSets(is, c.New):
		w, s = c.New, c.New
	}
	if w.Equal(wrote) && s.Equal(stored) {
		return b
	}
	next := *b
	next.Wrote = b.Wrote.Apply(Plan{Zone: live.name, Changes: []Change{{Old: wrote, New: w}}})
	next.Stored = b.Stored.Apply(Plan{Zone: live.name, Changes: []Change{{Old: stored, New: s}}})
	return &next
}

// recallValues is recall for the types that are merged value by value.
func (c Change) recallValues(is, wrote, stored RRset) (w, s RRset) {
	added := both(minus(c.New.Data, c.Old.Data), is.Data)
	went := minus(minus(c.Old.Data, c.New.Data), is.Data)
	gone := went
	for value, form := range (values{wrote: wrote, stored: stored}).forms() {
		if has(went, form) {
			gone = union(gone, []string{value})
		}
	}
	w, s = wrote.with(union(minus(wrote.Data, gone), added)), stored.with(union(minus(stored.Data, went), added))
	if len(added) > 0 {
		w.Key, w.TTL, s.Key, s.TTL = c.New.Key, c.New.TTL, is.Key, is.TTL
	}
	if len(w.Data) == 0 || len(s.Data) == 0 {
		return RRset{}, RRset{}
	}
	return w, s
}

// Spare gives z with what has come to merged sets between two looks at the zone:
// who strives for z leaves alone what somebody else put there meanwhile.
func (z *Zone) Spare(before, after *Zone) *Zone {
	p := Plan{Zone: z.Name()}
	for s := range after.All() {
		if !s.Type.merges() {
			continue
		}
		was, _ := before.Get(s.Key)
		if was.Equal(s) {
			continue
		}
		goal, _ := z.Get(s.Key)
		if came := minus(s.Data, union(was.Data, goal.Data)); len(came) > 0 {
			next := s
			if goal.Name != "" {
				next = goal
			}
			p.Changes = append(p.Changes, Change{Old: goal, New: next.with(union(goal.Data, came))})
		}
	}
	return z.Apply(p)
}
