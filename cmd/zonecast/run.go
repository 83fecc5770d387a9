package main

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/zonecast/zonecast/config"
	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
)

const (
	heartbeat = "run" // its name in the ledger
	beatEvery = 30 * time.Second
	lookEvery = 5 * time.Second // for what other processes have left
)

func (p *program) runCommand() *cobra.Command {
	once := false
	c := &cobra.Command{
		Use:   "run",
		Short: "work on what is owed, until a signal comes",
		Long: `Works on what is owed: what zonecast plesk had no time for, and what failed and is
to be tried again. It goes on until SIGINT or SIGTERM comes; with --once, until
nothing is due, as fits a cron job. zonecast status tells when it was alive last.`,
		Args: cobra.NoArgs,
		RunE: do(func(ctx context.Context, _ []string) error { return p.run(ctx, once) }),
	}
	c.Flags().BoolVar(&once, "once", false, "end when nothing is due")
	return c
}

func (p *program) run(ctx context.Context, once bool) error {
	r, err := p.remembered(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	if once {
		return p.runOnce(ctx, r)
	}
	r.Engine.Looks = &engine.Looks{}
	go p.beat(ctx, r)
	go p.review(ctx, r)
	for ctx.Err() == nil {
		next, err := p.round(ctx, r)
		if err != nil && ctx.Err() == nil {
			p.logger().Error("what is owed cannot be worked on", "error", err)
		}
		if next <= 0 || next > lookEvery {
			next = lookEvery
		}
		select {
		case <-time.After(next):
		case <-ctx.Done():
		}
	}
	r.Engine.Looks.Wait()
	p.worst, p.codes = 0, nil // what is left is owed, and was told
	return nil
}

// round works on what is due, with secrets as they are by now: old ones still serve if
// the new ones cannot be read.
func (p *program) round(ctx context.Context, r *config.Runtime) (next time.Duration, err error) {
	p.telling.Lock()
	p.codes = nil
	p.telling.Unlock()
	if err := r.Renew(); err != nil {
		p.logger().Warn("secrets cannot be read again", "error", err)
	}
	return p.drain(ctx, r)
}

// drain takes in what waits in the spool and works on what is due.
func (p *program) drain(ctx context.Context, r *config.Runtime) (next time.Duration, err error) {
	if _, err := p.ingest(ctx, r); err != nil {
		return 0, err
	}
	due, err := r.Ledger.Backlog(ctx)
	if err != nil {
		return 0, err
	}
	defer p.watch(due)()
	return r.Engine.Drain(ctx)
}

func (p *program) runOnce(ctx context.Context, r *config.Runtime) error {
	if _, err := p.round(ctx, r); err != nil {
		return err
	}
	if err := p.left(ctx, r.Ledger, r.Engine.Targets); err != nil {
		return err
	}
	return r.Ledger.Beat(ctx, heartbeat)
}

// left counts in what targets are still owed. Who waits for the end of a tombstone
// is owed nothing.
func (p *program) left(ctx context.Context, l *ledger.Ledger, targets []engine.Target) error {
	list, err := l.Standings(ctx, false)
	for _, s := range list {
		mine := slices.ContainsFunc(targets, func(t engine.Target) bool { return t.Syncer.Target == s.Target })
		if mine && s.State == provider.Owed {
			p.end(4)
		}
	}
	return err
}

// beat tells that we are alive, however long a round takes.
func (p *program) beat(ctx context.Context, r *config.Runtime) {
	for ctx.Err() == nil {
		if err := r.Ledger.Beat(ctx, heartbeat); err != nil && ctx.Err() == nil {
			p.logger().Error("no heartbeat", "error", err)
		}
		select {
		case <-time.After(beatEvery):
		case <-ctx.Done():
		}
	}
}
