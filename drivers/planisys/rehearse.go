package planisys

import (
	"fmt"

	"github.com/zonecast/zonecast/zone"
)

// A trial fills the templates of a profile with a zone that has what is hard to
// write.
type trial struct {
	*program
	apex zone.Name
	bad  *faults
}

// rehearse tries all templates, and reads back how records are written.
func (c *program) rehearse(bad *faults) {
	t := trial{c, "example.com.", bad}
	if c.Read != nil {
		t.try(c.read, c.Read.Pages.pageView(t.apex, 0, 0, ""), nil)
	}
	if c.Write == nil {
		return
	}
	for _, ch := range c.sample(t.apex).Changes {
		bad.add("records", c.roundTrip(ch.Old, t.apex))
		bad.add("records", c.roundTrip(ch.New, t.apex))
		if t.change(ch); *bad != nil {
			return // the others say the same
		}
	}
	t.zones()
}

func (t trial) try(o *operation, v view, err error) {
	if err == nil && o != nil {
		_, err = o.call(v)
	}
	if err != nil {
		*t.bad = append(*t.bad, err)
	}
}

// change tries what writes records and sets.
func (t trial) change(ch zone.Change) {
	switch t.Write.By {
	case ByRecord:
		for _, s := range t.steps(rowsOf(ch.Old, t.Records.ID != nil), ch.New) {
			v, err := s.view(t.program, t.apex)
			t.try(s.operation(t.program), v, err)
		}
	case BySet:
		o, v, err := t.setCall(ch, t.apex)
		t.try(o, v, err)
	}
}

// zones tries what writes whole zones.
func (t trial) zones() {
	if t.Write.By == ByZone {
		version := any(nil)
		if t.Read.Version != nil {
			version = "1"
		}
		v, err := zoneView(t.apex, nil, version)
		t.try(t.put, v, err)
	}
	v, err := zoneView(t.apex, nil, nil)
	t.try(t.create, v, err)
	t.try(t.delete, viewOf(t.apex), nil)
}

// roundTrip says why a set cannot be written so that it is read again as it is.
func (c *program) roundTrip(s zone.RRset, apex zone.Name) error {
	if s.Name == "" {
		return nil
	}
	z, err := c.Records.echo(s, apex)
	if err != nil {
		return fmt.Errorf("%s cannot be written as the profile says: %w", s.Key, err)
	}
	if is, _ := z.Get(s.Key); !is.Equal(s) {
		return fmt.Errorf("%s cannot be written as the profile says: it would be read as %q", s.Key, is)
	}
	return nil
}

// echo writes a set and reads what was written.
func (r Records) echo(s zone.RRset, apex zone.Name) (*zone.Zone, error) {
	r.Only = nil // what they ask for is the service's to add
	rows, err := r.encode(s, apex)
	if err != nil {
		return nil, err
	}
	var back []zone.Record
	for _, one := range rows {
		doc, err := r.asRead(one)
		if err != nil {
			return nil, err
		}
		got, guard, err := r.decode(doc, apex)
		if err != nil {
			return nil, err
		}
		if guard != nil {
			return nil, fmt.Errorf("%s", guard.Reason)
		}
		for _, g := range got {
			back = append(back, g.record)
		}
	}
	return zone.New(apex, back...)
}

// asRead sends a row through JSON, with ids as the service gives them.
func (r Records) asRead(doc any) (any, error) {
	text, err := toJSON(doc)
	if err != nil {
		return nil, err
	}
	if doc, err = document([]byte(text)); err != nil || r.ID == nil {
		return doc, err
	}
	values := []any{doc}
	if r.Values != nil {
		values, _ = arrayAt(*r.Values, doc)
	}
	for _, v := range values {
		if _, err := r.ID.put(v, "1"); err != nil {
			return nil, err
		}
	}
	return doc, nil
}
