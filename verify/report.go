package verify

import (
	"fmt"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// A Verdict is what a server is found to do.
type Verdict uint8

// The verdicts, from good to bad.
const (
	Served   Verdict = iota // it serves what is wanted
	Pending                 // it still serves what was before, or there was no time to ask for everything
	Diverged                // it serves something that is neither
	Lame                    // it does not answer, or not for this zone
)

var verdicts = [...]string{"served", "pending", "diverged", "lame"}

// String is the word for the verdict.
func (v Verdict) String() string {
	if int(v) < len(verdicts) {
		return verdicts[v]
	}
	return fmt.Sprintf("verdict %d", uint8(v))
}

// MarshalText writes the verdict as its word.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// A Server is one address of one name server.
type Server struct {
	Name    zone.Name `json:"name,omitempty"`    // "" where only its address was given
	Address string    `json:"address,omitempty"` // with the port; "" where its name has none
	Verdict Verdict   `json:"verdict"`
	Serial  uint32    `json:"serial,omitempty"` // of the SOA record that it has
	Reason  string    `json:"reason,omitempty"` // what is wrong, or worth knowing, in words
	Sets    []Set     `json:"sets,omitempty"`   // what is not served
}

// A Set is one that a server does not serve as it is wanted.
type Set struct {
	zone.Key
	Verdict Verdict `json:"verdict"`
	Has     string  `json:"has"` // what the server has there, in words
}

// stillSerial is what a reason begins with that says the serial itself.
const stillSerial = "still has serial "

// String is the server in one line.
func (s Server) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", s.who(), s.Verdict)
	if s.Serial != 0 && !strings.HasPrefix(s.Reason, stillSerial) {
		fmt.Fprintf(&b, ", serial %d", s.Serial)
	}
	if s.Reason != "" {
		b.WriteString(": " + s.Reason)
	}
	return b.String()
}

// who names the server to people.
func (s Server) who() string {
	address := strings.TrimSuffix(s.Address, ":53")
	switch {
	case s.Name == "":
		return address
	case s.Address == "":
		return string(s.Name)
	}
	return fmt.Sprintf("%s (%s)", s.Name, address)
}

// A Report is what was found.
type Report struct {
	Zone     zone.Name
	Servers  []Server
	Findings []zone.Finding // a Note, or Blocked where the zone cannot be reached at all
}

// Verdict is the worst of all servers; Lame where there are none.
func (r Report) Verdict() Verdict {
	if len(r.Servers) == 0 {
		return Lame
	}
	worst := Served
	for _, s := range r.Servers {
		worst = max(worst, s.Verdict)
	}
	return worst
}

// String is the report, a line for each server and each finding.
func (r Report) String() string {
	var b strings.Builder
	for _, s := range r.Servers {
		fmt.Fprintln(&b, s)
	}
	for _, f := range r.Findings {
		fmt.Fprintln(&b, f)
	}
	return b.String()
}

// Summary is the report in one line: how many serve what is wanted, and what is the
// matter with the others.
func (r Report) Summary() string {
	served := 0
	var rest []string
	for _, s := range r.Servers {
		if s.Verdict == Served {
			served++
			continue
		}
		rest = append(rest, s.who()+" "+s.short())
	}
	for _, f := range r.Findings {
		if f.Level == zone.Blocked {
			return f.Text
		}
	}
	text := fmt.Sprintf("served by %d of %d servers", served, len(r.Servers))
	const most = 3
	if more := len(rest) - most; more > 0 {
		rest = append(rest[:most], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(append([]string{text}, rest...), "; ")
}

// short says what is the matter with a server.
func (s Server) short() string {
	if strings.HasPrefix(s.Reason, "still ") {
		return s.Reason
	}
	return "is " + s.Verdict.String() + ": " + s.Reason
}
