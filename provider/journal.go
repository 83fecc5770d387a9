package provider

import (
	"time"

	"github.com/zonecast/zonecast/zone"
)

// An Entry is an intent on its way into a journal: who shall be brought in line
// with it, and what makes the work unnecessary.
type Entry struct {
	Target string
	Queue  zone.Name // what is done one after another: the zone, or the parent of a Patch that is no difference
	Intent zone.Intent
	Bulk   bool          // part of a mass resync, which lets fresh events go first
	Policy string        // how the target is dealt with now; another one is looked at again
	Fresh  time.Duration // how long an agreement may be relied on
	Delay  time.Duration // how long a Remove is only a tombstone, which any Replace takes away
}

// QueueOf gives the queue of an intent: its zone, and for a Patch the name above
// it, so that the patches of a reverse zone become one. A difference is about its zone.
func QueueOf(in zone.Intent) zone.Name {
	if p, ok := in.Wish.(zone.Patch); ok && !p.IsDifference() {
		return in.Zone.Parent()
	}
	return in.Zone
}

// An Acceptance says what became of an entry.
type Acceptance uint8

// What becomes of an entry.
const (
	Accepted  Acceptance = iota // it is owed now
	Unchanged                   // the target agrees with just this already
	Stale                       // something newer was accepted a moment ago
	Delayed                     // it is owed, but not yet
	Theirs                      // it is the removal of a zone that another source has brought
)

// Standing is how a queue of a target stands, for people and for monitoring.
type Standing struct {
	Target   string    `json:"target"`
	Zone     zone.Name `json:"zone"`
	State    State     `json:"state"`
	Reason   string    `json:"reason,omitempty"`
	Since    time.Time `json:"since"`
	Owed     int       `json:"owed,omitempty"` // intents that wait
	Attempts int       `json:"attempts,omitempty"`
	Next     time.Time `json:"next,omitzero"`     // when it is tried again
	Held     string    `json:"held,omitempty"`    // the digest of the plan that awaits approval
	Shape    string    `json:"shape,omitempty"`   // that plan's, the same for the same changes of another zone
	Missing  string    `json:"missing,omitempty"` // what servers of the zone did not serve when somebody looked

	MissingSince time.Time `json:"missing_since,omitzero"`
	Seen         time.Time `json:"seen,omitzero"` // when somebody looked
}

// An Account is what came of working on a queue.
type Account struct {
	UpTo   uint64    // Order of the last intent that was worked on
	Wish   zone.Wish // the last one of them
	Source string
	Policy string
	Result Result

	Approved []zone.Digest // what was known to be when the work began

	Again bool          // it stays owed
	Retry time.Duration // after which it is tried again
}

// A Gate tells whether a target may be worked with.
type Gate struct {
	Open  bool
	Trial bool          // one piece of work alone may pass, to see how it goes
	Why   string        // it is closed
	Wait  time.Duration // until it may be asked again
}
