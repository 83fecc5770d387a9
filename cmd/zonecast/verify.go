package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/spf13/cobra"

	"github.com/zonecast/zonecast/config"
	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/verify"
	"github.com/zonecast/zonecast/zone"
)

// A verifier is the command with its flags.
type verifier struct {
	*program
	roots, servers []string
	wait           time.Duration
}

func (p *program) verifyCommand() *cobra.Command {
	v := &verifier{program: p}
	c := &cobra.Command{
		Use:   "verify ZONE [NAME TYPE]",
		Short: "ask the authoritative servers of a zone whether they serve what was written",
		Long: `Walks from the root servers down to the zone and asks each of its servers whether it
serves what we wrote at the targets, as they keep it: all of it, or one set. Of a zone that
nothing was written to they have to serve what its targets have. Where several targets keep
the zone, a server has to serve what one of them has.

A server is found to have what is wanted (served); still what was before, or an older serial
(pending); something else (diverged); or not to answer for the zone at all (lame).

The command ends with 0 where all serve, 4 where one is pending, 3 where one is diverged or
lame or the zone is not delegated, and 1 where nobody could be asked.`,
		Args: zoneOrSet,
		RunE: do(v.run),
	}
	f := c.Flags()
	f.StringSliceVar(&v.roots, "root", nil, "address of a server at which the walk begins, instead of the root servers")
	f.StringSliceVar(&v.servers, "server", nil, "server that is asked at once, without a walk: as those of a provider before the zone is delegated to it")
	f.DurationVar(&v.wait, "wait", 0, "ask again until all serve, for as long as this")
	return c
}

func (v *verifier) run(ctx context.Context, args []string) error {
	name, key, err := whatOf(args)
	if err != nil {
		return err
	}
	r, err := v.look(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	walk, err := v.walk(ctx, r)
	if err != nil {
		return err
	}
	wants, err := wantsOf(ctx, r, name)
	if err != nil {
		return err
	}
	whole := key == zone.Key{}
	for i := range wants {
		if !whole {
			wants[i].Keys = []zone.Key{key}
		}
	}
	report, err := v.ask(ctx, walk, wants)
	if err != nil {
		return err
	}
	if v.tellReport(report); !whole {
		return nil
	}
	return reviewed(ctx, r, name, report)
}

func (v *verifier) ask(ctx context.Context, walk verify.Walk, wants []verify.Want) (verify.Report, error) {
	if v.wait <= 0 {
		return walk.Zone(ctx, wants...)
	}
	ctx, cancel := context.WithTimeout(ctx, v.wait)
	defer cancel()
	return walk.Await(ctx, wants...)
}

// walk is that of the configuration, or what the flags say.
func (v *verifier) walk(ctx context.Context, r *config.Runtime) (walk verify.Walk, err error) {
	walk = r.Walk()
	if len(v.roots)+len(v.servers) == 0 {
		return walk, nil
	}
	if walk.Roots, err = addresses(ctx, v.roots); err != nil {
		return walk, err
	}
	walk.Servers, err = addresses(ctx, v.servers)
	return walk, err
}

// addresses gives where hosts are, by the system's resolver; each may have a port.
func addresses(ctx context.Context, hosts []string) (out []string, err error) {
	for _, text := range hosts {
		host, port, err := net.SplitHostPort(text)
		if err != nil {
			host, port = text, "53"
		}
		found := []string{host}
		if _, err := netip.ParseAddr(host); err != nil {
			if found, err = net.DefaultResolver.LookupHost(ctx, host); err != nil {
				return nil, err
			}
		}
		for _, address := range found {
			out = append(out, net.JoinHostPort(address, port))
		}
	}
	return out, nil
}

// wantsOf gives what servers of a zone may serve: what we wrote, and where nothing is
// known to be ours, what the targets have.
func wantsOf(ctx context.Context, r *config.Runtime, name zone.Name) (written []verify.Want, err error) {
	var there []verify.Want
	for i := range r.Engine.Targets {
		t := &r.Engine.Targets[i]
		if t.Takes != nil && !t.Takes(name) {
			continue
		}
		want, ours, err := wantOf(ctx, r, t, name)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s: %w", t.Syncer.Target, err)
		case ours:
			written = append(written, want)
		case want.Zone != nil:
			there = append(there, want)
		}
	}
	if written == nil {
		written = there
	}
	if written == nil {
		return nil, fmt.Errorf("no target has the zone %s", name)
	}
	return written, nil
}

// wantOf gives what a target's servers have to serve: of what is ours all as it was
// stored, beside what others have there. ours is false where nothing is.
func wantOf(ctx context.Context, r *config.Runtime, t *engine.Target, name zone.Name) (want verify.Want, ours bool, err error) {
	live, err := t.Syncer.Provider.Zone(ctx, name)
	if err != nil && !errors.Is(err, provider.ErrNoZone) {
		return want, false, err
	}
	want.Zone = live
	if r.Ledger == nil {
		return want, false, nil
	}
	base, err := r.Ledger.Base(ctx, t.Syncer.Target, name)
	if err != nil || base == nil || base.Stored.Len() == 0 {
		return want, false, err
	}
	want.Zone = base.Stored
	if live != nil {
		put := &zone.Base{Wrote: base.Stored, Stored: base.Stored}
		want.Zone, _ = zone.Reconcile(put, live, base.Stored, t.Syncer.EffectiveRules())
		want.Zone = want.Zone.Protect(live.Protected()...)
	}
	for set := range base.Stored.All() {
		want.Keys = append(want.Keys, set.Key)
	}
	plans, err := r.Ledger.Plans(ctx, t.Syncer.Target, name)
	if n := len(plans); n > 0 {
		want = after(want, plans[n-1].Plan)
	}
	return want, true, err
}

// after says what was before the last plan, and that what it took away has to be gone.
func after(want verify.Want, last zone.Plan) verify.Want {
	want.Was = want.Zone.Apply(last.Invert())
	ours := map[zone.Key]bool{}
	for _, k := range want.Keys {
		ours[k] = true
	}
	for _, c := range last.Changes {
		if !ours[c.Key()] {
			want.Keys = append(want.Keys, c.Key())
		}
	}
	return want
}

// tellReport shows what was found, and counts it in.
func (p *program) tellReport(r verify.Report) {
	p.end(codeOf(r))
	for _, s := range r.Servers {
		if s.Verdict != verify.Served || !p.quiet {
			p.say(s.String()+"\n", serverLine{"server", r.Zone, s})
		}
	}
	for _, f := range r.Findings {
		p.say(f.String()+"\n", findingLine{"finding", r.Zone, f})
	}
}

func codeOf(r verify.Report) int {
	code := map[verify.Verdict]int{verify.Served: 0, verify.Pending: 4, verify.Diverged: 3, verify.Lame: 3}[r.Verdict()]
	for _, f := range r.Findings {
		if f.Level == zone.Blocked {
			code = provider.WorseExit(code, 3)
		}
	}
	return code
}

type serverLine struct {
	Kind string    `json:"kind"`
	Zone zone.Name `json:"zone"`
	verify.Server
}

type findingLine struct {
	Kind string    `json:"kind"`
	Zone zone.Name `json:"zone"`
	zone.Finding
}
