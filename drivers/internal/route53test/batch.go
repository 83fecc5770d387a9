package route53test

import (
	"fmt"
	"slices"
)

// batch is a change under way.
type batch struct {
	zone  *hostedZone
	sets  []RecordSet
	wrong []string

	spaced bool
}

func (b *batch) complain(format string, args ...any) {
	b.wrong = append(b.wrong, fmt.Sprintf(format, args...))
}

// once refuses a batch that says more of a set than to delete it and to create
// it.
func (b *batch) once(changes []change) {
	count := map[string]map[string]int{}
	for _, c := range changes {
		r := c.ResourceRecordSet
		key := r.Name + " " + r.Type + " " + r.SetIdentifier
		if count[key] == nil {
			count[key] = map[string]int{}
		}
		n := count[key]
		n[c.Action]++
		n[""]++
		if n[c.Action] == 2 || n["UPSERT"] == 1 && n[""] == 2 {
			b.complain("The request contains an invalid set of changes for a resource record set '%s %s'", r.Type, r.Name)
		}
	}
}

// apply does one change on top of those before it.
func (b *batch) apply(c change) {
	r := c.ResourceRecordSet
	i, found := find(b.sets, r)
	switch {
	case c.Action == "DELETE" && !found:
		b.complain("Tried to delete resource record set [%s] but it was not found", r.label())
	case c.Action == "DELETE" && !b.sets[i].same(r):
		b.complain("Tried to delete resource record set [%s] but the values provided do not match the current values", r.label())
	case c.Action == "DELETE":
		b.sets = slices.Delete(b.sets, i, i+1)
	case c.Action == "CREATE" && found:
		b.complain("Tried to create resource record set [%s] but it already exists", r.label())
	default:
		b.put(i, found, r)
	}
}

// put sets a set at its place, where nothing else there forbids it.
func (b *batch) put(i int, found bool, r RecordSet) {
	if why := b.conflict(r); why != "" {
		b.wrong = append(b.wrong, why)
		return
	}
	if r.AliasTarget != nil {
		b.alias(r)
	}
	if found {
		b.sets[i] = r
		return
	}
	b.sets = slices.Insert(b.sets, i, r)
}

// conflict says why a set cannot stand beside those of its name.
func (b *batch) conflict(r RecordSet) string {
	at, _ := find(b.sets, RecordSet{Name: r.Name})
	group := 1
	for _, other := range b.sets[at:] {
		if other.Name != r.Name {
			break
		}
		switch {
		case other.Type == r.Type:
			if why := r.besides(other); why != "" {
				return why
			}
			if other.SetIdentifier != r.SetIdentifier {
				group++
			}
		case r.Type == "CNAME":
			return fmt.Sprintf("RRSet of type CNAME with DNS name %s is not permitted as it conflicts with other records with the same DNS name in zone %s", r.Name, b.zone.name)
		case other.Type == "CNAME":
			return fmt.Sprintf("RRSet of type %s with DNS name %s is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone %s", r.Type, r.Name, b.zone.name)
		}
	}
	if group > maxGroup {
		return fmt.Sprintf("Cannot have more than %d RRSets with the same name and type.", maxGroup)
	}
	return ""
}

// whole holds the zone against what every zone must have, and may.
func (b *batch) whole(most int) {
	if _, found := find(b.sets, RecordSet{Name: b.zone.name, Type: "SOA"}); !found {
		b.complain("A HostedZone must contain exactly one SOA record.")
	}
	if _, found := find(b.sets, RecordSet{Name: b.zone.name, Type: "NS"}); !found {
		b.complain("A HostedZone must contain at least one NS record for the zone itself.")
	}
	if len(b.sets) > most && len(b.sets) > len(b.zone.sets) {
		b.complain("Exceeded limit MAX_RRSETS_BY_ZONE for zone: %s", b.zone.id)
	}
}
