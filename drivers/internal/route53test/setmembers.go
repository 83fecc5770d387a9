package route53test

import (
	"fmt"
	"slices"
	"strconv"
)

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

// shaped judges the members of a change.
func (c change) shaped(at string) error {
	r := c.ResourceRecordSet
	at2 := at + "resourceRecordSet."
	switch {
	case !slices.Contains([]string{"CREATE", "DELETE", "UPSERT"}, c.Action):
		return constraint(at+"action", c.Action, enumerated([]string{"CREATE", "DELETE", "UPSERT"}))
	case r.Name == "":
		return constraint(at2+"name", "null", "Member must not be null")
	case len(r.Name) > 1024:
		return constraint(at2+"name", r.Name, "Member must have length less than or equal to 1024")
	case !slices.Contains(types, r.Type):
		return constraint(at2+"type", r.Type, enumerated(types))
	case r.TTL != nil && *r.TTL < 0:
		return constraint(at2+"tTL", strconv.FormatInt(*r.TTL, 10), "Member must have value greater than or equal to 0")
	case r.TTL != nil && *r.TTL > maxTTL:
		return constraint(at2+"tTL", strconv.FormatInt(*r.TTL, 10), fmt.Sprintf("Member must have value less than or equal to %d", maxTTL))
	case len(r.SetIdentifier) > 128:
		return constraint(at2+"setIdentifier", r.SetIdentifier, "Member must have length less than or equal to 128")
	}
	for i, v := range r.Values {
		if len(v.Value) > maxValueText {
			return constraint(fmt.Sprintf("%sresourceRecords.%d.member.value", at2, i+1), v.Value, fmt.Sprintf("Member must have length less than or equal to %d", maxValueText))
		}
	}
	return c.oneKind()
}

// oneKind wants a set to be an alias, or records with a TTL, or of a traffic
// policy, and nothing in between.
func (c change) oneKind() error {
	r := c.ResourceRecordSet
	kinds := 0
	for _, is := range []bool{r.AliasTarget != nil, r.TTL != nil && len(r.Values) > 0, r.TrafficPolicyInstanceId != ""} {
		if is {
			kinds++
		}
	}
	stray := r.AliasTarget != nil && (r.TTL != nil || len(r.Values) > 0)
	if kinds == 1 && !stray {
		return c.grouped()
	}
	found := "more than one"
	if kinds == 0 {
		found = "none"
	}
	return refuse("InvalidInput", "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found %s in Change with [Action=%s, Name=%s, Type=%s, SetIdentifier=%s]",
		found, c.Action, r.Name, r.Type, null(r.SetIdentifier))
}
