package config

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/verify"
	"github.com/zonecast/zonecast/zone"
)

// Verify is how it is looked whether the world sees what was written.
type Verify struct {
	Wait    *Duration `yaml:"wait" doc:"how long after a write it is looked for; 10s if left out"`
	Roots   Addresses `yaml:"roots" doc:"addresses of servers at which the walk to a zone begins; the root servers if left out"`
	Servers Addresses `yaml:"servers" doc:"addresses that are asked instead of the servers that zones are delegated to"`
}

// Verified is whether that is done.
type Verified string

func (Verified) words() []string { return []string{"off", "served"} }

// UnmarshalYAML reads the word.
func (v *Verified) UnmarshalYAML(n ast.Node) error { return choose(n, v) }

// Addresses are those of servers, with or without a port.
type Addresses []string

// UnmarshalYAML reads one address or a list.
func (a *Addresses) UnmarshalYAML(n ast.Node) error {
	values := []ast.Node{n}
	if list, ok := n.(*ast.SequenceNode); ok {
		values = list.Values
	}
	for _, v := range values {
		text := v.GetToken().Value
		_, plain := netip.ParseAddr(text)
		if _, err := netip.ParseAddrPort(text); err != nil && plain != nil {
			return wrong(v, "want an address, with or without a port")
		}
		*a = append(*a, text)
	}
	return nil
}

func (Addresses) schema() object { return Words{}.schema() }

// Walk gives how servers are asked what they serve.
func (c *Config) Walk() verify.Walk {
	return verify.Walk{Roots: c.Verify.Roots, Servers: c.Verify.Servers}
}

// Walk is that of the configuration.
func (r *Runtime) Walk() verify.Walk { return r.config.Walk() }

func (v Verify) wait() time.Duration {
	if v.Wait == nil {
		return 10 * time.Second
	}
	return time.Duration(*v.Wait)
}

// looks gives what an engine's target asks whether a write has arrived; nil where
// nobody wants to know.
func (c *Config) looks(p Policy) func(context.Context, provider.Result) string {
	if p.Verify != "served" {
		return nil
	}
	walk := c.Walk()
	return func(ctx context.Context, r provider.Result) string {
		ctx, cancel := context.WithTimeout(ctx, c.Verify.wait())
		defer cancel()
		want := verify.Want{Zone: r.Live, Was: r.Live.Apply(r.Plan.Invert())}
		for _, change := range r.Plan.Changes {
			if r.Partly && change.Op() == zone.Delete {
				continue // what answers in its place is not known
			}
			want.Keys = append(want.Keys, change.Key())
		}
		if len(want.Keys) == 0 {
			return ""
		}
		report, err := walk.Await(ctx, want)
		switch {
		case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
			return "there was no time to find its servers"
		case err != nil:
			return err.Error()
		case report.Verdict() == verify.Served:
			return ""
		}
		return report.Summary()
	}
}
