package verify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/zone"
)

// What one visit may cost: referrals that lead to more questions are a way to keep
// others busy (https://www.nxnsattack.com/).
const (
	mostQuestions = 300
	mostServers   = 20 // of a zone
	deepest       = 6  // names of name servers that have to be found to find others
)

// A cut is a zone with the servers that the zone above it names.
type cut struct {
	zone    zone.Name
	servers []nameServer
	seen    bool // the zone above was asked, and not the zone itself
}

// A nameServer is one with what is known of its addresses.
type nameServer struct {
	name      zone.Name
	addresses []string
	why       string // why it has none
}

// undelegated says that a zone is nowhere delegated.
type undelegated struct{ text string }

func (e *undelegated) Error() string { return e.text }

var (
	errQuestions = errors.New("the way to the zone needs too many questions")
	errNobody    = errors.New("none of its name servers has an address; those that are in the zone itself want glue")
)

// A guide finds the way to zones. It remembers what it has learnt.
type guide struct {
	Walk
	cuts  map[zone.Name]*cut
	hosts map[zone.Name]nameServer
	asked int
}

func newGuide(w Walk) *guide {
	root := &cut{zone: zone.Root}
	for _, address := range w.Roots {
		root.servers = append(root.servers, nameServer{addresses: []string{message.Address(address, "53")}})
	}
	if len(w.Roots) == 0 {
		for _, address := range rootServers {
			root.servers = append(root.servers, nameServer{addresses: []string{message.Address(address, "53")}})
		}
	}
	return &guide{Walk: w, cuts: map[zone.Name]*cut{zone.Root: root}, hosts: map[zone.Name]nameServer{}}
}

// nearest is the lowest zone that is known to be above a name, or at it.
func (g *guide) nearest(n zone.Name) *cut {
	for {
		if c, ok := g.cuts[n]; ok {
			return c
		}
		n = n.Parent()
	}
}

// delegation finds the name servers that the zone above name has for it.
func (g *guide) delegation(ctx context.Context, name zone.Name) (*cut, error) {
	at := g.nearest(name)
	for at.zone != name {
		m, next, err := g.step(ctx, at, question{name: name, typ: zone.NS}, nil)
		if err != nil {
			return nil, err
		}
		if next == nil {
			return g.atOnce(m, at, name)
		}
		at = next
	}
	return at, nil
}

// atOnce makes a delegation of an answer: who has the zone above has this one, too,
// and what it says of its servers is what the zone itself says. Otherwise there is
// none.
func (g *guide) atOnce(m *message.Message, above *cut, name zone.Name) (*cut, error) {
	a, err := read(m, above.zone, zone.Key{Name: name, Type: zone.NS})
	if err != nil {
		return nil, err
	}
	if a.kind != data {
		return nil, &undelegated{fmt.Sprintf("%s is not delegated: the servers of %s have %s", name, cmp.Or(a.from, above.zone), a)}
	}
	c := g.learn(m, name, m.Answer, above.zone)
	c.seen = false
	return c, nil
}

// step asks the servers of a zone one after another until one answers, or knows a
// zone further down; path has the names that are being looked for meanwhile.
func (g *guide) step(ctx context.Context, at *cut, q question, path []zone.Name) (m *message.Message, next *cut, err error) {
	err = fmt.Errorf("zone %s: %w", at.zone, errNobody)
	for address := range g.addresses(ctx, at, path) {
		if g.asked++; g.asked > mostQuestions {
			return nil, nil, errQuestions
		}
		m, e := g.ask(ctx, address, q)
		if e == nil {
			e = refusalOf(m.Code())
		}
		if e == nil {
			if below, ok := cutIn(m, at.zone, q.name); ok {
				return nil, g.learn(m, below, m.Authority, at.zone), nil
			}
			if m.Authoritative() {
				return m, nil, nil
			}
			e = errNotAuthority
		}
		if err = fmt.Errorf("zone %s: %s: %w", at.zone, address, e); ctx.Err() != nil {
			break
		}
	}
	return nil, nil, err
}

// learn remembers a delegation. The addresses beside it count where they are in the
// zone that it is from, which could say otherwise of them anyhow.
func (g *guide) learn(m *message.Message, name zone.Name, section []message.Record, from zone.Name) *cut {
	c := &cut{zone: name, seen: true}
	set, _ := setOf(section, zone.Key{Name: name, Type: zone.NS}) // one that cannot be read has no servers
	for _, server := range set.Data[:min(len(set.Data), mostServers)] {
		s := nameServer{name: zone.Name(server)}
		for _, t := range []zone.Type{zone.A, zone.AAAA} {
			if s.name.In(from) {
				addresses, _ := setOf(m.Additional, zone.Key{Name: s.name, Type: t})
				s.addresses = append(s.addresses, ports(addresses.Data)...)
			}
		}
		c.servers = append(c.servers, s)
	}
	g.cuts[name] = c
	return c
}

func ports(addresses []string) (out []string) {
	for _, a := range addresses {
		out = append(out, message.Address(a, "53"))
	}
	return out
}

// addresses gives where the servers of a zone can be asked, at first those of which
// it is known: IPv4 before IPv6, which not every machine has.
func (g *guide) addresses(ctx context.Context, c *cut, path []zone.Name) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		var known []string
		for _, s := range c.servers {
			known = append(known, s.addresses...)
		}
		slices.SortStableFunc(known, func(a, b string) int { return family(a) - family(b) })
		for _, a := range known {
			if !yield(a) {
				return
			}
		}
		for _, s := range c.servers {
			if len(s.addresses) > 0 {
				continue
			}
			for _, a := range g.host(ctx, s.name, path).addresses {
				if !yield(a) {
					return
				}
			}
		}
	}
}

func family(address string) int {
	if a, err := netip.ParseAddrPort(address); err == nil && a.Addr().Is6() {
		return 6
	}
	return 4
}

// host finds the addresses of a name server.
func (g *guide) host(ctx context.Context, name zone.Name, path []zone.Name) nameServer {
	if s, ok := g.hosts[name]; ok {
		return s
	}
	s := nameServer{name: name}
	switch {
	case slices.Contains(path, name):
		s.why = "the zone above has no address for it (glue), and without one it cannot be found"
		return s // which is so only on this way to it
	case len(path) == deepest:
		s.why = "too many other name servers have to be found first"
		return s
	}
	path = append(slices.Clip(path), name)
	for _, t := range []zone.Type{zone.A, zone.AAAA} {
		set, err := g.resolve(ctx, zone.Key{Name: name, Type: t}, path)
		if err != nil && s.why == "" {
			s.why = "its address cannot be found: " + err.Error()
		}
		s.addresses = append(s.addresses, ports(set)...)
	}
	if len(s.addresses) == 0 && s.why == "" {
		s.why = "it has no address"
	}
	if ctx.Err() == nil {
		g.hosts[name] = s
	}
	return s
}

// resolve walks to a set of addresses.
func (g *guide) resolve(ctx context.Context, k zone.Key, path []zone.Name) ([]string, error) {
	at := g.nearest(k.Name)
	m, next, err := g.step(ctx, at, question{name: k.Name, typ: k.Type}, path)
	for err == nil && next != nil { // each is further down, so that there is an end
		at = next
		m, next, err = g.step(ctx, at, question{name: k.Name, typ: k.Type}, path)
	}
	if err != nil {
		return nil, err
	}
	a, err := read(m, at.zone, k)
	switch {
	case err != nil:
		return nil, err
	case a.kind == alias:
		return nil, errAlias
	case a.kind != data:
		return nil, nil
	}
	return a.set.Data, nil
}

var errAlias = errors.New("it is an alias, which a name server must not be (RFC 2181 section 10.3)")
