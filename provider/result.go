package provider

import (
	"fmt"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// A State is how a zone stands at a target.
type State uint8

// The states, from good to bad.
const (
	Agreed     State = iota // the target has what is wanted
	Unmanaged               // nobody wants anything of the target here
	Paused                  // an operator has stopped the work
	Pending                 // a dry run found changes
	Owed                    // durable, and will be tried again
	Tombstoned              // will be removed, and is served until then
	Held                    // changes await approval
	Contested               // somebody keeps undoing what we write
	Blocked                 // something is wanted that cannot be written
	Refused                 // the source is wrong in part or in all
	Failed                  // an error ended the work
)

var states = [...]string{"agreed", "unmanaged", "paused", "pending", "owed", "tombstoned", "held", "contested", "blocked", "refused", "failed"}

// String is the word for the state.
func (s State) String() string {
	if int(s) < len(states) {
		return states[s]
	}
	return fmt.Sprintf("state %d", uint8(s))
}

// MarshalText writes the state as its word.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ExitCode is what a process that did just this ends with: 1 failed or refused,
// 3 held or blocked, 4 owed, 2 changes pending after a dry run, 0 otherwise.
func (s State) ExitCode() int {
	switch s {
	case Failed, Refused:
		return 1
	case Held, Blocked, Contested:
		return 3
	case Owed, Tombstoned:
		return 4
	case Pending:
		return 2
	}
	return 0
}

// WorseExit gives the worse of two exit codes: 1, then 3, 4, 2, 0.
func WorseExit(a, b int) int {
	rank := map[int]int{0: 0, 2: 1, 4: 2, 3: 3, 1: 4}
	if rank[b] > rank[a] {
		return b
	}
	return a
}

// A Result is what became of one intent at one target.
type Result struct {
	Target      string
	Zone        zone.Name // the zone itself, also for a Patch below it
	State       State
	Plan        zone.Plan // what was done, or would be
	Held        zone.Plan // what awaits approval
	Findings    []zone.Finding
	NameServers []zone.Name // of a zone that was created
	Live        *zone.Zone  // as it was read again after Plan was carried out; nil where nothing was
	Partly      bool        // no more of the zone was looked at than what changes
	Restless    bool        // the target did not hold still: another try may do what this one could not
	Awaits      zone.Name   // the zone of the target whose turn it is first; "": none
	Roused      []zone.Name // zones of the target that have work now because of this
	Err         error
}

// String shows the result to people: the state, what was done or would be, what
// awaits approval and under which digest, and what was found.
func (r Result) String() string {
	var b strings.Builder
	name := string(r.Zone)
	if name == "" {
		name = "no zone"
	}
	fmt.Fprintf(&b, "%s: %s", name, r.State)
	switch {
	case r.Plan.Empty():
		b.WriteString(", no changes\n")
	case r.State == Failed:
		fmt.Fprintf(&b, ", of these not all are done:\n%s", r.Plan)
	default:
		fmt.Fprintf(&b, "\n%s", r.Plan)
	}
	if len(r.NameServers) > 0 {
		fmt.Fprintf(&b, "name servers: %s\n", strings.Trim(fmt.Sprint(r.NameServers), "[]"))
	}
	if !r.Held.Empty() {
		fmt.Fprintf(&b, "awaiting approval %s:\n%s", r.Held.Digest(), r.Held)
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%s\n", f)
	}
	return b.String()
}

// settle finds the state from what is known.
func (r *Result) settle(dry bool) {
	worst := zone.Note
	for _, f := range r.Findings {
		worst = max(worst, f.Level)
	}
	switch {
	case r.Err != nil:
		r.State = Failed
	case worst == zone.Refused:
		r.State = Refused
	case worst == zone.Contested:
		r.State = Contested
	case !r.Held.Empty():
		r.State = Held
	case worst == zone.Blocked:
		r.State = Blocked
	case dry && !r.Plan.Empty():
		r.State = Pending
	case !dry && r.Awaits != "":
		r.State = Owed
	}
}
