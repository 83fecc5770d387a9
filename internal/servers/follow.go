package servers

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/zonecast/zonecast/zone"
)

// A Follow is what a server gets from another one, as its secondary.
type Follow struct {
	From  *NameServer // nil: nothing
	Zones []zone.Name
}

// share has a follower know the keys of its primary, by which it transfers.
func (f Follow) share(s *NameServer) {
	if f.From != nil {
		s.Keys, s.Key = f.From.Keys, f.From.Key
	}
}

// bind is what the configuration of BIND says of that.
func (f Follow) bind() string {
	var b strings.Builder
	for _, n := range f.Zones {
		_, port, _ := net.SplitHostPort(f.From.Addr)
		fmt.Fprintf(&b, "zone %q { type secondary; file %q; primaries { 127.0.0.1 port %s key %q; }; };\n", plain(n), fileOf(n), port, f.From.Key.Name)
	}
	return b.String()
}

// knotRemote and knot are what the configuration of Knot says of it.
func (f Follow) knotRemote() string {
	if f.From == nil {
		return ""
	}
	return fmt.Sprintf("remote:\n  - id: primary\n    address: %s\n    key: %q\n", strings.Replace(f.From.Addr, ":", "@", 1), plain(zone.Name(f.From.Key.Name)))
}

func (f Follow) knot() string {
	var b strings.Builder
	for _, n := range f.Zones {
		fmt.Fprintf(&b, "  - domain: %q\n    master: primary\n    zonefile-sync: -1\n    zonefile-load: none\n", n)
	}
	return b.String()
}

// powerdns puts the zones where PowerDNS finds what to transfer.
func (f Follow) powerdns(t testing.TB, db *Database) {
	t.Helper()
	if len(f.Zones) == 0 {
		return
	}
	var rows []string
	for _, n := range f.Zones {
		rows = append(rows, fmt.Sprintf("('%s', 'SLAVE', '%s')", plain(n), f.From.Addr))
	}
	db.Run(t, "INSERT INTO domains (name, type, master) VALUES "+strings.Join(rows, ",")+";\n"+
		fmt.Sprintf("INSERT INTO domainmetadata (domain_id, kind, content) SELECT id, 'AXFR-MASTER-TSIG', '%s' FROM domains;", plain(zone.Name(f.From.Key.Name))))
}
