package route53test

import (
	"slices"
	"strings"
)

type tag struct{ Key, Value string }

type tagSet struct {
	ResourceType string
	ResourceId   string
	Tags         struct{ Tag []tag }
}

// maxTags of a zone, and of a call.
const maxTags = 10

// tagged finds what a call on tags is about. Unlike other ids this one must be
// bare.
func (s *Service) tagged(kind, id string) (*hostedZone, error) {
	switch err := first(oneOf("resourceType", kind, []string{"healthcheck", "hostedzone"}), lengths("resourceId", id, 0, 32)); {
	case err != nil:
		return nil, err
	case kind == "healthcheck":
		return nil, refuse("NoSuchHealthCheck", "No health check exists with the specified ID: %s", id)
	case s.zones[id] == nil:
		return nil, refuse("NoSuchHostedZone", "No hosted zone found with ID: %s", id)
	}
	return s.zones[id], nil
}

func (z *hostedZone) tagSet() (out tagSet) {
	out.ResourceType, out.ResourceId, out.Tags.Tag = "hostedzone", z.id, z.tags
	return out
}

func (s *Service) listTagsForResource(q *request) (answer, error) {
	z, err := s.tagged(q.id, q.second)
	if err != nil {
		return answer{}, err
	}
	return ok("ListTagsForResourceResponse", struct{ ResourceTagSet tagSet }{z.tagSet()})
}

func (s *Service) listTagsForResources(q *request) (answer, error) {
	var in struct {
		IDs []string `xml:"ResourceIds>ResourceId"`
	}
	if err := q.decode("ListTagsForResourcesRequest", &in); err != nil {
		return answer{}, err
	}
	switch {
	case len(in.IDs) == 0:
		return answer{}, refuse("InvalidInput", "Invalid XML ; cvc-complex-type.2.4.b: The content of element 'ResourceIds' is not complete.")
	case len(in.IDs) > maxTags:
		return answer{}, refuse("InvalidInput", "Invalid XML ; cvc-complex-type.2.4.f: 'ResourceId' can occur a maximum of '%d' times in the current sequence. This limit was exceeded. No child element is expected at this point.", maxTags)
	}
	var out struct {
		ResourceTagSets struct{ ResourceTagSet []tagSet }
	}
	for _, id := range in.IDs {
		z, err := s.tagged(q.id, id)
		if err != nil {
			return answer{}, err
		}
		out.ResourceTagSets.ResourceTagSet = append(out.ResourceTagSets.ResourceTagSet, z.tagSet())
	}
	return ok("ListTagsForResourcesResponse", out)
}

func (s *Service) changeTagsForResource(q *request) (answer, error) {
	var in struct {
		Add    []tag    `xml:"AddTags>Tag"`
		Remove []string `xml:"RemoveTagKeys>Key"`
	}
	if err := q.decode("ChangeTagsForResourceRequest", &in); err != nil {
		return answer{}, err
	}
	z, err := s.tagged(q.id, q.second)
	if err != nil {
		return answer{}, err
	}
	tags, err := retagged(z.tags, in.Add, in.Remove)
	if err != nil {
		return answer{}, err
	}
	z.tags = tags
	return ok("ChangeTagsForResourceResponse", struct{}{})
}

// retagged gives the tags after a change.
func retagged(old, add []tag, remove []string) ([]tag, error) {
	if len(add)+len(remove) == 0 || len(add) > maxTags || len(remove) > maxTags {
		return nil, refuse("InvalidInput", "Between 1 and %d tags may be added or removed", maxTags)
	}
	tags := slices.DeleteFunc(slices.Clone(old), func(t tag) bool { return slices.Contains(remove, t.Key) })
	for _, t := range add {
		switch err := first(lengths("addTags.key", t.Key, 1, 128), lengths("addTags.value", t.Value, 0, 256)); {
		case err != nil:
			return nil, err
		case strings.HasPrefix(strings.ToLower(t.Key), "aws:"):
			return nil, refuse("InvalidInput", "Tag keys beginning with aws: are reserved: %s", t.Key)
		}
		if i := slices.IndexFunc(tags, func(o tag) bool { return o.Key == t.Key }); i >= 0 {
			tags[i] = t
		} else {
			tags = append(tags, t)
		}
	}
	if len(tags) > maxTags {
		return nil, refuse("InvalidInput", "A resource has at most %d tags", maxTags)
	}
	return tags, nil
}
