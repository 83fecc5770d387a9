package powerdnssql

import (
	"context"
	"database/sql"
	"errors"

	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Apply implements provider.Provider: in one transaction. Names that get data which
// PowerDNS could not serve are left out of it.
func (d *Database) Apply(ctx context.Context, plan zone.Plan) error {
	fit, failed := judge(plan)
	ae := &provider.ApplyError{Failed: failed}
	if len(fit) > 0 {
		sure, err := d.transact(ctx, func(tx *sql.Tx) error { return d.change(ctx, tx, plan, fit) })
		switch conflicts, ok := errors.AsType[*provider.ApplyError](err); {
		case ok:
			ae.Failed = append(ae.Failed, conflicts.Failed...)
		case err == nil:
			ae.Done = fit
		case !sure:
			ae.Unknown, ae.Err = fit, d.fault(plan.Zone, err)
		default:
			ae.Err = d.fault(plan.Zone, err)
		}
	}
	if ae.Failed == nil && ae.Err == nil {
		return nil
	}
	return ae
}

// judge finds the changes of names that get nothing that PowerDNS could not serve.
func judge(plan zone.Plan) (fit []int, failed []provider.ChangeError) {
	from := 0
	for _, group := range plan.Groups() {
		var why error
		for _, c := range group {
			if c.New.Name != "" && why == nil {
				why = pdns.Refuses(plan.Zone, c.New)
			}
		}
		for i := range group {
			if why == nil {
				fit = append(fit, from+i)
			} else {
				failed = append(failed, provider.ChangeError{Index: from + i, Err: refused(plan.Zone, "%s: %v", group[i].Key(), why)})
			}
		}
		from += len(group)
	}
	return fit, failed
}

// change does some changes of a plan.
func (d *Database) change(ctx context.Context, tx *sql.Tx, plan zone.Plan, fit []int) error {
	dom, err := d.domain(ctx, tx, plan.Zone, d.lock)
	if err != nil {
		return err
	}
	changes := make([]zone.Change, len(fit))
	for i, index := range fit {
		changes[i] = plan.Changes[index]
	}
	r := newRegion(plan.Zone, dom.signing)
	if err := d.load(ctx, tx, dom, r, changes); err != nil {
		return err
	}
	if err := d.stale(r, changes, fit); err != nil {
		return err
	}
	e := r.edit(d.dialect, changes)
	if depth := r.unknown(); depth >= 0 {
		if err := d.loadDeeper(ctx, tx, dom, r, depth); err != nil {
			return err
		}
	}
	r.tree().edit(&e)
	e.sort()
	if err := d.write(ctx, tx, dom.id, e); err != nil {
		return err
	}
	return d.mark(ctx, tx, dom.id, "changed")
}

// stale finds changes whose old half is no longer there.
func (d *Database) stale(r *region, changes []zone.Change, index []int) error {
	live, err := r.live(d.dialect)
	if err != nil {
		return err
	}
	var ae provider.ApplyError
	for i, c := range changes {
		if p, ok := live.Protection(c.Key()); ok {
			ae.Failed = append(ae.Failed, provider.ChangeError{Index: index[i], Err: &provider.ConflictError{Key: c.Key(), Err: errors.New(p.Reason)}})
		} else if is, _ := live.Get(c.Key()); !sameSet(live, is, c.Old) {
			ae.Failed = append(ae.Failed, provider.ChangeError{Index: index[i], Err: &provider.ConflictError{Key: c.Key()}})
		}
	}
	if ae.Failed != nil {
		return &ae
	}
	return nil
}

// sameSet compares two sets but for the serial of an SOA.
func sameSet(z *zone.Zone, a, b zone.RRset) bool {
	if a.Type != zone.SOA || b.Type != zone.SOA {
		return a.Equal(b)
	}
	x, _ := zone.New(z.Name(), a.Records()...)
	y, _ := zone.New(z.Name(), b.Records()...)
	return x.Equal(y)
}
