package main

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/zonecast/zonecast/zone"
)

const zoneFiles = `A ZONEFILE is a master file (RFC 1035) with a whole zone. The zone has the name of
the file without .zone, or is given as NAME=FILE.`

func (p *program) planCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "plan ZONEFILE…",
		Short: "show what would change if the zones were as in these files",
		Long:  "Shows what would change if the zones were as in these files, and does nothing.\n\n" + zoneFiles,
		Args:  cobra.MinimumNArgs(1),
		RunE: do(func(ctx context.Context, args []string) error {
			p.dry = true
			return p.sync(ctx, args)
		}),
	}
}

func (p *program) syncCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "sync ZONEFILE…",
		Short: "make the zones be as in these files",
		Long:  "Makes the zones be as in these files, as far as the policy allows.\n\n" + zoneFiles,
		Args:  cobra.MinimumNArgs(1),
		RunE:  do(p.sync),
	}
	p.workFlags(c)
	return c
}

func (p *program) sync(ctx context.Context, files []string) error {
	c, err := p.configuration()
	if err != nil {
		return err
	}
	if p.dry {
		return p.preview(ctx, c, read(files))
	}
	r, err := p.open(ctx, c)
	if err != nil {
		return err
	}
	defer r.Close()
	if r.Ledger == nil {
		defer p.watch(len(files) * len(r.Engine.Targets))()
		return r.Engine.Run(ctx, read(files))
	}
	earlier, err := p.ingest(ctx, r)
	if err != nil {
		return err
	}
	queues, err := p.journal(ctx, r, read(files))
	if err != nil {
		return err
	}
	queues = append(queues, earlier...)
	defer p.watch(len(queues))()
	return p.work(ctx, r, queues)
}

// read gives the wish of each file.
func read(files []string) iter.Seq2[zone.Intent, error] {
	return func(yield func(zone.Intent, error) bool) {
		for i, arg := range files {
			in := zone.Intent{Source: "file", Order: uint64(i)}
			z, err := readZone(arg)
			if err == nil {
				in.Zone, in.Wish = z.Name(), zone.Replace{Zone: z}
			}
			if !yield(in, err) {
				return
			}
		}
	}
}

// readZone reads FILE or NAME=FILE.
func readZone(arg string) (*zone.Zone, error) {
	text, file, named := strings.Cut(arg, "=")
	if !named {
		text, file = strings.TrimSuffix(filepath.Base(arg), ".zone"), arg
	}
	name, err := zone.ParseName(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", arg, err)
	}
	body, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	z, err := zone.Parse(name, string(body))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return z, nil
}
