package zone

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// A Zone is a value: nothing changes it once it is made, so goroutines, plans
// and tests may share one. A nil *Zone stands for a zone that does not exist,
// and every method works on it.
type Zone struct {
	name      Name
	sets      []RRset     // canonical order
	protected []Protected // canonical order, each key once
}

// ErrOutOfZone is what errors.Is finds when a record's name is not in its zone.
var ErrOutOfZone = errors.New("is not in the zone")

// New is the one door into the model: it puts every record into canonical
// spelling, groups them into sets, drops what is there twice, and gives a set
// whose records disagree its lowest TTL. It judges each record by itself, not
// the zone (a provider may hold a conflict and has to stay readable: see
// Conflicts). A record that is not fit gives no zone but an error that joins one
// *RecordError for each.
func New(name Name, records ...Record) (*Zone, error) {
	name, err := ParseName(string(name))
	if err != nil {
		return nil, err
	}
	good, err := canonicalRecords(name, records)
	if err != nil {
		return nil, fmt.Errorf("zone %s: %w", name, err)
	}
	return build(name, good), nil
}

// canonicalRecords judges records one by one; the error joins all that are not
// fit.
func canonicalRecords(apex Name, in []Record) ([]Record, error) {
	var errs []error
	out := make([]Record, 0, len(in))
	for _, r := range in {
		c, err := r.canonical(apex)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, c)
	}
	return out, errors.Join(errs...)
}

// Name is the apex of the zone; "" for a zone that does not exist.
func (z *Zone) Name() Name {
	if z == nil {
		return ""
	}
	return z.name
}

// Len is the number of sets.
func (z *Zone) Len() int {
	if z == nil {
		return 0
	}
	return len(z.sets)
}

// All gives the sets in canonical order.
func (z *Zone) All() iter.Seq[RRset] {
	return func(yield func(RRset) bool) {
		for i := range z.Len() {
			if !yield(z.sets[i]) {
				return
			}
		}
	}
}

// Get finds one set.
func (z *Zone) Get(k Key) (RRset, bool) {
	if z == nil {
		return RRset{}, false
	}
	i, ok := slices.BinarySearchFunc(z.sets, k, func(s RRset, k Key) int { return compareKeys(s.Key, k) })
	if !ok {
		return RRset{}, false
	}
	return z.sets[i], true
}

// Under gives the sets of a name and of all names below it, in canonical order.
func (z *Zone) Under(n Name) iter.Seq[RRset] {
	if z == nil {
		return func(func(RRset) bool) {}
	}
	from, to := subtree(z.sets, n)
	return slices.Values(z.sets[from:to])
}

// Only gives the zone with just those sets that keep says yes to. What is
// protected stays protected.
func (z *Zone) Only(keep func(RRset) bool) *Zone {
	if z == nil {
		return nil
	}
	sets := make([]RRset, 0, len(z.sets))
	for _, s := range z.sets {
		if keep(s) {
			sets = append(sets, s)
		}
	}
	return &Zone{z.name, sets, z.protected}
}

// Equal reports whether two zones have the same name and sets and protect the
// same, for whatever reasons. The serial of the SOA does not count.
func (z *Zone) Equal(o *Zone) bool {
	if z == nil || o == nil {
		return z == o
	}
	return z.name == o.name &&
		slices.EqualFunc(z.sets, o.sets, equalSets) &&
		slices.EqualFunc(z.protected, o.protected, sameKey)
}

// equalSets is Equal of two sets but for the serial of an SOA.
func equalSets(a, b RRset) bool {
	if a.Type == SOA && b.Type == SOA {
		return a.Key == b.Key && a.TTL == b.TTL && slices.EqualFunc(a.Data, b.Data, equalButSerial)
	}
	return a.Equal(b)
}

// equalButSerial compares the data of two SOA records.
func equalButSerial(a, b string) bool {
	i, j := serialAt(a)
	k, l := serialAt(b)
	return a[:i] == b[:k] && a[j:] == b[l:]
}

// serialAt finds the third field of canonical SOA data.
func serialAt(data string) (from, to int) {
	for range 2 {
		from += strings.IndexByte(data[from:], ' ') + 1
	}
	return from, from + strings.IndexByte(data[from:], ' ')
}

// Start is the zone's SOA record; ok tells whether it has one that can be read.
func (z *Zone) Start() (s Start, ok bool) {
	set, ok := z.Get(Key{z.Name(), SOA})
	if !ok {
		return Start{}, false
	}
	s, err := ParseStart(set.Data[0])
	return s, err == nil
}

// Serial is the serial of the zone's SOA record, 0 where there is none.
func (z *Zone) Serial() uint32 {
	s, _ := z.Start()
	return s.Serial
}
