package secondary

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/zonecast/zonecast/zone"
)

// Nothing that any test has started goes on behind it.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A day with a primary that comes and goes each hour: what it has is there in the end,
// it was not asked more than is decent, the zone that expires meanwhile is an alarm and
// nothing else, and nothing grows.
func TestADayWithAPrimaryThatComesAndGoes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "a.example.", "b.example.", "c.example.")
		b.Notify, b.Primaries[0].Key, b.primary.key = []string{ours}, testKey, testKey.Name
		b.primary.set(t, "a.example.", 2)
		b.primary.set(t, "b.example.", 2)
		b.primary.expire = 900
		b.primary.set(t, "c.example.", 2)
		b.run(t)
		time.Sleep(2 * time.Minute)
		b.target.told()
		serial, goroutines := uint32(2), 0
		for hour := range 24 {
			time.Sleep(36 * time.Minute)
			for _, n := range []zone.Name{"a.example.", "b.example.", "c.example."} {
				require.Equal(t, Fresh, zoneStatus(t, b.Secondary, n).Condition, "hour %d", hour)
			}
			switch hour {
			case 1:
				goroutines = runtime.NumGoroutine()
			case 23:
				assert.InDelta(t, goroutines, runtime.NumGoroutine(), 5)
			}
			serial++
			for _, n := range []string{"a.example.", "b.example.", "c.example."} {
				b.primary.expire = 604800
				if n == "c.example." {
					b.primary.expire = 900
				}
				b.primary.set(t, n, serial, fmt.Sprintf("www 300 A 192.0.2.%d", 1+hour))
			}
			before := b.net.count()
			b.primary.stop()
			time.Sleep(16 * time.Minute)
			require.Equal(t, Stale, zoneStatus(t, b.Secondary, "a.example.").Condition, "hour %d", hour)
			require.Equal(t, Expired, zoneStatus(t, b.Secondary, "c.example.").Condition, "hour %d", hour)
			require.NotZero(t, b.Status().Primaries[0].Until, "it is left alone")
			require.Less(t, b.net.count()-before, 40, "in 16 minutes, hour %d", hour)
			require.Empty(t, b.target.told(), "that nobody answers changes nothing")
			b.primary.start(t)
			time.Sleep(8 * time.Minute)
			require.ElementsMatch(t, []string{"a.example. Patch", "b.example. Patch", "c.example. Patch"}, b.target.told(), "hour %d", hour)
		}
		for _, n := range []zone.Name{"a.example.", "b.example.", "c.example."} {
			s := zoneStatus(t, b.Secondary, n)
			assert.Equal(t, Fresh, s.Condition)
			assert.Equal(t, serial, *s.Serial)
			assert.Zero(t, s.Failures)
		}
		assert.Less(t, b.primary.count("SOA"), 3*24*60*13/10)
	})
}

// Whatever it is at, who is stopped ends at once and leaves nothing behind.
func TestWhoIsStoppedLeavesNothingOpen(t *testing.T) {
	var zones []zone.Name
	for i := range 40 {
		zones = append(zones, zone.Name(fmt.Sprintf("z%d.example.", i)))
	}
	for i := range 30 {
		bubble(t, func(t *testing.T) {
			b := newBed(t, zones...)
			b.Notify = []string{ours}
			b.DNSSEC, b.Resolvers = Strip, []string{resolver}
			b.primary.mu.Lock()
			b.primary.hook = func(_ dns.ResponseWriter, r *dns.Msg) bool {
				time.Sleep(time.Duration(rand.N(100)) * time.Millisecond)
				return false
			}
			b.primary.mu.Unlock()
			b.primary.set(t, string(zones[0]), 2, aKey)
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(i)*20*time.Millisecond)
			defer cancel()
			began := time.Now()
			if i%2 == 0 {
				require.NoError(t, b.Run(ctx, b.target.hand))
			} else {
				b.Once(ctx, b.target.hand)
			}
			assert.LessOrEqual(t, time.Since(began), time.Second)
			streams, packets := b.net.left()
			assert.Zero(t, streams)
			assert.Zero(t, packets)
		})
	}
}

func TestWhoDoesNotAnswerIsLeftAloneLongerAndLonger(t *testing.T) {
	now := time.Unix(0, 0)
	p := newPeer(Primary{Address: "x"}, 8)
	for range patience - 1 {
		p.heard(io.EOF, now)
		require.NoError(t, p.open(now))
	}
	for _, want := range []time.Duration{10, 20, 40, 80, 160, 300, 300} {
		p.heard(io.EOF, now)
		rest := want * time.Second
		require.ErrorIs(t, p.open(now.Add(rest-1)), errResting)
		now = now.Add(rest)
		require.NoError(t, p.open(now), "one may find out")
		require.ErrorIs(t, p.open(now), errResting, "and nobody else")
	}
	require.True(t, p.heard(refused(5), now), "what it says in a refusal shows that it lives")
	require.NoError(t, p.open(now))
}

// However long a primary was away, a single zone is caught up with when the primary's
// rest is over, and not only when the zone's own retry is.
func TestASingleZoneIsCaughtUpWithSoonAfterALongOutage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, z)
		b.run(t)
		time.Sleep(time.Minute)
		b.primary.stop()
		time.Sleep(6 * time.Hour)
		before := b.net.count()
		time.Sleep(time.Hour)
		assert.Less(t, b.net.count()-before, 50)
		b.primary.set(t, z, 2, "www 300 A 192.0.2.2")
		b.primary.start(t)
		time.Sleep(7 * time.Minute)
		assert.Equal(t, "192.0.2.2", data(b.target.zone(z), "www."+z))
	})
}
