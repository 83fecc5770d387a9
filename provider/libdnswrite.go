package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/libdns/libdns"

	"github.com/zonecast/zonecast/zone"
)

// Apply implements Provider. Changes of one kind that follow each other go in
// one call.
func (p *fromLibdns) Apply(ctx context.Context, plan zone.Plan) error {
	h, err := p.locks.hold(ctx, plan.Zone)
	if err != nil {
		return err
	}
	defer h.release()
	if err := p.stale(ctx, h, plan); err != nil {
		return err
	}
	failed := map[int]error{}
	tried := 0
	for from := 0; from < len(plan.Changes) && err == nil; from = tried {
		tried = p.run(plan.Changes, from)
		err = p.do(ctx, h, plan, from, tried, failed)
	}
	return p.verify(ctx, h, plan, tried, failed, err)
}

// stale finds changes whose old half is no longer live. Where a package replaces
// sets the last writer wins, and a look before would only cost a call; where sets
// are changed record by record the work of two writers would mix.
func (p *fromLibdns) stale(ctx context.Context, h *hold, plan zone.Plan) error {
	if p.traits.SetReplaces {
		return nil
	}
	live, err := p.read(ctx, h, plan.Zone)
	if err != nil {
		return err
	}
	ae := &ApplyError{}
	for i, c := range plan.Changes {
		if is, _ := live.Get(c.Key()); !is.Equal(c.Old) {
			ae.Failed = append(ae.Failed, ChangeError{i, &ConflictError{Key: c.Key()}})
		}
	}
	if ae.Failed != nil {
		return ae
	}
	return nil
}

// run finds the end of the changes that can go in one call with that at from.
func (p *fromLibdns) run(changes []zone.Change, from int) (to int) {
	to = from + 1
	if !p.traits.SetReplaces && changes[from].Op() == zone.Update {
		return to
	}
	for to < len(changes) && p.verb(changes[to]) == p.verb(changes[from]) {
		to++
	}
	return to
}

// verb is the method that a change is done by.
func (p *fromLibdns) verb(c zone.Change) zone.Op {
	if op := c.Op(); op != zone.Update || !p.traits.SetReplaces {
		return op
	}
	return zone.Create
}

// do does a run of changes by the calls that the package can be trusted with.
func (p *fromLibdns) do(ctx context.Context, h *hold, plan zone.Plan, from, to int, failed map[int]error) error {
	var old, new []libdns.Record
	for i := from; i < to; i++ {
		c := plan.Changes[i]
		gone, come := p.parts(c)
		if err := deletable(gone); err != nil {
			failed[i] = err
			continue
		}
		old = append(old, libdnsRecords(plan.Zone, gone)...)
		new = append(new, libdnsRecords(plan.Zone, come)...)
	}
	c := plan.Changes[from]
	switch {
	case p.verb(c) == zone.Create && p.traits.SetReplaces:
		return p.write(ctx, h, plan.Zone, p.driver.SetRecords, new)
	case c.Op() == zone.Update && c.Old.TTL == c.New.TTL: // what comes is there before what goes
		if err := p.write(ctx, h, plan.Zone, p.driver.AppendRecords, new); err != nil {
			return err
		}
		return p.write(ctx, h, plan.Zone, p.driver.DeleteRecords, old)
	}
	if err := p.write(ctx, h, plan.Zone, p.driver.DeleteRecords, old); err != nil {
		return err
	}
	return p.write(ctx, h, plan.Zone, p.driver.AppendRecords, new)
}

// parts gives the records of a change that have to go and to come, where the
// package does not replace sets: all of them when the TTL changes.
func (p *fromLibdns) parts(c zone.Change) (gone, come zone.RRset) {
	gone, come = c.Old, c.New
	if p.traits.SetReplaces && c.Op() != zone.Delete {
		gone.Data = nil
		return gone, come
	}
	if c.Op() == zone.Update && c.Old.TTL == c.New.TTL {
		gone.Data = slices.DeleteFunc(slices.Clone(c.Old.Data), func(d string) bool { return slices.Contains(c.New.Data, d) })
		come.Data = slices.DeleteFunc(slices.Clone(c.New.Data), func(d string) bool { return slices.Contains(c.Old.Data, d) })
	}
	return gone, come
}

// errWildcard says why a record is not deleted: libdns takes an empty value or a
// TTL of 0 for "any", so that more would go than this record.
var errWildcard = errors.New("libdns cannot delete a record with an empty value or a TTL of 0 without deleting others")

func deletable(gone zone.RRset) error {
	for _, d := range gone.Data {
		if gone.TTL == 0 || d == `""` {
			return &ServiceError{Kind: KindRefused, Err: errWildcard}
		}
	}
	return nil
}

func (p *fromLibdns) write(ctx context.Context, h *hold, name zone.Name,
	method func(context.Context, string, []libdns.Record) ([]libdns.Record, error), records []libdns.Record) error {
	if len(records) == 0 {
		return nil
	}
	_, err := call(ctx, h, p.traits.Deadline, func(ctx context.Context) ([]libdns.Record, error) {
		return method(ctx, string(name), records)
	})
	if err != nil && p.traits.NotFound != nil && p.traits.NotFound(err) {
		return fmt.Errorf("%w: %w", ErrNoZone, err)
	}
	return err
}

// libdnsRecords gives a set in the form in which every package takes it.
func libdnsRecords(apex zone.Name, s zone.RRset) (out []libdns.Record) {
	for _, data := range s.Data {
		if isText(s.Type) {
			data, _ = zone.RawText(data) // canonical data always has a text
		}
		out = append(out, libdns.RR{
			Name: s.Name.Relative(apex),
			TTL:  time.Duration(s.TTL) * time.Second,
			Type: string(s.Type),
			Data: data,
		})
	}
	return out
}

var errNotDone = errors.New("the driver said yes and did not do it")

// verify reads the zone again and tells what became of the changes before tried.
func (p *fromLibdns) verify(ctx context.Context, h *hold, plan zone.Plan, tried int, failed map[int]error, failure error) error {
	ae := &ApplyError{}
	live, err := p.read(ctx, h, plan.Zone)
	if err != nil {
		for i := range tried {
			ae.Unknown = append(ae.Unknown, i)
		}
		ae.Err = errors.Join(failure, err)
		return ae
	}
	for i := range tried {
		c := plan.Changes[i]
		is, _ := live.Get(c.Key())
		switch {
		case is.Equal(c.New), !is.Equal(c.Old) && len(is.Data) == len(c.New.Data):
			ae.Done = append(ae.Done, i) // or kept in a form of its own
		case failed[i] != nil:
			ae.Failed = append(ae.Failed, ChangeError{i, failed[i]})
		case !is.Equal(c.Old): // neither: half done
			ae.Unknown = append(ae.Unknown, i)
			failure = errors.Join(failure, fmt.Errorf("%s is now %q", c.Key(), is))
		case failure != nil:
			ae.Failed = append(ae.Failed, ChangeError{i, failure})
		default:
			ae.Failed = append(ae.Failed, ChangeError{i, errNotDone})
		}
	}
	if len(ae.Done) == len(plan.Changes) {
		return nil
	}
	ae.Err = failure
	return ae
}
