package route53

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Apply implements provider.Provider. A plan is one batch, where it fits into one,
// and a batch is done whole or not at all. One that the service refuses is taken
// apart until those names stand alone that it does not take.
func (p *Provider) Apply(ctx context.Context, plan zone.Plan) error {
	if len(plan.Changes) == 0 {
		return nil
	}
	h, _, err := p.find(ctx, plan.Zone)
	if err != nil {
		return err
	}
	groups := groupsOf(plan, h.odd)
	if err := p.hasRoom(ctx, h, groups); err != nil {
		return fmt.Errorf("zone %s: %w", plan.Zone, err)
	}
	w := writer{Provider: p, zone: plan.Zone, id: h.ID}
	for _, batch := range pack(w.fitting(groups)) {
		if !w.send(ctx, batch) {
			break
		}
	}
	if errors.Is(w.told.Err, provider.ErrNoZone) {
		p.forget(ctx, plan.Zone)
	}
	return w.end(ctx)
}

// A writer sends the batches of a plan and keeps what came of them.
type writer struct {
	*Provider
	zone zone.Name
	id   string   // of the hosted zone
	done []string // ids of the changes that were made
	told provider.ApplyError
}

// fitting leaves out the names whose changes no batch can hold.
func (w *writer) fitting(groups []group) (out []group) {
	for _, g := range groups {
		if g.load.fits() {
			out = append(out, g)
		} else {
			w.fail(g, g.errTooLarge())
		}
	}
	return out
}

// send does a batch; goOn is false where the next one would fare no better.
func (w *writer) send(ctx context.Context, batch []group) (goOn bool) {
	err := w.put(ctx, batch)
	if !isRefused(err) {
		return w.keep(batch, err)
	}
	if len(batch) == 1 {
		return w.alone(ctx, batch[0], err)
	}
	return w.apart(ctx, batch, err)
}

// keep notes what became of a batch that was not refused.
func (w *writer) keep(batch []group, err error) (goOn bool) {
	_, lost := errors.AsType[lostError](err)
	switch {
	case err == nil:
		w.told.Done = indices(w.told.Done, batch)
	case lost:
		w.told.Unknown, w.told.Err = indices(w.told.Unknown, batch), err
	default:
		w.told.Err = err
	}
	return err == nil
}

// isRefused holds for an answer that has something against the data.
func isRefused(err error) bool { return err != nil && provider.KindOf(err) == provider.KindRefused }

// put is the call.
func (w *writer) put(ctx context.Context, batch []group) error {
	var changes []types.Change
	for _, g := range batch {
		changes = append(changes, g.wire...)
	}
	out, err := call(ctx, w.Provider, "ChangeResourceRecordSets", w.api.ChangeResourceRecordSets,
		&sdk.ChangeResourceRecordSetsInput{HostedZoneId: &w.id, ChangeBatch: &types.ChangeBatch{Changes: changes}})
	if err == nil && out.ChangeInfo != nil {
		w.done = append(w.done, bareID(aws.ToString(out.ChangeInfo.Id)))
	}
	return err
}

// apart takes a refused batch apart. A name of which the service says that it is not
// as the plan has it is a conflict; others of which it complains are sent by
// themselves, and the rest at once. Where it names none, or all, one half is parted
// from the other.
func (w *writer) apart(ctx context.Context, batch []group, refusal error) (goOn bool) {
	p := part(w.zone, batch, refusal)
	for _, g := range p.conflicting {
		w.fail(g, refusal)
	}
	if len(p.accused) == len(batch) || len(p.others) == len(batch) {
		half := len(batch) / 2
		return w.send(ctx, batch[:half]) && w.send(ctx, batch[half:])
	}
	if len(p.others) > 0 && !w.send(ctx, p.others) {
		return false
	}
	for _, g := range p.accused {
		if !w.send(ctx, []group{g}) {
			return false
		}
	}
	return true
}

// alone is a name that was refused by itself. The service lists some texts in a
// spelling that it does not take; so where one was sent as it was listed, it is sent
// once more as we spell it.
func (w *writer) alone(ctx context.Context, g group, refusal error) (goOn bool) {
	if g.odd && !isConflict(allThatIsSaid(refusal)) {
		ours := []group{makeGroup(w.zone, g.from, g.changes, nil)}
		if err := w.put(ctx, ours); !isRefused(err) {
			return w.keep(ours, err)
		}
	}
	w.fail(g, refusal)
	return true
}

// fail notes that the changes of a name were not done: they stand or fall together.
func (w *writer) fail(g group, err error) {
	conflict := isConflict(allThatIsSaid(err))
	for i, c := range g.changes {
		e := err
		if conflict {
			e = &provider.ConflictError{Key: c.Key(), Err: err}
		}
		w.told.Failed = append(w.told.Failed, provider.ChangeError{Index: g.from + i, Err: e})
	}
}

// end waits for the name servers, where that is wanted, and gives what there is to
// tell.
func (w *writer) end(ctx context.Context) error {
	if w.told.Err == nil {
		w.told.Err = w.inSync(ctx, w.done)
	}
	if w.told.Err == nil && w.told.Failed == nil && w.told.Unknown == nil {
		return nil
	}
	return &w.told
}

// indices adds the places of all changes of a batch in their plan.
func indices(to []int, batch []group) []int {
	for _, g := range batch {
		for i := range g.changes {
			to = append(to, g.from+i)
		}
	}
	return to
}
