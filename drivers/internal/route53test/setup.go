package route53test

import (
	"slices"
)

// AddZone puts a public zone there without a call, with the SOA and NS that the
// service gives it, and gives its id. It panics where the name is none.
func (s *Service) AddZone(name string) (id string) { return s.addZone(name, false) }

// AddPrivateZone is AddZone for a zone that only some networks see.
func (s *Service) AddPrivateZone(name string) (id string) { return s.addZone(name, true) }

func (s *Service) addZone(name string, private bool) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	z := &hostedZone{name: must(parseName(name)), private: private, reference: s.id("test-")}
	if !private {
		z.delegation = &delegationSet{servers: s.servers()}
	}
	s.add(z)
	return z.id
}

// Put makes these sets be in a zone, whatever the service would say of them;
// those of the same name, type and identifier go. This is how sets get there
// that other tools make: aliases, groups with a routing policy, traffic policies,
// texts as old as the service. It panics where there is no such zone.
func (s *Service) Put(zoneID string, sets ...RecordSet) {
	s.mu.Lock()
	defer s.mu.Unlock()
	z := must(s.zone(zoneID))
	z.sets = slices.Clone(z.sets)
	for _, r := range sets {
		r.Name = must(parseName(r.Name))
		if r.AliasTarget != nil {
			target := *r.AliasTarget
			target.normalize()
			r.AliasTarget = &target
		}
		if i, found := find(z.sets, r); found {
			z.sets[i] = r
		} else {
			z.sets = slices.Insert(z.sets, i, r)
		}
	}
}

// Clear takes every set out of a zone but its own SOA and NS.
func (s *Service) Clear(zoneID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	z := must(s.zone(zoneID))
	z.sets = slices.DeleteFunc(slices.Clone(z.sets), func(r RecordSet) bool {
		return r.Name != z.name || r.Type != "SOA" && r.Type != "NS"
	})
}

// SetDNSSEC turns the signing of a zone on or off.
func (s *Service) SetDNSSEC(zoneID string, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	must(s.zone(zoneID)).dnssec = on
}

// Zones gives the ids of the zones of a name, or of all where it is empty, in
// the order of lists.
func (s *Service) Zones(name string) (ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name != "" {
		name = must(parseName(name))
	}
	for _, z := range s.byName {
		if name == "" || z.name == name {
			ids = append(ids, z.id)
		}
	}
	return ids
}

// Sets gives the sets of a zone as they are listed.
func (s *Service) Sets(zoneID string) []RecordSet {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(must(s.zone(zoneID)).sets)
}

// Get gives one set without an identifier; nothing where it is not there.
func (s *Service) Get(zoneID, name, typ string) (RecordSet, bool) {
	sets := s.Sets(zoneID)
	i, found := find(sets, RecordSet{Name: must(parseName(name)), Type: typ})
	if !found {
		return RecordSet{}, false
	}
	return sets[i], true
}

// must is for tests that are set up wrongly.
func must[T any](v T, err error) T {
	if err != nil {
		panic("route53test: " + err.Error())
	}
	return v
}
