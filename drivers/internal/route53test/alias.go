package route53test

import (
	"fmt"
	"strings"
)

// serviceZones holds where the targets of aliases live outside of the account's
// own zones, by the end of their names. A zone id of "" is any: those of the
// regional services are dozens.
var serviceZones = []struct{ suffix, id string }{
	{".cloudfront.net.", "Z2FDTNDATAQYW2"},
	{".awsglobalaccelerator.com.", "Z2BJ6XQ5FK7U4H"},
	{".amazonaws.com.", ""},
	{".elasticbeanstalk.com.", ""},
}

// alias judges where an alias points. Its target has to exist in the zone it
// names, with the type of the alias.
func (b *batch) alias(r RecordSet) {
	a := r.AliasTarget
	target, err := parseName(a.DNSName)
	switch {
	case err != nil:
		b.complain("%v", err)
		return
	case r.Type == "NS" || r.Type == "SOA":
		b.complain("RRSet of type %s with DNS name %s cannot be an alias", r.Type, r.Name)
		return
	}
	what := fmt.Sprintf("Tried to create an alias that targets %s, type %s in zone %s, but ", target, r.Type, a.HostedZoneId)
	if a.HostedZoneId != b.zone.id {
		for _, s := range serviceZones {
			if strings.HasSuffix(target, s.suffix) && (s.id == "" || s.id == a.HostedZoneId) {
				return
			}
		}
		b.complain("%sthe alias target name does not lie within the target zone", what)
		return
	}
	if !within(target, b.zone.name) {
		b.complain("%sthe alias target name does not lie within the target zone", what)
	}
	if i, _ := find(b.sets, RecordSet{Name: target, Type: r.Type}); i == len(b.sets) || b.sets[i].Name != target || b.sets[i].Type != r.Type {
		b.complain("%sthat target was not found", what)
	}
}
