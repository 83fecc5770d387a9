package engine

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"time"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// An Engine runs intents to targets. Only Targets has to be set.
type Engine struct {
	Targets []Target
	Ledger  Ledger                // nil: nothing lasts
	Refresh time.Duration         // how long an agreement may be relied on; 0: 24 hours, negative: not at all
	Bulk    int                   // intents of a run that go first; what follows is a mass resync; 0: 100
	Report  func(provider.Result) // called for each zone and target, one at a time; may be nil
	Looks   *Looks                // those that go on when Work returns; nil: it waits for them
	Logger  *slog.Logger          // nil: silence
}

// A Target is a place that zones are kept at.
type Target struct {
	Syncer   provider.Syncer      // its Target is the name; its Ledger is the engine's
	Takes    func(zone.Name) bool // the zones that it gets; nil: all
	Parallel int                  // zones in work at a time; 0: 8
	Observe  bool                 // plan and report, never write
	Delay    time.Duration        // how long a zone is still served that its source has removed; with a Ledger
	Policy   string               // changes whenever the target's settings do
	Secrets  string               // changes whenever its credentials do, and then a block is lifted; tells nothing of them

	// Verify looks, after something was written, whether the servers of the zone serve it,
	// for as long as it likes while ctx lasts, and says what is missing; "": nothing. No
	// other zone waits for it, and the write is done whatever it says. nil: nobody looks.
	Verify func(ctx context.Context, written provider.Result) string
}

// A Ledger is what an engine needs of one beside what a Syncer does.
type Ledger interface {
	provider.Ledger
	Accept(ctx context.Context, entries iter.Seq2[provider.Entry, error]) ([]provider.Acceptance, error)
	Due(ctx context.Context, target string, most int) ([]zone.Name, time.Duration, error)
	Owed(ctx context.Context, target string, queue zone.Name) ([]zone.Intent, error)
	Attempts(ctx context.Context, target string, queue zone.Name) (int, error)
	Settle(ctx context.Context, lease string, a provider.Account) error
	Approved(ctx context.Context, target string, queue zone.Name) ([]zone.Digest, error)
	Agrees(ctx context.Context, target string, queue zone.Name, policy string, within time.Duration) (bool, error)
	Gate(ctx context.Context, target string) (provider.Gate, error)
	Answered(ctx context.Context, target string) error
	Failed(ctx context.Context, target, why string) (closed bool, err error)
	Block(ctx context.Context, target, secrets, why string) error
	Renewed(ctx context.Context, target, secrets string) error
	Seen(ctx context.Context, target string, name zone.Name, missing string) error
}

const (
	defaultRefresh  = 24 * time.Hour
	defaultBulk     = 100
	defaultParallel = 8
)

// Run takes all intents in and works until each zone among them is settled, or
// ctx ends; with a Ledger, what is not done by then stays owed. The error joins
// what the source could not read and what failed here; what became of the zones is
// told to Report.
func (e *Engine) Run(ctx context.Context, in iter.Seq2[zone.Intent, error]) error {
	if e.Ledger == nil {
		return e.direct(ctx, in)
	}
	queues, unread, err := e.Journal(ctx, in)
	if err != nil {
		return errors.Join(unread, err)
	}
	return errors.Join(unread, e.Work(ctx, queues))
}

// direct does what is wished without a memory.
func (e *Engine) direct(ctx context.Context, in iter.Seq2[zone.Intent, error]) error {
	var errs []error
	looks, wait := e.looks()
	defer wait()
	for intent, err := range in {
		if err != nil && intent.Wish == nil {
			errs = append(errs, err)
			continue
		}
		for i := range e.Targets {
			if t := &e.Targets[i]; t.takes(intent) {
				result, _ := t.do(ctx, t.Syncer, intent.Readdress(t.Syncer.Reverse.Zones))
				looks.tell(ctx, word{Result: result, verify: t.Verify, say: e.report})
			}
		}
	}
	return errors.Join(errs...)
}

// looks gives those of the engine, or some that wait is for.
func (e *Engine) looks() (looks *Looks, wait func()) {
	if e.Looks != nil {
		return e.Looks, func() {}
	}
	looks = &Looks{}
	return looks, looks.Wait
}

func (t *Target) takes(in zone.Intent) bool {
	return t.Takes == nil || t.Takes(in.Zone)
}

// do syncs, or only plans where the target is not written to.
func (t *Target) do(ctx context.Context, s provider.Syncer, in zone.Intent) (provider.Result, error) {
	if t.Observe {
		return s.Plan(ctx, in)
	}
	return s.Sync(ctx, in)
}

func (t *Target) name() string { return t.Syncer.Target }

func (e *Engine) report(r provider.Result) {
	if e.Report != nil {
		e.Report(r)
	}
}

func (e *Engine) warn(msg string, args ...any) {
	if e.Logger != nil {
		e.Logger.Warn(msg, args...)
	}
}
