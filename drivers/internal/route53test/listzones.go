package route53test

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// limit reads the size of a page.
func (q *request) limit(most int) (int, error) {
	text := q.query.Get("maxitems")
	if text == "" {
		return most, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, refuse("InvalidInput", "Invalid value for MaxItems: '%s'", text)
	}
	return min(n, most), nil
}

type zoneShapes struct{ HostedZone []zoneShape }

// page cuts what fits on a page, and gives the first of the next one.
func page[T any](all []T, size int) (now []T, next *T) {
	if len(all) <= size {
		return all, nil
	}
	return all[:size], &all[size]
}

func shapes(zones []*hostedZone) (out zoneShapes) {
	for _, z := range zones {
		out.HostedZone = append(out.HostedZone, z.shape())
	}
	return out
}

func (s *Service) listHostedZones(q *request) (answer, error) {
	size, err := q.limit(100)
	if err != nil {
		return answer{}, err
	}
	all, err := s.byID(q.query.Get("marker"), q.query.Get("hostedzonetype"), q.query.Get("delegationsetid"))
	if err != nil {
		return answer{}, err
	}
	out := struct {
		HostedZones zoneShapes
		Marker      string `xml:",omitempty"`
		IsTruncated bool
		NextMarker  string `xml:",omitempty"`
		MaxItems    int
	}{Marker: q.query.Get("marker"), MaxItems: size}
	now, next := page(all, size)
	out.HostedZones = shapes(now)
	if next != nil {
		out.IsTruncated, out.NextMarker = true, (*next).id
	}
	return ok("ListHostedZonesResponse", out)
}

// byID gives the zones of a kind and of a delegation set, each where it is not
// empty, from an id on.
func (s *Service) byID(from, kind, setID string) (zones []*hostedZone, err error) {
	var set *delegationSet
	if setID != "" {
		if set, err = s.delegation(setID); err != nil {
			return nil, err
		}
	}
	for _, z := range s.zones {
		if z.id >= from && (kind != "PrivateHostedZone" || z.private) && (set == nil || z.delegation == set) {
			zones = append(zones, z)
		}
	}
	slices.SortFunc(zones, func(a, b *hostedZone) int { return cmp.Compare(a.id, b.id) })
	return zones, nil
}

// compareZones is the order of ListHostedZonesByName.
func compareZones(a, b *hostedZone) int {
	return cmp.Or(compareNames(a.name, b.name), strings.Compare(a.id, b.id))
}

func (s *Service) listHostedZonesByName(q *request) (answer, error) {
	size, err := q.limit(100)
	if err != nil {
		return answer{}, err
	}
	all := s.byName
	out := struct {
		HostedZones      zoneShapes
		DNSName          string `xml:",omitempty"`
		HostedZoneId     string `xml:",omitempty"`
		IsTruncated      bool
		NextDNSName      string `xml:",omitempty"`
		NextHostedZoneId string `xml:",omitempty"`
		MaxItems         int
	}{DNSName: q.query.Get("dnsname"), HostedZoneId: q.query.Get("hostedzoneid"), MaxItems: size}
	switch start, err := parseName(out.DNSName); {
	case out.DNSName == "" && out.HostedZoneId != "":
		return answer{}, refuse("InvalidInput", "The hosted zone ID cannot be specified without the DNS name")
	case out.DNSName != "" && err != nil:
		return answer{}, refuse("InvalidDomainName", "%v", err)
	case out.DNSName != "":
		from := &hostedZone{name: start, id: strings.TrimPrefix(out.HostedZoneId, "/hostedzone/")}
		n, _ := slices.BinarySearchFunc(all, from, compareZones)
		all = all[n:]
	}
	now, next := page(all, size)
	out.HostedZones = shapes(now)
	if next != nil {
		out.IsTruncated, out.NextDNSName, out.NextHostedZoneId = true, (*next).name, (*next).id
	}
	return ok("ListHostedZonesByNameResponse", out)
}
