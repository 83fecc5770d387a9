package secondary

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

// Ten thousand zones are asked about spread over the minute, with no more
// connections than are set. What one costs in memory is logged.
func TestTenThousandZones(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a while")
	}
	const many = 10_000
	bubble(t, func(t *testing.T) {
		b := newBed(t, z)
		b.primary.each = 100
		names := make([]zone.Name, many)
		store := &MemoryStore{}
		content := mustZone(t, z, "www 300 A 192.0.2.1")
		for i := range names {
			names[i] = zone.Name(fmt.Sprintf("z%d.example.", i))
			require.NoError(t, store.Keep(t.Context(), "crm", Copy{Zone: names[i], Serial: 1, Got: time.Now(), Compared: time.Now(), Content: content}))
		}
		for _, n := range names {
			b.primary.set(t, string(n), 1)
		}
		b.list.set(names...)
		b.Store = store
		before := inUse()
		b.run(t)
		time.Sleep(time.Minute / 2)
		most, last := 0, b.primary.count("SOA")
		for range 270 {
			time.Sleep(time.Second)
			now := b.primary.count("SOA")
			most, last = max(most, now-last), now
		}
		each := (inUse() - before) / many
		t.Logf("%d octets of memory for each zone, and no more than %d questions in a second", each, most)
		assert.Less(t, each, 1024)
		assert.Less(t, most, many/60*8, "spread, and more so from minute to minute")
		asked := b.primary.count("SOA")
		assert.Greater(t, asked, 4*many)
		assert.Less(t, asked, 7*many)
		assert.LessOrEqual(t, b.net.most, 8)
		assert.Empty(t, b.target.told())
	})
}

func inUse() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// All of ten thousand zones that nobody has yet come over no more connections than are
// set, and the list is no storm either when most of it is new.
func TestTenThousandNewZones(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a while")
	}
	const many = 10_000
	bubble(t, func(t *testing.T) {
		b := newBed(t, z)
		b.primary.each = 100
		names := make([]zone.Name, many)
		for i := range names {
			names[i] = zone.Name(fmt.Sprintf("z%d.example.", i))
			b.primary.set(t, string(names[i]), 1)
		}
		b.list.set(names...)
		b.run(t)
		time.Sleep(50 * time.Second)
		assert.Len(t, b.target.told(), many)
		assert.Equal(t, many, b.primary.count("AXFR"))
		assert.LessOrEqual(t, b.net.most, 8)
		assert.Less(t, b.net.count(), 200, "connections are used again")
	})
}
