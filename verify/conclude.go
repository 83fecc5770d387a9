package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// conclude makes a report of what all servers have said.
func (v *visit) conclude() {
	newest := v.newest()
	for i := range v.servers {
		v.servers[i] = v.judge(v.servers[i], v.looks[i], newest)
	}
	if s, ok := v.newestServed(newest); ok { // what is behind the others will come
		for i := range v.servers {
			v.servers[i] = v.judge(v.servers[i], v.looks[i], s)
		}
	}
	v.report.Servers = nil
	if len(v.servers) > 0 {
		v.report.Findings = v.differences()
	}
	for i, s := range v.servers {
		if v.looks[i].here != nil {
			v.note(zone.Note, zone.Key{}, "%s cannot be asked from here: %v", s.who(), v.looks[i].here)
			continue
		}
		v.report.Servers = append(v.report.Servers, s)
	}
	if len(v.servers) > 0 && len(v.report.Servers) == 0 {
		v.note(zone.Blocked, zone.Key{}, "none of its servers can be asked from here")
	}
	v.elsewhere()
}

// elsewhere says that a zone is delegated to others, where no server is one that it
// names, and none has anything to do with what is wanted.
func (v *visit) elsewhere() {
	if v.above == nil || slices.ContainsFunc(v.servers, func(s Server) bool { return s.Verdict < Diverged }) {
		return
	}
	var above, own []string
	for _, s := range v.above.servers {
		above = append(above, string(s.name))
	}
	for _, want := range v.wants {
		ns, _ := want.Zone.Get(zone.Key{Name: v.zone, Type: zone.NS})
		own = append(own, ns.Data...)
	}
	if len(own) > 0 && !slices.ContainsFunc(above, func(n string) bool { return slices.Contains(own, n) }) {
		v.note(zone.Blocked, zone.Key{}, "%s is delegated to others: to %s, and not to %s", v.zone, strings.Join(above, ", "), strings.Join(own, ", "))
	}
}

func (v *visit) note(l zone.Level, k zone.Key, format string, args ...any) {
	v.report.Findings = append(v.report.Findings, zone.Finding{Level: l, Key: k, Text: fmt.Sprintf(format, args...)})
}

// newest is the newest serial that is wanted, 0 where none is known.
func (v *visit) newest() (serial uint32) {
	for _, want := range v.wants {
		if s := want.Zone.Serial(); serial == 0 || zone.SerialBefore(serial, s) {
			serial = s
		}
	}
	return serial
}

// newestServed is the newest serial of a server that serves what is wanted, if it is
// newer than one that is known.
func (v *visit) newestServed(serial uint32) (newer uint32, ok bool) {
	for i, s := range v.servers {
		if l := v.looks[i]; s.Verdict == Served && (serial == 0 || zone.SerialBefore(serial, l.serial)) {
			serial, ok = l.serial, true
		}
	}
	return serial, ok
}

// differences finds where the zone names other servers than the one above it.
func (v *visit) differences() (fs []zone.Finding) {
	if v.above == nil || !v.above.seen {
		return nil
	}
	var above []string
	for _, s := range v.above.servers {
		above = append(above, string(s.name))
	}
	slices.Sort(above)
	said := map[string]bool{}
	for i, l := range v.looks {
		own := slices.Sorted(slices.Values(l.ns.Data))
		if text := strings.Join(own, ", "); len(own) > 0 && !slices.Equal(own, above) && !said[text] {
			said[text] = true
			fs = append(fs, zone.Finding{Key: l.ns.Key, Text: fmt.Sprintf("the zone above delegates to %s; the zone itself, as %s has it, names %s",
				strings.Join(above, ", "), v.servers[i].who(), text)})
		}
	}
	return fs
}
