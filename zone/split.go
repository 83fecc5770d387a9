package zone

import (
	"hash/fnv"
	"slices"
)

// Split gives the sets of a zone in zones of about so many names each, in order and
// without protection. Where it cuts depends on a name alone, so that two zones that have
// most sets in common have most of these in common, too.
func (z *Zone) Split(names int) (parts []*Zone) {
	from := 0
	for i := 1; i < z.Len(); i++ {
		if z.sets[i].Name != z.sets[i-1].Name && begins(z.sets[i].Name, names) {
			parts, from = append(parts, z.part(from, i)), i
		}
	}
	if z.Len() > 0 {
		parts = append(parts, z.part(from, z.Len()))
	}
	return parts
}

func (z *Zone) part(from, to int) *Zone { return &Zone{name: z.name, sets: z.sets[from:to:to]} }

// begins says whether a part begins at a name: one of so many does.
func begins(n Name, names int) bool {
	h := fnv.New32a()
	h.Write([]byte(n))
	return h.Sum32()%uint32(max(names, 1)) == 0
}

// Join gives the zone with the sets of what Split has made of one, in that order, instead
// of its own.
func (z *Zone) Join(parts ...*Zone) *Zone {
	size := 0
	for _, p := range parts {
		size += p.Len()
	}
	joined := &Zone{name: z.name, sets: make([]RRset, 0, size), protected: z.protected}
	for _, p := range parts {
		joined.sets = append(joined.sets, p.sets...)
	}
	return joined
}

// Same is Equal for those to whom the serial of the SOA matters, too.
func (z *Zone) Same(o *Zone) bool {
	if z == nil || o == nil {
		return z == o
	}
	return z.name == o.name && slices.EqualFunc(z.sets, o.sets, RRset.Equal) && slices.EqualFunc(z.protected, o.protected, sameKey)
}
