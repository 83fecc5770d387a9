package route53test

import (
	"fmt"
	"slices"
	"strings"
)

// Limits of one ChangeResourceRecordSets, and of one set.
const (
	maxElements   = 1000
	maxCharacters = 32000
	maxValues     = 400
	maxTTL        = 1<<31 - 1
	maxValueText  = 4000
)

const stillProcessing = "The request was rejected because Route 53 was still processing a prior request."

// types are those that a set may have.
var types = []string{"SOA", "A", "TXT", "NS", "CNAME", "MX", "NAPTR", "PTR", "SRV", "SPF", "AAAA", "CAA", "DS", "TLSA", "SSHFP", "SVCB", "HTTPS"}

func enumerated(words []string) string {
	return "Member must satisfy enum value set: [" + strings.Join(words, ", ") + "]"
}

// A change is one of a batch.
type change struct {
	Action            string
	ResourceRecordSet RecordSet
}

func (s *Service) changeResourceRecordSets(q *request) (answer, error) {
	z, err := s.zone(q.id)
	if err != nil {
		return answer{}, err
	}
	var in struct {
		Comment string   `xml:"ChangeBatch>Comment"`
		Changes []change `xml:"ChangeBatch>Changes>Change"`
	}
	if err := q.decode("ChangeResourceRecordSetsRequest", &in); err != nil {
		return answer{}, err
	}
	if err := shaped(in.Comment, in.Changes); err != nil {
		return answer{}, err
	}
	if err := s.admitChanges(len(in.Changes)); err != nil {
		return answer{}, err
	}
	if s.now().Before(z.busyUntil) {
		return answer{}, refuse("PriorRequestNotComplete", stillProcessing)
	}
	sets, err := s.changedSets(z, in.Changes)
	if err != nil {
		return answer{}, err
	}
	z.sets, z.busyUntil = sets, s.now().Add(s.Busy)
	return ok("ChangeResourceRecordSetsResponse", struct{ ChangeInfo *changeInfo }{s.changed()})
}

// changedSets gives the zone's sets after the batch, or everything that is wrong
// with it. The zone itself stays as it is.
func (s *Service) changedSets(z *hostedZone, changes []change) ([]RecordSet, error) {
	if err := small(changes); err != nil {
		return nil, err
	}
	b := batch{zone: z, sets: slices.Clone(z.sets)}
	for i := range changes {
		b.sound(&changes[i].ResourceRecordSet)
	}
	b.once(changes)
	if len(b.wrong) == 0 {
		for _, c := range changes {
			b.apply(c)
		}
		b.whole(or(s.MaxSets, 10_000))
	}
	if len(b.wrong) > 0 {
		return nil, &refusal{"InvalidChangeBatch", b.wrong}
	}
	return b.sets, nil
}

// small holds a batch against the limits of one call, for which an UPSERT counts
// twice.
func small(changes []change) error {
	elements, characters := 0, 0
	for _, c := range changes {
		times := 1
		if c.Action == "UPSERT" {
			times = 2
		}
		elements += times * len(c.ResourceRecordSet.Values)
		for _, v := range c.ResourceRecordSet.Values {
			characters += times * len(v.Value)
		}
	}
	switch {
	case elements > maxElements:
		return refuse("InvalidChangeBatch", "Number of records limit of %d exceeded.", maxElements)
	case characters > maxCharacters:
		return refuse("InvalidChangeBatch", "RDATA character limit of %d exceeded.", maxCharacters)
	}
	return nil
}

// batch is a change under way.
type batch struct {
	zone  *hostedZone
	sets  []RecordSet
	wrong []string
}

func (b *batch) complain(format string, args ...any) {
	b.wrong = append(b.wrong, fmt.Sprintf(format, args...))
}

// sound judges a set by itself, and puts its name into the service's spelling.
func (b *batch) sound(r *RecordSet) {
	name, err := parseName(r.Name)
	if err != nil {
		b.complain("%v", err)
		return
	}
	r.Name = name
	if !within(name, b.zone.name) {
		b.complain("RRSet with DNS name %s is not permitted in zone %s", name, b.zone.name)
	}
	if len(r.Values) > maxValues {
		b.complain("Cannot have more than %d records in a RRSet.", maxValues)
	}
	seen := map[string]bool{}
	for _, v := range r.Values {
		if err := judge(r.Type, v.Value); err != nil {
			b.complain("Invalid Resource Record: '%v'", err)
		}
		if seen[v.Value] {
			b.complain("Duplicate Resource Record: '%s'", v.Value)
		}
		seen[v.Value] = true
	}
	b.fits(*r)
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
	if found {
		b.sets[i] = r
		return
	}
	b.sets = slices.Insert(b.sets, i, r)
}

// conflict says why a set cannot stand beside those of its name.
func (b *batch) conflict(r RecordSet) string {
	at, _ := find(b.sets, RecordSet{Name: r.Name})
	for _, other := range b.sets[at:] {
		if other.Name != r.Name {
			break
		}
		switch {
		case other.Type == r.Type && (other.SetIdentifier == "") != (r.SetIdentifier == ""):
			return fmt.Sprintf("RRSet with DNS name %s, type %s, SetIdentifier %s cannot be created as other RRSets exist with the same name and type.", r.Name, r.Type, null(r.SetIdentifier))
		case other.Type == r.Type:
		case r.Type == "CNAME":
			return fmt.Sprintf("RRSet of type CNAME with DNS name %s is not permitted as it conflicts with other records with the same DNS name in zone %s", r.Name, b.zone.name)
		case other.Type == "CNAME":
			return fmt.Sprintf("RRSet of type %s with DNS name %s is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone %s", r.Type, r.Name, b.zone.name)
		}
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

// label names a set as the service does.
func (r RecordSet) label() string {
	s := fmt.Sprintf("name='%s', type='%s'", r.Name, r.Type)
	if r.SetIdentifier != "" {
		s += fmt.Sprintf(", set identifier='%s'", r.SetIdentifier)
	}
	return s
}

func null(s string) string {
	if s == "" {
		return "null"
	}
	return s
}

// shaped judges what the service judges before it looks at the zone: the members
// of the request, one by one.
func shaped(comment string, changes []change) error {
	switch {
	case len(comment) > 256:
		return constraint("changeBatch.comment", comment, "Member must have length less than or equal to 256")
	case len(changes) == 0:
		return constraint("changeBatch.changes", "[]", "Member must have length greater than or equal to 1")
	}
	for i, c := range changes {
		if err := c.shaped(fmt.Sprintf("changeBatch.changes.%d.member.", i+1)); err != nil {
			return err
		}
	}
	return nil
}
