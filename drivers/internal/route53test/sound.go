package route53test

import "strings"

// sound judges a set by itself, and puts its name into the service's spelling. A
// set that is to go is not judged further: what is there may be older than a
// rule.
func (b *batch) sound(c *change) {
	r := &c.ResourceRecordSet
	name, err := parseName(r.Name)
	if err != nil {
		b.complain("%v", err)
		return
	}
	r.Name = name
	if !within(name, b.zone.name) {
		b.complain("RRSet with DNS name %s is not permitted in zone %s", name, b.zone.name)
	}
	if a := r.AliasTarget; a != nil {
		a.normalize()
	}
	if c.Action == "DELETE" {
		return
	}
	b.values(*r)
	b.fits(*r)
}

// values judges the data of a set.
func (b *batch) values(r RecordSet) {
	if len(r.Values) > maxValues {
		b.complain("Cannot have more than %d records in a RRSet.", maxValues)
	}
	seen := map[string]bool{}
	for _, v := range r.Values {
		if err := judge(r.Type, v.Value, b.spaced); err != nil {
			b.complain("Invalid Resource Record: '%v'", err)
		}
		if seen[v.Value] {
			b.complain("Duplicate Resource Record: '%s'", v.Value)
		}
		seen[v.Value] = true
	}
}

// fits holds a set against what its type may be.
func (b *batch) fits(r RecordSet) {
	apex := r.Name == b.zone.name
	switch {
	case r.Type == "CNAME" && apex:
		b.complain("RRSet of type CNAME with DNS name %s is not permitted at apex in zone %s", r.Name, b.zone.name)
	case r.Type == "SOA" && !apex:
		b.complain("RRSet of type SOA with DNS name %s is not permitted as it is not at the apex of zone %s", r.Name, b.zone.name)
	case (r.Type == "CNAME" || r.Type == "SOA") && len(r.Values) > 1:
		b.complain("%s RRSet with DNS name %s must have exactly one resource record", r.Type, r.Name)
	case r.Type == "NS" && strings.HasPrefix(r.Name, `\052.`):
		b.complain("RRSet of type NS with DNS name %s is not permitted: a wildcard cannot be delegated", r.Name)
	}
}
