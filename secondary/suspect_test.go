package secondary

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

const z = "example.com."

// restore has the primary go back to an earlier state, as after a disaster.
func (b *bed) restore(t *testing.T, serial uint32, lines ...string) {
	b.primary.mu.Lock()
	b.primary.zones[z] = nil
	b.primary.mu.Unlock()
	b.primary.set(t, z, serial, lines...)
}

func suspectOf(t *testing.T, err error) *SuspectError {
	t.Helper()
	e, ok := errors.AsType[*SuspectError](err)
	require.True(t, ok, "%v", err)
	return e
}

func TestASerialThatWentBackwardsReachesNoTarget(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, z)
		b.primary.set(t, z, 10, "www 300 A 192.0.2.1", "mail 300 A 192.0.2.2")
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		b.target.told()

		b.restore(t, 9, "www 300 A 192.0.2.1")
		e := suspectOf(t, b.Once(t.Context(), b.target.hand))
		assert.Equal(t, "the serial at 192.0.2.53:53 is 9, and ours is 10: it went backwards, as after a backup was restored", e.Reason)
		assert.Empty(t, b.target.told())

		for _, serial := range []uint32{10, 11} { // up again, to an equal number and above
			b.primary.set(t, z, serial, "www 300 A 192.0.2.1")
			suspectOf(t, b.Once(t.Context(), b.target.hand))
			assert.Empty(t, b.target.told(), "serial %d", serial)
		}
		b.primary.set(t, z, 12, "www 300 A 192.0.2.1", "mail 300 A 192.0.2.2")
		require.NoError(t, b.Once(t.Context(), b.target.hand), "what is equal is believed")
		b.primary.set(t, z, 13, "www 300 A 192.0.2.9", "mail 300 A 192.0.2.2")
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.Equal(t, "192.0.2.9", data(must(b.store().Content(t.Context(), "crm", z)), "www."+z))
	})
}

// followed is a bed whose zone, of serial 10, is followed and has been handed on.
func followed(t *testing.T) *bed {
	b := newBed(t, z)
	b.Store = &MemoryStore{}
	b.primary.set(t, z, 10, "www 300 A 192.0.2.1", "mail 300 A 192.0.2.2")
	b.run(t)
	time.Sleep(time.Second)
	return b
}

func TestASuspectZoneIsTakenBySayingSo(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := followed(t)
		b.restore(t, 9, "www 300 A 192.0.2.1")
		time.Sleep(time.Hour)
		assert.Len(t, b.target.told(), 1)
		assert.Less(t, b.primary.count("AXFR"), 5, "it is not got again each minute")
		n, err := b.Store.Force(t.Context(), "crm")
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		time.Sleep(2 * time.Minute)
		assert.Equal(t, []string{"example.com. Replace"}, b.target.told())
		b.primary.set(t, z, 10, "www 300 A 192.0.2.3")
		time.Sleep(2 * time.Minute)
		assert.Equal(t, []string{"example.com. Patch"}, b.target.told())
	})
}

// Whoever is looking at a zone just then does not put the word aside.
func TestWhatIsSaidWhileASuspectIsLookedAtIsHeard(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := followed(t)
		b.restore(t, 9, "www 300 A 192.0.2.1")
		time.Sleep(30 * time.Minute)
		b.target.told()
		var once sync.Once
		said := make(chan error, 1)
		b.primary.mu.Lock()
		b.primary.hook = func(_ dns.ResponseWriter, r *dns.Msg) bool {
			if r.Question[0].Qtype == dns.TypeAXFR {
				once.Do(func() {
					_, err := b.Store.Force(context.Background(), "crm")
					said <- err
				})
			}
			return false
		}
		b.primary.mu.Unlock()
		require.NoError(t, <-said)
		time.Sleep(2 * time.Minute)
		assert.Equal(t, []string{"example.com. Replace"}, b.target.told())
	})
}

// A word is good for what it was said of, and not for what comes months later; it is heard
// where the list cannot be read, too.
func TestAZoneThatIsNotSuspectIsGotAnewBySayingSoAndThatIsAll(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := followed(t)
		before := b.primary.count("AXFR")
		_, err := b.Store.Force(t.Context(), "crm", z)
		require.NoError(t, err)
		b.list.set()
		time.Sleep(2 * time.Minute)
		assert.Equal(t, before+1, b.primary.count("AXFR"))
		b.target.told()
		b.restore(t, 9, "www 300 A 192.0.2.1")
		time.Sleep(time.Hour)
		assert.Empty(t, b.target.told())
	})
}

// Serials are compared as RFC 1982 says.
func TestSerialsWrapAround(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, z)
		b.primary.set(t, z, 1<<32-1, "www 300 A 192.0.2.1")
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		b.primary.set(t, z, 0, "www 300 A 192.0.2.2")
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		b.primary.set(t, z, 3, "www 300 A 192.0.2.3")
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.Equal(t, []string{"example.com. Replace", "example.com. Patch", "example.com. Patch"}, b.target.told())
		b.primary.set(t, z, 3+1<<31, "www 300 A 192.0.2.4")
		suspectOf(t, b.Once(t.Context(), b.target.hand)) // neither is before the other
		assert.Empty(t, b.target.told())
	})
}

func TestAnotherPrimaryThatIsBehindIsNoReasonToDoubt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, z)
		const second = "192.0.2.54:53"
		behind := newFakePrimary(t, b.net, second)
		behind.set(t, z, 1, "www 300 A 192.0.2.1")
		b.Primaries = append([]Primary{{Address: second}}, b.Primaries...)
		b.primary.set(t, z, 2, "www 300 A 192.0.2.2")
		b.run(t)
		time.Sleep(5 * time.Minute)
		assert.Equal(t, "192.0.2.2", data(b.target.zone(z), "www."+z))
		b.primary.stop()
		time.Sleep(5 * time.Minute)
		assert.Equal(t, "192.0.2.2", data(b.target.zone(z), "www."+z), "nobody else has anything newer")
		b.primary.set(t, z, 3, "www 300 A 192.0.2.3")
		b.primary.start(t)
		time.Sleep(15 * time.Minute)
		assert.Equal(t, "192.0.2.3", data(b.target.zone(z), "www."+z))
	})
}

func data(z *zone.Zone, name zone.Name) string {
	s, _ := z.Get(zone.Key{Name: name, Type: "A"})
	if len(s.Data) == 0 {
		return ""
	}
	return s.Data[0]
}

// Other data under the same serial is found when all of the zone is compared.
func TestAllOfAZoneIsComparedNowAndThen(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, z)
		b.run(t)
		time.Sleep(time.Minute)
		b.restore(t, 1, "www 300 A 192.0.2.7")
		time.Sleep(24 * time.Hour)
		assert.Equal(t, "192.0.2.1", data(b.target.zone(z), "www."+z))
		time.Sleep(7 * 24 * time.Hour)
		assert.Equal(t, "192.0.2.7", data(b.target.zone(z), "www."+z))
		b.target.mu.Lock()
		defer b.target.mu.Unlock()
		last := b.target.ins[len(b.target.ins)-1]
		require.Len(t, last.Findings, 1)
		assert.Contains(t, last.Findings[0].Text, "something else than before with the same serial 1")
	})
}

func TestExpireIsAnAlarmAndNothingElse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, z)
		b.run(t)
		time.Sleep(time.Minute)
		b.target.told()
		b.primary.stop()
		time.Sleep(30 * 24 * time.Hour)
		assert.Empty(t, b.target.told())
	})
}

// By one word no more zones lose records than are allowed to: a backup may be older than
// was thought. What loses nothing is not counted.
func TestOfForcedZonesOnlySomeMayLoseRecords(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var zones []zone.Name
		for i := range 20 {
			zones = append(zones, zone.Name(fmt.Sprintf("z%d.example.", i)))
		}
		b := newBed(t, zones...)
		b.Store, b.ForceMost = &MemoryStore{}, 5
		b.run(t)
		time.Sleep(time.Minute)
		for _, n := range zones {
			b.primary.set(t, string(n), 10, "www 300 A 192.0.2.1", "mail 300 A 192.0.2.2")
		}
		time.Sleep(2 * time.Minute)
		b.target.told()
		for i, n := range zones {
			b.primary.mu.Lock()
			b.primary.zones[string(n)] = nil
			b.primary.mu.Unlock()
			lines := []string{"www 300 A 192.0.2.9"}
			if i < 8 { // which lose nothing
				lines = append(lines, "mail 300 A 192.0.2.9", "ftp 300 A 192.0.2.9")
			}
			b.primary.set(t, string(n), 5, lines...)
		}
		time.Sleep(5 * time.Minute)
		assert.Empty(t, b.target.told())
		for _, round := range []struct{ forced, taken int }{{20, 13}, {7, 5}, {2, 2}, {0, 0}} {
			n, err := b.Store.Force(t.Context(), "crm")
			require.NoError(t, err)
			assert.Equal(t, round.forced, n)
			time.Sleep(3 * time.Hour)
			assert.Len(t, b.target.told(), round.taken)
		}
		assert.Equal(t, 20, b.Status().Counts[string(Fresh)])
	})
}
