package planisys

import (
	"errors"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// whole does all changes by one call that replaces the zone. The rows of all other
// sets go back as they came, also those that the model cannot hold.
func (w *writer) whole() error {
	ae := &provider.ApplyError{}
	for i, c := range w.plan.Changes {
		if err := w.has.allows(c); err != nil {
			ae.Failed = append(ae.Failed, provider.ChangeError{Index: i, Err: err})
		}
	}
	if ae.Failed != nil {
		return ae
	}
	rows, err := w.is.merge(w.has, w.plan)
	v, errView := zoneView(w.plan.Zone, rows, w.has.version)
	if err = errors.Join(err, errView); err == nil {
		_, err = w.call(w.ctx, w.is.put, v)
	}
	if err == nil {
		return nil
	}
	return all(w.plan, err)
}

// all is the error of a plan that is done as one.
func all(plan zone.Plan, err error) error {
	ae := &provider.ApplyError{}
	if rest.Unsettled(err) {
		ae.Err = err
	}
	for i, c := range plan.Changes {
		if ae.Err != nil {
			ae.Unknown = append(ae.Unknown, i)
		} else {
			ae.Failed = append(ae.Failed, provider.ChangeError{Index: i, Err: sorted(c.Key(), err)})
		}
	}
	return ae
}

// merge gives the rows of a zone as they are after a plan.
func (c *program) merge(has *content, plan zone.Plan) (rows []any, err error) {
	changed := map[zone.Key]bool{}
	for _, ch := range plan.Changes {
		changed[ch.Key()] = true
	}
	for i, raw := range has.raw {
		if !changed[has.keys[i]] {
			rows = append(rows, raw)
		}
	}
	for _, ch := range plan.Changes {
		if ch.New.Name == "" {
			continue
		}
		more, err := c.Records.encode(ch.New, plan.Zone)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}
