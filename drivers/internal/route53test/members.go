package route53test

import (
	"fmt"
)

var actions = []string{"CREATE", "DELETE", "UPSERT"}

// shaped judges what the service judges before it looks at the zone: the members
// of the request, one by one.
func shaped(comment string, changes []change) error {
	if len(changes) == 0 {
		return constraint("changeBatch.changes", "[]", "Member must have length greater than or equal to 1")
	}
	for i, c := range changes {
		if err := c.shaped(fmt.Sprintf("changeBatch.changes.%d.member.", i+1)); err != nil {
			return err
		}
	}
	return lengths("changeBatch.comment", comment, 0, 256)
}

// shaped judges the members of a change.
func (c change) shaped(at string) error {
	r := c.ResourceRecordSet
	set := at + "resourceRecordSet."
	return first(
		oneOf(at+"action", c.Action, actions),
		lengths(set+"name", r.Name, 1, 1024),
		oneOf(set+"type", r.Type, types),
		bounds(set+"tTL", r.TTL, maxTTL),
		bounds(set+"weight", r.Weight, 255),
		lengths(set+"setIdentifier", r.SetIdentifier, 0, 128),
		r.valueLengths(set),
		c.oneKind(),
		c.grouped(),
		c.checked(),
	)
}

func (r RecordSet) valueLengths(set string) error {
	for i, v := range r.Values {
		if len(v.Value) > maxValueText {
			return lengths(fmt.Sprintf("%sresourceRecords.%d.member.value", set, i+1), v.Value, 0, maxValueText)
		}
	}
	return nil
}

// checked refuses health checks: the account has none.
func (c change) checked() error {
	if id := c.ResourceRecordSet.HealthCheckId; id != "" && c.Action != "DELETE" {
		return refuse("NoSuchHealthCheck", "No health check exists with the specified ID: %s", id)
	}
	return nil
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
	if r.AliasTarget != nil && (r.TTL != nil || len(r.Values) > 0) {
		kinds = 2
	}
	if kinds == 1 {
		return nil
	}
	return c.notOne(kinds, "[AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]")
}

// notOne refuses a change that has none or several of what it has to have one of.
func (c change) notOne(n int, of string) error {
	found := "more than one"
	if n == 0 {
		found = "none"
	}
	return refuse("InvalidInput", "Invalid request: Expected exactly one of %s, but found %s in Change with [%s]", of, found, c.label())
}

// label names a change as the service does.
func (c change) label() string {
	r := c.ResourceRecordSet
	return fmt.Sprintf("Action=%s, Name=%s, Type=%s, SetIdentifier=%s", c.Action, r.Name, r.Type, null(r.SetIdentifier))
}
