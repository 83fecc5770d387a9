package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

const sub = zone.Name("sub.example.com.")

// wants takes in a wish for a zone.
func wants(t *testing.T, l *ledger.Ledger, z *zone.Zone) {
	t.Helper()
	accept(t, l, entry(z.Name(), zone.Replace{Zone: z}))
}

// holds has the target hold a zone, and gives those who are roused by it.
func holds(t *testing.T, l *ledger.Ledger, base *zone.Base) []zone.Name {
	t.Helper()
	held, lease, err := l.Acquire(ctx, "dns", base.Wrote.Name())
	require.NoError(t, err)
	defer l.Release(held, lease)
	return commit(t, l, lease, base, true)
}

func baseOf(t *testing.T, name zone.Name, text string) *zone.Base {
	z, err := zone.Parse(name, text)
	require.NoError(t, err)
	return &zone.Base{Wrote: z, Stored: z, Cut: z.Cut()}
}

func TestABaseKnowsOfZonesAboveAndBelow(t *testing.T) {
	l := fresh(t)
	base := baseOf(t, sub, "@ 300 NS ns1\nns1 300 A 192.0.2.53\nwww 300 A 192.0.2.1")
	base.Delegates = []zone.Name{"a.sub.example.com."}
	holds(t, l, base)
	got, err := l.Base(ctx, "dns", sub)
	require.NoError(t, err)
	assert.True(t, got.Cut.Equal(base.Cut))
	assert.Equal(t, base.Delegates, got.Delegates)
}

func TestZonesBelowAreFoundByTheirLabels(t *testing.T) {
	l := fresh(t)
	for _, name := range []zone.Name{"example.com.", sub, "deep.sub.example.com.", "notexample.com.", `odd\.example.com.`, "com.example."} {
		holds(t, l, baseOf(t, name, "@ 300 NS ns.example.net."))
	}
	holds(t, l, baseOf(t, "unserved.example.com.", "@ 300 A 192.0.2.1"))
	z, err := zone.Parse("wished.example.com.", "@ 300 A 192.0.2.1")
	require.NoError(t, err)
	wants(t, l, z)
	names := func(of zone.Name) (out []zone.Name) {
		list, err := l.Below(ctx, "dns", of)
		require.NoError(t, err)
		for _, b := range list {
			assert.Equal(t, b.Name == "wished.example.com.", b.Awaited)
			assert.Equal(t, b.Awaited, b.Cut == nil)
			out = append(out, b.Name)
		}
		return out
	}
	assert.Equal(t, []zone.Name{sub, "deep.sub.example.com.", "wished.example.com."}, names("example.com."))
	assert.Equal(t, []zone.Name{"deep.sub.example.com."}, names(sub))
	assert.Len(t, names(zone.Root), 7)
	up, err := l.Above(ctx, "dns", "a.deep.sub.example.com.")
	require.NoError(t, err)
	assert.Equal(t, []zone.Name{"deep.sub.example.com.", sub, "example.com."}, up)
	up, err = l.Above(ctx, "elsewhere", "a.deep.sub.example.com.")
	require.NoError(t, err)
	assert.Empty(t, up)
}

// settleOf is the end of work on a queue.
func settleOf(t *testing.T, l *ledger.Ledger, name zone.Name, in zone.Intent) {
	t.Helper()
	held, lease, err := l.Acquire(ctx, "dns", name)
	require.NoError(t, err)
	defer l.Release(held, lease)
	require.NoError(t, l.Settle(held, lease, provider.Account{UpTo: in.Order, Wish: in.Wish, Source: in.Source}))
}

func owed(t *testing.T, l *ledger.Ledger, name zone.Name) []zone.Intent {
	t.Helper()
	ins, err := l.Owed(ctx, "dns", name)
	require.NoError(t, err)
	return ins
}

func TestAZoneAboveIsOwedAgainAlsoWhileSomebodyIsAtWorkOnIt(t *testing.T) {
	l := fresh(t)
	want := parse(t, "www 300 A 192.0.2.1")
	wants(t, l, want)
	began := owed(t, l, example)
	require.Len(t, began, 1)
	assert.Equal(t, []zone.Name{example}, holds(t, l, baseOf(t, sub, "@ 300 NS ns.example.net.")), "while it is")
	settleOf(t, l, example, began[0])
	again := owed(t, l, example)
	require.Len(t, again, 1, "what is settled is what was there before")
	assert.True(t, again[0].Wish.(zone.Replace).Zone.Equal(want))

	holds(t, l, &zone.Base{Wrote: want, Stored: want})
	settleOf(t, l, example, again[0])
	require.Empty(t, owed(t, l, example))
	assert.Empty(t, holds(t, l, baseOf(t, sub, "@ 300 NS ns.example.net.\nwww 300 A 192.0.2.1")), "nothing new for those above")
	assert.Equal(t, []zone.Name{example}, holds(t, l, baseOf(t, sub, "@ 300 NS other.example.net.")))
	assert.Len(t, owed(t, l, example), 1)
	due, _, err := l.Due(ctx, "dns", 10)
	require.NoError(t, err)
	assert.Equal(t, []zone.Name{example}, due)
}

func TestAZoneThatShallBeRemovedIsNotWishedForAgain(t *testing.T) {
	l := fresh(t)
	wants(t, l, parse(t, "www 300 A 192.0.2.1"))
	settleOf(t, l, example, owed(t, l, example)[0])
	e := entry(example, zone.Remove{})
	e.Delay = time.Hour
	accept(t, l, e)
	assert.Empty(t, holds(t, l, baseOf(t, sub, "@ 300 NS ns.example.net.")))
	require.Len(t, owed(t, l, example), 1)
	assert.Equal(t, zone.Remove{}, owed(t, l, example)[0].Wish)
}

func TestWhoIsDelegatedToNoMoreIsHurriedIfItsTimeHasCome(t *testing.T) {
	l := fresh(t)
	above := baseOf(t, example, "www 300 A 192.0.2.1")
	above.Delegates = []zone.Name{sub}
	holds(t, l, above)
	e := entry(sub, zone.Remove{})
	e.Delay = time.Hour
	accept(t, l, e)
	above.Delegates = nil
	assert.Empty(t, holds(t, l, above), "it is served for an hour still")
	above.Delegates = []zone.Name{sub}
	holds(t, l, above)
	accept(t, l, entry(sub, zone.Replace{Zone: baseOf(t, sub, "@ 300 A 192.0.2.1").Wrote}))
	accept(t, l, entry(sub, zone.Remove{}))
	above.Delegates = nil
	assert.Equal(t, []zone.Name{sub}, holds(t, l, above))
}
