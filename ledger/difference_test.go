package ledger

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// numbered is a zone with a serial.
func numbered(t require.TestingT, serial uint32, lines string) *zone.Zone {
	z, err := zone.Parse("example.com.", fmt.Sprintf("@ 300 SOA a b %d 1 2 3 4\n%s", serial, lines))
	require.NoError(t, err)
	return z
}

// between is the difference of two zones.
func between(from, to *zone.Zone) zone.Patch {
	p := zone.Patch{From: from.Serial(), To: to.Serial()}
	for s := range from.All() {
		p.Drop = append(p.Drop, s.Records()...)
	}
	for s := range to.All() {
		p.Add = append(p.Add, s.Records()...)
	}
	return p
}

// offer has a ledger accept a wish for example.com.
func (l *Ledger) offer(source string, w zone.Wish) error {
	in := zone.Intent{Zone: "example.com.", Source: source, Wish: w}
	_, err := l.Accept(context.Background(), func(yield func(provider.Entry, error) bool) {
		yield(provider.Entry{Target: "dns", Queue: provider.QueueOf(in), Intent: in}, nil)
	})
	return err
}

// settle does what is owed of example.com., and gives what that was.
func (l *Ledger) settle(t require.TestingT) (last zone.Intent) {
	ctx := context.Background()
	held, lease, err := l.Acquire(ctx, "dns", "example.com.")
	require.NoError(t, err)
	defer l.Release(ctx, lease)
	ins, err := l.Owed(held, "dns", "example.com.")
	require.NoError(t, err)
	for _, last = range ins {
		require.NoError(t, l.Settle(held, lease, provider.Account{UpTo: last.Order, Wish: last.Wish, Source: last.Source, Result: provider.Result{State: provider.Agreed}}))
	}
	return last
}

func TestADifferenceIsTheZoneThatItLeadsTo(t *testing.T) {
	l := openAt(t, filepath.Join(t.TempDir(), "ledger.db"))
	one, two, three := numbered(t, 1, "a 300 A 192.0.2.1"), numbered(t, 2, "a 300 A 192.0.2.2"), numbered(t, 3, "b 300 A 192.0.2.3")
	assert.ErrorIs(t, l.offer("crm", between(one, two)), provider.ErrGap, "nothing is known")
	require.NoError(t, l.offer("crm", zone.Replace{Zone: one}))
	require.NoError(t, l.offer("crm", between(one, two)), "behind a zone that is owed")
	require.NoError(t, l.offer("crm", between(two, three)), "behind another difference")
	assert.ErrorIs(t, l.offer("crm", between(two, three)), provider.ErrGap, "it was told already")
	assert.True(t, l.settle(t).Wish.(zone.Replace).Zone.Same(three))
	assert.Nil(t, l.settle(t).Wish, "once")

	require.NoError(t, l.offer("crm", between(three, one)), "behind what is done; serials may wrap")
	assert.ErrorIs(t, l.offer("other", between(one, two)), provider.ErrGap, "another source has another zone")
	assert.True(t, l.settle(t).Wish.(zone.Replace).Zone.Same(one))
	require.NoError(t, l.offer("crm", zone.Remove{}))
	assert.ErrorIs(t, l.offer("crm", between(one, two)), provider.ErrGap, "it shall go")
	require.NoError(t, l.offer("crm", zone.Replace{Zone: two}))
	assert.True(t, l.settle(t).Wish.(zone.Replace).Zone.Same(two))
}

// A patch that a panel makes of the same zone is settled while a difference waits.
func TestAPatchDoesNotCutOffADifference(t *testing.T) {
	l := openAt(t, filepath.Join(t.TempDir(), "ledger.db"))
	one, two := numbered(t, 1, "a 300 A 192.0.2.1"), numbered(t, 2, "a 300 A 192.0.2.2")
	require.NoError(t, l.offer("crm", zone.Replace{Zone: one}))
	l.settle(t)
	ptr := zone.Patch{Add: []zone.Record{{Name: "x.example.com.", Type: zone.PTR, TTL: 300, Data: "a.example."}}}
	_, err := l.Accept(t.Context(), func(yield func(provider.Entry, error) bool) {
		in := zone.Intent{Zone: "x.example.com.", Source: "plesk", Wish: ptr}
		yield(provider.Entry{Target: "dns", Queue: provider.QueueOf(in), Intent: in}, nil)
	})
	require.NoError(t, err)
	held, lease, err := l.Acquire(t.Context(), "dns", "example.com.")
	require.NoError(t, err)
	ins, err := l.Owed(held, "dns", "example.com.")
	require.NoError(t, err)
	require.NoError(t, l.offer("crm", between(one, two)))
	require.NoError(t, l.Settle(held, lease, provider.Account{UpTo: ins[0].Order, Wish: ptr, Source: "plesk", Result: provider.Result{State: provider.Agreed}}))
	require.NoError(t, l.Release(held, lease))
	assert.True(t, l.settle(t).Wish.(zone.Replace).Zone.Same(two))
}

func TestSoManyDifferencesWaitAndNoMore(t *testing.T) {
	l := openAt(t, filepath.Join(t.TempDir(), "ledger.db"))
	last := numbered(t, 1, "a 300 A 192.0.2.1")
	require.NoError(t, l.offer("crm", zone.Replace{Zone: last}))
	for i := range mostWaiting {
		next := numbered(t, uint32(i)+2, fmt.Sprintf("a 300 A 192.0.2.%d", i))
		require.NoError(t, l.offer("crm", between(last, next)))
		last = next
	}
	next := numbered(t, 1000, "")
	require.ErrorIs(t, l.offer("crm", between(last, next)), provider.ErrGap)
	require.NoError(t, l.offer("crm", zone.Replace{Zone: next}))
	assert.True(t, l.settle(t).Wish.(zone.Replace).Zone.Same(next))
}

// Whatever becomes of differences: who has a turn is told the zone that its source has
// told last, and a difference that does not lead to it is refused.
func TestPropertyDifferencesLeadToWhatTheirSourceHas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	both := []*Ledger{openAt(t, path), openAt(t, path)}
	rapid.Check(t, func(r *rapid.T) {
		require.NoError(r, both[0].offer("crm", zone.Replace{Zone: numbered(r, 1, "")}))
		both[0].settle(r)
		said, told := numbered(r, 1, ""), numbered(r, 1, "") // by the source, and to the ledger
		for step := range rapid.IntRange(1, 12).Draw(r, "steps") {
			l := rapid.SampledFrom(both).Draw(r, "by")
			switch rapid.IntRange(0, 6).Draw(r, "step") {
			case 0:
				if w := l.settle(r).Wish; w != nil && told != nil {
					require.True(r, w.(zone.Replace).Zone.Same(told))
				}
			case 1:
				require.NoError(r, l.offer("crm", zone.Replace{Zone: said}))
				told = said
			case 2:
				require.NoError(r, l.offer("crm", zone.Remove{}))
				told = nil
			case 3: // the ledger does not hear of it
				said = numbered(r, uint32(step)+10, fmt.Sprintf("unheard 300 A 192.0.2.%d", step))
			case 4:
				require.NoError(r, l.tx(context.Background(), lasting, func(tx *transaction) error {
					_, err := (kin{l, context.Background(), tx, "dns"}).again("example.com.")
					return err
				}))
			default:
				next := numbered(r, uint32(step)+10, fmt.Sprintf("h%d 300 A 192.0.2.%d", step%3, step))
				err := l.offer("crm", between(said, next))
				if told.Same(said) {
					require.NoError(r, err)
					told = next
				} else {
					require.ErrorIs(r, err, provider.ErrGap)
				}
				said = next
			}
		}
		if w := both[1].settle(r).Wish; w != nil && told != nil {
			require.True(r, w.(zone.Replace).Zone.Same(told))
		}
		w, _, err := both[0].Wish(context.Background(), "dns", "example.com.")
		require.NoError(r, err)
		if told != nil {
			require.True(r, w.(zone.Replace).Zone.Same(told))
		}
	})
}
