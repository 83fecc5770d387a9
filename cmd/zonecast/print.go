package main

import (
	"encoding/json"
	"fmt"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// say writes to people, or an object to programs. Whether anybody listens is no
// matter.
func (p *program) say(text string, object any) {
	if !p.json {
		fmt.Fprint(p.out, text)
		return
	}
	if line, err := json.Marshal(object); err == nil {
		fmt.Fprintf(p.out, "%s\n", line)
	}
}

// problem tells of something that went wrong and does not end the work.
func (p *program) problem(err error) {
	fmt.Fprintln(p.problems, "zonecast:", err)
	p.end(1)
}

// report tells of a zone at a target.
func (p *program) report(r provider.Result) {
	code := r.State.ExitCode()
	p.telling.Lock()
	defer p.telling.Unlock()
	if p.codes == nil {
		p.codes = map[standing]int{}
	}
	p.codes[standing{r.Target, string(r.Zone)}] = code
	if code == 0 && p.quiet {
		return
	}
	text := r.String()
	if r.Target != "" {
		text = r.Target + ": " + text
	}
	p.progress.around(func() { p.say(text, resultLine(r)) })
}

// A result is a provider.Result as a line.
type result struct {
	Kind        string         `json:"kind"`
	Target      string         `json:"target,omitempty"`
	Zone        zone.Name      `json:"zone,omitempty"`
	State       provider.State `json:"state"`
	Plan        *zone.Plan     `json:"plan,omitempty"`
	Held        *zone.Plan     `json:"held,omitempty"`
	Digest      string         `json:"digest,omitempty"`
	Findings    []zone.Finding `json:"findings,omitempty"`
	NameServers []zone.Name    `json:"name_servers,omitempty"`
	Error       string         `json:"error,omitempty"`
}

func resultLine(r provider.Result) result {
	line := result{Kind: "result", Target: r.Target, Zone: r.Zone, State: r.State, Findings: r.Findings, NameServers: r.NameServers}
	if !r.Plan.Empty() {
		line.Plan = &r.Plan
	}
	if !r.Held.Empty() {
		line.Held, line.Digest = &r.Held, r.Held.Digest().String()
	}
	if r.Err != nil {
		line.Error = r.Err.Error()
	}
	return line
}
