package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"sync"

	"github.com/spf13/cobra"

	"github.com/zonecast/zonecast/config"
	"github.com/zonecast/zonecast/provider"
)

// A program is one run of the command.
type program struct {
	in            io.Reader
	out, problems io.Writer

	path                      string // of the configuration
	json, dry, refresh, quiet bool

	progress *progress  // nil: nobody watches
	level    slog.Level // of what is told to problems

	telling sync.Mutex // one result is told at a time
	worst   int
	codes   map[standing]int // the last of each zone
}

type standing struct{ target, zone string }

func (p *program) commands() *cobra.Command {
	root := &cobra.Command{
		Use:           "zonecast",
		Short:         "keep DNS zones at third-party services equal to what a source of truth says",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	f := root.PersistentFlags()
	f.StringVar(&p.path, "config", "", "configuration file (default: zonecast.yaml, if there is one)")
	f.BoolVar(&p.json, "json", false, "one JSON object a line")
	f.BoolVar(&p.quiet, "quiet", false, "nothing of what agrees")
	root.AddCommand(p.pleskCommand(), p.secondaryCommand(), p.forceCommand(), p.planCommand(), p.syncCommand(), p.runCommand(), p.statusCommand(), p.retryCommand(),
		p.approveCommand(), p.whyCommand(), p.verifyCommand(), p.exportCommand(), p.driversCommand(), p.checkCommand(), p.manCommand())
	return root
}

// do makes a command's function of one that knows the program.
func do(f func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error { return f(c.Context(), args) }
}

// end notes a code to end with.
func (p *program) end(code int) { p.worst = provider.WorseExit(p.worst, code) }

// exitCode is the worst that was met; of a zone that was worked on twice the last
// word counts.
func (p *program) exitCode() int {
	for _, code := range p.codes {
		p.end(code)
	}
	return p.worst
}

// standardFile is where the configuration is if nobody says.
const standardFile = "zonecast.yaml"

func (p *program) configuration() (*config.Config, error) {
	if p.path != "" {
		return config.Load(p.path)
	}
	if _, err := os.Stat(standardFile); errors.Is(err, fs.ErrNotExist) {
		dir, err := os.Getwd()
		if err != nil {
			return nil, err
		}
		return config.Default(dir)
	}
	return config.Load(standardFile)
}

// logger tells people, or programs, of problems.
func (p *program) logger() *slog.Logger {
	o := &slog.HandlerOptions{Level: p.level}
	if p.json {
		return slog.New(slog.NewJSONHandler(p.problems, o))
	}
	return slog.New(slog.NewTextHandler(p.problems, o))
}

// look opens what the configuration says, for those who only look.
func (p *program) look(ctx context.Context) (*config.Runtime, error) {
	c, err := p.configuration()
	if err != nil {
		return nil, err
	}
	return c.Look(ctx, p.logger())
}

// lookBack is look for who wants to know what the ledger does.
func (p *program) lookBack(ctx context.Context) (*config.Runtime, error) {
	r, err := p.look(ctx)
	if err == nil && r.Ledger == nil {
		return nil, errNoLedger
	}
	return r, err
}

// open opens what the configuration says, for work.
func (p *program) open(ctx context.Context, c *config.Config) (*config.Runtime, error) {
	r, err := c.Open(ctx, p.logger())
	if err != nil {
		return nil, err
	}
	r.Engine.Report = p.report
	if p.refresh {
		r.Engine.Refresh = -1
	}
	return r, nil
}

var errNoLedger = errors.New("there is no ledger, so nothing is remembered")

// remembered opens what the configuration says, for commands that need a ledger,
// and takes in first what waits in the spool.
func (p *program) remembered(ctx context.Context) (*config.Runtime, error) {
	c, err := p.configuration()
	if err != nil {
		return nil, err
	}
	r, err := p.open(ctx, c)
	if err != nil {
		return nil, err
	}
	if r.Ledger == nil {
		return nil, errNoLedger
	}
	if _, err := p.ingest(ctx, r); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}
