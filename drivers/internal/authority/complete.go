package authority

import (
	"slices"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// Defaults are what a zone gets that does not say it itself.
type Defaults struct {
	NameServers []zone.Name // NS set of the apex for zones that bring none
	MName       zone.Name   // primary server in the SOA; "": the source's, else the first NS
}

// defaultTTL is that of a zone's own sets where no SOA states one, in seconds.
const defaultTTL = 86400

// Unfit says which of the names is none.
func (d Defaults) Unfit() error {
	names := d.NameServers
	if d.MName != "" {
		names = append(slices.Clip(names), d.MName)
	}
	for _, n := range names {
		if _, err := zone.ParseName(string(n)); err != nil {
			return err
		}
	}
	return nil
}

// Complete completes SOA and apex NS. What the source has and could not read
// stays as it is live. A zone that has no name servers then is given back as it
// came, since nothing can be made up for that, as is one whose source has signed it.
func (d Defaults) Complete(live, want *zone.Zone) *zone.Zone {
	if want.Presigned() {
		return want
	}
	ns := d.nameServers(live, want)
	if len(ns.Data) == 0 {
		return want
	}
	return with(want, ns, d.soa(live, want, ns))
}

// nameServers gives the NS set of the apex: the source's, or the configured one.
func (d Defaults) nameServers(live, want *zone.Zone) zone.RRset {
	k := zone.Key{Name: want.Name(), Type: zone.NS}
	if s, ok := want.Get(k); ok {
		return s
	}
	if _, ok := want.Protection(k); ok && live != nil {
		s, _ := live.Get(k)
		return s
	}
	s := zone.RRset{Key: k, TTL: defaultTTL}
	if soa, ok := either(want, live, zone.SOA); ok {
		s.TTL = soa.TTL
	}
	for _, n := range d.NameServers {
		if n, err := zone.ParseName(string(n)); err == nil { // else Unfit says so
			s.Data = append(s.Data, string(n))
		}
	}
	slices.Sort(s.Data)
	s.Data = slices.Compact(s.Data)
	return s
}

// soa gives the SOA: the source's, else the live one, else one with the usual
// times. A source that says none says no primary server either.
func (d Defaults) soa(live, want *zone.Zone, ns zone.RRset) zone.RRset {
	s, ok := either(want, live, zone.SOA)
	start, err := zone.ParseStart(strings.Join(s.Data, ""))
	if !ok || err != nil {
		s = zone.RRset{Key: zone.Key{Name: want.Name(), Type: zone.SOA}, TTL: ns.TTL}
		start = zone.Start{MName: zone.Root, RName: "hostmaster." + want.Name(), Serial: 1, Refresh: 10800, Retry: 3600, Expire: 604800, Minimum: 10800}
	}
	mname, err := zone.ParseName(string(d.MName))
	_, said := want.Get(zone.Key{Name: want.Name(), Type: zone.SOA})
	switch {
	case err == nil:
		start.MName = mname
	case start.MName == zone.Root, !said:
		start.MName = zone.Name(ns.Data[0])
	}
	s.Data = []string{start.String()}
	return s
}

// either finds a set of the apex in the first of two zones that has it.
func either(a, b *zone.Zone, t zone.Type) (zone.RRset, bool) {
	k := zone.Key{Name: a.Name(), Type: t}
	if s, ok := a.Get(k); ok {
		return s, true
	}
	return b.Get(k)
}

// with gives the zone with these sets in place of those of the same keys.
func with(z *zone.Zone, sets ...zone.RRset) *zone.Zone {
	p := zone.Plan{Zone: z.Name()}
	for _, s := range sets {
		if old, _ := z.Get(s.Key); !old.Equal(s) {
			p.Changes = append(p.Changes, zone.Change{Old: old, New: s})
		}
	}
	if p.Empty() {
		return z
	}
	return z.Apply(p)
}

// WithSerial gives the zone with another serial in its SOA, unless its serial is signed.
func WithSerial(z *zone.Zone, serial uint32) *zone.Zone {
	set, ok := z.Get(zone.Key{Name: z.Name(), Type: zone.SOA})
	start, isSound := z.Start()
	if !ok || !isSound || z.Presigned() {
		return z
	}
	start.Serial = serial
	set.Data = []string{start.String()}
	return with(z, set)
}
