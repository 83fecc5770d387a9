package engine_test

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A process can be killed: from then on nothing that it asks is answered.
type process struct {
	*storm
	engine engine.Engine
	ledger *mortalLedger

	mu   sync.Mutex
	left ending
	dead bool
}

// An ending is where a process is killed: at a step of one lane, 0 is never. What
// concerns all lanes counts in each.
type ending struct {
	lane  string
	steps int
}

// end draws whether, and where, a process that goes some lanes will be killed.
func (s *storm) end(lanes []string) ending {
	if !s.roll(panelLane, 3) {
		return ending{}
	}
	return ending{lanes[s.draw(len(lanes))], 1 + s.draw(20)}
}

var errDead = errors.New("the process is dead")

func (s *storm) start(end ending) *process {
	time.Sleep(s.dark())
	l, err := ledger.Open(context.Background(), sql.OpenDB(s.db), ledger.SQLite)
	require.NoError(s.t, err)
	l.Large = int(s.seed % 3) // in some storms all zones are large ones
	p := &process{storm: s, left: end}
	p.ledger = &mortalLedger{l, p}
	p.engine = engine.Engine{Ledger: p.ledger, Refresh: time.Hour}
	for _, svc := range s.services {
		p.engine.Targets = append(p.engine.Targets, engine.Target{Parallel: 2,
			Syncer: provider.Syncer{Target: svc.name, Provider: &mortalService{svc, p}, Limits: zone.Limits{Off: true}, Reverse: provider.Reverse{PTR: provider.PTRAdd}}})
	}
	s.mu.Lock()
	s.running = append(s.running, p)
	s.mu.Unlock()
	if s.dark() > 0 { // since a moment ago
		p.die()
		return s.start(end)
	}
	return p
}

// dark is how long there is no power.
func (s *storm) dark() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Until(s.back)
}

func (p *process) close() { p.ledger.Ledger.Close() }

// die is what nobody survives.
func (p *process) die() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dead = true
	p.ledger.Ledger.Close()
}

// blackout ends all processes. None can begin for as long as a lease lasts, whose last
// renewals may be gone: calls that are on their way arrive meanwhile.
func (s *storm) blackout() {
	s.mu.Lock()
	running := s.running
	s.running, s.back = nil, time.Now().Add(30*time.Second)
	s.mu.Unlock()
	s.note("", "", "the power is cut")
	for _, p := range running {
		p.die()
	}
}

// step counts down to the end.
func (p *process) step(lane string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left.steps > 0 && (lane == allLanes || lane == p.left.lane) {
		if p.left.steps--; p.left.steps == 0 {
			p.dead = true
			p.ledger.Ledger.Close()
		}
	}
	if p.dead {
		return errDead
	}
	return nil
}

const allLanes = ""

// of is step for who holds a lease.
func (p *process) of(lease string) error {
	target, name, _ := leased(lease)
	return p.step(lane(target, name))
}

// say notes what a process does under a lease.
func (p *process) say(lease, format string, args ...any) {
	if target, name, token := leased(lease); len(token) > 4 {
		p.note(target, name, token[:4]+" "+format, args...)
	}
}

// leased takes the id of a lease apart.
func leased(id string) (target string, name zone.Name, token string) {
	target, rest, _ := strings.Cut(strings.TrimPrefix(id, "lent "), "\x00")
	of, token, _ := strings.Cut(rest, "\x00")
	return target, zone.Name(of), token
}

// mortalService is a service as a process sees it.
type mortalService struct {
	svc *service
	p   *process
}

// Traits implements provider.Describer.
func (m *mortalService) Traits() provider.Traits { return provider.Traits{Exact: !m.svc.blind} }

func (m *mortalService) step(name zone.Name) error { return m.p.step(lane(m.svc.name, name)) }

func (m *mortalService) Zone(ctx context.Context, name zone.Name) (*zone.Zone, error) {
	if err := m.step(name); err != nil {
		return nil, err
	}
	z, err := m.svc.Zone(ctx, name)
	if past := m.svc.stale(name); past != nil && err == nil && m.svc.roll(lane(m.svc.name, name), 8) {
		m.svc.note(m.svc.name, name, "stale read")
		z = past
	}
	return z, err
}

func (m *mortalService) Apply(ctx context.Context, plan zone.Plan) error {
	if err := m.step(plan.Zone); err != nil {
		return err
	}
	m.svc.remember(plan.Zone)
	if m.svc.blind {
		plan = blindly(plan, m.svc.Get(plan.Zone))
	}
	return errors.Join(m.svc.Apply(ctx, plan), m.step(plan.Zone))
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
	if err := m.step(want.Name()); err != nil {
		return nil, err
	}
	ns, err := m.svc.CreateZone(ctx, want)
	return ns, errors.Join(err, m.step(want.Name()))
}

func (m *mortalService) DeleteZone(ctx context.Context, name zone.Name) error {
	if err := m.step(name); err != nil {
		return err
	}
	return errors.Join(m.svc.DeleteZone(ctx, name), m.step(name))
}

// mortalLedger is the ledger as a process sees it.
type mortalLedger struct {
	*ledger.Ledger
	p *process
}

// Accept notes what is newest while the ledger is locked, so in its order, and takes
// that back while it is: others wait to be noted.
func (m *mortalLedger) Accept(ctx context.Context, entries iter.Seq2[provider.Entry, error]) ([]provider.Acceptance, error) {
	if err := m.p.step(allLanes); err != nil {
		return nil, err
	}
	undo := func() {}
	became, err := m.Ledger.Accept(ctx, func(yield func(provider.Entry, error) bool) {
		undo = m.p.asBefore()
		for e, err := range entries {
			m.p.accept(e.Intent)
			if !yield(e, err) {
				undo()
				undo = func() {}
				return
			}
		}
	})
	if err != nil { // of the commit, when the power was cut: nobody else is there
		undo()
		return nil, err
	}
	return became, m.p.step(allLanes)
}

// asBefore gives what takes back all that is accepted from now on.
func (s *storm) asBefore() (undo func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	truth, patched := maps.Clone(s.truth), maps.Clone(s.patched)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.truth, s.patched = truth, patched
	}
}

// accept notes what is true from now on.
func (s *storm) accept(in zone.Intent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := in.Wish.(zone.Patch)
	if !ok || p.IsDifference() {
		s.truth[in.Zone] = cmp.Or(s.versions[p.To], in.Wish)
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
	if err := m.p.step(lane(target, name)); err != nil {
		return nil, err
	}
	return m.Ledger.Base(ctx, target, name)
}

func (m *mortalLedger) Begin(ctx context.Context, lease string, plan zone.Plan) error {
	if err := m.p.of(lease); err != nil {
		return err
	}
	m.p.say(lease, "begins %v", plan)
	return m.Ledger.Begin(ctx, lease, plan)
}

func (m *mortalLedger) Commit(ctx context.Context, lease string, base *zone.Base, settled bool, repaired ...zone.Key) ([]zone.Name, error) {
	if err := m.p.of(lease); err != nil {
		return nil, err
	}
	m.p.say(lease, "commits, settled %v", settled)
	return m.Ledger.Commit(ctx, lease, base, settled, repaired...)
}

func (m *mortalLedger) Settle(ctx context.Context, lease string, a provider.Account) error {
	if err := m.p.of(lease); err != nil {
		return err
	}
	m.p.say(lease, "settles %v again %v: %v", a.Wish, a.Again, a.Result.Err)
	return m.Ledger.Settle(ctx, lease, a)
}

func (m *mortalLedger) Release(ctx context.Context, lease string) error {
	if err := m.p.of(lease); err != nil {
		return err
	}
	return m.Ledger.Release(ctx, lease)
}
