package dyn_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
)

// memory is what a ledger shares.
type memory struct {
	mu    sync.Mutex
	notes map[string]string
	taken int
	wait  time.Duration
}

func (m *memory) Owner() string { return "" }

func (m *memory) Recall(_ context.Context, key string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.notes[key], nil
}

func (m *memory) Keep(_ context.Context, key, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.notes == nil {
		m.notes = map[string]string{}
	}
	if m.notes[key] = value; value == "" {
		delete(m.notes, key)
	}
	return nil
}

func (m *memory) Take(_ context.Context, bucket string, rate float64, burst int) (time.Duration, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if bucket != "dyn acme" || rate != 4 || burst != 1 {
		panic(bucket)
	}
	m.taken++
	return m.wait, nil
}

func TestAFrozenZoneIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		require.NoError(t, b.Freeze(t.Context(), "example.com."))
		assert.True(t, b.IsFrozen("example.com"))
		res := b.mirror(t, "www 300 A 192.0.2.1")
		assert.Equal(t, provider.Blocked, res.State, "somebody has frozen it for a reason")
		assert.Contains(t, res.String(), "This zone is frozen")
		assert.Zero(t, b.Seen().Publishes["example.com"])
		require.NoError(t, b.Thaw(t.Context(), "example.com."))
		assert.Equal(t, provider.Agreed, b.mirror(t, "www 300 A 192.0.2.1").State)
		assert.ErrorIs(t, b.Thaw(t.Context(), "absent.com."), provider.ErrNoZone)
	})
}

func TestZonesThatAreKeptFrozenAreThawedForAChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed("other.com")
		b.Provider.Frozen = true
		b.Task = 2 * time.Second
		require.Equal(t, provider.Agreed, b.mirror(t, wanted).State)
		assert.True(t, b.IsFrozen("example.com"))
		b.log()
		require.Equal(t, provider.Agreed, b.mirror(t, strings.Replace(wanted, "192.0.2.1", "192.0.2.2", 1)).State)
		assert.Equal(t, []string{
			"GET AllRecord/example.com?detail=Y", "GET AllRecord/example.com?detail=Y",
			"PUT Zone/example.com", "PUT ARecord/example.com/www.example.com", "GET ZoneChanges/example.com", "PUT Zone/example.com",
			"GET Task/#", "GET Task/#", "PUT Zone/example.com",
			"GET AllRecord/example.com/www.example.com?detail=Y",
		}, b.log(), "thaw, stage, look, publish, wait, freeze")
		assert.True(t, b.IsFrozen("example.com"))

		b.way.SetFault(resttest.Always(to("POST", "ARecord"), resttest.Status(500, "")))
		require.Error(t, b.Apply(t.Context(), b.plan(t, wanted+"\nnew 300 A 192.0.2.1")))
		assert.True(t, b.IsFrozen("example.com"), "also after a failure")
		b.way.SetFault(nil)
		require.NoError(t, b.DeleteZone(t.Context(), "example.com."))
		assert.Equal(t, -1, b.Serial("example.com"))
	})
}

func TestAZoneThatStayedThawedIsFrozenByTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		ledger := &memory{}
		b.Share(ledger)
		b.Provider.Frozen = true
		b.SetFrozen("example.com")
		freezes := 0
		b.way.SetFault(func(r *http.Request) resttest.Fault {
			if r.Method == "PUT" && strings.HasSuffix(r.URL.Path, "/Zone/example.com") {
				if freezes++; freezes > 2 { // the thaw, the publish
					return resttest.Status(500, "")
				}
			}
			return nil
		})
		res := b.mirror(t, "www 300 A 192.0.2.1")
		assert.Equal(t, provider.Failed, res.State, "it is done, but not frozen again")
		assert.False(t, b.IsFrozen("example.com"))
		b.way.SetFault(nil)

		next := newBed()
		next.Provider.Transport, next.Provider.Frozen = b.way, true
		next.Share(ledger)
		b.Provider = next.Provider
		assert.Equal(t, provider.Agreed, b.mirror(t, "www 300 A 192.0.2.1").State)
		assert.True(t, b.IsFrozen("example.com"))
		assert.Equal(t, 1, b.Seen().Publishes["example.com"])
		assert.Empty(t, ledger.notes)
	})
}

func TestTheLimitHoldsForAllProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		ledger := &memory{wait: 10 * time.Second}
		b.Share(ledger)
		began := time.Now()
		_, err := b.Zone(t.Context(), "example.com.")
		require.NoError(t, err)
		assert.Equal(t, 2, ledger.taken, "the login, too")
		assert.Equal(t, 20*time.Second, time.Since(began).Truncate(time.Second))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = b.Zone(ctx, "example.com.")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
	})
}
