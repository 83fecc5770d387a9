package route53

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// What one ChangeResourceRecordSets may hold at most. An UPSERT counts twice, a
// DELETE and a CREATE count once each: the same for the same effect.
// (Developer Guide, DNSLimitations)
const (
	maxElements   = 1000  // ResourceRecord elements
	maxCharacters = 32000 // of all values together
)

// A load is how much of a batch something takes up.
type load struct{ elements, characters int }

func (l load) plus(o load) load { return load{l.elements + o.elements, l.characters + o.characters} }

func (l load) fits() bool { return l.elements <= maxElements && l.characters <= maxCharacters }

// A group is all changes of a name: they share a batch.
type group struct {
	from    int // the index of its first change in the plan
	changes []zone.Change
	wire    []types.Change
	load    load
	odd     bool // it deletes a set in another spelling than ours
}

// groupsOf turns a plan into what is sent. odd has the sets that the service
// spells otherwise than we do.
func groupsOf(p zone.Plan, odd map[zone.Key]spelling) (out []group) {
	from := 0
	for _, changes := range p.Groups() {
		out = append(out, makeGroup(p.Zone, from, changes, odd))
		from += len(changes)
	}
	return out
}

// makeGroup writes the changes of a name: what goes, as it is there, then what
// comes. So nothing is overwritten that was not seen.
func makeGroup(apex zone.Name, from int, changes []zone.Change, odd map[zone.Key]spelling) group {
	g := group{from: from, changes: changes}
	for _, c := range changes {
		if c.Op() == zone.Update && c.Key().IsAuthority(apex) {
			g.add(types.ChangeActionUpsert, toWire(c.New)) // a zone is never without
			continue
		}
		if kept, ok := odd[c.Key()]; ok && kept.set.Equal(c.Old) {
			g.odd = true
			g.add(types.ChangeActionDelete, kept.wire)
		} else if c.Old.Name != "" {
			g.add(types.ChangeActionDelete, toWire(c.Old))
		}
	}
	for _, c := range changes {
		if c.New.Name != "" && !(c.Op() == zone.Update && c.Key().IsAuthority(apex)) {
			g.add(types.ChangeActionCreate, toWire(c.New))
		}
	}
	return g
}

func (g *group) add(action types.ChangeAction, s recordSet) {
	g.wire = append(g.wire, types.Change{Action: action, ResourceRecordSet: &s})
	g.load = g.load.plus(loadOf(action, s))
}

func loadOf(action types.ChangeAction, s recordSet) (l load) {
	times := 1
	if action == types.ChangeActionUpsert {
		times = 2
	}
	for _, r := range s.ResourceRecords {
		l = l.plus(load{times, times * len(aws.ToString(r.Value))})
	}
	return l
}

// errTooLarge is a name that no batch can hold.
func (g group) errTooLarge() error {
	return &provider.ServiceError{Kind: provider.KindRefused, Err: fmt.Errorf(
		"the changes of %s are %d records of %d characters, and Route 53 takes %d of %d at once; to do them one by one would take the name away for a while",
		g.changes[0].Key().Name, g.load.elements, g.load.characters, maxElements, maxCharacters)}
}

// pack puts groups into batches: in the order of the plan, which is the safe one,
// unless that takes two batches more than could be.
func pack(groups []group) [][]group {
	best := nextFit(groups)
	if len(best) <= least(groups)+1 {
		return best
	}
	for _, better := range [][][]group{firstFit(groups), firstFit(largestFirst(groups))} {
		if len(better) < len(best) {
			best = better
		}
	}
	return best
}

// least is how many batches are needed at the very least.
func least(groups []group) int {
	var sum load
	for _, g := range groups {
		sum = sum.plus(g.load)
	}
	return max((sum.elements+maxElements-1)/maxElements, (sum.characters+maxCharacters-1)/maxCharacters)
}

// nextFit begins a batch when the one before it is full.
func nextFit(groups []group) (out [][]group) {
	var room load
	for _, g := range groups {
		if room = room.plus(g.load); len(out) == 0 || !room.fits() {
			out, room = append(out, nil), g.load
		}
		out[len(out)-1] = append(out[len(out)-1], g)
	}
	return out
}

// firstFit puts each group into the first batch with room for it.
func firstFit(groups []group) (out [][]group) {
	var rooms []load
	for _, g := range groups {
		i := slices.IndexFunc(rooms, func(l load) bool { return l.plus(g.load).fits() })
		if i < 0 {
			i, out, rooms = len(out), append(out, nil), append(rooms, load{})
		}
		out[i], rooms[i] = append(out[i], g), rooms[i].plus(g.load)
	}
	return out
}

func largestFirst(groups []group) []group {
	share := func(g group) float64 {
		return max(float64(g.load.elements)/maxElements, float64(g.load.characters)/maxCharacters)
	}
	return slices.SortedStableFunc(slices.Values(groups), func(a, b group) int { return cmp.Compare(share(b), share(a)) })
}
