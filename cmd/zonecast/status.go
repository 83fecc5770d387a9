package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/zonecast/zonecast/config"
	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
)

func (p *program) statusCommand() *cobra.Command {
	check := false
	c := &cobra.Command{
		Use:   "status",
		Short: "show what is owed, held or blocked, the oldest first",
		Long: `Shows what is owed, held or blocked, the oldest first, and when zonecast run was
alive last. With --check the exit code tells: 0 nothing, 4 something is owed, 3
something is held or blocked, 1 something failed or was refused. A zone that waits
for its removal needs nobody's attention, and what is written and not served everywhere
yet, by policy.verify, is shown and changes no code: zonecast verify has codes for that.`,
		Args: cobra.NoArgs,
		RunE: do(func(ctx context.Context, _ []string) error { return p.status(ctx, check) }),
	}
	c.Flags().BoolVar(&check, "check", false, "end with a code for monitoring")
	return c
}

func (p *program) status(ctx context.Context, check bool) error {
	r, err := p.lookBack(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	code, err := p.tell(ctx, r)
	if err != nil {
		return err
	}
	zones, err := p.tellZones(ctx, r, r.Metrics())
	if err != nil {
		return err
	}
	code = provider.WorseExit(code, zones)
	waiting, err := r.Spool.Len()
	if err != nil {
		return err
	}
	if waiting > 0 {
		code = provider.WorseExit(code, 4)
		p.say(fmt.Sprintf("%d documents wait in %s\n", waiting, r.Spool.Dir), spoolLine{"spool", waiting})
	}
	if check {
		p.end(code)
	}
	return nil
}

// tell shows what the ledger knows, and gives the worst of it.
func (p *program) tell(ctx context.Context, r *config.Runtime) (code int, err error) {
	breaks, err := r.Ledger.Breaks(ctx)
	if err != nil {
		return 0, err
	}
	for _, b := range breaks {
		if b.Blocked {
			code = provider.WorseExit(code, 3)
		}
		p.say(breakText(b), breakLine{"break", b})
	}
	list, err := r.Ledger.Standings(ctx, false)
	if err != nil {
		return 0, err
	}
	sum := summary{Kind: "summary", Zones: map[string]int{}}
	for _, s := range list {
		if r.Target(s.Target) == nil {
			s.Reason = "the configuration has no such target"
		}
		if s.State != provider.Tombstoned {
			code = provider.WorseExit(code, s.State.ExitCode())
		}
		sum.add(s)
		p.say(standingText(s), standingLine{"standing", s})
	}
	if !p.json {
		p.say(alikeText(list), nil)
	}
	p.say(sum.String(), &sum)
	at, err := r.Ledger.Heartbeat(ctx, heartbeat)
	if !at.IsZero() && !p.quiet {
		p.say(fmt.Sprintf("zonecast run was alive at %s\n", stamp(at)), heartbeatLine{"heartbeat", heartbeat, at})
	}
	return code, err
}

// unserved is what agrees and is not served everywhere.
const unserved = "unserved"

// A summary counts the zones that need attention, by their state.
type summary struct {
	Kind   string         `json:"kind"`
	Zones  map[string]int `json:"zones"`
	Oldest time.Time      `json:"oldest_owed,omitzero"`
}

// add is told of standings in the order of their age.
func (s *summary) add(one provider.Standing) {
	state := one.State.String()
	if one.State == provider.Agreed && one.Missing != "" {
		state = unserved
	}
	s.Zones[state]++
	if one.State == provider.Owed && s.Oldest.IsZero() {
		s.Oldest = one.Since
	}
}

func (s *summary) String() string {
	if len(s.Zones) == 0 {
		return "nothing needs attention\n"
	}
	var words []string
	for _, state := range slices.Sorted(maps.Keys(s.Zones)) {
		words = append(words, fmt.Sprintf("%d %s", s.Zones[state], state))
	}
	text := strings.Join(words, ", ")
	if !s.Oldest.IsZero() {
		text += ", the oldest owed since " + stamp(s.Oldest)
	}
	return text + "\n"
}

type (
	standingLine struct {
		Kind string `json:"kind"`
		provider.Standing
	}
	breakLine struct {
		Kind string `json:"kind"`
		ledger.Break
	}
	heartbeatLine struct {
		Kind string    `json:"kind"`
		Of   string    `json:"of"`
		At   time.Time `json:"at"`
	}
	spoolLine struct {
		Kind      string `json:"kind"`
		Documents int    `json:"documents"`
	}
)

func stamp(t time.Time) string { return t.Local().Format(time.RFC3339) }

func standingText(s provider.Standing) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s: %s since %s", s.Target, s.Zone, s.State, stamp(s.Since))
	if s.Attempts > 0 {
		fmt.Fprintf(&b, ", tried %d times, next at %s", s.Attempts, stamp(s.Next))
	}
	if s.Reason != "" {
		b.WriteString(": " + s.Reason)
	}
	if s.Missing != "" {
		fmt.Fprintf(&b, "; not served everywhere since %s, looked at %s: %s", stamp(s.MissingSince), stamp(s.Seen), s.Missing)
	}
	b.WriteByte('\n')
	if s.Held != "" {
		fmt.Fprintf(&b, "\tzonecast approve --target %s %s %s\n", s.Target, s.Zone, s.Held)
	}
	return b.String()
}

// alikeText shows what can be approved in several zones at once.
func alikeText(list []provider.Standing) string {
	zones := map[string]int{}
	for _, s := range list {
		zones[s.Shape]++
	}
	var b strings.Builder
	for _, s := range list {
		if n := zones[s.Shape]; n > 1 && s.Shape != "" {
			fmt.Fprintf(&b, "the same changes are held %d times:\n\tzonecast approve --all-like %s\n", n, s.Shape)
			zones[s.Shape] = 0
		}
	}
	return b.String()
}

func breakText(b ledger.Break) string {
	until := "until zonecast retry " + b.Target
	if !b.Blocked {
		until = "until " + stamp(b.Until)
	}
	return fmt.Sprintf("%s: left alone since %s %s: %s\n", b.Target, stamp(b.Since), until, b.Reason)
}
