package route53test

import (
	"fmt"
	"strings"
)

// policy names what makes a set part of a group, and counts how many such words
// it has; a set that stands by itself has none.
func (r RecordSet) policy() (name string, n int) {
	for _, p := range []struct {
		name string
		is   bool
	}{
		{"weighted", r.Weight != nil}, {"latency", r.Region != ""}, {"failover", r.Failover != ""}, {"geolocation", r.GeoLocation != nil},
		{"multivalue", r.MultiValueAnswer != nil}, {"geoproximity", r.GeoProximityLocation != nil}, {"cidr", r.CidrRoutingConfig != nil},
	} {
		if p.is {
			name = p.name
			n++
		}
	}
	return name, n
}

// place is what no two sets of a group may share: a region, a role, a location.
func (r RecordSet) place() string {
	switch {
	case r.Region != "":
		return r.Region
	case r.Failover != "":
		return r.Failover
	case r.GeoLocation != nil:
		return fmt.Sprint(*r.GeoLocation)
	}
	return ""
}

// grouped judges the words of a change that make its set part of a group.
func (c change) grouped() error {
	r := c.ResourceRecordSet
	name, n := r.policy()
	what := fmt.Sprintf("in Change with [Action=%s, Name=%s, Type=%s, SetIdentifier=%s]", c.Action, r.Name, r.Type, null(r.SetIdentifier))
	switch {
	case r.SetIdentifier == "" && n == 0:
		return nil
	case r.SetIdentifier == "":
		return refuse("InvalidInput", "Invalid request: Missing field 'SetIdentifier' %s", what)
	case n != 1:
		found := "none"
		if n > 1 {
			found = "more than one"
		}
		return refuse("InvalidInput", "Invalid request: Expected exactly one of [Weight, Region, Failover, GeoLocation, MultiValueAnswer, GeoProximityLocation, or CidrRoutingConfig], but found %s %s", found, what)
	case r.Weight != nil && (*r.Weight < 0 || *r.Weight > 255):
		return constraint("weight", fmt.Sprint(*r.Weight), "Member must have value between 0 and 255")
	case r.Failover != "" && r.Failover != "PRIMARY" && r.Failover != "SECONDARY":
		return constraint("failover", r.Failover, enumerated([]string{"PRIMARY", "SECONDARY"}))
	case r.Type == "NS" || r.Type == "SOA" || r.Type == "DS" || r.Type == "CNAME" && name == "multivalue":
		return refuse("InvalidInput", "Invalid request: a set of type %s cannot have a %s routing policy %s", r.Type, name, what)
	}
	return nil
}

// besides says why a set cannot stand beside another of its name and type.
func (r RecordSet) besides(other RecordSet) string {
	what := fmt.Sprintf("RRSet with DNS name %s, type %s, SetIdentifier %s cannot be created", r.Name, r.Type, null(r.SetIdentifier))
	mine, _ := r.policy()
	theirs, _ := other.policy()
	switch {
	case r.SetIdentifier == other.SetIdentifier: // it takes the other's place
		return ""
	case r.SetIdentifier == "" || other.SetIdentifier == "" && mine == "":
		return what + " as other RRSets exist with the same name and type."
	case mine != theirs && mine == "multivalue":
		return what + " because a non multivalue answer rrset exists with the same name and type."
	case mine != theirs:
		return what + " as a non-" + mine + " set exists with the same name and type."
	case r.place() != "" && r.place() == other.place():
		return what + " as a set with the same " + mine + " value exists with the same name and type."
	}
	return ""
}

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
	case a.DNSName == "":
		err = problem("DomainNameEmpty", "Domain name is empty", "")
		fallthrough
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
