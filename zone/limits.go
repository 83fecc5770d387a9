package zone

import "fmt"

// Limits bound what one plan may take away from a zone. The zero value holds a
// plan that would lose more than 30 % of the sets that the zone has or gets, but
// lets up to 8 go as long as as many stay or come, and 3 in the smallest zones:
// mail switched off in a small zone passes, a source that has lost most of its
// rows does not. What would leave nothing is always held. The SOA and the NS set
// of the apex do not count, nor does what a signer makes of the rest.
//
// What is held stays held when the rest is done: the verdict depends on what
// goes and on what the zone shall be, and not on what of it is there already.
type Limits struct {
	Share float64 // of the sets that may go at once, 0 to 1; 0 is 0.3
	Free  int     // sets that may go from any zone that keeps or gets as many; 0 is 8
	Off   bool    // hold nothing
}

const (
	defaultShare = 0.3
	defaultFree  = 8
	alwaysFree   = 3 // sets of Free that may go even if fewer stay
)

// A LimitError says why deletions are held.
type LimitError struct {
	Zone    Name
	Losses  int // sets that the plan would lose
	Of      int // sets that live has or gets
	Allowed int // sets that may go
}

func (e *LimitError) Error() string {
	if e.Allowed == 0 {
		return fmt.Sprintf("the plan would lose all %d sets", e.Of)
	}
	return fmt.Sprintf("the plan would lose %d of %d sets, %d may go", e.Losses, e.Of, e.Allowed)
}

// Split parts a plan into what may be done now and what is held for approval:
// what takes data away, if there is too much of it, and what cannot be parted
// from that. Creations and updates go on, and so do addresses that give way to a
// CNAME, and a CNAME that gives way to other data. why is a *LimitError where
// something is held. A plan that deletes the zone itself is the source's explicit
// wish and passes.
func (l Limits) Split(live *Zone, p Plan) (now, held Plan, why error) {
	if l.Off || p.Delete {
		return p, Plan{Zone: p.Zone}, nil
	}
	losses, left := p.losses(), live.countable()+p.growth()
	of := left + len(losses)
	allowed := l.allowed(of)
	if left <= 0 {
		allowed = 0
	}
	if len(losses) <= allowed {
		return p, Plan{Zone: p.Zone}, nil
	}
	now, held = p.HoldLosses()
	return now, held, &LimitError{p.Zone, len(losses), of, allowed}
}

// HoldLosses parts a plan as Limits do that let nothing go.
func (p Plan) HoldLosses() (now, held Plan) {
	losses := p.losses()
	now, held = Plan{Zone: p.Zone, Create: p.Create}, Plan{Zone: p.Zone}
	for from, to := range groups(len(p.Changes), func(i int) Key { return p.Changes[i].Key() }) {
		whole := p.standsOrFalls(from, to, losses)
		for i := from; i < to; i++ {
			if whole || losses[i] {
				held.Changes = append(held.Changes, p.Changes[i])
			} else {
				now.Changes = append(now.Changes, p.Changes[i])
			}
		}
	}
	return now, held
}

// Shrinks reports whether the zone has fewer sets when the plan is done. What does not
// count for Limits does not here.
func (p Plan) Shrinks() bool { return !p.Delete && p.growth() < 0 }

// standsOrFalls reports whether a group that loses sets cannot be parted: a
// CNAME or DNAME comes or goes in it.
func (p Plan) standsOrFalls(from, to int, losses map[int]bool) bool {
	exclusive, loses := false, false
	for i := from; i < to; i++ {
		t := p.Changes[i].Key().Type
		exclusive = exclusive || p.Changes[i].Op() != Update && (t == CNAME || t == DNAME)
		loses = loses || losses[i]
	}
	return exclusive && loses
}

// allowed gives how many of n sets may go at once.
func (l Limits) allowed(n int) int {
	share, free := l.Share, l.Free
	if share <= 0 {
		share = defaultShare
	}
	if free <= 0 {
		free = defaultFree
	}
	return max(int(share*float64(n)), min(free, n/2), min(free, alwaysFree))
}

// losses finds the changes that take data away, by their position: deletions,
// and updates after which less than half is left of four values or more. An
// address set that a CNAME takes the place of is none, nor is a CNAME that gives
// way to other data.
func (p Plan) losses() map[int]bool {
	cname, data := map[Name]bool{}, map[Name]bool{} // what comes, by name
	for _, c := range p.Changes {
		if k := c.Key(); c.Op() == Create && k.Type == CNAME {
			cname[k.Name] = true
		} else if c.Op() == Create {
			data[k.Name] = true
		}
	}
	losses := map[int]bool{}
	for i, c := range p.Changes {
		k := c.Key()
		swapped := cname[k.Name] && (k.Type == A || k.Type == AAAA) || k.Type == CNAME && data[k.Name]
		thinned := len(c.Old.Data) >= 4 && 2*len(c.New.Data) < len(c.Old.Data)
		if !k.uncounted(p.Zone) && (c.Op() == Delete && !swapped || c.Op() == Update && thinned) {
			losses[i] = true
		}
	}
	return losses
}

// uncounted holds for sets by which no loss is measured.
func (k Key) uncounted(apex Name) bool { return k.IsAuthority(apex) || k.Type.IsProof() }

// countable is the number of sets that a loss is measured by.
func (z *Zone) countable() (n int) {
	for s := range z.All() {
		if !s.Key.uncounted(z.name) {
			n++
		}
	}
	return n
}

// growth is by how many countable sets the plan makes a zone grow.
func (p Plan) growth() (n int) {
	for _, c := range p.Changes {
		switch {
		case c.Key().uncounted(p.Zone):
		case c.Op() == Create:
			n++
		case c.Op() == Delete:
			n--
		}
	}
	return n
}
