package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A Queue is the work on one zone at one target.
type Queue struct {
	Target string
	Name   zone.Name
}

// Journal makes all intents durable, or none, before anything is done about them.
// It gives the queues that have work now; those that have none are reported.
// unread joins what the source could not read: nothing else depends on that. The
// ledger is locked meanwhile, so in should not wait for anything.
func (e *Engine) Journal(ctx context.Context, in iter.Seq2[zone.Intent, error]) (queues []Queue, unread, err error) {
	var j intake
	became, err := e.Ledger.Accept(ctx, e.entries(in, &j))
	if err != nil {
		return nil, errors.Join(j.unread...), fmt.Errorf("ledger: %w", err)
	}
	for _, r := range j.void {
		e.report(r)
	}
	seen := map[Queue]bool{}
	for i, r := range j.results {
		q := Queue{r.Target, j.queues[i]}
		switch {
		case became[i] != provider.Accepted:
			e.report(skipped(r, became[i]))
		case !seen[q]:
			seen[q] = true
			queues = append(queues, q)
		}
	}
	return queues, errors.Join(j.unread...), nil
}

// An intake is what is known of a document beside what is in the ledger.
type intake struct {
	queues  []zone.Name       // of the entries
	results []provider.Result // of the entries, should there be nothing to do
	void    []provider.Result // of intents without a wish
	unread  []error
}

// entries gives what each intent means for each target that takes its zone.
func (e *Engine) entries(in iter.Seq2[zone.Intent, error], j *intake) iter.Seq2[provider.Entry, error] {
	return func(yield func(provider.Entry, error) bool) {
		*j = intake{}
		for intent, err := range in {
			r := provider.Result{Zone: intent.Zone, State: provider.Unmanaged, Findings: intent.Findings}
			r.Plan.Zone, r.Held.Zone = r.Zone, r.Zone
			switch {
			case intent.Wish == nil && err != nil:
				j.unread = append(j.unread, err)
				continue
			case intent.Wish == nil:
				j.void = append(j.void, r)
				continue
			}
			for i := range e.Targets {
				t := &e.Targets[i]
				if !t.takes(intent) {
					continue
				}
				r.Target, r.State = t.name(), provider.Agreed
				in := intent.Readdress(t.Syncer.Reverse.Zones)
				j.results = append(j.results, r)
				j.queues = append(j.queues, provider.QueueOf(in))
				if !yield(provider.Entry{Target: t.name(), Queue: provider.QueueOf(in), Intent: in,
					Bulk: len(j.results) > cmp.Or(e.Bulk, defaultBulk), Policy: t.Policy, Fresh: cmp.Or(e.Refresh, defaultRefresh), Delay: t.Delay}, nil) {
					return
				}
			}
		}
	}
}

// skipped is the result of an intent that needs no work.
func skipped(r provider.Result, how provider.Acceptance) provider.Result {
	text, level := "", zone.Note
	switch how {
	case provider.Stale:
		text = "a newer state of the zone was accepted less than a minute ago: this one comes late and is left out"
	case provider.Delayed:
		r.State = provider.Tombstoned
		text = "the zone is served unchanged for some time, as is configured, and then removed, unless it comes back"
	case provider.Theirs:
		r.State, level = provider.Blocked, zone.Blocked
		text = "the zone comes from another source, and its removal is not this one's to wish"
	default:
		return r
	}
	r.Findings = append(slices.Clip(r.Findings), zone.Finding{Level: level, Text: text})
	return r
}
