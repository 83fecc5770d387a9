package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/zonecast/zonecast/zone"
)

func (p *program) forceCommand() *cobra.Command {
	source := ""
	c := &cobra.Command{
		Use:   "force --source NAME [ZONE…]",
		Short: "take what primaries have, although serials went backwards",
		Long: `Has zonecast secondary take what the primaries of a source have by now, of the zones
named, or of all that are suspect: as after a backup was restored there. Of those no
more than force_most may lose records at a time; the others stay suspect, and saying it
again takes the next. What goes at the targets is still subject to their limits.`,
		RunE: do(func(ctx context.Context, args []string) error { return p.force(ctx, source, args) }),
	}
	c.Flags().StringVar(&source, "source", "", "the secondary of the configuration")
	c.MarkFlagRequired("source")
	return c
}

func (p *program) force(ctx context.Context, source string, args []string) error {
	r, err := p.remembered(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	sources, err := r.Secondaries()
	if err != nil {
		return err
	}
	var names []zone.Name
	for _, a := range args {
		n, err := zone.ParseName(a)
		if err != nil {
			return err
		}
		names = append(names, n)
	}
	for _, s := range sources {
		if s.Name != source {
			continue
		}
		n, err := s.Store.Force(ctx, source, names...)
		if err != nil {
			return err
		}
		if p.end(0); n < len(names) {
			p.end(1)
		}
		p.say(fmt.Sprintf("%d zones of %s will be taken as their primaries have them\n", n, source), forcedLine{"forced", source, n})
		return nil
	}
	return fmt.Errorf("there is no secondary %q", source)
}

type forcedLine struct {
	Kind   string `json:"kind"`
	Source string `json:"source"`
	Zones  int    `json:"zones"`
}
