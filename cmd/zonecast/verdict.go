package main

import "github.com/zonecast/zonecast/zone"

// sides are what is known of one set, and what decides about it.
type sides struct {
	zone.Key
	base, live, want zone.RRset
	rules            zone.Rules
	apex             zone.Name
	guard            string // why nobody touches it
}

// same reports whether there is nothing to tell.
func (s sides) same() bool { return equal(s.base, s.live) && equal(s.live, s.want) && s.guard == "" }

// equal compares sets as zones are compared: the serial of a SOA moves by itself.
func equal(a, b zone.RRset) bool {
	if a.Type != zone.SOA || b.Type != zone.SOA {
		return a.Equal(b)
	}
	x, _ := zone.New(a.Name, a.Records()...)
	y, _ := zone.New(b.Name, b.Records()...)
	return x.Equal(y)
}

func (s sides) show() setView {
	verdict, rule := s.judge()
	return setView{s.Name, s.Type, verdict, rule, contentOf(s.base), contentOf(s.live), contentOf(s.want)}
}

// judge says in a few words whose a set is, and which rule decides about it.
func (s sides) judge() (verdict, rule string) {
	there, ours, wanted := s.live.Name != "", s.base.Name != "", s.want.Name != ""
	switch {
	case s.guard != "":
		return "protected: " + s.guard, ""
	case s.Type == zone.SOA && s.rules.SOA == zone.ByProvider, s.IsAuthority(s.apex) && s.Type == zone.NS && s.rules.ApexNS == zone.ByProvider:
		return "the service's own", "apex_ns: provider"
	case !there && !ours && !wanted:
		return "nobody has it", ""
	case !there && !ours:
		return "wanted, and not there yet", ""
	case !there:
		return "ours, and somebody took it away", s.drift()
	case !ours && wanted && equal(s.live, s.want):
		return "there before us, and as it is wanted", ""
	case !ours && wanted:
		return "not ours, and wanted otherwise", s.adopt()
	case !ours:
		return "not ours", s.foreign()
	case !equal(s.live, s.base):
		return "ours, and somebody changed it", s.drift()
	case !wanted:
		return "ours, and wanted no more", ""
	}
	return "ours", ""
}

func (s sides) drift() string {
	if s.rules.Drift == zone.DriftKeep {
		return "drift: keep"
	}
	return "drift: repair"
}

func (s sides) adopt() string {
	if s.rules.Adopt == zone.AdoptTake {
		return "adopt: take"
	}
	return "adopt: hold"
}

func (s sides) foreign() string {
	if s.rules.Foreign == zone.ForeignPurge {
		return "foreign: purge"
	}
	return "foreign: keep"
}
