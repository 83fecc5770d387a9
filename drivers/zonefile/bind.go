package zonefile

import (
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// The conditions under which BIND loads what it refuses in its stock
// configuration (BIND 9 Administrator Reference Manual, options block).
const (
	unchecked = "with check-names primary ignore"
	unlimited = "with max-records-per-type above 100"
)

// refusedByStockBIND says under which condition BIND loads a zone with a set,
// "" where it always does: by default it wants the names of hosts to be letters,
// digits and hyphens, and no more than 100 records in a set. Other servers load
// both.
func refusedByStockBIND(apex zone.Name, s zone.RRset) string {
	if len(s.Data) > 100 {
		return unlimited
	}
	switch s.Type {
	case zone.A, zone.AAAA, zone.MX:
		if !isHost(zone.Name(strings.TrimPrefix(string(s.Name), "*."))) {
			return unchecked
		}
	}
	for _, data := range s.Data {
		if n, ok := hostIn(s, data); ok && !isHost(n) {
			return unchecked
		}
	}
	return ""
}

// hostIn gives the name in the data of a set that has to be one of a host.
func hostIn(s zone.RRset, data string) (zone.Name, bool) {
	switch s.Type {
	case zone.NS:
		return zone.Name(data), true
	case zone.MX, zone.SRV:
		return zone.Name(data[strings.LastIndexByte(data, ' ')+1:]), true
	case zone.PTR:
		return zone.Name(data), s.Name.In("in-addr.arpa.") || s.Name.In("ip6.arpa.")
	case zone.SOA:
		mname, rest, _ := strings.Cut(data, " ")
		rname, _, _ := strings.Cut(rest, " ")
		if !isHost(zone.Name(mname)) {
			return zone.Name(mname), true
		}
		return zone.Name(rname).Parent(), true // the label before it is a mailbox
	}
	return "", false
}

// isHost holds for names whose labels are letters, digits and inner hyphens (RFC
// 1123 section 2.1), and for the root, which stands for no host.
func isHost(n zone.Name) bool {
	if n == zone.Root {
		return true
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(string(n), "."), ".") {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		if strings.ContainsFunc(label, func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' }) {
			return false
		}
	}
	return true
}
