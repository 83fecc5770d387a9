package rest_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/drivers/internal/rest"
)

func TestALimiterIsNeverExceeded(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		calls := rapid.IntRange(1, 70).Draw(rt, "calls")
		window := time.Duration(rapid.IntRange(1, 100).Draw(rt, "seconds")) * time.Second
		callers := rapid.IntRange(1, 30).Draw(rt, "callers")
		pauses := rapid.SliceOfN(rapid.IntRange(0, 50), 0, 3).Draw(rt, "pauses")
		synctest.Test(t, func(t *testing.T) {
			l := rest.NewLimiter(calls, window)
			var mu sync.Mutex
			var passed []time.Time
			var wg sync.WaitGroup
			for i := range callers {
				wg.Go(func() {
					for range 5 {
						if i < len(pauses) {
							l.Pause(time.Duration(pauses[i]) * time.Second)
						}
						if l.Wait(context.Background()) != nil {
							panic("it ends well")
						}
						mu.Lock()
						passed = append(passed, time.Now())
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			for i, at := range passed {
				if j := i + calls; j < len(passed) && passed[j].Sub(at) < window {
					rt.Fatalf("%d calls in %v: want %d in %v", calls+1, passed[j].Sub(at), calls, window)
				}
			}
		})
	})
}

func TestAPauseHoldsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := rest.NewLimiter(60, time.Minute)
		l.Pause(40 * time.Second)
		l.Pause(10 * time.Second)
		began := time.Now()
		assert.NoError(t, l.Wait(t.Context()))
		assert.Equal(t, 40*time.Second, time.Since(began))
	})
}

func TestALimiterGivesUpWhereThereIsNoTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for _, full := range []func(*rest.Limiter){
			func(l *rest.Limiter) { l.Pause(time.Hour) },
			func(l *rest.Limiter) { _ = l.Wait(t.Context()) },
		} {
			l := rest.NewLimiter(1, time.Minute)
			full(l)
			began := time.Now()
			assert.ErrorIs(t, l.Wait(ctx), context.DeadlineExceeded)
			assert.Zero(t, time.Since(began))
		}
		assert.NoError(t, (*rest.Limiter)(nil).Wait(ctx))
	})
}

func TestAnAccountHasOneLimiter(t *testing.T) {
	a := rest.Shared("godaddy key", 60, time.Minute)
	assert.Same(t, a, rest.Shared("godaddy key", 60, time.Minute))
	assert.NotSame(t, a, rest.Shared("godaddy other", 60, time.Minute))
}
