package config

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/provider"
)

// Renew reads again what stands elsewhere, and makes those targets anew for which it
// has changed: a key that was exchanged is used without a restart. Nothing may be at
// work meanwhile. With an error that target and those behind it stay as they are.
func (r *Runtime) Renew() error {
	for i, t := range r.config.Targets {
		if err := r.renew(t, &r.Engine.Targets[i]); err != nil {
			return fmt.Errorf("target %s: %w", t.Name, err)
		}
	}
	return nil
}

func (r *Runtime) renew(t Target, target *engine.Target) error {
	now, err := r.config.secrets(t)
	if err != nil || r.sealed(now) == target.Secrets {
		return err
	}
	made, err := r.config.target(t, r.logger)
	if err != nil {
		return err
	}
	r.seal(&made)
	_ = closeDriver(*target) // with a key that is of no more use
	*target = made
	return nil
}

// secrets sums up the options of a target with what stands elsewhere.
func (c *Config) secrets(t Target) (string, error) {
	o, _, err := t.settings(c.Policy)
	if err != nil {
		return "", err
	}
	if err := c.fill(o); err != nil {
		return "", fmt.Errorf("options: %w", err)
	}
	return sum(o)
}

func sum(o options) (string, error) {
	text, err := json.Marshal(o)
	sum := sha256.Sum256(text)
	return string(sum[:]), err
}

// seal gives a target what it has of the ledger: of the sum of secrets what may stand
// there, what drivers share, and the mark of our zones where the driver has none.
func (r *Runtime) seal(t *engine.Target) {
	t.Secrets = r.sealed(t.Secrets)
	if t.Syncer.Owner == "" && r.key != "" {
		t.Syncer.Owner = "zonecast-" + r.key
	}
	if s, ok := provider.As[provider.Sharer](t.Syncer.Provider); ok && r.Ledger != nil {
		s.Share(r.Ledger.Shared(t.Syncer.Target, t.Syncer.Owner))
	}
}

// sealed is short: that it is another one can be seen from it, and of all secrets
// that somebody could guess many have the same.
func (r *Runtime) sealed(sum string) string {
	mac := hmac.New(sha256.New, []byte(r.key))
	mac.Write([]byte(sum))
	return hex.EncodeToString(mac.Sum(nil)[:4])
}
