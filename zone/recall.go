package zone

// Recall gives the base that is known when plans were begun and nobody could say
// what became of them, by what live holds now: a set, or of a merged one each
// value, that stands as such a plan put it is ours; and one that it deleted and that
// is there otherwise is not any more.
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
	is, ok := live.Get(c.Key())
	wrote, stored := b.get(c.Key())
	w, s := c.New, c.New
	switch {
	case !ok:
		return b
	case c.New.Name == "" && (c.Old.Type.merges() || equalSets(is, c.Old) || !equalSets(stored, c.Old)):
		return b // it was not done, or the base knows of something later
	case c.New.Name == "": // it went, and somebody else has made another
		w, s = RRset{}, RRset{}
	case c.New.Type.merges():
		added := both(minus(c.New.Data, c.Old.Data), is.Data)
		w, s = c.New.with(union(wrote.Data, added)), is.with(union(stored.Data, added))
		if len(added) == 0 {
			return b
		}
	case !equalSets(is, c.New):
		return b
	}
	next := *b
	next.Wrote = b.Wrote.Apply(Plan{Zone: live.name, Changes: []Change{{Old: wrote, New: w}}})
	next.Stored = b.Stored.Apply(Plan{Zone: live.name, Changes: []Change{{Old: stored, New: s}}})
	return &next
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
