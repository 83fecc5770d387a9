package secondary

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// A Condition is how a zone stands between its primaries and us.
type Condition string

// The conditions of a zone.
const (
	Fresh   Condition = "fresh"   // ours is what the primary has
	Waiting Condition = "waiting" // it has never come
	Stale   Condition = "stale"   // it could not be checked when it was last tried
	Expired Condition = "expired" // as Stale, and for longer than its SOA lets it be served
	Suspect Condition = "suspect" // the primary's serial went backwards: somebody has to look
	Gone    Condition = "gone"    // the list does not have it any more
	Signed  Condition = "signed"  // it is signed, and held from targets for now
)

// A ZoneStatus says how a zone stands, and why.
type ZoneStatus struct {
	Source    string    `json:"source"`
	Zone      zone.Name `json:"zone"`
	Condition Condition `json:"condition"`
	Serial    *uint32   `json:"serial,omitempty"` // ours
	Theirs    *uint32   `json:"theirs,omitempty"` // the primary's, when it was last asked
	From      string    `json:"from,omitempty"`   // the address that gave it
	Got       time.Time `json:"got,omitzero"`
	Checked   time.Time `json:"checked,omitzero"`
	Next      time.Time `json:"next,omitzero"` // when it is looked at again
	Reason    string    `json:"reason,omitempty"`
	Address   string    `json:"address,omitempty"` // of the primary that Reason is about
	Code      string    `json:"code,omitempty"`    // what it said: an RCODE, or what is wrong with a signature
	Since     time.Time `json:"since,omitzero"`    // of Reason
	Failures  int       `json:"failures,omitempty"`
}

// A Status says how a source stands.
type Status struct {
	Source    string          `json:"source"`
	Zones     int             `json:"zones"`
	Counts    map[string]int  `json:"conditions,omitempty"`
	Listed    time.Time       `json:"listed,omitzero"` // when the list could last be read
	ListError string          `json:"list_error,omitempty"`
	Held      string          `json:"removals_held,omitempty"`
	Primaries []PrimaryStatus `json:"primaries,omitempty"`
	Ready     bool            `json:"ready"` // the list has been read, and each of its zones tried
}

// A PrimaryStatus says how a primary stands.
type PrimaryStatus struct {
	Address   string    `json:"address"`
	Until     time.Time `json:"left_alone_until,omitzero"`
	Reason    string    `json:"reason,omitempty"`
	Transfers int       `json:"transfers"`      // under way
	Limit     int       `json:"transfer_limit"` // at a time, as it bears
}

// Zones gives how all zones stand, by name; nil while nobody is at work.
func (s *Secondary) Zones() []ZoneStatus {
	r := s.working.Load()
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	out := make([]ZoneStatus, 0, len(r.zones))
	for _, f := range r.zones {
		out = append(out, f.status(s.Name, now))
	}
	slices.SortFunc(out, func(a, b ZoneStatus) int { return zone.Compare(a.Zone, b.Zone) })
	return out
}

// status says how a zone stands. The run's lock is held.
func (f *follower) status(source string, now time.Time) ZoneStatus {
	z := ZoneStatus{Source: source, Zone: f.Zone, Condition: f.condition(now), Theirs: f.theirs, Checked: f.checked, Failures: f.fails}
	if f.known {
		serial := f.Serial
		z.Serial, z.From, z.Got = &serial, f.From, f.Got
	}
	if !f.busy && f.place >= 0 {
		z.Next = f.next
	}
	if f.err == nil {
		z.Reason = f.held
		return z
	}
	z.Reason, z.Since = f.err.Error(), f.errAt
	if e, ok := errors.AsType[*PrimaryError](f.err); ok {
		z.Address, z.Code = e.Address, e.Code
	}
	return z
}

func (f *follower) condition(now time.Time) Condition {
	switch {
	case f.Suspect != "":
		return Suspect
	case !f.Gone.IsZero():
		return Gone
	case !f.known:
		return Waiting
	case f.expired(now):
		return Expired
	case f.err != nil:
		return Stale
	case f.held != "":
		return Signed
	}
	return Fresh
}

// Status gives how the source stands.
func (s *Secondary) Status() Status {
	out := Status{Source: s.Name, Counts: map[string]int{}}
	r := s.working.Load()
	if r == nil {
		return out
	}
	for _, p := range r.peers {
		out.Primaries = append(out.Primaries, p.status())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	out.Zones, out.Listed, out.Held = len(r.zones), r.lists.at, r.lists.held
	if r.lists.err != nil {
		out.ListError = r.lists.err.Error()
	}
	now := time.Now()
	out.Ready = !out.Listed.IsZero()
	for _, f := range r.zones {
		out.Counts[string(f.condition(now))]++
		out.Ready = out.Ready && (f.known || f.err != nil)
	}
	return out
}

func (p *peer) status() PrimaryStatus {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := PrimaryStatus{Address: p.at(), Transfers: p.inside, Limit: p.limit}
	if p.rest > 0 {
		s.Until = p.until
	}
	if p.err != nil {
		s.Reason = p.err.Error()
	}
	return s
}

// StatusHandler tells over HTTP how sources stand: /metrics for Prometheus, /healthz while
// the process works, /readyz once every zone has been tried, and /zones, which says of
// each zone why it is as it is.
func StatusHandler(sources ...*Secondary) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) { writeMetrics(w, sources) })
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) { writeReady(w, sources) })
	mux.HandleFunc("GET /zones", func(w http.ResponseWriter, _ *http.Request) { writeZones(w, sources) })
	return mux
}
