package verify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/zone"
)

// A visit is a look at one zone, once or several times.
type visit struct {
	Walk
	zone    zone.Name
	wants   []Want
	open    chan struct{} // has room for as many questions as may be open
	above   *cut          // what the zone above says; nil where it was not asked
	servers []Server
	looks   []look // as many
	report  Report
}

// round asks all servers that are not known to serve what is wanted.
func (v *visit) round(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(v.Longest, defaultLongest))
	defer cancel()
	if len(v.servers) == 0 {
		if err := v.find(ctx); err != nil {
			return fmt.Errorf("verify: zone %s: %w", v.zone, err)
		}
	}
	var wg sync.WaitGroup
	for i, s := range v.servers {
		if s.Address == "" || s.Verdict == Served {
			continue
		}
		wg.Go(func() {
			if l := v.look(ctx, s.Address); !l.late || v.looks[i].has == nil {
				v.looks[i] = l
			}
		})
	}
	wg.Wait()
	v.conclude()
	return nil
}

// find finds the servers of the zone. That there are none is no error.
func (v *visit) find(ctx context.Context) error {
	v.report = Report{Zone: v.zone}
	for _, address := range v.Servers {
		v.add(Server{Address: message.Address(address, "53")})
	}
	if len(v.Servers) > 0 {
		return nil
	}
	g := newGuide(v.Walk)
	c, err := g.delegation(ctx, v.zone)
	if none, ok := errors.AsType[*undelegated](err); ok {
		v.report.Findings = []zone.Finding{{Level: zone.Blocked, Text: none.Error()}}
		return nil
	}
	if err != nil {
		return err
	}
	v.above = c
	for _, s := range c.servers {
		if len(s.addresses) == 0 {
			s = g.host(ctx, s.name, nil)
		}
		v.addEach(s)
	}
	return nil
}

// addEach adds each address of a name server, or that it has none.
func (v *visit) addEach(s nameServer) {
	for _, address := range s.addresses {
		v.add(Server{Name: s.name, Address: address})
	}
	if len(s.addresses) == 0 {
		v.add(Server{Name: s.name, Reason: s.why})
	}
}

func (v *visit) add(s Server) {
	s.Verdict = Lame // until it has shown otherwise
	v.servers, v.looks = append(v.servers, s), append(v.looks, look{})
}

// keys gives the sets that any want is about, and what shows whether a server has the
// zones below their delegations.
func (v *visit) keys() (keys []zone.Key) {
	seen := map[zone.Key]bool{}
	add := func(k zone.Key) {
		if !seen[k] {
			seen[k] = true
			keys = append(keys, k)
		}
	}
	for _, want := range v.wants {
		for _, k := range want.keys() {
			if add(k); expect(want.Zone, k).kind == referral {
				add(below(expect(want.Zone, k)))
			}
		}
	}
	return keys
}
