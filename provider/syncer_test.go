package provider_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

const example = zone.Name("example.com.")

func parse(t require.TestingT, text string) *zone.Zone {
	z, err := zone.Parse(example, text)
	require.NoError(t, err)
	return z
}

func replace(z *zone.Zone) zone.Intent {
	return zone.Intent{Zone: z.Name(), Wish: zone.Replace{Zone: z}}
}

// stage is a service, a ledger and a syncer over them.
type stage struct {
	t *testing.T
	*provider.Memory
	provider.Syncer
}

func newStage(t *testing.T, live string) *stage {
	s := &stage{t: t, Memory: &provider.Memory{}}
	s.Syncer = provider.Syncer{Target: "memory", Provider: s.Memory, Ledger: &provider.MemoryLedger{}}
	if live != "" {
		s.Put(parse(t, live))
	}
	return s
}

// sync wants the lines and gives what became of that.
func (s *stage) sync(want string) provider.Result {
	s.t.Helper()
	res, err := s.Sync(context.Background(), replace(parse(s.t, want)))
	require.Equal(s.t, err, res.Err)
	return res
}

// has wants the live zone to be these lines.
func (s *stage) has(lines string) {
	s.t.Helper()
	live, want := s.Get(example), parse(s.t, lines)
	require.True(s.t, live.Equal(want), "the zone is\n%s", live)
}

// says wants a result that reads so, from its second line on.
func says(t *testing.T, res provider.Result, state provider.State, lines ...string) {
	t.Helper()
	assert.Equal(t, state, res.State, res)
	_, text, _ := strings.Cut(res.String(), "\n")
	assert.Equal(t, strings.Join(lines, "\n"), strings.TrimSuffix(text, "\n"))
}

func TestTheEasyCase(t *testing.T) {
	s := provider.Syncer{Provider: &provider.Memory{}}
	want := parse(t, "www 300 A 192.0.2.1")
	res, err := s.Sync(context.Background(), replace(want))
	require.NoError(t, err)
	says(t, res, provider.Agreed, "+ zone example.com.", "+ www.example.com. 300 A 192.0.2.1")
	res, err = s.Sync(context.Background(), replace(want))
	require.NoError(t, err)
	assert.Equal(t, "example.com.: agreed, no changes\n", res.String())

	res, err = s.Sync(context.Background(), replace(parse(t, "www 300 A 192.0.2.2\nshop 300 A 192.0.2.3")))
	require.NoError(t, err)
	assert.Equal(t, provider.Held, res.State, "without a ledger nobody knows whose the old address is")
	assert.Equal(t, "+ shop.example.com. 300 A 192.0.2.3\n", res.Plan.String())
	assert.Equal(t, "- www.example.com. 300 A 192.0.2.1\n+ www.example.com. 300 A 192.0.2.2\n", res.Held.String())
}

func TestWithALedgerOursAndForeignAreToldApart(t *testing.T) {
	s := newStage(t, "hand 300 A 192.0.2.9")
	says(t, s.sync("www 300 A 192.0.2.1\nold 300 A 192.0.2.2"), provider.Agreed,
		"+ old.example.com. 300 A 192.0.2.2", "+ www.example.com. 300 A 192.0.2.1")
	says(t, s.sync("www 300 A 192.0.2.5\nnew 300 A 192.0.2.6"), provider.Agreed,
		"+ new.example.com. 300 A 192.0.2.6",
		"- www.example.com. 300 A 192.0.2.1", "+ www.example.com. 300 A 192.0.2.5",
		"- old.example.com. 300 A 192.0.2.2")
	s.has("hand 300 A 192.0.2.9\nwww 300 A 192.0.2.5\nnew 300 A 192.0.2.6")
}

func TestFirstContactTakesNothingOver(t *testing.T) {
	s := newStage(t, "same 300 A 192.0.2.1\nother 300 A 192.0.2.9\nforeign 300 A 192.0.2.8")
	want := "same 300 A 192.0.2.1\nother 300 A 192.0.2.2\nnew 300 A 192.0.2.3"
	res := s.sync(want)
	says(t, res, provider.Held, "+ new.example.com. 300 A 192.0.2.3",
		"awaiting approval "+res.Held.Digest().String()+":",
		"- other.example.com. 300 A 192.0.2.9", "+ other.example.com. 300 A 192.0.2.2",
		"blocked: other.example.com. A: is there already, differs, and is not ours: awaits approval")
	s.has("same 300 A 192.0.2.1\nother 300 A 192.0.2.9\nforeign 300 A 192.0.2.8\nnew 300 A 192.0.2.3")

	s.Approved = []zone.Digest{res.Held.Digest()}
	says(t, s.sync(want), provider.Agreed, "- other.example.com. 300 A 192.0.2.9", "+ other.example.com. 300 A 192.0.2.2")
	s.Approved = nil
	says(t, s.sync("foreign 300 A 192.0.2.8"), provider.Agreed,
		"- new.example.com. 300 A 192.0.2.3", "- other.example.com. 300 A 192.0.2.2", "- same.example.com. 300 A 192.0.2.1")
}

func TestAnApprovalIsForOneChangeAlone(t *testing.T) {
	s := newStage(t, "a 300 A 192.0.2.9")
	first := s.sync("a 300 A 192.0.2.1")
	s.Approved = []zone.Digest{first.Held.Digest()}
	assert.Equal(t, provider.Held, s.sync("a 300 A 192.0.2.2").State, "a newer wish dissolves it")
	s.has("a 300 A 192.0.2.9")
}

func TestASourceThatLostItsRowsIsHeld(t *testing.T) {
	full := ""
	for _, n := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"} {
		full += n + " 300 A 192.0.2.1\n"
	}
	s := newStage(t, "")
	require.Equal(t, provider.Agreed, s.sync(full).State)
	res := s.sync("a 300 A 192.0.2.7\nz 300 A 192.0.2.1")
	assert.Equal(t, provider.Held, res.State)
	assert.Equal(t, "+ z.example.com. 300 A 192.0.2.1\n- a.example.com. 300 A 192.0.2.1\n+ a.example.com. 300 A 192.0.2.7\n", res.Plan.String())
	assert.Len(t, res.Held.Changes, 9)
	assert.Contains(t, res.String(), "blocked: 9 deletions are held: the plan would lose 9 of 11 sets, 5 may go")
	assert.Equal(t, 3, res.State.ExitCode())

	again := s.sync("a 300 A 192.0.2.7\nz 300 A 192.0.2.1")
	assert.Equal(t, res.Held.Digest(), again.Held.Digest(), "what is held stays held under the same digest")
	s.Approved = []zone.Digest{res.Held.Digest()}
	assert.Equal(t, provider.Agreed, s.sync("a 300 A 192.0.2.7\nz 300 A 192.0.2.1").State)
	s.has("a 300 A 192.0.2.7\nz 300 A 192.0.2.1")
}

func TestAnEmptyZoneIsNeverWritten(t *testing.T) {
	s := newStage(t, "www 300 A 192.0.2.1")
	s.Rules = zone.Mirror()
	s.Limits.Off = true
	for _, want := range []string{"", "@ 300 SOA a b 1 2 3 4 5"} {
		res := s.sync(want)
		assert.Equal(t, provider.Refused, res.State)
		assert.Equal(t, 1, res.State.ExitCode())
	}
	s.has("www 300 A 192.0.2.1")
	_, err := s.Sync(context.Background(), zone.Intent{Zone: example, Wish: zone.Replace{}})
	assert.Error(t, err)
	other, _ := zone.Parse("other.example.", "www 300 A 192.0.2.1")
	_, err = s.Sync(context.Background(), zone.Intent{Zone: example, Wish: zone.Replace{Zone: other}})
	assert.ErrorContains(t, err, `zone example.com.: the intent has zone "other.example."`)
}

// bare hides all that a provider can do beyond its two methods.
type bare struct{ p provider.Provider }

func (b bare) Zone(ctx context.Context, n zone.Name) (*zone.Zone, error) { return b.p.Zone(ctx, n) }
func (b bare) Apply(ctx context.Context, p zone.Plan) error              { return b.p.Apply(ctx, p) }

func TestAZoneThatTheTargetDoesNotHave(t *testing.T) {
	s := newStage(t, "")
	s.Missing = provider.MissingSkip
	res := s.sync("www 300 A 192.0.2.1")
	assert.Equal(t, provider.Unmanaged, res.State)
	assert.Zero(t, res.State.ExitCode())
	s.Missing = provider.MissingCreate
	s.Provider = bare{s.Memory}
	says(t, s.sync("www 300 A 192.0.2.1"), provider.Blocked, "blocked: the target does not have this zone, and the driver cannot create zones")
	assert.Nil(t, s.Get(example))
	s.Provider = s.Memory
	s.NameServers = []zone.Name{"ns1.service.example."}
	res = s.sync("@ 300 NS ns1.panel.example.\nwww 300 A 192.0.2.1")
	assert.Equal(t, []zone.Name{"ns1.service.example."}, res.NameServers, "the registrar has to know")
	assert.Contains(t, res.String(), "name servers: ns1.service.example.\n")
	s.has("@ 3600 NS ns1.service.example.\nwww 300 A 192.0.2.1")
}

func TestAZoneOfSomebodyElseIsNotTouched(t *testing.T) {
	s := newStage(t, "www 300 A 192.0.2.9")
	require.NoError(t, s.Memory.Claim(context.Background(), example, "them"))
	s.Syncer.Owner, s.Rules = "us", zone.Mirror()
	says(t, s.sync("www 300 A 192.0.2.1"), provider.Blocked, "blocked: the zone belongs to them")
	res, err := s.Sync(context.Background(), zone.Intent{Zone: example, Wish: zone.Remove{}})
	require.NoError(t, err)
	assert.Equal(t, provider.Blocked, res.State)
	res, err = s.Sync(context.Background(), zone.Intent{Zone: example, Wish: zone.Patch{Add: []zone.Record{{Name: example, Type: zone.A, Data: "192.0.2.1"}}}})
	require.NoError(t, err)
	assert.Equal(t, provider.Blocked, res.State)
	s.has("www 300 A 192.0.2.9")

	require.NoError(t, s.Memory.Claim(context.Background(), example, ""))
	require.Equal(t, provider.Agreed, s.sync("www 300 A 192.0.2.1").State)
	who, _ := s.Memory.Owner(context.Background(), example)
	assert.Equal(t, "us", who, "what nobody claimed is ours once we wrote to it")
}

func remove(t *testing.T, s *stage) provider.Result {
	t.Helper()
	res, err := s.Sync(context.Background(), zone.Intent{Zone: example, Wish: zone.Remove{}})
	require.NoError(t, err)
	return res
}

func TestAZoneIsRemovedIfAllInItIsOurs(t *testing.T) {
	s := newStage(t, "")
	assert.Equal(t, provider.Agreed, remove(t, s).State, "gone already is success")
	s.sync("www 300 A 192.0.2.1")
	says(t, remove(t, s), provider.Agreed, "- zone example.com.", "- www.example.com. 300 A 192.0.2.1")
	assert.Nil(t, s.Get(example))

	s.sync("www 300 A 192.0.2.1")
	s.Put(parse(t, "www 300 A 192.0.2.1\n@ 300 TXT hand"))
	res := remove(t, s)
	assert.Equal(t, provider.Held, res.State)
	assert.Contains(t, res.String(), "blocked: the zone has 1 sets that are not ours: its removal awaits approval")
	s.has("www 300 A 192.0.2.1\n@ 300 TXT hand")
	s.Approved = []zone.Digest{res.Held.Digest()}
	assert.Equal(t, provider.Agreed, remove(t, s).State)
	assert.Nil(t, s.Get(example))

	s.Put(parse(t, "").Protect(zone.Protected{Key: zone.Key{Name: example, Type: zone.A}, Reason: "an alias"}))
	s.Rules = zone.Mirror()
	assert.Equal(t, provider.Held, remove(t, s).State, "what the model cannot hold is never deleted in silence")
	s.Put(parse(t, "www 300 A 192.0.2.1"))
	s.Provider = bare{s.Memory}
	assert.Equal(t, provider.Blocked, remove(t, s).State)
}

func TestADryRunWritesNothing(t *testing.T) {
	s := newStage(t, "www 300 A 192.0.2.9")
	s.Rules = zone.Mirror()
	writes := 0
	s.Fault = func(step string, _ provider.Point) error {
		if step != "read" {
			writes++
		}
		return nil
	}
	for _, in := range []zone.Intent{
		replace(parse(t, "www 300 A 192.0.2.1")),
		{Zone: example, Wish: zone.Remove{}},
		{Zone: "a.example.com.", Wish: zone.Patch{Add: []zone.Record{{Name: "a.example.com.", Type: zone.A, Data: "192.0.2.1"}}}},
	} {
		res, err := s.Plan(context.Background(), in)
		require.NoError(t, err)
		assert.Equal(t, provider.Pending, res.State)
		assert.Equal(t, 2, res.State.ExitCode())
		assert.False(t, res.Plan.Empty())
	}
	assert.Zero(t, writes)
	s.has("www 300 A 192.0.2.9")
	res, err := s.Plan(context.Background(), zone.Intent{Zone: example})
	require.NoError(t, err)
	assert.Equal(t, provider.Unmanaged, res.State, "no wish, nothing to do")
}

func TestAPlanIsDurableBeforeTheFirstCall(t *testing.T) {
	s := newStage(t, "")
	ledger := s.Ledger.(*provider.MemoryLedger)
	s.Fault = func(step string, _ provider.Point) error {
		if step == "create" {
			assert.Len(t, ledger.Plans("memory", example), 1)
		}
		if step == "write" {
			assert.Len(t, ledger.Plans("memory", example), 2)
		}
		return nil
	}
	s.sync("www 300 A 192.0.2.1")
	s.Fault = nil
	s.sync("www 300 A 192.0.2.1")
	assert.Len(t, ledger.Plans("memory", example), 2, "nothing to do is no plan")
}

// failingLedger fails one of its steps.
type failingLedger struct {
	*provider.MemoryLedger
	step string
}

func (l failingLedger) fail(step string) error {
	if step == l.step {
		return errors.New("disk full")
	}
	return nil
}

func (l failingLedger) Begin(ctx context.Context, lease string, p zone.Plan) error {
	return errors.Join(l.fail("begin"), l.MemoryLedger.Begin(ctx, lease, p))
}

func (l failingLedger) Base(ctx context.Context, target string, n zone.Name) (*zone.Base, error) {
	if err := l.fail("base"); err != nil {
		return nil, err
	}
	return l.MemoryLedger.Base(ctx, target, n)
}

func (l failingLedger) Commit(ctx context.Context, lease string, b *zone.Base, settled bool, repaired ...zone.Key) ([]zone.Name, error) {
	roused, err := l.MemoryLedger.Commit(ctx, lease, b, settled, repaired...)
	return roused, errors.Join(l.fail("commit"), err)
}

func TestALedgerThatFailsStopsTheWork(t *testing.T) {
	for _, step := range []string{"begin", "base", "commit"} {
		s := newStage(t, "")
		s.Ledger = failingLedger{&provider.MemoryLedger{}, step}
		res, err := s.Sync(context.Background(), replace(parse(t, "www 300 A 192.0.2.1")))
		assert.EqualError(t, err, "zone example.com.: ledger: disk full", step)
		assert.Equal(t, provider.Failed, res.State)
		assert.Equal(t, step == "commit", s.Get(example) != nil, "no call without a durable plan")
	}
}

func TestOneWriterAtATime(t *testing.T) {
	s := newStage(t, "")
	_, lease, err := s.Ledger.Acquire(context.Background(), "memory", example)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = s.Sync(ctx, replace(parse(t, "www 300 A 192.0.2.1")))
	assert.ErrorContains(t, err, "zone example.com.: lease: context canceled")
	require.NoError(t, s.Ledger.Release(context.Background(), lease))
	assert.Equal(t, provider.Agreed, s.sync("www 300 A 192.0.2.1").State)
}

func TestWhatTheServiceCannotHoldIsSaidAndLeftAlone(t *testing.T) {
	s := newStage(t, "www 300 TLSA 3 1 1 ab")
	s.Can = provider.Traits{Service: "small", MinTTL: 600, MaxTTL: 3600, Types: []zone.Type{zone.A, zone.TXT}, JoinsTXT: true}
	says(t, s.sync("www 60 A 192.0.2.1\nlong 86400 A 192.0.2.1\nwww 300 TLSA 3 1 1 cd\nt 900 TXT \"a\" \"b\""), provider.Blocked,
		"+ long.example.com. 3600 A 192.0.2.1", `+ t.example.com. 900 TXT "ab"`, "+ www.example.com. 600 A 192.0.2.1",
		"note: long.example.com. A: TTL 86400 became 3600, as the service allows",
		"note: www.example.com. A: TTL 60 became 600, as the service allows",
		"blocked: www.example.com. TLSA: the service has no TLSA records")
	s.has("www 300 TLSA 3 1 1 ab\nwww 600 A 192.0.2.1\nlong 3600 A 192.0.2.1\nt 900 TXT \"ab\"")
	assert.True(t, s.sync("www 60 A 192.0.2.1\nlong 86400 A 192.0.2.1\nwww 300 TLSA 3 1 1 cd\nt 900 TXT \"a\" \"b\"").Plan.Empty())
}

func TestWhoHoldsTheLeaseGetsItAgain(t *testing.T) {
	s := newStage(t, "")
	held, lease, err := s.Ledger.Acquire(context.Background(), "memory", example)
	require.NoError(t, err)
	_, err = s.Sync(held, replace(parse(t, "www 300 A 192.0.2.1")))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = s.Sync(ctx, replace(parse(t, "www 300 A 192.0.2.2")))
	assert.ErrorContains(t, err, "lease: context canceled", "a loan that was given back does not end the lease")
	require.NoError(t, s.Ledger.Release(context.Background(), lease))
}

func TestTheZoneOfFirstContactIsKept(t *testing.T) {
	s := newStage(t, "www 300 A 192.0.2.1\nold 300 A 192.0.2.2")
	first := s.Get(example)
	s.sync("www 300 A 192.0.2.1\nnew 300 A 192.0.2.3")
	s.sync("www 300 A 192.0.2.4")
	assert.True(t, first.Equal(s.Ledger.(*provider.MemoryLedger).Met("memory", example)))
}

// logged is a driver that panics.
type panicking struct{ provider.Provider }

func (panicking) Zone(context.Context, zone.Name) (*zone.Zone, error) { panic("nil map") }

// wrong is a driver that gives another zone than it was asked for.
type wrong struct{ provider.Provider }

func (wrong) Zone(context.Context, zone.Name) (*zone.Zone, error) {
	return zone.Parse("other.example.", "")
}

func TestABadDriverIsThisZonesErrorAlone(t *testing.T) {
	for p, want := range map[provider.Provider]string{
		panicking{}: "zone example.com.: the driver panicked: nil map",
		wrong{}:     `zone example.com.: the driver gave zone "other.example."`,
	} {
		s := provider.Syncer{Provider: p}
		_, err := s.Sync(context.Background(), replace(parse(t, "www 300 A 192.0.2.1")))
		assert.EqualError(t, err, want)
	}
}
