package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/zone"
)

func (p *program) retryCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "retry [TARGET]",
		Short: "try again at once what is owed, also at a target that is left alone",
		Args:  cobra.MaximumNArgs(1),
		RunE:  do(p.retry),
	}
}

func (p *program) retry(ctx context.Context, args []string) error {
	r, err := p.remembered(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	e := *r.Engine
	if len(args) > 0 {
		t := r.Target(args[0])
		if t == nil {
			return errNoTarget(args[0])
		}
		e.Targets = []engine.Target{*t}
	}
	for _, t := range e.Targets {
		if err := r.Ledger.Unblock(ctx, t.Syncer.Target); err != nil {
			return err
		}
	}
	if _, err := e.Drain(ctx); err != nil {
		return err
	}
	return p.left(ctx, r.Ledger, e.Targets)
}

func errNoTarget(name string) error { return fmt.Errorf("there is no target %q", name) }

func (p *program) approveCommand() *cobra.Command {
	target, shape := "", ""
	c := &cobra.Command{
		Use:   "approve {--target T ZONE DIGEST | --all-like SHAPE}",
		Short: "let changes be done that were held",
		Long: `Lets changes be done that were held. The digest, which is printed with them and by
zonecast status, is of just these changes: if anything is different by now, nothing
is approved.

With --all-like the same changes are let through in all zones where they were held.
The shape, which zonecast status prints, is of changes whatever their zone is called:
of all that differs only the name of the zone itself.`,
		Args: func(_ *cobra.Command, args []string) error {
			if shape == "" && (target == "" || len(args) != 2) || shape != "" && len(args) != 0 {
				return errors.New("want --target T ZONE DIGEST, or --all-like SHAPE")
			}
			return nil
		},
		RunE: do(func(ctx context.Context, args []string) error {
			if shape != "" {
				return p.approveLike(ctx, target, shape)
			}
			return p.approve(ctx, target, args[0], args[1])
		}),
	}
	c.Flags().StringVar(&target, "target", "", "where they were held")
	c.Flags().StringVar(&shape, "all-like", "", "the shape of changes to approve in all zones; at all targets without --target")
	return c
}

func (p *program) approve(ctx context.Context, target, zoneName, digest string) error {
	name, err := zone.ParseName(zoneName)
	if err != nil {
		return err
	}
	d, err := zone.ParseDigest(digest)
	if err != nil {
		return err
	}
	r, err := p.remembered(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	if r.Target(target) == nil {
		return errNoTarget(target)
	}
	if err := r.Ledger.Approve(ctx, target, name, d); err != nil {
		return err
	}
	return r.Engine.Work(ctx, []engine.Queue{{Target: target, Name: name}})
}

// approveLike approves what is the same but for the name of the zone.
func (p *program) approveLike(ctx context.Context, target, shape string) error {
	d, err := zone.ParseDigest(shape)
	if err != nil {
		return err
	}
	r, err := p.remembered(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	if target != "" && r.Target(target) == nil {
		return errNoTarget(target)
	}
	approved, err := r.Ledger.ApproveLike(ctx, target, d)
	if err != nil {
		return err
	}
	var queues []engine.Queue
	for _, h := range approved {
		queues = append(queues, engine.Queue{Target: h.Target, Name: h.Name})
	}
	return r.Engine.Work(ctx, queues)
}
