package zonefile

import (
	"errors"
	"fmt"

	"github.com/zonecast/zonecast/zone"
)

var (
	errNoSOA = errors.New("has no SOA")
	errNoNS  = errors.New("the zone has no NS at its apex, and no server loads such a zone: name servers have to be configured")
)

// unloadable says why a file of the zone cannot be made, or no server would load
// it; nil where all do.
func (d *Dir) unloadable(z *zone.Zone) error {
	if err := d.unfit(); err != nil {
		return err
	}
	ns, ok := z.Get(zone.Key{Name: z.Name(), Type: zone.NS})
	if !ok {
		return errNoNS
	}
	soa, ok := z.Get(zone.Key{Name: z.Name(), Type: zone.SOA})
	if _, sound := z.Start(); !ok || !sound {
		return errNoSOA
	}
	if bad := z.Conflicts(); len(bad) > 0 {
		return fmt.Errorf("%s cannot stand beside what is there", bad[0])
	}
	if err := d.unservable(z, ns); err != nil {
		return err
	}
	return d.unservable(z, soa)
}

// unservable is also what a stock BIND refuses, where that matters.
func (d *Dir) unservable(z *zone.Zone, s zone.RRset) error {
	if why := refusedByStockBIND(z.Name(), s); d.StockBIND && why != "" {
		return errors.New("BIND only " + why)
	}
	return unservable(z, s)
}

// unservable says why a set would keep some server from loading the file.
func unservable(z *zone.Zone, s zone.RRset) error {
	if err := unreadable(z, s); err != nil || s.Type != zone.NS {
		return err
	}
	if servers := lame(z, s); servers != nil {
		return fmt.Errorf("the name server %s is in the zone and has no address there", servers[0])
	}
	return nil
}

// unreadable says what no file of a zone can hold, whatever else is in it. What is
// signed was served by who signed it.
func unreadable(z *zone.Zone, s zone.RRset) error {
	for _, data := range s.Data {
		if err := zone.Servable(s.Type, data); err != nil && !z.Presigned() {
			return fmt.Errorf("%.200q %w", data, err)
		}
	}
	return zone.ServableSet(z.Name(), s)
}

// lame gives the servers of an NS set that are inside the zone and have no
// address there, so that nobody could reach them.
func lame(z *zone.Zone, ns zone.RRset) (servers []zone.Name) {
	if ns.Type != zone.NS {
		return nil
	}
	for _, data := range ns.Data {
		server := zone.Name(data)
		if _, ok := addressOf(z, server, ns.Name); !ok && server.In(z.Name()) {
			servers = append(servers, server)
		}
	}
	return servers
}

// addressOf finds the name at which the zone has the address of a server n of the
// NS set at cut: its own, or a wildcard where that name does not exist (RFC 4592
// section 3.3.1). Below another delegation the address is not the zone's business.
func addressOf(z *zone.Zone, n, cut zone.Name) (at zone.Name, ok bool) {
	if hasAddress(z, n) || exists(z, n) {
		return n, hasAddress(z, n)
	}
	for p := n.Parent(); p.In(z.Name()); p = p.Parent() {
		switch {
		case p != z.Name() && p != cut && has(z, p, zone.NS):
			return p, true
		case has(z, p, zone.DNAME):
			return p, false
		case exists(z, p):
			wild, err := p.Join("*")
			return wild, err == nil && hasAddress(z, wild)
		}
	}
	return n, false
}

// exists reports whether there are sets at a name or below it.
func exists(z *zone.Zone, n zone.Name) bool {
	for range z.Under(n) {
		return true
	}
	return false
}

func hasAddress(z *zone.Zone, n zone.Name) bool { return has(z, n, zone.A) || has(z, n, zone.AAAA) }

func has(z *zone.Zone, n zone.Name, t zone.Type) bool {
	_, ok := z.Get(zone.Key{Name: n, Type: t})
	return ok
}
