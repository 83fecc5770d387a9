package servers

import (
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/zonecast/zonecast/internal/testbed"
	"github.com/zonecast/zonecast/zone"
)

// This file looks at a server with dig, which is nobody's code here.

// Transfer gives the zone as dig gets it by AXFR.
func (s *NameServer) Transfer(t testing.TB, name zone.Name) *zone.Zone {
	t.Helper()
	out, err := s.dig("-y", s.Key.dig(), "+onesoa", "+noall", "+answer", string(name), "AXFR")
	if err != nil || strings.Contains(out, "Transfer failed") {
		t.Fatalf("%s: AXFR of %s: %v\n%.2000s", s.Software, name, err, out)
	}
	z, err := zone.Parse(name, out)
	if err != nil {
		t.Fatalf("%s: AXFR of %s: %v", s.Software, name, err)
	}
	return z
}

// An Answer is what dig got.
type Answer struct {
	Status        string // as NOERROR
	Authoritative bool
	Answer        []zone.Record
	Authority     []zone.Record
	Additional    []zone.Record
}

// Data gives the data of the records of one type in the answer, sorted.
func (a Answer) Data(t zone.Type) (data []string) {
	for _, r := range a.Answer {
		if r.Type == t {
			data = append(data, r.Data)
		}
	}
	slices.Sort(data)
	return data
}

var (
	status  = regexp.MustCompile(`status: ([A-Z]+),`)
	flags   = regexp.MustCompile(`;; flags:([a-z ]*);`)
	section = regexp.MustCompile(`^;; ([A-Z]+) SECTION:`)
)

// Ask gives what dig gets for a question, over TCP.
func (s *NameServer) Ask(t testing.TB, name zone.Name, typ zone.Type) (a Answer) {
	t.Helper()
	out, err := s.dig("+noall", "+comments", "+answer", "+authority", "+additional", "+norecurse", "+noedns", string(name), string(typ))
	if err != nil {
		t.Fatalf("%s: %s %s: %v", s.Software, name, typ, err)
	}
	if m := status.FindStringSubmatch(out); m != nil {
		a.Status = m[1]
	}
	if m := flags.FindStringSubmatch(out); m != nil {
		a.Authoritative = slices.Contains(strings.Fields(m[1]), "aa")
	}
	into := &a.Answer
	for line := range strings.Lines(out) {
		if m := section.FindStringSubmatch(line); m != nil {
			into = map[string]*[]zone.Record{"ANSWER": &a.Answer, "AUTHORITY": &a.Authority, "ADDITIONAL": &a.Additional}[m[1]]
		}
		if strings.HasPrefix(line, ";") || strings.TrimSpace(line) == "" {
			continue
		}
		z, err := zone.Parse(zone.Root, line)
		if err != nil {
			t.Fatalf("%s: %s %s: %v", s.Software, name, typ, err)
		}
		for set := range z.All() {
			*into = append(*into, set.Records()...)
		}
	}
	return a
}

// Serial asks for the serial of a zone.
func (s *NameServer) Serial(t testing.TB, name zone.Name) uint32 {
	t.Helper()
	for _, r := range s.Ask(t, name, zone.SOA).Answer {
		if start, err := zone.ParseStart(r.Data); err == nil {
			return start.Serial
		}
	}
	return 0
}

func (s *NameServer) dig(args ...string) (string, error) {
	host, port, _ := net.SplitHostPort(s.Addr)
	return run(nil, s.Dir, append([]string{"dig", "@" + host, "-p", port, "+tcp", "+tries=1", "+time=10"}, args...)...)
}

// answers is ready of a name server: it answers for its zones, and knows our key, or
// it would be somebody else's that was quicker to take the port.
func (s *NameServer) answers(zones []*zone.Zone) func() error {
	return func() error {
		for some := range slices.Chunk(zones, 100) { // a process for each would take its time
			args := []string{"-y", s.Key.dig(), "+noall", "+comments"}
			for _, z := range some {
				args = append(args, string(z.Name()), "SOA")
			}
			out, err := s.dig(args...)
			if err != nil {
				return err
			}
			all := status.FindAllStringSubmatch(out, -1)
			if len(all) < len(some) || strings.Contains(out, "verify signature") {
				return fmt.Errorf("it does not answer for all zones from %s on", some[0].Name())
			}
			for i, m := range all {
				if m[1] != "NOERROR" {
					return fmt.Errorf("it does not serve %s: %q", some[min(i, len(some)-1)].Name(), m[0])
				}
			}
		}
		return nil
	}
}

func needDig(t testing.TB, programs ...string) {
	t.Helper()
	testbed.Need(t, append(programs, "dig")...)
}
