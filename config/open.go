package config

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
)

// A Runtime is what a configuration has been made into.
type Runtime struct {
	Engine *engine.Engine
	Ledger *ledger.Ledger // the engine's; nil where there is none
	Spool  ledger.Spool   // documents that the ledger could not take

	config *Config
	logger *slog.Logger
	key    string // of what the ledger gets to know of secrets
}

// Open makes an engine that is ready to run. An error of type *LedgerError says
// that all is well but the ledger. logger may be nil.
func (c *Config) Open(ctx context.Context, logger *slog.Logger) (*Runtime, error) {
	return c.open(ctx, logger, true)
}

// Look is Open for those who only look: a ledger that is not there is not made.
func (c *Config) Look(ctx context.Context, logger *slog.Logger) (*Runtime, error) {
	return c.open(ctx, logger, false)
}

func (c *Config) open(ctx context.Context, logger *slog.Logger, create bool) (*Runtime, error) {
	r := &Runtime{Engine: &engine.Engine{Refresh: c.Policy.refresh(), Logger: logger}, Spool: c.Spool(), config: c, logger: logger}
	for _, t := range c.Targets {
		target, err := c.target(t, logger)
		if err != nil {
			return nil, fmt.Errorf("target %s: %w", t.Name, err)
		}
		r.Engine.Targets = append(r.Engine.Targets, target)
	}
	l, err := c.openLedger(ctx, create)
	if err != nil {
		return nil, err
	}
	if l != nil { // or the engine's would be a nil that is none
		r.Ledger, r.Engine.Ledger = l, l
		r.key = l.ID()
	}
	for i := range r.Engine.Targets {
		r.seal(&r.Engine.Targets[i])
	}
	return r, nil
}

// Close gives back what Open has opened, and what drivers have, as a session.
func (r *Runtime) Close() error {
	var errs []error
	for _, t := range r.Engine.Targets {
		errs = append(errs, closeDriver(t))
	}
	if r.Ledger != nil {
		errs = append(errs, r.Ledger.Close())
	}
	return errors.Join(errs...)
}

// closeDriver closes a driver that has something to close.
func closeDriver(t engine.Target) error {
	c, ok := provider.As[io.Closer](t.Syncer.Provider)
	if !ok {
		return nil
	}
	if err := c.Close(); err != nil {
		return fmt.Errorf("target %s: %w", t.Syncer.Target, err)
	}
	return nil
}

// Target finds a target by its name, nil where there is none.
func (r *Runtime) Target(name string) *engine.Target {
	for i := range r.Engine.Targets {
		if t := &r.Engine.Targets[i]; t.Syncer.Target == name {
			return t
		}
	}
	return nil
}

// Wait is how long zonecast plesk works.
func (c *Config) Wait() time.Duration {
	if c.Plesk.Wait == nil {
		return 5 * time.Second
	}
	return time.Duration(*c.Plesk.Wait)
}

func (c *Config) target(t Target, logger *slog.Logger) (engine.Target, error) {
	o, policy, err := t.settings(c.Policy)
	if err != nil {
		return engine.Target{}, err
	}
	digest, err := t.digest(o, policy)
	if err != nil {
		return engine.Target{}, err
	}
	takes, err := c.takes(t.Zones)
	if err != nil {
		return engine.Target{}, err
	}
	if err := c.fill(o); err != nil {
		return engine.Target{}, fmt.Errorf("options: %w", err)
	}
	secrets, err := sum(o)
	if err != nil {
		return engine.Target{}, err
	}
	p, owner, err := o.open(c)
	if err != nil {
		return engine.Target{}, fmt.Errorf("options: %w", err)
	}
	return engine.Target{
		Syncer: provider.Syncer{Target: t.Name, Provider: p, Rules: policy.rules(), Limits: policy.limits(), Fleet: policy.fleet(),
			Owner: cmp.Or(string(t.Owner), owner), Missing: policy.missing(), Removal: policy.removal(), Reverse: policy.reverse(),
			Delegation: policy.delegation(), Hold: t.mode() == "hold", Logger: logger},
		Takes: takes, Observe: t.mode() == "observe" || onlyReads(p), Delay: policy.delay(!c.Ledger.None), Policy: digest, Secrets: secrets,
		Verify: c.looks(policy),
	}, nil
}

// digest sums up how a target is dealt with, so that another way is seen as such.
// What stands elsewhere does not enter, and what stands here cannot be read from it.
func (t Target) digest(o options, p Policy) (string, error) {
	p.Refresh, p.Verify = nil, "" // that is when to look, not what to do
	text, err := json.Marshal(struct {
		Driver  string
		Mode    Mode
		Options options
		Policy  Policy
	}{t.Driver, t.mode(), o, p})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16]), err
}
