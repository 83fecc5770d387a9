package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/zonecast/zonecast/config"
	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func (p *program) whyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "why ZONE [NAME TYPE]",
		Short: "show why a zone, or a set in it, is as it is",
		Long: `Shows how a zone stands at each target, and of the sets that are not the same
everywhere, or of one, what we wrote (base), what the target has (live), what the
source wants (want), and what follows from that.`,
		Args: zoneOrSet,
		RunE: do(p.why),
	}
}

// zoneOrSet wants ZONE, or ZONE NAME TYPE.
func zoneOrSet(_ *cobra.Command, args []string) error {
	if len(args) != 1 && len(args) != 3 {
		return errors.New("want ZONE, or ZONE NAME TYPE")
	}
	return nil
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
	if err := p.whoseAt(ctx, t, name); err != nil {
		return err
	}
	if err := p.lastAt(ctx, r, target, name, key); err != nil {
		return err
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

// whoseAt tells whom a zone is marked for, where the service can tell.
func (p *program) whoseAt(ctx context.Context, t *engine.Target, name zone.Name) error {
	o, ok := provider.As[provider.Owner](t.Syncer.Provider)
	if !ok {
		return nil
	}
	owner, err := o.Owner(ctx, name)
	if errors.Is(err, provider.ErrNoZone) || err == nil && owner == "" {
		return nil
	}
	ours := owner == t.Syncer.Owner
	text := "the zone is marked as that of " + owner
	if ours {
		text += ", which is us"
	}
	p.say(t.Syncer.Target+": "+text+"\n", ownerLine{"owner", t.Syncer.Target, name, owner, ours})
	return err
}

// lastAt tells of the last plan for a zone, or for one set in it.
func (p *program) lastAt(ctx context.Context, r *config.Runtime, target string, name zone.Name, key zone.Key) error {
	plans, err := r.Ledger.Plans(ctx, target, name)
	if err != nil {
		return err
	}
	for _, last := range slices.Backward(plans) {
		if key != (zone.Key{}) {
			last.Plan = last.Plan.Only(func(c zone.Change) bool { return c.Key() == key })
		}
		if last.Plan.Empty() {
			continue
		}
		text := fmt.Sprintf("%s: last written at %s in run %s:\n%s", target, stamp(last.At), last.Run, last.Plan)
		if !last.Settled {
			text += "what of it was done is not known yet\n"
		}
		p.say(text, lastLine{"last", target, name, last.At, last.Run, last.Settled, last.Plan})
		break
	}
	return nil
}

type ownerLine struct {
	Kind   string    `json:"kind"`
	Target string    `json:"target"`
	Zone   zone.Name `json:"zone"`
	Owner  string    `json:"owner"`
	Ours   bool      `json:"ours"`
}

type lastLine struct {
	Kind    string    `json:"kind"`
	Target  string    `json:"target"`
	Zone    zone.Name `json:"zone"`
	At      time.Time `json:"at"`
	Run     string    `json:"run"`
	Settled bool      `json:"settled"`
	Plan    zone.Plan `json:"plan"`
}

type whyLine struct {
	Kind   string    `json:"kind"`
	Target string    `json:"target"`
	Zone   zone.Name `json:"zone"`
	Sets   []setView `json:"sets"`
}
