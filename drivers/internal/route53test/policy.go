package route53test

import "fmt"

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
	switch {
	case r.SetIdentifier == "" && n == 0:
		return nil
	case r.SetIdentifier == "":
		return refuse("InvalidInput", "Invalid request: Missing field 'SetIdentifier' in Change with [%s]", c.label())
	case n != 1:
		return c.notOne(n, "[Weight, Region, Failover, GeoLocation, MultiValueAnswer, GeoProximityLocation, or CidrRoutingConfig]")
	case r.Failover != "" && r.Failover != "PRIMARY" && r.Failover != "SECONDARY":
		return oneOf("failover", r.Failover, []string{"PRIMARY", "SECONDARY"})
	case r.Type == "NS" || r.Type == "SOA" || r.Type == "DS" || r.Type == "CNAME" && name == "multivalue":
		return refuse("InvalidInput", "Invalid request: a %s routing policy is not supported in Change with [%s]", name, c.label())
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
	case r.SetIdentifier == "":
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
