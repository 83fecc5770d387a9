package engine_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"iter"
	"maps"
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

	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// The simulation: a panel sends documents, each to a process of its own, which a
// crash may end at any step; a daemon comes by; services are slow, fail, lose
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
							t.Logf("again: go test ./engine -run TestSimulation -sim.seed %d", seed)
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

var simZones = []zone.Name{"a.example.", "b.example.", "c.example."}

// reverse is a zone that is there already and of which the panel patches records.
const reverse = zone.Name("2.0.192.in-addr.arpa.")

// A storm is one history.
type storm struct {
	t        *testing.T
	db       *simDB
	services map[string]*service
	calm     bool // no more faults

	mu      sync.Mutex
	rng     *rand.Rand
	truth   map[zone.Name]zone.Wish // accepted last
	patched map[zone.Record]bool    // whether it was added last, or dropped
	foreign map[zone.Name]*zone.Zone
	serial  int
	story   []line
}

// A line of a story is made into words only when somebody wants to read them.
type line struct {
	target string
	name   zone.Name // of a zone; with "" for the target it is of all of them
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
		if l.name == t.name && (l.target == t.target || l.target == "") {
			fmt.Fprintf(&b, "%s %s\n", l.at.Format("04:05.000"), fmt.Sprintf(l.format, l.args...))
		}
	}
	return b.String()
}

func newStorm(t *testing.T, seed uint64, db *simDB) *storm {
	s := &storm{t: t, db: db, rng: rand.New(rand.NewPCG(seed, 7)), truth: map[zone.Name]zone.Wish{}, patched: map[zone.Record]bool{}, foreign: map[zone.Name]*zone.Zone{}}
	s.services = map[string]*service{"one": newService(s, "one"), "two": newService(s, "two")}
	return s
}

// roll is true once in n times, never in the calm.
func (s *storm) roll(n int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.calm && s.rng.IntN(n) == 0
}

func (s *storm) upTo(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rng.IntN(n)
}

func (s *storm) run() {
	var wg sync.WaitGroup
	for range 6 + s.upTo(6) {
		wg.Go(s.document)
		time.Sleep(time.Duration(s.upTo(4000)) * time.Millisecond)
		switch s.upTo(4) {
		case 0:
			s.somebodyElse()
		case 1:
			wg.Go(s.daemon)
		}
	}
	wg.Wait()
	s.mu.Lock()
	s.calm = true
	s.mu.Unlock()
	for range 3 {
		time.Sleep(2 * time.Hour)
		s.daemon()
	}
	s.check()
}

// document is a process that the panel starts.
func (s *storm) document() {
	var ins []zone.Intent
	for range 1 + s.upTo(3) {
		if s.upTo(3) == 0 {
			ins = append(ins, s.patch())
		} else {
			ins = append(ins, s.intent(simZones[s.upTo(len(simZones))]))
		}
	}
	p := s.start()
	defer p.end()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = p.engine.Run(ctx, each(ins...))
}

// daemon is a process that does what is owed.
func (s *storm) daemon() {
	p := s.start()
	defer p.end()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, _ = p.engine.Drain(ctx)
}

// patch makes a wish for one address: it gets a name, loses one, or both.
func (s *storm) patch() zone.Intent {
	at := zone.Name(fmt.Sprintf("%d.%s", s.upTo(3), reverse))
	var p zone.Patch
	for i := range 2 {
		r := zone.Record{Name: at, Type: zone.PTR, TTL: 300, Data: fmt.Sprintf("host%d.example.", i)}
		switch s.upTo(3) {
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
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rng.IntN(12) == 0 {
		return zone.Intent{Zone: name, Source: "plesk", Wish: zone.Remove{}}
	}
	s.serial++
	text := fmt.Sprintf("@ 300 SOA ns1.example.net. a.example.net. %d 1 2 3 4\n@ 300 TXT \"v=spf1 ip4:192.0.2.%d -all\"\n", s.serial, s.rng.IntN(200))
	for i := range 4 {
		if s.rng.IntN(2) == 0 {
			text += fmt.Sprintf("h%d 300 A 192.0.2.%d\n", i, s.rng.IntN(200))
		}
	}
	if s.rng.IntN(2) == 0 {
		text += "www 300 CNAME h0\n"
	} else {
		text += fmt.Sprintf("www 300 A 192.0.2.%d\nwww 300 AAAA 2001:db8::%d\n", s.rng.IntN(200), s.rng.IntN(200))
	}
	return replace(zoneOf(s.t, name, text))
}

// somebodyElse writes to a zone by hand, beside the source's TXT or at a name of
// his own.
func (s *storm) somebodyElse() {
	name := simZones[s.upTo(len(simZones))]
	host := []string{"hand", "_acme-challenge", "@"}[s.upTo(3)]
	add := zoneOf(s.t, name, fmt.Sprintf("%s 300 TXT \"token-%d\"", host, s.upTo(100)))
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

// check holds the calm to what was promised.
func (s *storm) check() {
	p := s.start()
	defer p.end()
	list, err := p.ledger.Standings(context.Background(), false)
	require.NoError(s.t, err)
	for target, svc := range s.services {
		for name, wish := range s.truth {
			live, foreign := svc.Get(name), svc.foreign[name]
			switch w := wish.(type) {
			case zone.Replace:
				want := w.Zone.Only(func(r zone.RRset) bool { return r.Type != zone.SOA })
				if foreign != nil {
					want = merged(s.t, foreign, want)
				}
				require.True(s.t, live.Equal(want), "%s at %s\n%s%+v\n%s", name, target, zone.Diff(live, want), list, tale{s, target, name})
			case zone.Remove:
				if foreign == nil {
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

// A service is a provider with the weather of its storm.
type service struct {
	provider.Memory
	*storm
	name    string
	foreign map[zone.Name]*zone.Zone
	past    map[zone.Name]past
	blind   bool // it takes what it is given, whatever is there
}

func newService(s *storm, name string) *service {
	svc := &service{storm: s, name: name, foreign: map[zone.Name]*zone.Zone{}, past: map[zone.Name]past{}, blind: s.rng.IntN(2) == 0}
	svc.Put(zoneOf(s.t, reverse, "@ 300 NS ns1.example.net."))
	svc.Fault = func(string, provider.Point) error { return svc.weather() }
	svc.Lose = func(step string, at provider.Point) error {
		if step != "read" {
			s.note(name, at.Zone, "%s %v -> %v", step, at.Change.Old, at.Change.New)
		}
		if z := svc.Get(at.Zone); z != nil && len(z.Conflicts()) > 0 {
			s.t.Errorf("unsafe moment: %s", z)
		}
		switch step {
		case "delete": // takes away whatever came a moment before
			s.mu.Lock()
			delete(svc.foreign, at.Zone)
			s.mu.Unlock()
		case "read":
			return nil
		}
		if svc.roll(100) { // so long that whoever asked is gone
			time.Sleep(time.Minute)
		}
		return svc.weather()
	}
	return svc
}

// A past is what a zone was before it was written to last.
type past struct {
	*zone.Zone
	until time.Time // as long as reads may show it
}

func (svc *service) remember(name zone.Name) {
	z := svc.Get(name)
	svc.storm.mu.Lock()
	defer svc.storm.mu.Unlock()
	svc.past[name] = past{z, time.Now().Add(20 * time.Second)}
}

func (svc *service) stale(name zone.Name) *zone.Zone {
	svc.storm.mu.Lock()
	defer svc.storm.mu.Unlock()
	if p := svc.past[name]; time.Now().Before(p.until) {
		return p.Zone
	}
	return nil
}

var errWeather = errors.New("no answer")

func (svc *service) weather() error {
	time.Sleep(time.Duration(svc.upTo(200)) * time.Millisecond)
	switch {
	case svc.roll(30):
		return errWeather
	case svc.roll(60):
		return &provider.ServiceError{Kind: provider.KindThrottled, RetryAfter: time.Duration(svc.upTo(20)) * time.Second, Err: errWeather}
	}
	return nil
}

// A process can be killed: from then on nothing that it asks is answered.
type process struct {
	*storm
	engine engine.Engine
	ledger *mortalLedger
	left   int // steps to live
	dead   bool
	mu     sync.Mutex
}

var errDead = errors.New("the process is dead")

func (s *storm) start() *process {
	l, err := ledger.Open(context.Background(), sql.OpenDB(s.db), ledger.SQLite)
	require.NoError(s.t, err)
	p := &process{storm: s, left: 1 << 30}
	if s.roll(3) {
		p.left = s.upTo(60)
	}
	p.ledger = &mortalLedger{l, p}
	p.engine = engine.Engine{Ledger: p.ledger, Refresh: time.Hour}
	for name, svc := range s.services {
		p.engine.Targets = append(p.engine.Targets, engine.Target{Parallel: 2,
			Syncer: provider.Syncer{Target: name, Provider: &mortalService{svc, p}, Limits: zone.Limits{Off: true}}})
	}
	return p
}

func (p *process) end() { p.ledger.Ledger.Close() }

// step counts down to the crash.
func (p *process) step() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left--; p.left == 0 {
		p.dead = true
		p.ledger.Ledger.Close()
	}
	if p.dead {
		return errDead
	}
	return nil
}

// say notes what a process does under a lease.
func (p *process) say(lease, format string, args ...any) {
	if parts := strings.Split(strings.TrimPrefix(lease, "lent "), "\x00"); len(parts) == 3 {
		p.note(parts[0], zone.Name(parts[1]), parts[2][:4]+" "+format, args...)
	}
}

// mortalService is a service as a process sees it.
type mortalService struct {
	svc *service
	p   *process
}

func (m *mortalService) Zone(ctx context.Context, name zone.Name) (*zone.Zone, error) {
	if err := m.p.step(); err != nil {
		return nil, err
	}
	z, err := m.svc.Zone(ctx, name)
	if past := m.svc.stale(name); past != nil && err == nil && m.svc.roll(8) {
		m.svc.note(m.svc.name, name, "stale read")
		z = past
	}
	return z, err
}

func (m *mortalService) Apply(ctx context.Context, plan zone.Plan) error {
	if err := m.p.step(); err != nil {
		return err
	}
	m.svc.remember(plan.Zone)
	if m.svc.blind {
		plan = blindly(plan, m.svc.Get(plan.Zone))
	}
	return errors.Join(m.svc.Apply(ctx, plan), m.p.step())
}

// blindly gives a plan that expects what is there.
func blindly(plan zone.Plan, live *zone.Zone) zone.Plan {
	if live == nil {
		return plan
	}
	plan.Changes = slices.Clone(plan.Changes)
	for i, c := range plan.Changes {
		plan.Changes[i].Old, _ = live.Get(c.Key())
	}
	return plan
}

func (m *mortalService) CreateZone(ctx context.Context, want *zone.Zone) ([]zone.Name, error) {
	if err := m.p.step(); err != nil {
		return nil, err
	}
	ns, err := m.svc.CreateZone(ctx, want)
	return ns, errors.Join(err, m.p.step())
}

func (m *mortalService) DeleteZone(ctx context.Context, name zone.Name) error {
	if err := m.p.step(); err != nil {
		return err
	}
	return errors.Join(m.svc.DeleteZone(ctx, name), m.p.step())
}

// mortalLedger is the ledger as a process sees it.
type mortalLedger struct {
	*ledger.Ledger
	p *process
}

// Accept notes what is newest while the ledger is locked, so in its order.
func (m *mortalLedger) Accept(ctx context.Context, entries iter.Seq2[provider.Entry, error]) ([]provider.Acceptance, error) {
	if err := m.p.step(); err != nil {
		return nil, err
	}
	s := m.p.storm
	var truth map[zone.Name]zone.Wish
	var patched map[zone.Record]bool
	became, err := m.Ledger.Accept(ctx, func(yield func(provider.Entry, error) bool) {
		s.mu.Lock()
		truth, patched = maps.Clone(s.truth), maps.Clone(s.patched)
		s.mu.Unlock()
		for e, err := range entries {
			s.accept(e.Intent)
			if !yield(e, err) {
				return
			}
		}
	})
	if err != nil {
		s.mu.Lock()
		s.truth, s.patched = truth, patched
		s.mu.Unlock()
		return nil, err
	}
	return became, m.p.step()
}

// accept notes what is true from now on.
func (s *storm) accept(in zone.Intent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := in.Wish.(zone.Patch)
	if !ok {
		s.truth[in.Zone] = in.Wish
		return
	}
	for _, r := range p.Drop {
		s.patched[r] = false
	}
	for _, r := range p.Add {
		s.patched[r] = true
	}
}

func (m *mortalLedger) Base(ctx context.Context, target string, name zone.Name) (*zone.Base, error) {
	if err := m.p.step(); err != nil {
		return nil, err
	}
	return m.Ledger.Base(ctx, target, name)
}

func (m *mortalLedger) Begin(ctx context.Context, lease string, plan zone.Plan) error {
	if err := m.p.step(); err != nil {
		return err
	}
	m.p.say(lease, "begins %v", plan)
	return m.Ledger.Begin(ctx, lease, plan)
}

func (m *mortalLedger) Commit(ctx context.Context, lease string, base *zone.Base, settled bool, repaired ...zone.Key) error {
	if err := m.p.step(); err != nil {
		return err
	}
	m.p.say(lease, "commits, settled %v", settled)
	return m.Ledger.Commit(ctx, lease, base, settled, repaired...)
}

func (m *mortalLedger) Settle(ctx context.Context, lease string, a provider.Account) error {
	if err := m.p.step(); err != nil {
		return err
	}
	m.p.say(lease, "settles %v again %v: %v", a.Wish, a.Again, a.Result.Err)
	return m.Ledger.Settle(ctx, lease, a)
}

func (m *mortalLedger) Release(ctx context.Context, lease string) error {
	if err := m.p.step(); err != nil {
		return err
	}
	return m.Ledger.Release(ctx, lease)
}
