package provider_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// fleet is some zones of one target.
type fleet struct {
	*testing.T
	provider.Syncer
	*provider.Memory
}

func newFleet(t *testing.T, f provider.Fleet) fleet {
	m := &provider.Memory{}
	return fleet{t, provider.Syncer{Target: "memory", Provider: m, Ledger: &provider.MemoryLedger{}, Fleet: f}, m}
}

// sync wants of the nth zone what a template makes of it.
func (f fleet) sync(n int, template string) provider.Result {
	f.Helper()
	z, err := zone.Parse(zone.Name(fmt.Sprintf("z%d.example.", n)), template)
	require.NoError(f, err)
	res, err := f.Syncer.Sync(f.Context(), replace(z))
	require.NoError(f, err)
	return res
}

const (
	full    = "@ 300 A 192.0.2.1\nwww 300 A 192.0.2.1\nftp 300 A 192.0.2.1\n@ 300 MX 10 mail"
	spoilt  = "@ 300 A 192.0.2.2\nwww 300 A 192.0.2.1\nftp 300 A 192.0.2.1\nnew 300 A 192.0.2.1\nother 300 A 192.0.2.1" // no MX
	smaller = "@ 300 A 192.0.2.2\nwww 300 A 192.0.2.1\nnew 300 A 192.0.2.1"
)

func TestASpoiltTemplateTakesNoMoreThanSomeZonesMayLoseInADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, provider.Fleet{Free: 2})
		for n := range 6 {
			f.sync(n, full)
		}
		for n := range 6 {
			assert.Equal(t, provider.Agreed, f.sync(n, spoilt).State, "more came than went")
		}
		for n := range 2 {
			assert.Equal(t, provider.Agreed, f.sync(n, smaller).State)
		}
		assert.Equal(t, provider.Agreed, f.sync(0, "@ 300 A 192.0.2.2\nwww 300 A 192.0.2.1").State, "it has got smaller today, and may again")
		for n := 2; n < 5; n++ {
			res := f.sync(n, smaller+"\nmore 300 A 192.0.2.9")
			assert.Equal(t, provider.Held, res.State)
			assert.Contains(t, res.String(), "2 other zones of this target have got smaller within a day, and 2 of 6 may")
			assert.Len(t, res.Held.Changes, 2)
			_, came := f.Get(zone.Name(fmt.Sprintf("z%d.example.", n))).Get(zone.Key{Name: zone.Name(fmt.Sprintf("more.z%d.example.", n)), Type: zone.A})
			assert.True(t, came, "what comes comes")
		}
		res := f.sync(2, smaller+"\nmore 300 A 192.0.2.9")
		assert.True(t, res.Plan.Empty())
		f.Approved = []zone.Digest{res.Held.Digest()}
		assert.Equal(t, provider.Agreed, f.sync(2, smaller+"\nmore 300 A 192.0.2.9").State)
		assert.Equal(t, provider.Held, f.sync(3, smaller+"\nmore 300 A 192.0.2.9").State)
		time.Sleep(25 * time.Hour)
		assert.Equal(t, provider.Agreed, f.sync(3, smaller+"\nmore 300 A 192.0.2.9").State)
	})
}

func TestManyZonesMayLoseMore(t *testing.T) {
	assert.Equal(t, 100, provider.Fleet{}.Allows(300))
	assert.Equal(t, 8000, provider.Fleet{}.Allows(400_000))
	assert.Equal(t, 300, provider.Fleet{Share: 1}.Allows(300))
	assert.Equal(t, 30, provider.Fleet{Share: 0.1, Free: 10}.Allows(300))
}

func TestAZoneThatIsRemovedDoesNotCount(t *testing.T) {
	f := newFleet(t, provider.Fleet{Free: 1})
	for n := range 3 {
		f.sync(n, full)
	}
	for n := range 2 {
		_, err := f.Syncer.Sync(t.Context(), zone.Intent{Zone: zone.Name(fmt.Sprintf("z%d.example.", n)), Wish: zone.Remove{}})
		require.NoError(t, err)
	}
	assert.Equal(t, provider.Agreed, f.sync(2, smaller).State)
}
