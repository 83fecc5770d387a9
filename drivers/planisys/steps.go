package planisys

import (
	"strconv"

	"github.com/zonecast/zonecast/zone"
)

// A step is one call for one record: added where the service has none, removed
// where none is wanted, changed where both are.
type step struct {
	have *row
	want *zone.Record
}

// steps leads from the rows of a set to the set that is wanted, empty or not. In
// between the set is never smaller than the smaller of both: rows become other ones,
// as many as are wanted, and the rest of either side is added or removed.
func (c *program) steps(have []row, want zone.RRset) (out []step) {
	come, gone := unmatched(have, want)
	for len(gone) > 0 && len(come) > 0 {
		out = append(out, step{&gone[0], &come[0]})
		gone, come = gone[1:], come[1:]
	}
	for i := range come {
		out = append(out, step{want: &come[i]})
	}
	for i := range gone {
		out = append(out, step{have: &gone[i]})
	}
	return out
}

// unmatched gives the records that are missing and the rows that are too many, in
// such an order that those with the same data stand at the same place.
func unmatched(have []row, want zone.RRset) (come []zone.Record, gone []row) {
	byData := map[string]int{} // rows that may stay, from 1
	for i, r := range have {
		if at := byData[r.record.Data]; at == 0 || have[at-1].record.TTL != want.TTL {
			byData[r.record.Data] = i + 1
		}
	}
	stays := make([]bool, len(have))
	var others []zone.Record
	for _, rec := range want.Records() {
		at := byData[rec.Data]
		switch {
		case at == 0:
			others = append(others, rec)
			continue
		case have[at-1].record.TTL != rec.TTL:
			come, gone = append(come, rec), append(gone, have[at-1])
		}
		stays[at-1] = true
	}
	for i, r := range have {
		if !stays[i] {
			gone = append(gone, r)
		}
	}
	return append(come, others...), gone
}

// operation is what the profile says to a step.
func (s step) operation(c *program) *operation {
	switch {
	case s.have == nil:
		return c.add
	case s.want == nil:
		return c.remove
	}
	return c.change
}

func (s step) view(c *program, apex zone.Name) (view, error) {
	switch {
	case s.have == nil:
		return c.recordView(*s.want, nil, apex)
	case s.want == nil:
		return c.recordView(s.have.record, s.have.id, apex)
	}
	return c.changeView(*s.have, *s.want, apex)
}

// rowsOf gives the rows that a set might have.
func rowsOf(s zone.RRset, ids bool) (rows []row) {
	for i, rec := range s.Records() {
		r := row{record: rec}
		if ids {
			r.id = "ID" + strconv.Itoa(i+1)
		}
		rows = append(rows, r)
	}
	return rows
}
