package provider

import (
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// A verb says what has to come and go so that live is as it was asked for.
type verb func(live *zone.Zone, asks []ask) zone.Patch

// toAppend adds records to sets, which keep their TTL: append never changes what
// is there.
func toAppend(live *zone.Zone, asks []ask) (p zone.Patch) {
	ttl := ttlsOf(live, asks)
	for _, a := range asks {
		set, there := live.Get(a.key())
		if there {
			ttl[a.key()] = set.TTL
		}
		p.Add = append(p.Add, a.in(set, ttl[a.key()]))
	}
	return p
}

// toSet replaces sets.
func toSet(live *zone.Zone, asks []ask) (p zone.Patch) {
	ttl := ttlsOf(live, asks)
	for _, a := range asks {
		set, _ := live.Get(a.key())
		p.Add = append(p.Add, a.in(set, ttl[a.key()]))
	}
	for _, k := range keysOf(asks) {
		set, _ := live.Get(k)
		p.Drop = append(p.Drop, set.Records()...)
	}
	return p
}

// toDelete takes out what the asks mean.
func toDelete(live *zone.Zone, asks []ask) (p zone.Patch) {
	for s := range live.All() {
		for _, r := range s.Records() {
			if slices.ContainsFunc(asks, func(a ask) bool { return a.matches(r) }) {
				p.Drop = append(p.Drop, r)
			}
		}
	}
	return p
}

// in gives the record that is asked for as it stands in its set: a text that is
// there stays cut as it is.
func (a ask) in(set zone.RRset, ttl uint32) zone.Record {
	r := zone.Record{Name: a.Name, Type: a.Type, TTL: ttl, Data: a.Data}
	if i := slices.IndexFunc(set.Data, func(d string) bool { return sameValue(a.Type, d, a.Data) }); i >= 0 {
		r.Data = set.Data[i]
	}
	return r
}

// libdnsTTL is the TTL of a new set that nobody gave one, in seconds.
const libdnsTTL = 300

// ttlsOf gives the TTL of each set that is asked for: the lowest that was named,
// else the one it has, else libdnsTTL.
func ttlsOf(live *zone.Zone, asks []ask) map[zone.Key]uint32 {
	out := map[zone.Key]uint32{}
	for _, a := range asks {
		if ttl, ok := out[a.key()]; !a.anyTTL && (!ok || a.TTL < ttl) {
			out[a.key()] = a.TTL
		}
	}
	for _, a := range asks {
		if _, ok := out[a.key()]; ok {
			continue
		}
		out[a.key()] = libdnsTTL
		if set, ok := live.Get(a.key()); ok {
			out[a.key()] = set.TTL
		}
	}
	return out
}
