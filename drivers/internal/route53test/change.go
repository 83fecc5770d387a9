package route53test

import (
	"slices"
)

// Limits of one ChangeResourceRecordSets, and of one set.
const (
	maxElements   = 1000
	maxCharacters = 32000
	maxValues     = 400
	maxTTL        = 1<<31 - 1
	maxValueText  = 4000
	maxGroup      = 100 // sets of one name and type
)

const stillProcessing = "The request was rejected because Route 53 was still processing a prior request."

// types are those that a set may have.
var types = []string{"SOA", "A", "TXT", "NS", "CNAME", "MX", "NAPTR", "PTR", "SRV", "SPF", "AAAA", "CAA", "DS", "TLSA", "SSHFP", "SVCB", "HTTPS"}

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
	changes, err := q.batch()
	if err != nil {
		return answer{}, err
	}
	if err := s.admitChanges(len(changes)); err != nil {
		return answer{}, err
	}
	if s.now().Before(z.busyUntil) {
		return answer{}, refuse("PriorRequestNotComplete", stillProcessing)
	}
	sets, err := s.changedSets(z, changes)
	if err != nil {
		return answer{}, err
	}
	z.sets, z.busyUntil = sets, s.now().Add(s.Busy)
	return ok("ChangeResourceRecordSetsResponse", struct{ ChangeInfo *changeInfo }{s.changed()})
}

// batch reads the changes of a request.
func (q *request) batch() ([]change, error) {
	var in struct {
		Comment string   `xml:"ChangeBatch>Comment"`
		Changes []change `xml:"ChangeBatch>Changes>Change"`
	}
	if err := q.decode("ChangeResourceRecordSetsRequest", &in); err != nil {
		return nil, err
	}
	q.changes = len(in.Changes)
	return in.Changes, shaped(in.Comment, in.Changes)
}

// changedSets gives the zone's sets after the batch, or everything that is wrong
// with it. The zone itself stays as it is.
func (s *Service) changedSets(z *hostedZone, changes []change) ([]RecordSet, error) {
	if err := small(changes); err != nil {
		return nil, err
	}
	b := batch{zone: z, sets: slices.Clone(z.sets), spaced: s.SpacedStrings}
	for i := range changes {
		b.sound(&changes[i])
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
