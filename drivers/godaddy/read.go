package godaddy

import (
	"fmt"
	"slices"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// zone makes a zone of records. What the model or this version cannot hold is
// protected: it is neither lost nor in anybody's way.
func (d dialect) zone(apex zone.Name, records []record) (*zone.Zone, error) {
	var good []zone.Record
	var guards []zone.Protected
	for _, r := range records {
		g, ps := d.sorted(apex, r)
		if ps == nil && g.Name != "" {
			good = append(good, g)
		}
		guards = append(guards, ps...)
	}
	good = slices.DeleteFunc(good, func(r zone.Record) bool {
		return slices.ContainsFunc(guards, func(p zone.Protected) bool { return p.Name == r.Name && (p.Type == "" || p.Type == r.Type) })
	})
	z, err := zone.New(apex, good...)
	if err != nil {
		return nil, fmt.Errorf("godaddy: %w", err)
	}
	return z.Protect(guards...), nil
}

// sorted gives a record of the zone, or what is to be protected for it. An SOA that
// cannot be read is neither: nobody writes it, and version 1 shows only part of it.
func (d dialect) sorted(apex zone.Name, r record) (zone.Record, []zone.Protected) {
	k, err := r.key(apex)
	if r.Type == "ALIAS" {
		return zone.Record{}, alias(k.Name)
	}
	var g zone.Record
	if err == nil {
		g, err = r.read(apex, k)
	}
	why := d.guarded(apex, r, k, err)
	switch {
	case why == "":
		return g, nil
	case k.Type == zone.SOA:
		return zone.Record{}, nil
	}
	return zone.Record{}, []zone.Protected{{Key: k, Reason: why}}
}

// guarded says why a set has to be protected; "" where it can be written.
func (d dialect) guarded(apex zone.Name, r record, k zone.Key, err error) string {
	switch {
	case err != nil:
		return fmt.Sprintf("GoDaddy has %s %q: %v", r.Type, r.Data, err)
	case k.IsAuthority(apex):
		return ""
	case d.readOnly(k.Type) != "":
		return d.readOnly(k.Type)
	case k.Type == zone.SRV && r.Service == "" && !d.named:
		return "its service and protocol are not in the fields for them, and version 1 of GoDaddy's API cannot replace it"
	case !plain(k.Name.Relative(apex)):
		return "GoDaddy has it under a name that cannot be written"
	}
	return ""
}

// unlike says why a set cannot be changed from what a change takes it for: it is
// something else by now, or something that only looks like nothing.
func (d dialect) unlike(apex zone.Name, live []record, c zone.Change) error {
	z, err := d.zone(apex, live)
	if err != nil {
		return err
	}
	if p, ok := z.Protection(c.Key()); ok {
		return &provider.ServiceError{Kind: provider.KindRefused, Err: fmt.Errorf("%s is protected: %s", c.Key(), p.Reason)}
	}
	if is, _ := z.Get(c.Key()); !is.Equal(c.Old) {
		return &provider.ConflictError{Key: c.Key()}
	}
	return nil
}

// alias protects what an ALIAS stands for: addresses that GoDaddy looks up itself.
func alias(n zone.Name) []zone.Protected {
	const why = "GoDaddy has an ALIAS there"
	return []zone.Protected{{Key: zone.Key{Name: n, Type: zone.A}, Reason: why}, {Key: zone.Key{Name: n, Type: zone.AAAA}, Reason: why}}
}
