package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/zonecast/zonecast/config"
	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/plesk"
	"github.com/zonecast/zonecast/zone"
)

// spool keeps a document that the ledger did not take.
func (p *program) spool(c *config.Config, doc document, why error) error {
	s := c.Spool()
	if err := s.Put(doc.Bytes()); err != nil {
		return fmt.Errorf("the document is lost: %w; %w", why, err)
	}
	fmt.Fprintf(p.problems, "zonecast: %v; the document waits in %s\n", why, s.Dir)
	p.end(4)
	return nil
}

// ingest takes in what waits in the spool, oldest first.
func (p *program) ingest(ctx context.Context, r *config.Runtime) (queues []engine.Queue, err error) {
	err = r.Spool.Each(func(doc []byte) error {
		more, err := p.journal(ctx, r, plesk.Decode(bytes.NewReader(doc)))
		queues = append(queues, more...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	return queues, nil
}

// journal makes intents durable, whatever signal comes meanwhile. What of them
// cannot be read is told and ends nothing.
func (p *program) journal(ctx context.Context, r *config.Runtime, in iter.Seq2[zone.Intent, error]) ([]engine.Queue, error) {
	queues, unread, err := r.Engine.Journal(context.WithoutCancel(ctx), in)
	if err == nil && unread != nil {
		p.problem(unread)
	}
	return queues, err
}

// work settles queues, and counts in what other processes make of them meanwhile.
func (p *program) work(ctx context.Context, r *config.Runtime, queues []engine.Queue) error {
	done := p.watch(len(queues))
	err := r.Engine.Work(ctx, queues)
	done()
	theirs := map[standing]bool{}
	for _, q := range queues {
		s := standing{q.Target, string(q.Name)}
		if _, told := p.codes[s]; !told {
			theirs[s] = true
		}
	}
	if len(theirs) == 0 {
		return err
	}
	list, e := r.Ledger.Standings(context.WithoutCancel(ctx), false)
	for _, s := range list {
		if theirs[standing{s.Target, string(s.Zone)}] {
			p.end(s.State.ExitCode())
			p.say(standingText(s), standingLine{"standing", s})
		}
	}
	return errors.Join(err, e)
}
