package godaddy

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A step creates a record or deletes one.
type step struct {
	create bool
	record record
}

func (s step) inverse() step { return step{!s.create, s.record} }

var errOnlyTTL = errors.New("the TTL of a single record cannot change while the record stands")

// exchange gives the steps from the records of a set to others: first what is new,
// then one by one what only gets another TTL, then what is old, so that at no time
// there is none. A CNAME can only come when the other one is gone.
func exchange(apex zone.Name, k zone.Key, have, want []record) ([]step, error) {
	value := func(r record) string { g, _ := r.read(apex, k); return g.Data }
	var fresh, again, gone []step
	left := slices.Clone(have)
	for _, r := range want {
		twins := slices.DeleteFunc(slices.Clone(left), func(o record) bool { return value(o) != value(r) })
		left = slices.DeleteFunc(left, func(o record) bool { return value(o) == value(r) })
		stays := slices.IndexFunc(twins, func(o record) bool { return o.TTL == r.TTL })
		switch {
		case len(twins) == 0:
			fresh = append(fresh, step{true, r})
		case stays >= 0:
			gone = append(gone, drops(slices.Delete(twins, stays, stays+1))...)
		default:
			again = append(append(again, drops(twins)...), step{true, r})
		}
	}
	gone = append(gone, drops(left)...)
	switch {
	case len(again) > 0 && len(have) == 1 && len(fresh) == 0:
		return nil, errOnlyTTL
	case k.Type == zone.CNAME:
		return slices.Concat(gone, again, fresh), nil
	}
	return slices.Concat(fresh, again, gone), nil
}

func drops(records []record) (steps []step) {
	for _, r := range records {
		steps = append(steps, step{false, r})
	}
	return steps
}

// writer implements api. It reads what the plan changes, for the identifiers of the
// records and to see whether they are those that the plan was made for.
func (a *singles) writer(ctx context.Context, plan zone.Plan) (func(zone.Change) error, error) {
	if len(plan.Changes) == 0 {
		return func(zone.Change) error { return nil }, nil
	}
	all, err := a.records(ctx, plan.Zone, changes(plan)...)
	if err != nil {
		return nil, err
	}
	w := recordWriter{singles: a, apex: plan.Zone, live: map[zone.Key][]record{}}
	for _, r := range all {
		if k, err := r.key(plan.Zone); err == nil {
			w.live[k] = append(w.live[k], r)
		}
	}
	return func(c zone.Change) error { return w.write(ctx, c) }, nil
}

// A recordWriter carries out the changes of a plan.
type recordWriter struct {
	*singles
	apex zone.Name
	live map[zone.Key][]record // as they are by now
}

func (w *recordWriter) write(ctx context.Context, c zone.Change) error {
	k := c.Key()
	if err := version3.unlike(w.apex, w.live[k], c); err != nil {
		return err
	}
	want, err := version3.written(w.apex, c.New)
	var steps []step
	if err == nil {
		steps, err = exchange(w.apex, k, w.live[k], want)
	}
	if err != nil {
		return &provider.ServiceError{Kind: provider.KindRefused, Err: err}
	}
	return w.walk(ctx, k, steps)
}

// walk goes the steps, or all of them back.
func (w *recordWriter) walk(ctx context.Context, k zone.Key, steps []step) error {
	for i := 0; i < len(steps); i++ {
		err := w.take(ctx, k, &steps[i])
		if isDuplicate(err) && w.clear(k, steps[i:]) {
			i-- // what it is taken for goes first
			continue
		}
		if err != nil {
			return w.back(ctx, k, steps[:i], err)
		}
	}
	return nil
}

// clear brings a deletion forward, of the record that the first step is taken for.
// Whether records are the same that differ only in their numbers, as the preference
// of an MX, is not said anywhere. The set must not be empty then.
func (w *recordWriter) clear(k zone.Key, steps []step) bool {
	i := slices.IndexFunc(steps, func(s step) bool { return !s.create && s.record.Data == steps[0].record.Data })
	if i < 0 || len(w.live[k]) < 2 {
		return false
	}
	first := steps[i]
	copy(steps[1:], steps[:i])
	steps[0] = first
	return true
}

// back undoes steps. What cannot be undone leaves the set between the old and the
// new one.
func (w *recordWriter) back(ctx context.Context, k zone.Key, done []step, cause error) error {
	if rest.Unsettled(cause) {
		return cause
	}
	for _, s := range slices.Backward(done) {
		s = s.inverse()
		if err := w.take(ctx, k, &s); err != nil {
			return &rest.UnsettledError{Err: fmt.Errorf("%w; and what was done before cannot be undone: %w", cause, err)}
		}
	}
	return cause
}

// take goes one step.
func (w *recordWriter) take(ctx context.Context, k zone.Key, s *step) error {
	if !s.create {
		a, err := w.do(ctx, remove, rest.Call{Method: http.MethodDelete, Path: path3(w.apex, s.record.ID), Again: true})
		if a.Status == http.StatusNotFound && noZone(err) {
			err = nil // it is gone, by whomever
		}
		if err == nil {
			w.live[k] = slices.DeleteFunc(slices.Clone(w.live[k]), func(r record) bool { return r.ID == s.record.ID })
		}
		return err
	}
	made, err := w.add(ctx, k, s.record)
	if err == nil {
		s.record = made
		w.live[k] = append(slices.Clip(w.live[k]), made)
	}
	return err
}

// add creates a record. Where no answer comes the list tells whether it is there;
// if not, it is sent once more: GoDaddy refuses what is there already.
func (w *recordWriter) add(ctx context.Context, k zone.Key, r record) (record, error) {
	r.ID = ""
	var failure error
	for try := range 2 {
		var made record
		_, failure = w.do(ctx, create, rest.Call{Method: http.MethodPost, Path: path3(w.apex), In: r, Out: &made})
		if failure == nil && made.ID == "" {
			failure = &rest.UnsettledError{Err: errNoRecord}
		}
		if !rest.Unsettled(failure) && !(try > 0 && isDuplicate(failure)) {
			r.ID = made.ID
			return r, failure
		}
		found, err := w.find(ctx, k, r)
		switch {
		case err != nil:
			return r, failure
		case found.ID != "":
			return found, nil
		}
	}
	return r, failure
}

// find looks for a record among those that are there.
func (w *recordWriter) find(ctx context.Context, k zone.Key, r record) (record, error) {
	all, err := w.list(ctx, w.apex, r.Name)
	if err != nil {
		return record{}, err
	}
	want, _ := r.read(w.apex, k)
	for _, o := range all {
		of, err := o.key(w.apex)
		if err != nil || of != k {
			continue
		}
		if is, err := o.read(w.apex, k); err == nil && is == want {
			return o, nil
		}
	}
	return record{}, nil
}
