package servers

import (
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// A Setup is what a name server starts with.
type Setup struct {
	Zones    []*zone.Zone
	Settings string    // more lines for its configuration, in its own words
	Database *Database // of PowerDNS; nil: SQLite
	Open     bool      // who has no key may transfer the zones as well
	Notify   string    // the address and port on the loopback that are told of changes; "": nobody is
	Follows  Follow    // what it gets from another server
	Later    bool      // it is not started yet
}

// A NameServer is one that runs.
type NameServer struct {
	*Process
	Addr     string         // where it answers, with UDP and TCP
	TLS      string         // where it answers over TLS; "" where it does not
	CA       *x509.CertPool // who says that it is localhost there
	Key      Key            // may transfer and change all zones
	Keys     map[string]Key // as Key, one for each algorithm
	Stranger Key            // is known, and may do nothing
	API      string         // the address of its HTTP API; "" where it has none
	APIKey   string
	Database *Database // that it serves from; nil where it has none

	control func(args ...string) []string                 // the command line of the program that controls it
	fill    func(t testing.TB, z *zone.Zone, text string) // makes it the live zone
	put     func(t testing.TB, z *zone.Zone)              // while it does not run
}

func newNameServer(p *Process) *NameServer {
	ns := &NameServer{Process: p, Keys: map[string]Key{}, Stranger: newKey("stranger.", "hmac-sha256")}
	for _, a := range Algorithms {
		ns.Keys[a] = newKey(strings.ReplaceAll(a, "hmac-", "key-")+".", a)
	}
	ns.Key = ns.Keys["hmac-sha256"]
	return ns
}

// Bare is a zone with nothing but what every zone has.
func Bare(name zone.Name) *zone.Zone {
	z, err := zone.Parse(name, `
		@ 3600 SOA ns1.example.net. hostmaster.example.net. 1 10800 3600 604800 3600
		@ 3600 NS  ns1.example.net.
		@ 3600 NS  ns2.example.net.
	`)
	if err != nil {
		panic(err) // the name of a test is not one
	}
	return z
}

// Control has the server's own program do something, as reload, and gives what it
// says.
func (s *NameServer) Control(t testing.TB, args ...string) string {
	t.Helper()
	return must(t, nil, s.Dir, s.control(args...)...)
}

// Fill makes z the live zone by the server's own means, and waits until it is. The
// serial is raised.
func (s *NameServer) Fill(t testing.TB, z *zone.Zone) {
	t.Helper()
	serial := s.Serial(t, z.Name()) + 1
	for range 20 { // BIND may write its own file once more, over ours
		s.fill(t, z, withSerial(z, serial).String())
		for range 30 {
			if s.Serial(t, z.Name()) == serial {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	t.Fatalf("%s does not load zone %s", s.Software, z.Name())
}

// Restore has the server be as from a backup: it is killed, has z as it is, with its
// serial, and nothing that it knew of the zone before, and is started again.
func (s *NameServer) Restore(t testing.TB, z *zone.Zone) {
	t.Helper()
	s.Kill(t)
	if s.put != nil {
		s.put(t, z)
	} else {
		for _, journal := range []string{fileOf(z.Name()) + ".jnl", "journal", "timers", "xfrd.state"} {
			os.RemoveAll(filepath.Join(s.Dir, journal))
		}
		write(t, s.Dir, fileOf(z.Name()), z.String())
	}
	s.Start(t)
}

// withSerial gives a zone with another serial.
func withSerial(z *zone.Zone, serial uint32) *zone.Zone {
	start, _ := z.Start()
	start.Serial = serial
	old, _ := z.Get(zone.Key{Name: z.Name(), Type: zone.SOA})
	next := old
	next.Data = []string{start.String()}
	return z.Apply(zone.Plan{Zone: z.Name(), Changes: []zone.Change{{Old: old, New: next}}})
}

// plain is a name as the configuration of a server has it.
func plain(n zone.Name) string { return strings.TrimSuffix(string(n), ".") }

// fileOf is the name of a zone's file.
func fileOf(n zone.Name) string { return fmt.Sprintf("%x.zone", string(n)) }

// told is where a server notifies, in its own words: a format for address and port.
func (setup Setup) told(format string) string {
	host, port, err := net.SplitHostPort(setup.Notify)
	if err != nil {
		return ""
	}
	return fmt.Sprintf(format, host, port)
}
