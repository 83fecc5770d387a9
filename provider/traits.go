package provider

import (
	"fmt"
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// Traits is what a service can hold, as far as it can be said in advance, and what
// those who choose it want to know. The zero value is a service that holds everything
// as it is written.
type Traits struct {
	Service   string      // its name, for people
	Types     []zone.Type // that it can hold; empty: all
	MinTTL    uint32      // in seconds
	MaxTTL    uint32      // in seconds; 0: as DNS has it
	JoinsTXT  bool        // it forgets where the strings of a text were cut
	Authority bool        // SOA and the NS set of the apex come from the source
	Presigned bool        // it serves a zone with the signatures that it brings, where it leaves SOA and NS to the source and takes a plan whole or not at all
	Exact     bool        // it refuses, and does nothing of, a change whose Old is not just what it has, or that would make a conflict; SOA and apex NS apart
	Whole     string      // what is written whole or not at all, for people: "a plan"
	Calls     string      // that a zone takes which has changed, for people
	Traps     []string    // what surprises who comes from elsewhere, for people
}

// holds reports whether the service takes sets of a type.
func (t Traits) holds(typ zone.Type) bool {
	return len(t.Types) == 0 || slices.Contains(t.Types, typ)
}

// Adjust gives want as the service will hold it. Sets of types that it cannot
// hold are protected and Blocked; a TTL out of its range is moved to the border
// and noted; texts are cut anew where it joins them.
func (t Traits) Adjust(live, want *zone.Zone) (*zone.Zone, []zone.Finding) {
	var others []zone.Record // of sets that become others
	var guards []zone.Protected
	var fs []zone.Finding
	p := zone.Plan{Zone: want.Name()}
	for s := range want.All() {
		if !t.Authority && s.Key.IsAuthority(want.Name()) {
			continue // it will not be written
		}
		if !t.holds(s.Type) {
			fs = append(fs, zone.Finding{Level: zone.Blocked, Key: s.Key, Text: "the service has no " + string(s.Type) + " records"})
			guards = append(guards, zone.Protected{Key: s.Key, Reason: fs[len(fs)-1].Text})
			p.Changes = append(p.Changes, zone.Change{Old: s})
			continue
		}
		n := t.adjustSet(s)
		if n.TTL != s.TTL {
			fs = append(fs, zone.Finding{Key: s.Key, Text: fmt.Sprintf("TTL %d became %d, as the service allows", s.TTL, n.TTL)})
		}
		if !n.Equal(s) {
			others = append(others, n.Records()...)
		}
	}
	if others == nil && guards == nil {
		return want, fs
	}
	z, err := zone.New(want.Name(), others...)
	if err != nil { // canonical data stays fit
		return want, append(fs, zone.Finding{Level: zone.Refused, Text: err.Error()})
	}
	for s := range z.All() {
		p.Changes = append(p.Changes, zone.Change{New: s})
	}
	return want.Apply(p).Protect(guards...), fs
}

// adjustSet gives one set as the service will hold it.
func (t Traits) adjustSet(s zone.RRset) zone.RRset {
	s.TTL = max(s.TTL, t.MinTTL)
	if t.MaxTTL > 0 {
		s.TTL = min(s.TTL, t.MaxTTL)
	}
	if !t.JoinsTXT || s.Type != zone.TXT {
		return s
	}
	s.Data = slices.Clone(s.Data)
	for i, data := range s.Data {
		if raw, err := zone.RawText(data); err == nil {
			s.Data[i] = zone.Text(raw)
		}
	}
	return s
}

// adjust asks the driver, or follows its traits.
func adjust(p Provider, live, want *zone.Zone) (*zone.Zone, []zone.Finding) {
	if a, ok := As[Adjuster](p); ok {
		return a.Adjust(live, want)
	}
	if d, ok := As[Describer](p); ok {
		return d.Traits().Adjust(live, want)
	}
	return want, nil
}
