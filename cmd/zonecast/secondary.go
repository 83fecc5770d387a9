package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/zonecast/zonecast/config"
	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/secondary"
	"github.com/zonecast/zonecast/zone"
)

func (p *program) secondaryCommand() *cobra.Command {
	once := false
	c := &cobra.Command{
		Use:   "secondary",
		Short: "follow zones at their primaries, and keep the targets equal to them",
		Long: `Follows the zones of the sources that the configuration names under secondary: reads
their list, asks the primaries for serials, gets by transfer what has changed, and
keeps the targets equal to it. It goes on until SIGINT or SIGTERM comes; with --once
it looks at everything once.

What could not be got or read changes nothing. A zone is removed only when its list
was without it twice, ten minutes apart. Where a serial went backwards the zone is
suspect and stays as it is until zonecast force says otherwise.`,
		Args: cobra.NoArgs,
		RunE: do(func(ctx context.Context, _ []string) error { return p.follow(ctx, once) }),
	}
	c.Flags().BoolVar(&once, "once", false, "look at everything once and end")
	return c
}

var errNoSecondaries = errors.New("the configuration has no secondary")

func (p *program) follow(ctx context.Context, once bool) error {
	c, err := p.configuration()
	if err != nil {
		return err
	}
	if !once {
		p.level = slog.LevelInfo
	}
	r, err := p.open(ctx, c)
	if err != nil {
		return err
	}
	defer r.Close()
	d := &desk{program: p, Runtime: r, claims: map[zone.Name]claim{}, work: make(chan struct{}, 1)}
	r.Engine.Report = d.tell
	if d.sources, err = r.Secondaries(); err == nil && len(d.sources) == 0 {
		err = errNoSecondaries
	}
	if err != nil {
		return err
	}
	if err := d.begin(ctx); err != nil {
		return err
	}
	if once {
		return d.once(ctx)
	}
	stop, err := d.serve(ctx, c.Metrics)
	if err != nil {
		return err
	}
	defer stop()
	return d.forever(ctx)
}

// serve tells over HTTP how sources stand, until stop is called.
func (d *desk) serve(ctx context.Context, address string) (stop func(), err error) {
	if address == "" {
		return func() {}, nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	server := &http.Server{Handler: secondary.StatusHandler(d.sources...), ReadHeaderTimeout: 5 * time.Second, WriteTimeout: time.Minute}
	go server.Serve(l)
	return func() { server.Close() }, nil
}

// A desk takes in what sources wish and has it done.
type desk struct {
	*program
	*config.Runtime
	sources []*secondary.Secondary
	work    chan struct{} // something is owed

	targets sync.RWMutex // is held by who journals, and by who makes targets anew

	mu     sync.Mutex
	claims map[zone.Name]claim // the source that each zone is from
	queues []engine.Queue      // that have work since the last look
}

// tell reports a result: sources and workers have some at the same time.
func (d *desk) tell(r provider.Result) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.report(r)
}

// begin lets each source keep the zones that it has brought: another one that lists
// them, too, does not get them.
func (d *desk) begin(ctx context.Context) error {
	for _, s := range d.sources {
		s.Takes = func(e secondary.Entry) bool { return d.claim(e, s) }
		if s.Store == nil {
			continue
		}
		copies, err := s.Store.Copies(ctx, s.Name)
		if err != nil {
			return err
		}
		for _, c := range copies {
			d.claim(secondary.Entry{Name: c.Zone}, s)
		}
	}
	return nil
}

// claim says whether a source is the one that a zone in its list is from: the first
// that lists it, or the catalog that this one's catalog says is to have it (coo, RFC
// 9432 section 4.3.1), once it lists it.
func (d *desk) claim(e secondary.Entry, s *secondary.Secondary) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, ok := d.claims[e.Name]
	switch {
	case !ok:
		c = claim{source: s.Name}
	case c.source != s.Name && isCatalog(s, c.heir):
		d.logger().Info("a zone passes to another source", "zone", e.Name, "from", c.source, "to", s.Name)
		c = claim{source: s.Name}
	case c.source != s.Name:
		return false
	}
	if e.Member != "" { // its catalog says so, or does not any more
		c.heir = e.Heir
	}
	d.claims[e.Name] = c
	return true
}

// A claim is whose a zone is.
type claim struct {
	source string
	heir   zone.Name // the catalog that is to have it; "": none
}

func isCatalog(s *secondary.Secondary, name zone.Name) bool {
	c, ok := s.List.(*secondary.Catalog)
	return ok && c.Name == name
}

// release lets other sources have zones that theirs has removed.
func (d *desk) release(ins []zone.Intent) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, in := range ins {
		if _, ok := in.Wish.(zone.Remove); ok {
			delete(d.claims, in.Zone)
		}
	}
}

// take is the handler: what is wished is durable when it returns, or done where there
// is no ledger.
func (d *desk) take(ctx context.Context, ins []zone.Intent) error {
	if d.Ledger == nil {
		d.targets.Lock()
		defer d.targets.Unlock()
		return d.Engine.Run(ctx, each(ins))
	}
	d.targets.RLock()
	defer d.targets.RUnlock()
	queues, err := d.program.journal(ctx, d.Runtime, each(ins))
	if err != nil {
		return err
	}
	d.release(ins)
	d.mu.Lock()
	d.queues = append(d.queues, queues...)
	d.mu.Unlock()
	select {
	case d.work <- struct{}{}:
	default:
	}
	return nil
}

func each(ins []zone.Intent) iter.Seq2[zone.Intent, error] {
	return func(yield func(zone.Intent, error) bool) {
		for _, in := range ins {
			if !yield(in, nil) {
				return
			}
		}
	}
}

// due gives the queues that have work.
func (d *desk) due() []engine.Queue {
	d.mu.Lock()
	defer d.mu.Unlock()
	queues := d.queues
	d.queues = nil
	return queues
}

// once has every source look once, and then works on what has come of it and on what
// was owed before.
func (d *desk) once(ctx context.Context) error {
	errs := make([]error, len(d.sources))
	var wg sync.WaitGroup
	for i, s := range d.sources {
		wg.Go(func() { errs[i] = s.Once(ctx, d.take) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			d.problem(err)
		}
	}
	if d.Ledger == nil {
		return nil
	}
	return d.runOnce(ctx, d.Runtime)
}

// forever has every source follow its zones while what they wish is worked on.
func (d *desk) forever(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	d.Engine.Looks = &engine.Looks{}
	var wg sync.WaitGroup
	errs := make([]error, len(d.sources))
	for i, s := range d.sources {
		wg.Go(func() {
			errs[i] = s.Run(ctx, d.take)
			cancel() // one that cannot begin is seen at once
		})
	}
	if d.Ledger != nil {
		wg.Go(func() { d.settle(ctx) })
		wg.Go(func() { d.beat(ctx, d.Runtime) })
		wg.Go(func() { d.review(ctx, d.Runtime) })
	}
	wg.Wait()
	d.Engine.Looks.Wait()
	d.worst, d.codes = 0, nil // what is left is owed, and was told
	return errors.Join(errs...)
}

// settle works on what is wished as soon as it is, and on what is owed when it is
// due.
func (d *desk) settle(ctx context.Context) {
	for ctx.Err() == nil {
		if queues := d.due(); len(queues) > 0 {
			if err := d.Engine.Work(ctx, queues); err != nil && ctx.Err() == nil {
				d.logger().Error("what is wished cannot be worked on", "error", err)
			}
			continue
		}
		d.renew()
		next, err := d.drain(ctx, d.Runtime)
		if err != nil && ctx.Err() == nil {
			d.logger().Error("what is owed cannot be worked on", "error", err)
		}
		if next <= 0 || next > lookEvery {
			next = lookEvery
		}
		select {
		case <-d.work:
		case <-time.After(next):
		case <-ctx.Done():
		}
	}
}

// renew reads secrets again; old ones still serve if the new ones cannot be read.
func (d *desk) renew() {
	d.targets.Lock()
	defer d.targets.Unlock()
	if err := d.Renew(); err != nil {
		d.logger().Warn("secrets cannot be read again", "error", err)
	}
}
