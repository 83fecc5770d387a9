package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/zonecast/zonecast/config"
	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/zone"
)

func (p *program) whyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "why ZONE [NAME TYPE]",
		Short: "show why a zone, or a set in it, is as it is",
		Long: `Shows how a zone stands at each target, and of the sets that are not the same
everywhere, or of one, what we wrote (base), what the target has (live), what the
source wants (want), and what follows from that.`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 && len(args) != 3 {
				return errors.New("want ZONE, or ZONE NAME TYPE")
			}
			return nil
		},
		RunE: do(p.why),
	}
}

func (p *program) why(ctx context.Context, args []string) error {
	name, key, err := whatOf(args)
	if err != nil {
		return err
	}
	r, err := p.lookBack(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	for i := range r.Engine.Targets {
		if t := &r.Engine.Targets[i]; t.Takes == nil || t.Takes(name) {
			if err := p.whyAt(ctx, r, t, name, key); err != nil {
				p.problem(fmt.Errorf("%s: %w", t.Syncer.Target, err))
			}
		}
	}
	return nil
}

// whatOf reads ZONE, or ZONE NAME TYPE; the name may be relative to the zone.
func whatOf(args []string) (name zone.Name, key zone.Key, err error) {
	if name, err = zone.ParseName(args[0]); err != nil || len(args) == 1 {
		return name, key, err
	}
	if key.Type, err = zone.ParseType(args[2]); err != nil {
		return name, key, err
	}
	key.Name, err = zone.ParseName(args[1])
	if args[1] == "@" || err == nil && !key.Name.In(name) {
		key.Name, err = name.Join(args[1])
	}
	return name, key, err
}

func (p *program) whyAt(ctx context.Context, r *config.Runtime, t *engine.Target, name zone.Name, key zone.Key) error {
	target := t.Syncer.Target
	v, wish, source, err := viewOf(ctx, r, t, name)
	if err != nil {
		return err
	}
	list, err := r.Ledger.Standings(ctx, true)
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.Target == target && s.Zone == name {
			p.say(standingText(s), standingLine{"standing", s})
		}
	}
	sets := v.sets(key)
	p.say(setsText(sets), whyLine{"why", target, name, sets})
	if wish == nil {
		return nil
	}
	s := t.Syncer
	s.Ledger = r.Ledger
	result, err := s.Plan(ctx, zone.Intent{Zone: name, Source: source, Wish: wish})
	if key == (zone.Key{}) {
		p.say(target+": as it would be done now: "+result.String(), resultLine(result))
	}
	return err
}

type whyLine struct {
	Kind   string    `json:"kind"`
	Target string    `json:"target"`
	Zone   zone.Name `json:"zone"`
	Sets   []setView `json:"sets"`
}
