package zonefile

import (
	"github.com/zonecast/zonecast/drivers/internal/authority"
	"github.com/zonecast/zonecast/zone"
)

// Adjust implements provider.Adjuster: it completes a zone to one that servers
// load. An apex without NS gets the configured ones, an SOA its primary server,
// and a zone that has no SOA one with the usual times. Sets that would keep a
// server from loading the file are protected, as are the addresses that a
// delegation needs which stays. A zone that would load nowhere is refused as a
// whole.
func (d *Dir) Adjust(live, want *zone.Zone) (*zone.Zone, []zone.Finding) {
	want = d.withAuthority(live, want)
	var fs []zone.Finding
	for {
		next := d.next(live, want)
		guards := d.obstacles(live, want, next)
		if len(guards) == 0 {
			return want, append(fs, d.judge(next)...)
		}
		for _, g := range guards {
			fs = append(fs, zone.Finding{Level: zone.Blocked, Key: g.Key, Text: g.Reason})
		}
		want = want.Protect(guards...) // what is kept now may need something else
	}
}

// next is what the file would hold then, with all that protection keeps in it.
func (d *Dir) next(live, want *zone.Zone) *zone.Zone {
	if len(want.Protected())+len(live.Protected()) == 0 {
		return want
	}
	next := live.Apply(zone.Diff(live, want))
	if live == nil {
		next = d.withAuthority(nil, next) // as CreateZone does
	}
	return next
}

// obstacles finds what would keep the file from loading and can be kept out of
// it, or what has to be kept in it so that it loads.
func (d *Dir) obstacles(live, want, next *zone.Zone) (guards []zone.Protected) {
	protect := func(k zone.Key, reason string) {
		if _, ok := want.Protection(k); !ok {
			guards = append(guards, zone.Protected{Key: k, Reason: reason})
		}
	}
	for s := range next.All() {
		why := d.unservable(next, s)
		_, stays := want.Protection(s.Key)
		switch {
		case why == nil:
		case stays:
			for _, k := range needed(live, next, s) {
				protect(k, "stays as it is, since the NS records of "+string(s.Name)+" need it, and stay")
			}
		case !s.Key.IsAuthority(want.Name()):
			protect(s.Key, loadsNowhere+why.Error())
		}
	}
	for s := range want.All() { // what is held now may be written with the next plan
		if why := unreadable(want, s); why != nil && !s.Key.IsAuthority(want.Name()) && !has(next, s.Name, s.Type) {
			protect(s.Key, loadsNowhere+why.Error())
		}
	}
	return guards
}

const loadsNowhere = "no server loads this: "

// needed gives the sets that have to stay as they are live, so that the servers of
// an NS set that stays can be reached as before: their addresses, and what is not
// there and would hide them.
func needed(live, next *zone.Zone, ns zone.RRset) (keys []zone.Key) {
	if live == nil {
		return nil
	}
	for _, server := range lame(next, ns) {
		at, ok := addressOf(live, server, ns.Name)
		if !ok {
			continue // it was lame before
		}
		keys = append(keys, zone.Key{Name: at, Type: zone.A}, zone.Key{Name: at, Type: zone.AAAA})
		for s := range next.All() {
			if near := s.Name.In(server) || server.In(s.Name); near && s.Name != next.Name() && !has(live, s.Name, s.Type) {
				keys = append(keys, s.Key)
			}
		}
	}
	return keys
}

// judge says what is to say of a file as a whole.
func (d *Dir) judge(z *zone.Zone) (fs []zone.Finding) {
	if err := d.unloadable(z); err != nil {
		fs = append(fs, zone.Finding{Level: zone.Refused, Text: err.Error()})
	}
	if d.StockBIND {
		return fs // what it refuses is protected
	}
	for s := range z.All() {
		if why := refusedByStockBIND(z.Name(), s); why != "" {
			fs = append(fs, zone.Finding{Key: s.Key, Text: "BIND loads the zone only " + why})
		}
	}
	return fs
}

// withAuthority completes SOA and apex NS.
func (d *Dir) withAuthority(live, want *zone.Zone) *zone.Zone {
	return d.defaults().Complete(live, want)
}

func (d *Dir) defaults() authority.Defaults {
	return authority.Defaults{NameServers: d.NameServers, MName: d.MName}
}
