package provider

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// A Syncer brings zones at one target in line with what a source wishes. Only
// Provider has to be set; all zero values are safe. It may be used by several
// goroutines at once; intents for one zone have to come one after another unless
// there is a Ledger, whose lease sees to that.
type Syncer struct {
	Target   string      // names the target in results and in the ledger
	Provider Provider    // the driver
	Rules    zone.Rules  // zero: nothing is deleted or overwritten that is not ours
	Limits   zone.Limits // zero: what no ordinary panel work exceeds
	Fleet    Fleet       // zero: what no ordinary day at many zones exceeds
	Ledger   Ledger      // nil: nothing is known to be ours, the rules decide
	Owner    string      // who we are; "": the owners of zones are not asked
	Missing  Missing     // what becomes of a zone that the target does not have
	Removal  Removal     // what becomes of a zone that the source removed
	Reverse  Reverse     // how PTR records are kept
	Hold     bool        // every plan awaits approval, whatever is in it

	Delegation Delegation    // who names the servers of zones that the target holds below another
	Approved   []zone.Digest // held plans that somebody approved
	Fresh      bool          // the zone was seen whole lately and agreed: what is known of it may stand for what a wish does not change
	Logger     *slog.Logger  // nil: silence
}

// Missing is what becomes of a wanted zone that the target does not have.
type Missing uint8

// The zero value creates it.
const (
	MissingCreate Missing = iota
	MissingSkip
)

// Removal is what becomes of a zone that the source removed.
type Removal uint8

// The zero value deletes a zone that is provably ours: made by us, marked as ours,
// or of a target that is the source's alone. In every case, what others have in
// the zone keeps all of it until somebody approves.
const (
	RemovalDelete Removal = iota
	RemovalEmpty          // takes our records out of the zone and leaves it
	RemovalKeep           // does nothing
)

// maxTries is how often a zone is planned anew before the Syncer gives up: when
// somebody else writes at the same time, or the service keeps something else
// than it was given.
const maxTries = 3

// Plan is the dry run: it reads and decides as Sync does, and writes nothing.
func (s *Syncer) Plan(ctx context.Context, in zone.Intent) (Result, error) {
	return s.do(ctx, in, true)
}

// Sync does what is wished, as far as rules, limits and the service allow. The
// result tells all there is to tell; the error is Result.Err, an error that
// ended the work. What is held, blocked or refused is in the result alone.
func (s *Syncer) Sync(ctx context.Context, in zone.Intent) (Result, error) {
	return s.do(ctx, in, false)
}

func (s *Syncer) do(ctx context.Context, in zone.Intent, dry bool) (result Result, err error) {
	j := &job{Syncer: s, dry: dry, name: in.Zone}
	j.result = Result{Target: s.Target, Zone: in.Zone, Plan: zone.Plan{Zone: in.Zone}, Held: zone.Plan{Zone: in.Zone}}
	j.found(in.Findings...)
	if j.result.Err = j.guarded(ctx, in.Wish); j.result.Err != nil {
		j.result.Err = fmt.Errorf("zone %s: %w", j.result.Zone, j.result.Err)
	}
	j.result.settle(dry)
	j.log(ctx)
	return j.result, j.result.Err
}

// job is the work on one intent.
type job struct {
	*Syncer
	dry     bool
	name    zone.Name // of the zone, once it is known
	lease   string
	base    *zone.Base
	follows []zone.Name // zones below that are delegated to as the target has them
	begun   []Begun
	unsure  bool // live may not show yet what was done
	whole   bool // what is known of the zone does not do: it is read
	claimed bool // the zone is marked as ours
	made    bool // the zone itself was made just now, with whatever the service puts into one
	result  Result
}

func (j *job) found(fs ...zone.Finding) { j.result.Findings = append(j.result.Findings, fs...) }

func (j *job) say(l zone.Level, k zone.Key, format string, args ...any) {
	j.found(zone.Finding{Level: l, Key: k, Text: fmt.Sprintf(format, args...)})
}

// guarded does the work; a panic in a driver is this zone's error alone.
func (j *job) guarded(ctx context.Context, w zone.Wish) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the driver panicked: %v", r)
		}
	}()
	switch w := w.(type) {
	case zone.Replace:
		return j.leased(ctx, func(ctx context.Context) error { return j.replace(ctx, w.Zone) })
	case zone.Remove:
		return j.leased(ctx, j.remove)
	case zone.Patch:
		if w.IsDifference() {
			return ErrGap // who keeps wishes makes it a Replace
		}
		return j.patch(ctx, w)
	}
	j.result.State = Unmanaged
	return nil
}

// leased runs do while nobody else may write to the zone.
func (j *job) leased(ctx context.Context, do func(context.Context) error) (err error) {
	held := ctx
	if j.Ledger != nil && !j.dry {
		if held, j.lease, err = j.Ledger.Acquire(ctx, j.Target, j.name); err != nil {
			return fmt.Errorf("lease: %w", err)
		}
		defer func() {
			if e := j.Ledger.Release(context.WithoutCancel(ctx), j.lease); err == nil && e != nil {
				err = fmt.Errorf("lease: %w", e)
			}
		}()
	}
	if j.Ledger != nil {
		if j.base, err = j.Ledger.Base(held, j.Target, j.name); err == nil {
			j.begun, err = j.Ledger.Begun(held, j.Target, j.name)
		}
		if err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
	}
	err = do(held)
	if e := j.finish(held); err == nil {
		err = e
	}
	return err
}

// finish lets the driver do what has to follow, now or since an earlier time.
func (j *job) finish(ctx context.Context) error {
	f, ok := As[Finisher](j.Provider)
	if !ok || j.dry {
		return nil
	}
	return f.Finish(ctx, j.name)
}

// read gives the live zone, nil where the target has none.
func (j *job) read(ctx context.Context) (*zone.Zone, error) {
	z, err := j.Provider.Zone(ctx, j.name)
	switch {
	case errors.Is(err, ErrNoZone):
		return nil, nil
	case err != nil:
		return nil, err
	case z.Name() != j.name:
		return nil, fmt.Errorf("the driver gave zone %q", z.Name())
	}
	j.unsure = j.unsure || isPast(z, j.begun)
	return z, nil
}

// isPast reports whether a zone has something as it was before a recent plan and not
// as the last one left it: somebody has put it back, or the read shows the past.
func isPast(live *zone.Zone, begun []Begun) bool {
	last := map[zone.Key]zone.RRset{}
	for _, b := range begun {
		for _, c := range b.Changes {
			last[c.Key()] = c.New
		}
	}
	return slices.ContainsFunc(begun, func(b Begun) bool {
		return b.Recent && slices.ContainsFunc(b.Changes, func(c zone.Change) bool {
			is, _ := live.Get(c.Key())
			return is.Equal(c.Old) && !is.Equal(last[c.Key()]) && c.Key().Type != zone.SOA // whose serial others count
		})
	})
}

// EffectiveRules gives the rules with what the service leaves to us.
func (s *Syncer) EffectiveRules() zone.Rules {
	r := s.Rules
	if d, ok := As[Describer](s.Provider); ok && d.Traits().Authority {
		r.SOA, r.ApexNS = zone.BySource, zone.BySource
	}
	return r
}

// meet looks at a zone that is there before anything is decided: whether it
// belongs to somebody else, and what of it was written by somebody of ours who
// could not say so any more. At first contact the ledger keeps it as it is.
func (j *job) meet(ctx context.Context, live *zone.Zone) (theirs bool, err error) {
	for _, b := range j.begun {
		if !b.Settled {
			j.base = j.base.Recall(live, b.Plan)
			j.unsure = j.unsure || b.Recent
		}
	}
	if theirs, err = j.foreign(ctx); theirs || err != nil {
		return theirs, err
	}
	if j.Ledger == nil || j.dry || j.base != nil {
		return false, nil
	}
	if err := j.Ledger.Meet(ctx, j.lease, live); err != nil {
		return false, fmt.Errorf("ledger: %w", err)
	}
	return false, nil
}

// foreign reports whether the zone belongs to somebody else; then it says so.
func (j *job) foreign(ctx context.Context) (bool, error) {
	o, ok := As[Owner](j.Provider)
	if j.Owner == "" || !ok {
		return false, nil
	}
	who, err := o.Owner(ctx, j.name)
	j.claimed = who == j.Owner
	if err != nil || who == "" || j.claimed {
		return false, err
	}
	j.say(zone.Blocked, zone.Key{}, "the zone belongs to %s", who)
	return true, nil
}

// claim marks the zone as ours, where the service can and nobody has.
func (j *job) claim(ctx context.Context) error {
	o, ok := As[Owner](j.Provider)
	if j.Owner == "" || !ok || j.claimed || j.Hold && j.result.Plan.Empty() {
		return nil
	}
	return o.Claim(ctx, j.name, j.Owner)
}

// log tells a logger what became of the zone.
func (j *job) log(ctx context.Context) {
	if j.Logger == nil {
		return
	}
	level := slog.LevelInfo
	if j.result.Err != nil {
		level = slog.LevelError
	}
	j.Logger.Log(ctx, level, "zone", "target", j.Target, "zone", j.result.Zone, "state", j.result.State,
		"dry", j.dry, "changes", len(j.result.Plan.Changes), "held", len(j.result.Held.Changes), "error", j.result.Err)
}
