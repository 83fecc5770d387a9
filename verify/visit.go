package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/zonecast/zonecast/zone"
)

// A visit is a look at one zone, once or several times.
type visit struct {
	Walk
	zone    zone.Name
	wants   []Want
	open    chan struct{} // has room for as many questions as may be open
	above   *cut          // what the zone above says; nil where it was not asked
	servers []Server
	looks   []look // as many
	report  Report
}

// round asks all servers that are not known to serve what is wanted.
func (v *visit) round(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, or(v.Longest, defaultLongest))
	defer cancel()
	if len(v.servers) == 0 {
		if err := v.find(ctx); err != nil {
			return fmt.Errorf("verify: zone %s: %w", v.zone, err)
		}
	}
	var wg sync.WaitGroup
	for i, s := range v.servers {
		if s.Address == "" || s.Verdict == Served {
			continue
		}
		wg.Go(func() {
			if l := v.look(ctx, s.Address); !l.late || v.looks[i].has == nil {
				v.looks[i] = l
			}
		})
	}
	wg.Wait()
	v.conclude()
	return nil
}

// find finds the servers of the zone. That there are none is no error.
func (v *visit) find(ctx context.Context) error {
	v.report = Report{Zone: v.zone}
	for _, address := range v.Servers {
		v.add(Server{Address: withPort(address)})
	}
	if len(v.Servers) > 0 {
		return nil
	}
	g := newGuide(v.Walk)
	c, err := g.delegation(ctx, v.zone)
	if none, ok := errors.AsType[*undelegated](err); ok {
		v.report.Findings = []zone.Finding{{Level: zone.Blocked, Text: none.Error()}}
		return nil
	}
	if err != nil {
		return err
	}
	v.above = c
	for _, s := range c.servers {
		if len(s.addresses) == 0 {
			s = g.host(ctx, s.name, nil)
		}
		for _, address := range s.addresses {
			v.add(Server{Name: s.name, Address: address})
		}
		if len(s.addresses) == 0 {
			v.add(Server{Name: s.name, Reason: s.why})
		}
	}
	return nil
}

func (v *visit) add(s Server) {
	s.Verdict = Lame // until it has shown otherwise
	v.servers, v.looks = append(v.servers, s), append(v.looks, look{})
}

// A look is what one server has said.
type look struct {
	here   error // why it cannot be asked from this machine
	err    error // why it is of no use
	late   bool  // there was no time to ask for everything
	serial uint32
	ns     zone.RRset
	has    map[zone.Key]answer // nil: it was never asked
}

// look asks a server for everything that is wanted of it: for the SOA record at
// first, since a server that does not have the zone need not be asked for more.
func (v *visit) look(ctx context.Context, address string) look {
	l := look{has: map[zone.Key]answer{}}
	start, ns := zone.Key{Name: v.zone, Type: zone.SOA}, zone.Key{Name: v.zone, Type: zone.NS}
	a, err := v.answer(ctx, address, start)
	if err == nil && a.kind != data {
		err = fmt.Errorf("it has %s where the SOA record of the zone should be", a.words(v.zone))
	}
	if err != nil {
		l.fail(ctx, err)
		return l
	}
	if soa, err := zone.ParseStart(a.set.Data[0]); err == nil {
		l.serial = soa.Serial
	}
	l.has[start] = a
	v.lookAt(ctx, address, &l, slices.DeleteFunc(append([]zone.Key{ns}, v.keys()...), func(k zone.Key) bool { return k == start }))
	if a := l.has[ns]; a.kind == data {
		l.ns = a.set
	}
	return l
}

// lookAt asks a server for sets, some at a time, until one is not answered.
func (v *visit) lookAt(ctx context.Context, address string, l *look, keys []zone.Key) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var next atomic.Int64
	for range min(perServer, len(keys)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(keys)); i = next.Add(1) - 1 {
				a, err := v.answer(ctx, address, keys[i])
				mu.Lock()
				if err != nil {
					l.fail(ctx, fmt.Errorf("%s: %w", keys[i], err))
					next.Store(int64(len(keys)))
				} else {
					l.has[keys[i]] = a
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

// fail notes why a server gave no answer, where that is no fault of ours.
func (l *look) fail(ctx context.Context, err error) {
	here, ok := errors.AsType[*hereError](err)
	switch {
	case over(ctx):
		l.late = true
	case ok:
		l.here = here
	default:
		l.err = errors.Join(l.err, err)
	}
}

// answer asks a server for one set, when there is room for a question.
func (v *visit) answer(ctx context.Context, address string, k zone.Key) (answer, error) {
	select {
	case v.open <- struct{}{}:
		defer func() { <-v.open }()
	case <-ctx.Done():
		return answer{}, ctx.Err()
	}
	m, err := v.ask(ctx, address, question{name: k.Name, typ: k.Type})
	if err != nil {
		return answer{}, err
	}
	return read(m, v.zone, k)
}

// keys gives the sets that any want is about, and what shows whether a server has the
// zones below their delegations.
func (v *visit) keys() (keys []zone.Key) {
	seen := map[zone.Key]bool{}
	add := func(k zone.Key) {
		if !seen[k] {
			seen[k] = true
			keys = append(keys, k)
		}
	}
	for _, want := range v.wants {
		for _, k := range want.keys() {
			if add(k); expect(want.Zone, k).kind == referral {
				add(below(expect(want.Zone, k)))
			}
		}
	}
	return keys
}

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
