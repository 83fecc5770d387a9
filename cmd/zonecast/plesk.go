package main

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/spf13/cobra"

	"github.com/zonecast/zonecast/config"
	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/plesk"
	"github.com/zonecast/zonecast/zone"
)

func (p *program) pleskCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "plesk",
		Short: "take what Plesk says to a custom DNS backend on standard input",
		Long: `Takes what Plesk says to a custom DNS backend on standard input, whole.

Everything is written to the ledger before anything is done about it. Then the
zones of the document are worked on, for as long as plesk.wait of the configuration
says; what is not done by then is owed, and zonecast run does it. If the ledger
cannot take the document, a file in the spool beside it does, and the next command
that works begins with it.`,
		Args: cobra.NoArgs,
		RunE: do(p.plesk),
	}
	p.workFlags(c)
	return c
}

// workFlags are those of commands that take in what a source wishes.
func (p *program) workFlags(c *cobra.Command) {
	c.Flags().BoolVar(&p.dry, "dry-run", false, "show what would be done and do nothing")
	c.Flags().BoolVar(&p.refresh, "refresh", false, "look at every zone, also where the ledger says that it agrees")
}

func (p *program) plesk(ctx context.Context, _ []string) error {
	doc, err := readDocument(p.in)
	if err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	c, err := p.configuration()
	if err != nil {
		return err
	}
	if p.dry {
		return p.preview(ctx, c, plesk.Decode(doc.Reader()))
	}
	r, err := p.open(ctx, c)
	if _, ok := errors.AsType[*config.LedgerError](err); ok {
		return p.spool(c, doc, err)
	}
	if err != nil {
		return err
	}
	defer r.Close()
	if r.Ledger == nil {
		return r.Engine.Run(ctx, plesk.Decode(doc.Reader()))
	}
	earlier, err := p.ingest(ctx, r)
	var queues []engine.Queue
	if err == nil { // else it waits, too: what came earlier goes first
		queues, err = p.journal(ctx, r, plesk.Decode(doc.Reader()))
	}
	if err != nil {
		r.Close() // what its log has taken of a full disk is given back
		return p.spool(c, doc, err)
	}
	ctx, cancel := context.WithTimeout(ctx, c.Wait())
	defer cancel()
	return p.work(ctx, r, append(queues, earlier...))
}

// preview shows what would be done.
func (p *program) preview(ctx context.Context, c *config.Config, in iter.Seq2[zone.Intent, error]) error {
	r, err := c.Look(ctx, p.logger())
	if err != nil {
		return err
	}
	defer r.Close()
	e := engine.Engine{Report: p.report}
	for _, t := range r.Engine.Targets {
		t.Observe = true
		t.Syncer.Ledger = r.Engine.Ledger
		e.Targets = append(e.Targets, t)
	}
	return e.Run(ctx, in)
}
