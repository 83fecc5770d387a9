package provider

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/libdns/libdns"

	"github.com/zonecast/zonecast/zone"
)

// zoneOfLibdns puts what a libdns package gave through the door. A record that
// cannot be read protects its set; one whose owner is not in the zone makes the
// whole answer doubtful.
func zoneOfLibdns(name zone.Name, records []libdns.Record, protected func(libdns.Record) string) (*zone.Zone, error) {
	var good []zone.Record
	var guards []zone.Protected
	for _, r := range records {
		rr, _, err := plainRR(r)
		if err != nil {
			guards = append(guards, zone.Protected{Reason: err.Error()})
			continue
		}
		owner, err := ownerOf(name, rr.Name)
		if err != nil {
			guards = append(guards, zone.Protected{Key: zone.Key{Type: zone.Type(rr.Type)}, Reason: err.Error()})
			continue
		}
		if !owner.In(name) {
			return nil, fmt.Errorf("zone %s: the driver gave %q, which is not in it", name, rr.Name)
		}
		if protected != nil {
			if why := protected(r); why != "" {
				guards = append(guards, guard(owner, rr.Type, why)...)
				continue
			}
		}
		rec := zone.Record{Name: owner, Type: zone.Type(rr.Type), TTL: seconds(rr.TTL), Data: rr.Data}
		if rec.Data, err = zone.Canonical(rec.Type, rec.Data); err != nil {
			guards = append(guards, guard(owner, rr.Type, err.Error())...)
			continue
		}
		good = append(good, rec)
	}
	z, err := zone.New(name, good...)
	if err != nil {
		return nil, err
	}
	return z.Protect(guards...), nil
}

// guard protects the set of a record; one of a type that DNS does not have
// (ALIAS, ANAME, a redirect) stands for addresses.
func guard(owner zone.Name, typ, why string) []zone.Protected {
	if t, err := zone.ParseType(typ); err == nil {
		return []zone.Protected{{Key: zone.Key{Name: owner, Type: t}, Reason: why}}
	}
	var out []zone.Protected
	for _, t := range []zone.Type{zone.A, zone.AAAA, zone.CNAME} {
		out = append(out, zone.Protected{Key: zone.Key{Name: owner, Type: t}, Reason: typ + ": " + why})
	}
	return out
}

// seconds is a libdns TTL; less than a second is a literal zero.
func seconds(d time.Duration) uint32 {
	return uint32(min(max(d/time.Second, 0), zone.MaxTTL))
}

// ownerOf makes the name of a record absolute. libdns wants it relative to the
// zone; some packages give it absolute, with or without the final dot.
func ownerOf(apex zone.Name, relative string) (zone.Name, error) {
	if relative == "" {
		return apex, nil
	}
	if n, err := zone.ParseName(relative); err == nil && n.In(apex) {
		return n, nil
	}
	return apex.Join(relative)
}

// plainRR gives a record as name, type and master file data; empty tells that it
// came without data. It does not use the texts that libdns makes of its structs,
// which follow no RFC.
func plainRR(r libdns.Record) (rr libdns.RR, empty bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a record cannot be read: %v", p)
		}
	}()
	rr = r.RR()
	empty = rr.Data == ""
	if isText(zone.Type(rr.Type)) {
		rr.Data = zone.Text(rr.Data)
	}
	switch r := r.(type) {
	case libdns.TXT:
		rr.Data = zone.Text(r.Text)
	case libdns.CAA:
		rr.Data = fmt.Sprintf(`%d %s "%s"`, r.Flags, r.Tag, zone.Escape(r.Value))
	case libdns.ServiceBinding:
		rr.Name, rr.Data = bindingName(r, rr.Name), bindingData(r)
	}
	return rr, empty, nil
}

// isText holds for the types whose data libdns gives as one raw text.
func isText(t zone.Type) bool { return t == zone.TXT || t == "SPF" }

// bindingName is the owner of an HTTPS or SVCB record. libdns drops a label of
// those with a port of their own.
func bindingName(s libdns.ServiceBinding, name string) string {
	if s.Scheme == "https" && s.URLSchemePort != 0 {
		return strings.TrimSuffix(fmt.Sprintf("_%d._https.%s", s.URLSchemePort, s.Name), ".@")
	}
	return name
}

func bindingData(s libdns.ServiceBinding) string {
	words := []string{fmt.Sprint(s.Priority), cmp.Or(s.Target, ".")}
	for _, k := range slices.Sorted(maps.Keys(s.Params)) {
		if values := s.Params[k]; len(values) > 0 {
			words = append(words, k+`="`+zone.Escape(strings.Join(values, ","))+`"`)
		} else {
			words = append(words, k)
		}
	}
	return strings.Join(words, " ")
}
