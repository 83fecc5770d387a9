package zone

import "iter"

// keysOf gives every key that one of the zones has, in canonical order, once.
func keysOf(zones ...*Zone) iter.Seq[Key] {
	return func(yield func(Key) bool) {
		rest := restsOf(zones)
		for {
			var least *Key
			for _, sets := range rest {
				if len(sets) > 0 && (least == nil || compareKeys(sets[0].Key, *least) < 0) {
					least = &sets[0].Key
				}
			}
			if least == nil {
				return
			}
			k := *least
			for i, sets := range rest {
				if len(sets) > 0 && sets[0].Key == k {
					rest[i] = sets[1:]
				}
			}
			if !yield(k) {
				return
			}
		}
	}
}

// namesOf gives every name that one of the zones has, in canonical order, with
// the sets that each zone has there.
func namesOf(zones ...*Zone) iter.Seq2[Name, [][]RRset] {
	return func(yield func(Name, [][]RRset) bool) {
		rest := restsOf(zones)
		here := make([][]RRset, len(zones))
		for {
			name := leastName(rest)
			if name == "" {
				return
			}
			for i, sets := range rest {
				n := 0
				for n < len(sets) && sets[n].Name == name {
					n++
				}
				here[i], rest[i] = sets[:n], sets[n:]
			}
			if !yield(name, here) {
				return
			}
		}
	}
}

func leastName(rest [][]RRset) (least Name) {
	for _, sets := range rest {
		if len(sets) > 0 && (least == "" || sets[0].Name != least && Compare(sets[0].Name, least) < 0) {
			least = sets[0].Name
		}
	}
	return least
}

func restsOf(zones []*Zone) [][]RRset {
	rest := make([][]RRset, len(zones))
	for i, z := range zones {
		if z != nil {
			rest[i] = z.sets
		}
	}
	return rest
}
