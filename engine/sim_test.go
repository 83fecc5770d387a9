package engine_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// The simulation: a panel sends documents, each to a process of its own, which a
// crash may end at any step; a daemon comes by; the power is cut; services are slow, fail, lose
// answers and show what was there a moment ago; somebody else writes to the same
// zones. The ledger is the real one. After the storm every zone has to agree with
// the newest wish that was accepted, what others wrote has to be there, and at no
// moment may a zone have held a conflict.

var (
	simSeeds = flag.Int("sim.seeds", 60, "how many storms")
	simSeed  = flag.Uint64("sim.seed", 0, "the one storm to run")
)

func TestSimulation(t *testing.T) {
	first, n := uint64(1), uint64(*simSeeds)
	if testing.Short() {
		n = min(n, 10) // with -race one takes most of a second
	}
	if *simSeed != 0 {
		first, n = *simSeed, 1
	}
	defer debug.SetGCPercent(debug.SetGCPercent(1600)) // there is little to keep
	dir := shm(t)
	var wg sync.WaitGroup
	next := make(chan uint64)
	for worker := range 2 * runtime.GOMAXPROCS(0) { // a database that is busy is waited for in real time
		wg.Go(func() {
			db := &simDB{source: ledger.SQLite.Source(filepath.Join(dir, fmt.Sprint(worker)))}
			for seed := range next {
				t.Run(fmt.Sprint(seed), func(t *testing.T) {
					defer func() {
						if t.Failed() {
							t.Logf("again: go test ./engine -run TestSimulation -sim.seed %d -count 10", seed)
						}
					}()
					db.clear(t)
					synctest.Test(t, func(t *testing.T) { newStorm(t, seed, db).run() })
				})
			}
			assert.NoError(t, db.close())
		})
	}
	for seed := first; seed < first+n && !t.Failed(); seed++ {
		next <- seed
	}
	close(next)
	wg.Wait()
}

var simZones = []zone.Name{"a.example.", "b.example.", "c.example.", lower}

// lower is a zone below another one of them, which delegates to it.
const lower, upper = zone.Name("sub.a.example."), zone.Name("a.example.")

// reverse is a zone that is there already and of which the panel patches records.
const reverse = zone.Name("2.0.192.in-addr.arpa.")

// A storm is one history. What happens in it is drawn from its seed, for each lane
// of events by itself: as long as the order in each is the same, so is the storm,
// however the goroutines take turns.
type storm struct {
	t        *testing.T
	seed     uint64
	db       *simDB
	services []*service

	mu       sync.Mutex
	running  []*process
	back     time.Time // when the power is
	calm     bool      // no more faults
	lanes    map[string]*rand.Rand
	truth    map[zone.Name]zone.Wish // accepted last
	versions map[uint32]zone.Wish    // what differences lead to
	patched  map[zone.Record]bool    // whether it was added last, or dropped
	serial   int
	story    []line
}

// A line of a story is made into words only when somebody wants to read them.
type line struct {
	target string
	name   zone.Name // of a zone; "": of all, as is one without a target
	at     time.Time
	format string
	args   []any
}

// note keeps what happened for the day on which something is wrong.
func (s *storm) note(target string, name zone.Name, format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.story = append(s.story, line{target, name, time.Now(), format, args})
}

// A tale is what happened to a zone at a target.
type tale struct {
	*storm
	target string
	name   zone.Name
}

func (t tale) String() string {
	var b strings.Builder
	for _, l := range t.story {
		if l.name == "" || l.name == t.name && (l.target == t.target || l.target == "") {
			fmt.Fprintf(&b, "%s %s\n", l.at.Format("04:05.000"), fmt.Sprintf(l.format, l.args...))
		}
	}
	return b.String()
}

func newStorm(t *testing.T, seed uint64, db *simDB) *storm {
	s := &storm{t: t, seed: seed, db: db, lanes: map[string]*rand.Rand{}, truth: map[zone.Name]zone.Wish{}, versions: map[uint32]zone.Wish{}, patched: map[zone.Record]bool{}}
	s.services = []*service{newService(s, "one"), newService(s, "two")}
	return s
}

// upTo draws a number less than n.
func (s *storm) upTo(lane string, n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.lanes[lane]
	if r == nil {
		h := fnv.New64a()
		io.WriteString(h, lane)
		r = rand.New(rand.NewPCG(s.seed, h.Sum64()))
		s.lanes[lane] = r
	}
	return r.IntN(n)
}

// moment draws a time.
func (s *storm) moment(lane string, most time.Duration) time.Duration {
	return time.Duration(s.upTo(lane, int(most)))
}

// roll is true once in n times, never in the calm.
func (s *storm) roll(lane string, n int) bool {
	hit := s.upTo(lane, n) == 0
	s.mu.Lock()
	defer s.mu.Unlock()
	return hit && !s.calm
}

// panelLane is that of what comes from outside: one thing after another.
const panelLane = ""

// draw is upTo there.
func (s *storm) draw(n int) int { return s.upTo(panelLane, n) }

func (s *storm) run() {
	var wg sync.WaitGroup
	if s.draw(3) == 0 {
		s.db.cut(1+s.draw(40), s.blackout)
	}
	for range 6 + s.draw(6) {
		ins, lanes := s.document()
		end := s.end(lanes)
		wg.Go(func() { s.send(ins, end) })
		time.Sleep(s.moment(panelLane, 4*time.Second))
		switch s.draw(4) {
		case 0:
			s.somebodyElse()
		case 1:
			end := s.end(s.allLanes())
			wg.Go(func() { s.daemon(end) })
		}
	}
	wg.Wait()
	s.db.cut(0, nil)
	s.mu.Lock()
	s.calm = true
	s.mu.Unlock()
	for range 3 {
		time.Sleep(2 * time.Hour)
		s.daemon(ending{})
	}
	s.check()
}

// document makes wishes, and says which lanes they go.
func (s *storm) document() (ins []zone.Intent, lanes []string) {
	for range 1 + s.draw(3) {
		var in zone.Intent
		if s.draw(3) == 0 {
			in = s.patch()
		} else {
			in = s.intent(simZones[s.draw(len(simZones))])
		}
		ins = append(ins, in)
		for _, svc := range s.services {
			lanes = append(lanes, lane(svc.name, provider.QueueOf(in)))
		}
	}
	return ins, lanes
}

func (s *storm) allLanes() (lanes []string) {
	for _, svc := range s.services {
		for _, name := range append(simZones, reverse) {
			lanes = append(lanes, lane(svc.name, name))
		}
	}
	return lanes
}

// lane is that of a zone at a target.
func lane(target string, name zone.Name) string { return target + " " + string(name) }

// send is a process that the panel starts.
func (s *storm) send(ins []zone.Intent, end ending) {
	p := s.start(end)
	defer p.close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := p.engine.Run(ctx, each(s.asDifferences(ins)...)); errors.Is(err, provider.ErrGap) {
		_ = p.engine.Run(ctx, each(ins...))
	}
}

// asDifferences makes some wishes the differences from what was wished last, as far as
// this process knows.
func (s *storm) asDifferences(ins []zone.Intent) (out []zone.Intent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, in := range ins {
		to, wished := in.Wish.(zone.Replace)
		from, known := s.truth[in.Zone].(zone.Replace)
		if wished && known && to.Zone.Serial()%2 == 0 {
			p := zone.Patch{From: from.Zone.Serial(), To: to.Zone.Serial()}
			for _, c := range zone.Diff(from.Zone, to.Zone).Changes {
				p.Drop, p.Add = append(p.Drop, c.Old.Records()...), append(p.Add, c.New.Records()...)
			}
			was, _ := from.Zone.Get(zone.Key{Name: in.Zone, Type: zone.SOA})
			is, _ := to.Zone.Get(zone.Key{Name: in.Zone, Type: zone.SOA})
			p.Drop, p.Add = append(p.Drop, was.Records()...), append(p.Add, is.Records()...)
			s.versions[p.To], in.Wish = to, p
		}
		out = append(out, in)
	}
	return out
}

// daemon is a process that does what is owed.
func (s *storm) daemon(end ending) {
	p := s.start(end)
	defer p.close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, _ = p.engine.Drain(ctx)
}

// patch makes a wish for one address: it gets a name, loses one, or both.
func (s *storm) patch() zone.Intent {
	at := zone.Name(fmt.Sprintf("%d.%s", s.draw(3), reverse))
	var p zone.Patch
	for i := range 2 {
		r := zone.Record{Name: at, Type: zone.PTR, TTL: 300, Data: fmt.Sprintf("host%d.example.", i)}
		switch s.draw(3) {
		case 0:
			p.Add = append(p.Add, r)
		case 1:
			p.Drop = append(p.Drop, r)
		}
	}
	return zone.Intent{Zone: at, Source: "plesk", Wish: p}
}

// intent makes a wish: a few hosts, one name that is a CNAME or an address.
func (s *storm) intent(name zone.Name) zone.Intent {
	if s.draw(12) == 0 {
		return zone.Intent{Zone: name, Source: "plesk", Wish: zone.Remove{}}
	}
	s.serial++
	text := s.lowerRows(name) + fmt.Sprintf("@ 300 SOA ns1.example.net. a.example.net. %d 1 2 3 4\n@ 300 TXT \"v=spf1 ip4:192.0.2.%d -all\"\n", s.serial, s.draw(200))
	for i := range 4 {
		if s.draw(2) == 0 {
			text += fmt.Sprintf("h%d 300 A 192.0.2.%d\n", i, s.draw(200))
		}
	}
	if s.draw(2) == 0 {
		text += "www 300 CNAME h0\n"
	} else {
		text += fmt.Sprintf("www 300 A 192.0.2.%d\nwww 300 AAAA 2001:db8::%d\n", s.draw(200), s.draw(200))
	}
	return replace(zoneOf(s.t, name, text))
}

// lowerRows are what the panel has in the upper zone at the name of the lower one.
func (s *storm) lowerRows(name zone.Name) string {
	if name != upper {
		return ""
	}
	return []string{"", "sub 300 NS " + plesks + "\n", "sub 300 A 192.0.2.77\nwww.sub 300 A 192.0.2.78\n", "sub 300 CNAME www\n"}[s.draw(4)]
}

// somebodyElse writes to a zone by hand, beside the source's TXT or at a name of
// his own.
func (s *storm) somebodyElse() {
	name := simZones[s.draw(len(simZones))]
	host := []string{"hand", "_acme-challenge", "@"}[s.draw(3)]
	add := zoneOf(s.t, name, fmt.Sprintf("%s 300 TXT \"token-%d\"", host, s.draw(100)))
	s.note("", name, "by hand %s", add)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, svc := range s.services {
		if host == "@" && svc.blind {
			continue // what comes between reading and writing a set is lost there, whoever writes
		}
		if live := svc.Get(name); live != nil {
			svc.Put(merged(s.t, live, add))
			svc.foreign[name] = merged(s.t, svc.foreign[name], add)
		}
	}
}

// merged has the records of both.
func merged(t *testing.T, a, b *zone.Zone) *zone.Zone {
	var records []zone.Record
	for _, z := range []*zone.Zone{a, b} {
		for set := range z.All() {
			records = append(records, set.Records()...)
		}
	}
	z, err := zone.New(b.Name(), records...)
	require.NoError(t, err)
	return z
}

// delegates reports whether the upper zone has to delegate to the lower one: one whose
// removal is held it may.
func (svc *service) delegates() bool {
	is, _ := svc.Get(upper).Get(zone.Key{Name: lower, Type: zone.NS})
	follows := is.Name != "" && is.Data[0] != plesks
	return svc.Get(lower) != nil && (follows || !isRemove(svc.truth[lower]))
}

func isRemove(w zone.Wish) bool {
	_, ok := w.(zone.Remove)
	return ok
}

// check holds the calm to what was promised.
func (s *storm) check() {
	p := s.start(ending{})
	defer p.close()
	list, err := p.ledger.Standings(context.Background(), false)
	require.NoError(s.t, err)
	for _, svc := range s.services {
		target := svc.name
		for name, wish := range s.truth {
			live, foreign := svc.Get(name), svc.foreign[name]
			switch w := wish.(type) {
			case zone.Replace:
				want := w.Zone.Only(func(r zone.RRset) bool { return r.Type != zone.SOA })
				if foreign != nil {
					want = merged(s.t, foreign, want)
				}
				want = merged(s.t, live.Only(func(r zone.RRset) bool { return r.Key == zone.Key{Name: name, Type: zone.NS} }), want)
				if name == upper && svc.delegates() {
					want = want.Delegate(svc.Get(lower).Cut())
				}
				require.True(s.t, live.Equal(want), "%s at %s\n%s%+v\n%s", name, target, zone.Diff(live, want), list, tale{s, target, name})
			case zone.Remove:
				if foreign == nil && (name != lower || svc.Get(upper) == nil || !isRemove(s.truth[upper])) { // which waits for the upper one
					require.Nil(s.t, live, "%s at %s: %+v\n%s", name, target, list, tale{s, target, name})
				}
			}
			if foreign != nil {
				require.True(s.t, zone.Diff(live, merged(s.t, live, foreign)).Empty(), "%s at %s lost what others wrote\n%s", name, target, tale{s, target, name})
			}
		}
		for r, added := range s.patched {
			set, _ := svc.Get(reverse).Get(zone.Key{Name: r.Name, Type: r.Type})
			require.Equal(s.t, added, slices.Contains(set.Data, r.Data), "%v at %s: %+v\n%s", r, target, list, tale{s, target, reverse})
		}
	}
}
