package planisys

import (
	"fmt"

	"github.com/zonecast/zonecast/zone"
)

// rehearse fills all templates with a zone that has what is hard to write, and
// reads back how its records are written.
func (c *program) rehearse(bad *faults) {
	apex := zone.Name("example.com.")
	try := func(o *operation, v view, err error) {
		if err == nil && o != nil {
			_, err = o.call(v)
		}
		if err != nil {
			*bad = append(*bad, err)
		}
	}
	var pages *Pages
	if c.Read != nil {
		pages = c.Read.Pages
	}
	try(c.read, pages.pageView(apex, 0, 0, ""), nil)
	if c.Write == nil {
		return
	}
	for _, ch := range c.sample(apex).Changes {
		for _, s := range []zone.RRset{ch.Old, ch.New} {
			bad.add("records", c.roundTrip(s, apex))
		}
		c.rehearseChange(ch, apex, try)
		if *bad != nil {
			return // the others say the same
		}
	}
	if c.Write.By == ByZone {
		version := any(nil)
		if c.Read.Version != nil {
			version = "1"
		}
		v, err := zoneView(apex, nil, version)
		try(c.put, v, err)
	}
	v, err := zoneView(apex, nil, nil)
	try(c.create, v, err)
	try(c.delete, viewOf(apex), nil)
}

func (c *program) rehearseChange(ch zone.Change, apex zone.Name, try func(*operation, view, error)) {
	switch c.Write.By {
	case ByRecord:
		for _, s := range c.steps(rowsOf(ch.Old, c.Records.ID != nil), ch.New) {
			v, err := s.view(c, apex)
			try(s.operation(c), v, err)
		}
	case BySet:
		o, v, err := c.setCall(ch, apex)
		try(o, v, err)
	}
}

// roundTrip says why a set cannot be written so that it is read again as it is.
func (c *program) roundTrip(s zone.RRset, apex zone.Name) error {
	if s.Name == "" {
		return nil
	}
	r := c.Records
	r.Only = nil // what they ask for is the service's to add
	rows, err := r.encode(s, apex)
	if err != nil {
		return err
	}
	var back []zone.Record
	for _, one := range rows {
		doc, err := r.asRead(one)
		if err != nil {
			return err
		}
		got, guard, err := r.decode(doc, apex)
		if err != nil {
			return err
		}
		if guard != nil {
			return fmt.Errorf("%s cannot be written as the profile says: %s", s.Key, guard.Reason)
		}
		for _, one := range got {
			back = append(back, one.record)
		}
	}
	z, err := zone.New(apex, back...)
	if err != nil {
		return err
	}
	if is, _ := z.Get(s.Key); !is.Equal(s) {
		return fmt.Errorf("%s cannot be written as the profile says: it would be read as %q", s.Key, is)
	}
	return nil
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
