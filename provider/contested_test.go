package provider_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// undone is a zone in which somebody undoes what we write, before each sync.
type undone struct {
	*testing.T
	m    provider.Memory
	s    provider.Syncer
	want *zone.Zone
}

func newUndone(t *testing.T) *undone {
	u := &undone{T: t, want: parse(t, "www 300 A 192.0.2.1\n@ 300 TXT ours\nmail 300 A 192.0.2.3")}
	u.s = provider.Syncer{Provider: &u.m, Ledger: &provider.MemoryLedger{}}
	u.sync()
	time.Sleep(time.Hour) // what was written shows by now
	return u
}

func (u *undone) undo(text string) { u.m.Put(parse(u, text+"\nmail 300 A 192.0.2.3")) }

func (u *undone) sync() provider.Result {
	u.Helper()
	res, err := u.s.Sync(context.Background(), replace(u.want))
	require.NoError(u, err)
	time.Sleep(time.Hour)
	return res
}

func TestWhatSomebodyKeepsUndoingIsLeftAloneAfterThreeRepairsInADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUndone(t)
		for range 3 {
			u.undo("www 300 A 192.0.2.66\n@ 300 TXT ours\n@ 300 TXT theirs")
			require.Equal(t, provider.Agreed, u.sync().State)
		}
		u.undo("www 300 A 192.0.2.66\n@ 300 TXT theirs")
		res := u.sync()
		assert.Equal(t, provider.Contested, res.State, "%s", res)
		live := u.m.Get(example)
		www, _ := live.Get(zone.Key{Name: "www.example.com.", Type: zone.A})
		assert.Equal(t, []string{"192.0.2.66"}, www.Data)
		txt, _ := live.Get(zone.Key{Name: example, Type: zone.TXT})
		assert.Equal(t, []string{`"ours"`, `"theirs"`}, txt.Data, "that one was lost for the first time")

		u.s.Approved = []zone.Digest{res.Held.Digest()}
		assert.Equal(t, provider.Agreed, u.sync().State, "an approval puts it back once more")
		u.s.Approved = nil
		u.undo("www 300 A 192.0.2.66\n@ 300 TXT ours\n@ 300 TXT theirs")
		assert.Equal(t, provider.Contested, u.sync().State)

		u.want = parse(t, "www 300 A 192.0.2.2\n@ 300 TXT ours\nmail 300 A 192.0.2.3")
		assert.Equal(t, provider.Agreed, u.sync().State, "what the source has anew is written")
		u.undo("www 300 A 192.0.2.66\n@ 300 TXT ours\n@ 300 TXT theirs")
		assert.Equal(t, provider.Contested, u.sync().State)
		time.Sleep(24 * time.Hour)
		assert.Equal(t, provider.Agreed, u.sync().State, "tomorrow is another day")
	})
}
