package route53test

import "slices"

func (s *Service) listResourceRecordSets(q *request) (answer, error) {
	z, err := s.zone(q.id)
	if err != nil {
		return answer{}, err
	}
	size, err := q.limit(300)
	if err != nil {
		return answer{}, err
	}
	from, err := q.startSet()
	if err != nil {
		return answer{}, err
	}
	n := 0
	if from.Name != "" {
		n, _ = find(z.sets, from)
	}
	now, next := page(z.sets[n:], size)
	out := struct {
		ResourceRecordSets   struct{ ResourceRecordSet []RecordSet }
		IsTruncated          bool
		NextRecordName       string `xml:",omitempty"`
		NextRecordType       string `xml:",omitempty"`
		NextRecordIdentifier string `xml:",omitempty"`
		MaxItems             int
	}{MaxItems: size}
	out.ResourceRecordSets.ResourceRecordSet = now
	if next != nil {
		out.IsTruncated = true
		out.NextRecordName, out.NextRecordType, out.NextRecordIdentifier = next.Name, next.Type, next.SetIdentifier
	}
	return ok("ListResourceRecordSetsResponse", out)
}

// startSet reads where a list begins. Each part of the place wants the one
// before it.
func (q *request) startSet() (RecordSet, error) {
	from := RecordSet{Name: q.query.Get("name"), Type: q.query.Get("type"), SetIdentifier: q.query.Get("identifier")}
	switch {
	case from.Name == "" && from.Type != "":
		return from, refuse("InvalidInput", "StartRecordType cannot be specified without StartRecordName")
	case from.Type == "" && from.SetIdentifier != "":
		return from, refuse("InvalidInput", "StartRecordIdentifier cannot be specified without StartRecordName and StartRecordType")
	case from.Type != "" && !slices.Contains(types, from.Type):
		return from, oneOf("type", from.Type, types)
	case from.Name == "":
		return from, nil
	}
	name, err := parseName(from.Name)
	if err != nil {
		return from, refuse("InvalidInput", "%v", err)
	}
	from.Name = name
	return from, nil
}
