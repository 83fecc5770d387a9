package main

import (
	"context"
	"time"

	"github.com/zonecast/zonecast/config"
	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/verify"
	"github.com/zonecast/zonecast/zone"
)

// How often it is looked again at a zone that was not served everywhere: at first each
// minute, and the longer it has been so the less often.
const (
	reviewEvery = time.Minute
	reviewLast  = 6 * time.Hour
	reviewTime  = 10 * time.Second
)

// review looks again at zones that were not served everywhere, until they are.
func (p *program) review(ctx context.Context, r *config.Runtime) {
	for ctx.Err() == nil {
		select {
		case <-time.After(reviewEvery):
		case <-ctx.Done():
			return
		}
		if err := p.reviewDue(ctx, r, time.Now()); err != nil && ctx.Err() == nil {
			p.logger().Warn("what was not served everywhere cannot be looked at again", "error", err)
		}
	}
}

func (p *program) reviewDue(ctx context.Context, r *config.Runtime, now time.Time) error {
	list, err := r.Ledger.Standings(ctx, false)
	if err != nil {
		return err
	}
	for _, s := range list {
		pause := min(max(s.Seen.Sub(s.MissingSince)/4, reviewEvery), reviewLast)
		if s.Missing == "" || now.Sub(s.Seen) < pause || s.State != provider.Agreed {
			continue
		}
		if err := reviewOne(ctx, r, s); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// reviewOne looks at a zone by what the ledger knows alone: no target is asked.
func reviewOne(ctx context.Context, r *config.Runtime, s provider.Standing) error {
	base, err := r.Ledger.Base(ctx, s.Target, s.Zone)
	if err != nil || base == nil {
		return err
	}
	plans, err := r.Ledger.Plans(ctx, s.Target, s.Zone)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, reviewTime)
	defer cancel()
	missing := "there was no time to find its servers"
	if report, err := r.Walk().Zone(ctx, writtenSince(s.MissingSince.Add(-reviewEvery), base, plans)); err == nil {
		missing = missingIn(report)
	} else if ctx.Err() == nil {
		missing = err.Error()
	}
	return r.Ledger.Seen(context.WithoutCancel(ctx), s.Target, s.Zone, missing)
}

// writtenSince gives what of a zone was written since a time. Of TXT and CAA the base
// does not know the values that others have put into a set: they are as they were
// written.
func writtenSince(at time.Time, base *zone.Base, plans []ledger.Past) verify.Want {
	want := verify.Want{Zone: base.Stored}
	for _, past := range plans {
		if past.At.Before(at) || past.Plan.Delete {
			continue
		}
		for _, c := range past.Plan.Changes {
			want.Keys = append(want.Keys, c.Key())
		}
		want.Zone = want.Zone.Apply(past.Plan.Only(func(c zone.Change) bool {
			return c.Key().Type == zone.TXT || c.Key().Type == zone.CAA
		}))
		want.Was = want.Zone.Apply(past.Plan.Invert())
	}
	return want
}

func missingIn(r verify.Report) string {
	if r.Verdict() == verify.Served {
		return ""
	}
	return r.Summary()
}

// reviewed keeps what was found of a zone where it is remembered that it was not
// served everywhere.
func reviewed(ctx context.Context, r *config.Runtime, name zone.Name, report verify.Report) error {
	if r.Ledger == nil {
		return nil
	}
	list, err := r.Ledger.Standings(ctx, false)
	for _, s := range list {
		if s.Zone == name && s.Missing != "" && err == nil {
			err = r.Ledger.Seen(ctx, s.Target, name, missingIn(report))
		}
	}
	return err
}
