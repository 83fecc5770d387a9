package zone

import (
	"encoding/json"
	"errors"
	"fmt"
)

// MarshalJSON writes the plan in its canonical form, which Digest sums up.
//
//	{"version":1,"zone":"example.com.","changes":[{"old":{…},"new":{…}}]}
func (p Plan) MarshalJSON() ([]byte, error) { return p.appendJSON(nil), nil }

func (p Plan) appendJSON(out []byte) []byte {
	out = appendHead(out, p.Zone)
	if p.Create {
		out = append(out, `,"create":true`...)
	}
	if p.Delete {
		out = append(out, `,"delete":true`...)
	}
	out = append(out, `,"changes":[`...)
	for i, c := range p.Changes {
		out = append(appendComma(out, i), '{')
		if c.Old.Name != "" {
			out = appendSet(append(out, `"old":`...), c.Old)
		}
		if c.Old.Name != "" && c.New.Name != "" {
			out = append(out, ',')
		}
		if c.New.Name != "" {
			out = appendSet(append(out, `"new":`...), c.New)
		}
		out = append(out, '}')
	}
	return append(out, "]}"...)
}

type jsonChange struct {
	Old *jsonSet `json:"old"`
	New *jsonSet `json:"new"`
}

type jsonPlan struct {
	Version int          `json:"version"`
	Zone    Name         `json:"zone"`
	Create  bool         `json:"create"`
	Delete  bool         `json:"delete"`
	Changes []jsonChange `json:"changes"`
}

var (
	errHalves = errors.New("want an old half, a new half, or both of the same name and type")
	errTwice  = errors.New("its set has changed before")
	errBoth   = errors.New("creates and deletes the zone")
	errZoneOp = errors.New("a plan that creates its zone only adds, one that deletes it only takes away")
)

// UnmarshalJSON reads what MarshalJSON writes; sets go through the door again.
func (p *Plan) UnmarshalJSON(b []byte) error {
	got, err := planOfJSON(b)
	if err != nil {
		return fmt.Errorf("plan in JSON: %w", err)
	}
	*p = got
	return nil
}

func planOfJSON(b []byte) (Plan, error) {
	var j jsonPlan
	if json.Unmarshal(b, &j) == nil {
		if p, err := j.plan(); err == nil && isWritten(b, p) {
			return p, nil
		}
	}
	j = jsonPlan{}
	if err := strictJSON(b, &j, &j.Version); err != nil {
		return Plan{}, err
	}
	return j.plan()
}

func (j jsonPlan) plan() (p Plan, err error) {
	if j.Create && j.Delete {
		return p, errBoth
	}
	if j.Zone != "" { // the plan for no zone at all is empty
		if p.Zone, err = ParseName(string(j.Zone)); err != nil {
			return p, err
		}
	}
	p.Create, p.Delete = j.Create, j.Delete
	seen := map[Key]bool{}
	for i, c := range j.Changes {
		change, err := c.change(j.Zone)
		if err == nil && seen[change.Key()] {
			err = errTwice
		}
		if err == nil && (j.Create && change.Op() != Create || j.Delete && change.Op() != Delete) {
			err = errZoneOp
		}
		if err != nil {
			return p, fmt.Errorf("change %d: %w", i, err)
		}
		seen[change.Key()] = true
		p.Changes = append(p.Changes, change)
	}
	return p, nil
}

// set is the one set that s describes.
func (s *jsonSet) set(zone Name) (RRset, error) {
	if s == nil {
		return RRset{}, nil
	}
	records, err := s.records()
	if err != nil {
		return RRset{}, err
	}
	z, err := New(zone, records...)
	if err != nil {
		return RRset{}, err
	}
	return z.sets[0], nil
}

func (c jsonChange) change(zone Name) (Change, error) {
	old, err := c.Old.set(zone)
	if err != nil {
		return Change{}, err
	}
	new, err := c.New.set(zone)
	if err != nil {
		return Change{}, err
	}
	if c.Old == nil && c.New == nil || c.Old != nil && c.New != nil && old.Key != new.Key {
		return Change{}, errHalves
	}
	return Change{old, new}, nil
}
