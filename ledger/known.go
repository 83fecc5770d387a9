package ledger

import (
	"crypto/sha256"
	"slices"
	"sync"

	"github.com/zonecast/zonecast/zone"
)

// mostSets is how many sets the large zones have that are kept: some 150 MB of memory.
const mostSets = 600_000

// known has the large zones that were met last, the latest at the end: whoever works on
// one meets it several times, and a zone is a value, so that nobody can tell.
type known struct {
	mu    sync.Mutex
	zones []*pieced
}

// pieced is a large zone and its pieces.
type pieced struct {
	sum    sum // of the column
	column []byte
	zone   *zone.Zone
	pieces []piece
}

// cut gives the pieces of a zone, with as much as is known already of one of its name.
func (k *known) cut(z *zone.Zone) (*pieced, error) {
	if p := k.pick(func(p *pieced) bool { return p.zone == z }); p != nil {
		return p, nil
	}
	head, err := z.Only(func(zone.RRset) bool { return false }).MarshalJSON()
	if err != nil {
		return nil, err
	}
	p := &pieced{zone: z, column: append(append(slices.Clone(inPieces), head...), '\n')}
	before := k.latest(z.Name()).byFirst()
	for _, part := range z.Split(perPiece) {
		one := piece{part: part}
		if old, ok := before[firstOf(part)]; ok && old.part.Same(part) {
			one.sum = old.sum
		} else {
			body, err := part.MarshalJSON()
			if err != nil {
				return nil, err
			}
			one.sum = sha256.Sum256(body)
		}
		p.pieces, p.column = append(p.pieces, one), append(p.column, one.sum[:]...)
	}
	p.sum = sha256.Sum256(p.column)
	return k.keep(p), nil
}

func firstOf(part *zone.Zone) (k zone.Key) {
	for s := range part.All() {
		return s.Key
	}
	return k
}

func (p *pieced) byFirst() map[zone.Key]piece {
	m := map[zone.Key]piece{}
	if p != nil {
		for _, one := range p.pieces {
			m[firstOf(one.part)] = one
		}
	}
	return m
}

func (p *pieced) bySum() map[sum]*zone.Zone {
	m := map[sum]*zone.Zone{}
	if p != nil {
		for _, one := range p.pieces {
			m[one.sum] = one.part
		}
	}
	return m
}

func (k *known) find(s sum) *pieced { return k.pick(func(p *pieced) bool { return p.sum == s }) }

// latest gives the zone of a name that was met last.
func (k *known) latest(name zone.Name) *pieced {
	return k.pick(func(p *pieced) bool { return p.zone.Name() == name })
}

// pick makes the latest zone that is wanted the latest of all.
func (k *known) pick(is func(*pieced) bool) *pieced {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, p := range slices.Backward(k.zones) {
		if is(p) {
			k.zones = append(slices.Delete(k.zones, i, i+1), p)
			return p
		}
	}
	return nil
}

// keep makes a zone the latest, and lets go of those that there is no room for. One that
// is known already stays.
func (k *known) keep(p *pieced) *pieced {
	if old := k.find(p.sum); old != nil {
		return old
	}
	if p.zone.Len() > mostSets {
		return p
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.zones = append(k.zones, p)
	room, from := mostSets, len(k.zones)
	for from > 0 && room >= k.zones[from-1].zone.Len() {
		from--
		room -= k.zones[from].zone.Len()
	}
	k.zones = slices.Delete(k.zones, 0, from)
	return p
}
