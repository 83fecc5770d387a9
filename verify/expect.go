package verify

import (
	"github.com/zonecast/zonecast/zone"
)

// expect gives what a server of z has to say to a question (RFC 1034 section 4.3.2,
// RFC 4592, RFC 6672). k.Name is in z.
func expect(z *zone.Zone, k zone.Key) answer {
	if a, ok := leads(z, k); ok {
		return a
	}
	at, there := k.Name, exists(z, k.Name)
	if !there {
		at = wildcard(z, k.Name)
		if !exists(z, at) {
			return answer{kind: noName}
		}
	}
	for _, t := range []zone.Type{k.Type, zone.CNAME} {
		if set, ok := z.Get(zone.Key{Name: at, Type: t}); ok {
			set.Name = k.Name
			return answer{kind: kindOf(t, k), set: set}
		}
	}
	return answer{kind: noData}
}

// leads finds the delegation or the DNAME that leads out of the zone on the way from
// its apex down to a name. The set DS of a delegation stays with the zone above it.
func leads(z *zone.Zone, k zone.Key) (answer, bool) {
	for _, n := range down(z.Name(), k.Name) {
		ns, cut := z.Get(zone.Key{Name: n, Type: zone.NS})
		if cut && n != z.Name() && !(n == k.Name && k.Type == zone.DS) {
			return answer{kind: referral, set: ns, glue: glue(z, ns, k)}, true
		}
		if dname, ok := z.Get(zone.Key{Name: n, Type: zone.DNAME}); ok && n != k.Name {
			return answer{kind: redirection, set: dname}, true
		}
	}
	return answer{}, false
}

// glue gives the addresses that were asked for, if they go with a delegation: those
// of its name servers that are below it.
func glue(z *zone.Zone, ns zone.RRset, k zone.Key) zone.RRset {
	for _, server := range ns.Data {
		if isAddress(k.Type) && zone.Name(server) == k.Name {
			set, _ := z.Get(k)
			return set
		}
	}
	return zone.RRset{}
}

// down gives the names from an apex down to a name, both among them.
func down(apex, name zone.Name) []zone.Name {
	if name == apex || name == zone.Root {
		return []zone.Name{name}
	}
	return append(down(apex, name.Parent()), name)
}

// exists reports whether a name has sets, or names below it that have.
func exists(z *zone.Zone, n zone.Name) bool {
	for range z.Under(n) {
		return true
	}
	return false
}

// wildcard is the name whose sets answer for one that does not exist: the asterisk
// below the closest name that does.
func wildcard(z *zone.Zone, n zone.Name) zone.Name {
	for !exists(z, n) && n != z.Name() {
		n = n.Parent()
	}
	if n == zone.Root {
		return "*."
	}
	return "*." + n
}
