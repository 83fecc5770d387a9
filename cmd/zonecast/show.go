package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/zonecast/zonecast/config"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func (p *program) exportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "export TARGET ZONE",
		Short: "print a live zone as a master file",
		Args:  cobra.ExactArgs(2),
		RunE:  do(p.export),
	}
}

func (p *program) export(ctx context.Context, args []string) error {
	name, err := zone.ParseName(args[1])
	if err != nil {
		return err
	}
	r, err := p.look(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	t := r.Target(args[0])
	if t == nil {
		return errNoTarget(args[0])
	}
	z, err := t.Syncer.Provider.Zone(ctx, name)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(p.out, z)
	return err
}

func (p *program) driversCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "drivers",
		Short: "show the kinds of targets and what they can hold",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
			defer w.Flush()
			for _, name := range config.Drivers() {
				t := config.Traits(name)
				if p.json {
					p.say("", driverLine{"driver", name, t.Service, t.Types, t.MinTTL, t.MaxTTL, t.Authority, t.Presigned, t.Whole, t.Calls, config.Creates(name), config.Marks(name), t.Traps})
				} else {
					fmt.Fprintf(w, "%s\t%s\n\t%s\n", name, t.Service, strings.Join(traitsText(name, t), "\n\t"))
				}
			}
			return nil
		},
	}
}

type driverLine struct {
	Kind      string      `json:"kind"`
	Driver    string      `json:"driver"`
	Service   string      `json:"service"`
	Types     []zone.Type `json:"types,omitempty"`
	MinTTL    uint32      `json:"min_ttl"`
	MaxTTL    uint32      `json:"max_ttl"`
	Authority bool        `json:"authority"`
	Presigned bool        `json:"presigned"`
	Whole     string      `json:"whole,omitempty"`
	Calls     string      `json:"calls,omitempty"`
	Creates   bool        `json:"creates"`
	Marks     bool        `json:"marks"`
	Traps     []string    `json:"traps,omitempty"`
}

// traitsText says line by line what can be said of a driver.
func traitsText(name string, t provider.Traits) (lines []string) {
	say := func(is bool, format string, args ...any) {
		if is {
			lines = append(lines, fmt.Sprintf(format, args...))
		}
	}
	say(len(t.Types) == 0, "all types")
	say(len(t.Types) > 0, "%s", strings.Trim(fmt.Sprint(t.Types), "[]"))
	say(t.MinTTL > 0, "TTL from %d", t.MinTTL)
	say(t.MaxTTL > 0, "TTL up to %d", t.MaxTTL)
	say(t.Authority, "SOA and name servers from the source")
	say(t.Presigned, "zones that their source has signed, with their signatures")
	say(t.Whole != "", "written whole or not at all: %s", t.Whole)
	say(t.Calls != "", "calls for a zone that changed: %s", t.Calls)
	say(config.Creates(name), "creates and deletes zones")
	say(config.Marks(name), "marks zones as ours")
	for _, trap := range t.Traps {
		say(true, "mind: %s", trap)
	}
	return lines
}

func (p *program) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "check the configuration, and by a read the credentials; nothing is written",
		Args:  cobra.NoArgs,
		RunE:  do(p.check),
	}
}

func (p *program) check(ctx context.Context, _ []string) error {
	r, err := p.look(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	for i := range r.Engine.Targets {
		s := &r.Engine.Targets[i].Syncer
		line := checkLine{Kind: "check", Target: s.Target}
		text := s.Target + ": all is well\n"
		if err := readable(ctx, s.Provider); err != nil {
			p.end(1)
			line.Error = err.Error()
			text = fmt.Sprintf("%s: %v\n", s.Target, err)
		}
		p.say(text, line)
	}
	return nil
}

type checkLine struct {
	Kind   string `json:"kind"`
	Target string `json:"target"`
	Error  string `json:"error,omitempty"`
}

// readable asks for the first zone, where a target can list its zones.
func readable(ctx context.Context, p provider.Provider) error {
	l, ok := provider.As[provider.Lister](p)
	if !ok {
		return nil
	}
	for _, err := range l.Zones(ctx) {
		return err
	}
	return nil
}
