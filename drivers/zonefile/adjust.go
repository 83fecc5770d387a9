package zonefile

import (
	"errors"
	"fmt"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// defaultTTL is that of a zone's own sets where no SOA states one, in seconds.
const defaultTTL = 86400

// Adjust implements provider.Adjuster: it completes a zone to one that servers
// load. An apex without NS gets the configured ones, an SOA its primary server,
// and a zone that has no SOA one with the usual times. Sets that would keep a
// server from loading the file are protected. A zone that would load nowhere is
// refused as a whole.
func (d *Dir) Adjust(live, want *zone.Zone) (*zone.Zone, []zone.Finding) {
	want = d.withAuthority(live, want)
	want, fs := withoutUnservable(want)
	if err := unloadable(want); err != nil {
		fs = append(fs, zone.Finding{Level: zone.Refused, Text: err.Error()})
	}
	return want, fs
}

// withAuthority completes SOA and apex NS. What the source has and could not
// read stays as it is live.
func (d *Dir) withAuthority(live, want *zone.Zone) *zone.Zone {
	apex := want.Name()
	soa, hasSOA := either(want, live, zone.Key{Name: apex, Type: zone.SOA})
	ns, hasNS := either(want, live, zone.Key{Name: apex, Type: zone.NS})
	ttl := uint32(defaultTTL)
	if hasSOA {
		ttl = soa.TTL
	}
	if !hasNS {
		ns = zone.RRset{Key: zone.Key{Name: apex, Type: zone.NS}, TTL: ttl}
		for _, n := range d.NameServers {
			ns.Data = append(ns.Data, string(n))
		}
	}
	if len(ns.Data) == 0 {
		return want // unloadable will say so
	}
	start, err := zone.ParseStart(strings.Join(soa.Data, ""))
	if err != nil {
		start = zone.Start{MName: zone.Root, RName: "hostmaster." + apex, Serial: 1, Refresh: 10800, Retry: 3600, Expire: 604800, Minimum: 10800}
	}
	switch {
	case d.MName != "":
		start.MName = d.MName
	case start.MName == zone.Root:
		start.MName = zone.Name(ns.Data[0])
	}
	return with(want, ns, zone.RRset{Key: zone.Key{Name: apex, Type: zone.SOA}, TTL: ttl, Data: []string{start.String()}})
}

// either finds a set in the first of two zones that has it.
func either(a, b *zone.Zone, k zone.Key) (zone.RRset, bool) {
	if s, ok := a.Get(k); ok {
		return s, true
	}
	return b.Get(k)
}

// with gives the zone with these sets in place of those of the same keys.
func with(z *zone.Zone, sets ...zone.RRset) *zone.Zone {
	p := zone.Plan{Zone: z.Name()}
	for _, s := range sets {
		one, err := zone.New(z.Name(), s.Records()...)
		if err != nil || one.Len() != 1 {
			continue
		}
		for c := range one.All() {
			p.Changes = append(p.Changes, zone.Change{New: c})
		}
	}
	return z.Apply(p)
}

// withSerial gives the zone with another serial in its SOA.
func withSerial(z *zone.Zone, serial uint32) *zone.Zone {
	set, ok := z.Get(zone.Key{Name: z.Name(), Type: zone.SOA})
	start, isSound := z.Start()
	if !ok || !isSound {
		return z
	}
	start.Serial = serial
	set.Data = []string{start.String()}
	return with(z, set)
}

// withoutUnservable protects the sets that a strict server would not load.
func withoutUnservable(z *zone.Zone) (*zone.Zone, []zone.Finding) {
	var fs []zone.Finding
	var guards []zone.Protected
	for s := range z.All() {
		if why := unservable(z, s); why != nil {
			fs = append(fs, zone.Finding{Level: zone.Blocked, Key: s.Key, Text: "no server loads this: " + why.Error()})
			guards = append(guards, zone.Protected{Key: s.Key, Reason: why.Error()})
		}
	}
	return z.Protect(guards...), fs
}

// unservable says why a set would keep the file from loading: a value that
// servers refuse, or a delegation to a server below it that has no address.
func unservable(z *zone.Zone, s zone.RRset) error {
	if s.Type == zone.NS && s.Name != z.Name() {
		return lame(z, s)
	}
	for _, data := range s.Data {
		if err := zone.Servable(s.Type, data); err != nil {
			return fmt.Errorf("%q %w", data, err)
		}
	}
	return nil
}

var (
	errNoSOA      = errors.New("has no SOA")
	errNoNS       = errors.New("the zone has no NS at its apex, and no server loads such a zone: name servers have to be configured")
	errWildcardNS = errors.New("a wildcard cannot be delegated")
)

// unloadable says why no server would load the zone; nil where they do.
func unloadable(z *zone.Zone) error {
	ns, ok := z.Get(zone.Key{Name: z.Name(), Type: zone.NS})
	if !ok {
		return errNoNS
	}
	if _, ok := z.Start(); !ok {
		return errNoSOA
	}
	if bad := z.Conflicts(); len(bad) > 0 {
		return fmt.Errorf("%s cannot stand beside what is there", bad[0])
	}
	return lame(z, ns)
}

// lame says which server of an NS set is inside the zone and has no address
// there, so that nobody could reach it.
func lame(z *zone.Zone, ns zone.RRset) error {
	if strings.HasPrefix(string(ns.Name), "*.") {
		return errWildcardNS
	}
	for _, server := range ns.Data {
		if n := zone.Name(server); n.In(z.Name()) && !reachable(z, n, ns.Name) {
			return fmt.Errorf("the name server %s is in the zone and has no address there", n)
		}
	}
	return nil
}

// reachable reports whether the zone has an address for the server n of the NS
// set at cut. Below another delegation that is not the zone's business.
func reachable(z *zone.Zone, n, cut zone.Name) bool {
	if hasAddress(z, n) {
		return true
	}
	if has(z, n, zone.CNAME) {
		return false
	}
	for p := n; p != z.Name() && p.In(z.Name()); p = p.Parent() {
		switch {
		case has(z, p, zone.NS):
			return p != cut
		case p != n && has(z, p, zone.DNAME):
			return false
		}
		if wild, err := p.Parent().Join("*"); err == nil && hasAddress(z, wild) {
			return true
		}
	}
	return false
}

func hasAddress(z *zone.Zone, n zone.Name) bool { return has(z, n, zone.A) || has(z, n, zone.AAAA) }

func has(z *zone.Zone, n zone.Name, t zone.Type) bool {
	_, ok := z.Get(zone.Key{Name: n, Type: t})
	return ok
}
