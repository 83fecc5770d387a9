package zone

import "slices"

const dnskey Type = "DNSKEY"

// Cut gives what the zone above z has to say of it (RFC 1034 section 4.2.1): the name
// servers of its apex, the addresses of those whose names lie in it, and, that it may
// be told whether z is signed, its keys. It is nil where nobody could find a server of
// z by it.
func (z *Zone) Cut() *Zone {
	ns, ok := z.Get(Key{z.Name(), NS})
	if !ok || !slices.ContainsFunc(ns.Data, z.finds) {
		return nil
	}
	return (&Zone{name: z.name, sets: z.sets}).Only(func(s RRset) bool {
		switch s.Type {
		case NS, dnskey:
			return s.Name == z.name
		case A, AAAA:
			return slices.Contains(ns.Data, string(s.Name))
		}
		return false
	})
}

// finds reports whether the address of a server is known outside of z, or by z.
func (z *Zone) finds(server string) bool {
	n := Name(server)
	_, a := z.Get(Key{n, A})
	_, aaaa := z.Get(Key{n, AAAA})
	return !n.In(z.name) || a || aaaa
}

// Signed reports whether a zone, or the cut of one, has keys of its own.
func (z *Zone) Signed() bool {
	_, ok := z.Get(Key{z.Name(), dnskey})
	return ok
}

// Delegate gives the zone with its delegations as some cuts have them: name servers
// and glue are theirs, and a CNAME or DNAME goes that cannot stand beside them. What
// else is at a cut or below it stays, and is seen when the delegation ends. A cut
// whose NS set is protected is left as it is.
func (z *Zone) Delegate(cuts ...*Zone) *Zone {
	gone := map[Key]bool{}
	var come []Record
	for _, cut := range cuts {
		ns, ok := cut.Get(Key{cut.Name(), NS})
		if _, kept := z.Protection(ns.Key); !ok || kept {
			continue
		}
		for s := range cut.All() {
			if s.Type != dnskey {
				come = append(come, s.Records()...)
			}
		}
		for _, t := range []Type{NS, CNAME, DNAME} {
			gone[Key{cut.name, t}] = true
		}
		for _, server := range ns.Data {
			for _, t := range []Type{A, AAAA, CNAME, DNAME} {
				if n := Name(server); n.In(cut.name) {
					gone[Key{n, t}] = true
				}
			}
		}
	}
	if come == nil {
		return z
	}
	var records []Record
	for s := range z.All() {
		if !gone[s.Key] {
			records = append(records, s.Records()...)
		}
	}
	return build(z.name, append(records, come...)).Protect(z.protected...)
}

// Shield protects a name and all names below it that one of some zones has.
func (z *Zone) Shield(n Name, reason string, seen ...*Zone) *Zone {
	guards := []Protected{{Key{Name: n}, reason}}
	for _, s := range append(seen, z) {
		for set := range s.Under(n) {
			if set.Name != guards[len(guards)-1].Name {
				guards = append(guards, Protected{Key{Name: set.Name}, reason})
			}
		}
	}
	return z.Protect(guards...)
}
