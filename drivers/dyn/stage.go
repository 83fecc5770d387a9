package dyn

import (
	"context"
	"net/http"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// stageAll stages what is good of the plan. A group of which a part is staged when
// the service refuses the rest cannot be taken back alone: all is discarded then, and
// staged again without it.
func (b *batch) stageAll(ctx context.Context) error {
	for {
		clean, err := b.stageGroups(ctx)
		if err != nil || clean {
			return err
		}
		if err := b.discard(ctx, b.plan.Zone); err != nil {
			return err
		}
	}
}

// stageGroups stages group by group; clean is false where parts of one are left.
func (b *batch) stageGroups(ctx context.Context) (clean bool, err error) {
	clean = true
	for from, group := range b.groups() {
		if b.failed[from] != nil {
			continue
		}
		staged := 0
		for i, c := range group {
			n, err := b.stage(ctx, c)
			staged += n
			if err != nil && splits(err) {
				b.fail(from, group, i, err)
				clean = clean && staged == 0
				break
			}
			if err != nil {
				return false, err
			}
		}
	}
	return clean, nil
}

// stage stages one change in as few calls as it takes, and counts them. A new set is
// made record by record, a set that changes is replaced whole, and one that goes is
// deleted record by record, by number: without one everything of its type would go
// (https://help.dyn.com/replace-txt-records-api and its like for each type).
func (b *batch) stage(ctx context.Context, c zone.Change) (staged int, err error) {
	for _, call := range b.callsOf(c) {
		b.dirty = true
		if err := b.ask(ctx, nil, call); err != nil {
			return staged, b.why(c.Key(), err)
		}
		staged++
	}
	return staged, nil
}

// callsOf gives the calls that stage a change.
func (b *batch) callsOf(c zone.Change) (calls []rest.Call) {
	k := c.Key()
	at := []string{string(k.Type) + "Record", bare(b.plan.Zone), bare(k.Name)}
	switch c.Op() {
	case zone.Create:
		for _, one := range wire(c.New) {
			calls = append(calls, rest.Call{Method: http.MethodPost, Path: rest.Path(at...), In: one})
		}
	case zone.Update:
		calls = append(calls, rest.Call{Method: http.MethodPut, Path: rest.Path(at...), In: map[string]any{at[0] + "s": wire(c.New)}})
	case zone.Delete:
		for _, id := range b.live.ids[k] {
			calls = append(calls, rest.Call{Method: http.MethodDelete, Path: rest.Path(append(at[:3:3], id)...)})
		}
	}
	return calls
}

// A wireRecord is a record as the service takes it.
type wireRecord struct {
	TTL   uint32         `json:"ttl"`
	RData map[string]any `json:"rdata"`
}

// wire gives the records of a set. What has no form was left out before.
func wire(s zone.RRset) (out []wireRecord) {
	for _, data := range s.Data {
		if r, err := encode(s.Type, data); err == nil {
			out = append(out, wireRecord{s.TTL, r})
		}
	}
	return out
}

// why tells apart what may be wrong with staging a change: the zone is gone, or the
// record is, which somebody else has deleted.
func (b *batch) why(k zone.Key, err error) error {
	switch {
	case noSuchZone(err):
		return missing(b.plan.Zone, err)
	case codeOf(err) == notFound:
		return &provider.ConflictError{Key: k, Err: err}
	}
	return err
}

// undo discards what is staged after a failure. Where that fails, too, the session
// stays dirty, and is ended by who lent it.
func (b *batch) undo(ctx context.Context, why error) error {
	if !b.dirty || isExpired(why) {
		return why
	}
	_ = b.discard(ctx, b.plan.Zone)
	return why
}

// discard takes back all that is staged in the session
// (https://help.dyn.com/understanding-works-api/).
func (s *session) discard(ctx context.Context, name zone.Name) error {
	ctx, cancel := s.parting(ctx)
	defer cancel()
	err := s.ask(ctx, nil, rest.Call{Method: http.MethodDelete, Path: rest.Path("ZoneChanges", bare(name)), Again: true})
	if err == nil {
		s.dirty = false
	}
	return err
}

// publish makes what is staged the zone (https://help.dyn.com/update-zone-api/).
func (s *session) publish(ctx context.Context, name zone.Name, changes int) (task scalar, err error) {
	var data struct {
		Task scalar `json:"task_id"`
	}
	err = s.ask(ctx, &data, rest.Call{Method: http.MethodPut, Path: rest.Path("Zone", bare(name)), In: publication(changes)})
	if err == nil {
		s.dirty = false
	}
	return data.Task, err
}
