package zone

import "slices"

// Conflicts lists what cannot be served, although each record for itself is
// fine: a CNAME beside other data or two of them at one name (RFC 1034 section
// 3.6.2), two DNAMEs, data below one or a delegation at its name (RFC 6672
// sections 2.3 and 2.4), an SOA below the apex or two of them. A key without a type is the whole name; with a type it is
// that set alone, as a CNAME at the apex, where the SOA has to be.
func (z *Zone) Conflicts() []Key {
	if z == nil {
		return nil
	}
	var out []Key
	cover := Name("") // the DNAME that what follows may stand below
	for sets := range byName(z.sets) {
		name := sets[0].Name
		if cover != "" && name.In(cover) {
			out = append(out, Key{Name: name})
			continue
		}
		cover = ""
		if at(sets, DNAME) >= 0 {
			cover = name
		}
		out = append(out, conflictsAt(z.name, name, sets)...)
	}
	return out
}

// conflictsAt judges the sets of one name.
func conflictsAt(apex, name Name, sets []RRset) (out []Key) {
	for _, s := range sets {
		switch {
		case s.Type == CNAME && name == apex:
			out = append(out, s.Key)
		case s.Type == CNAME && (len(s.Data) > 1 || !aloneBesideCNAME(sets)):
			return []Key{{Name: name}}
		case s.Type == DNAME && name != apex && at(sets, NS) >= 0:
			return []Key{{Name: name}}
		case s.Type == DNAME && len(s.Data) > 1,
			s.Type == SOA && (len(s.Data) > 1 || name != apex):
			out = append(out, s.Key)
		}
	}
	return out
}

// aloneBesideCNAME reports whether all that stands beside the CNAME is what
// DNSSEC puts there (RFC 4035 section 2.5).
func aloneBesideCNAME(sets []RRset) bool {
	return !slices.ContainsFunc(sets, func(s RRset) bool {
		return s.Type != CNAME && s.Type != RRSIG && s.Type != NSEC
	})
}

// at finds a type among the sets of one name, -1 where it is not there.
func at(sets []RRset, t Type) int {
	i, ok := slices.BinarySearchFunc(sets, t, func(s RRset, t Type) int { return compareTypes(s.Type, t) })
	if !ok {
		return -1
	}
	return i
}

// byName cuts sets in canonical order into the runs of one name.
func byName(sets []RRset) func(yield func([]RRset) bool) {
	return func(yield func([]RRset) bool) {
		for from := 0; from < len(sets); {
			to := from + 1
			for to < len(sets) && sets[to].Name == sets[from].Name {
				to++
			}
			if !yield(sets[from:to]) {
				return
			}
			from = to
		}
	}
}
