package planisys

import (
	"context"
	"errors"
	"fmt"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Apply implements provider.Provider. What is there is read first: nobody else's
// change is overwritten, and records are addressed as they are. Without a profile
// of writing it is provider.ErrUnsupported.
func (p *Provider) Apply(ctx context.Context, plan zone.Plan) error {
	if p.ReadOnly() {
		return unsupported("write records")
	}
	if p.is.Write.By == ByZone {
		over, err := p.turns.take(ctx, plan.Zone)
		if err != nil {
			return err
		}
		defer over()
	}
	w := &writer{Provider: p, ctx: ctx, plan: plan, touched: map[zone.Key]bool{}}
	err := w.read()
	if err == nil {
		err = w.all()
	}
	if err == nil && p.shown {
		return ErrContract
	}
	return err
}

// A writer carries out one plan.
type writer struct {
	*Provider
	ctx     context.Context
	plan    zone.Plan
	has     *content
	touched map[zone.Key]bool // sets that are no longer as has says
}

// all does all changes, in as few calls as the profile allows.
func (w *writer) all() error {
	if w.is.Write.By == ByZone {
		return w.whole()
	}
	return rest.Each(w.plan, w.change)
}

// read looks at the zone; in contract mode that is what the plan was made from.
func (w *writer) read() (err error) {
	if w.shown {
		w.has, err = w.Provider.supposed(w.ctx, w.plan)
	} else {
		w.has, err = w.Provider.read(w.ctx, w.plan.Zone)
	}
	clear(w.touched)
	return err
}

// change does one change, all of it or nothing, or says that nobody knows.
func (w *writer) change(c zone.Change) error {
	k := c.Key()
	if w.touched[k] {
		if err := w.read(); err != nil {
			return err
		}
	}
	if err := w.has.allows(c); err != nil {
		return err
	}
	w.touched[k] = !w.shown
	if w.is.Write.By == BySet {
		return w.changeSet(c)
	}
	done, err := w.take(w.is.steps(w.has.rows[k], c.New))
	if err == nil || done == 0 {
		return sorted(k, err)
	}
	return w.backOut(c, done, err)
}

// allows says why a change must not be done to what is there.
func (c *content) allows(ch zone.Change) error {
	k := ch.Key()
	if g, ok := c.zone.Protection(k); ok {
		return &provider.ServiceError{Kind: provider.KindRefused, Err: fmt.Errorf("%s is left alone: %s", k, g.Reason)}
	}
	if live, _ := c.zone.Get(k); !live.Equal(ch.Old) {
		return &provider.ConflictError{Key: k}
	}
	return nil
}

// sorted is the error of a call for a set.
func sorted(k zone.Key, err error) error {
	if errors.Is(err, errChanged) {
		return &provider.ConflictError{Key: k, Err: err}
	}
	return err
}

// take takes steps, and counts those that are done.
func (w *writer) take(steps []step) (done int, err error) {
	for _, s := range steps {
		v, err := s.view(w.is, w.plan.Zone)
		if err == nil {
			_, err = w.call(w.ctx, s.operation(w.is), v)
		}
		if err != nil {
			return done, err
		}
		done++
	}
	return done, nil
}

// backOut puts a set back of which only some records could be written. Where the
// service refuses to have the others it is as it was then, and the change is not
// done; else the set may be neither as it was nor as it shall be.
func (w *writer) backOut(c zone.Change, done int, why error) error {
	k := c.Key()
	partly := func(err error) error {
		return &rest.UnsettledError{Err: fmt.Errorf("%d of the calls for %s were done, and then: %v", done, k, err)}
	}
	why = sorted(k, why)
	if _, gone := errors.AsType[*provider.ConflictError](why); !gone && provider.KindOf(why) != provider.KindRefused || rest.Unsettled(why) {
		return partly(why)
	}
	if err := w.read(); err != nil {
		return partly(why)
	}
	w.touched[k] = true
	if _, err := w.take(w.is.steps(w.has.rows[k], c.Old)); err != nil {
		return partly(why)
	}
	return why
}

// changeSet does a change by one call.
func (w *writer) changeSet(c zone.Change) error {
	o, v, err := w.is.setCall(c, w.plan.Zone)
	if err == nil {
		_, err = w.call(w.ctx, o, v)
	}
	return sorted(c.Key(), err)
}

// setCall gives the operation of a change of a set, and what it sees.
func (c *program) setCall(ch zone.Change, apex zone.Name) (o *operation, v view, err error) {
	switch {
	case ch.Op() == zone.Delete:
		v, err = c.setView(ch.Old, apex)
		return c.remove, v, err
	case ch.Op() == zone.Create && c.add != nil:
		o = c.add
	default:
		o = c.put
	}
	v, err = c.putView(ch, apex)
	return o, v, err
}
