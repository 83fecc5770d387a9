package dyn_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
)

// slow makes some requests take a while.
func slow(match func(*http.Request) bool, d time.Duration) func(*http.Request) time.Duration {
	return func(r *http.Request) time.Duration {
		if match(r) {
			return d
		}
		return 0
	}
}

func TestWhatTakesLongIsWaitedForAsAJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		plan := b.plan(t, "www 300 A 192.0.2.1")
		b.Slow = slow(resttest.Any, 21*time.Second)
		began := time.Now()
		require.NoError(t, b.Apply(t.Context(), plan))
		assert.Equal(t, 1, b.Seen().Publishes["example.com"])
		assert.Zero(t, b.Seen().Hasty, "a job is looked at every 5 seconds at most")
		assert.Zero(t, b.Seen().Collisions)
		assert.Greater(t, time.Since(began), 80*time.Second)
	})
}

func TestAJobThatFailsIsTheFailureOfItsCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		plan := b.plan(t, "www 300 CAA 0 contactemail a@example.net\nok 300 A 192.0.2.1")
		b.Slow = slow(resttest.Writes, 12*time.Second)
		var ae *provider.ApplyError
		require.ErrorAs(t, b.Apply(t.Context(), plan), &ae)
		require.Len(t, ae.Failed, 1)
		assert.Equal(t, provider.KindRefused, provider.KindOf(ae.Failed[0].Err))
		assert.Len(t, ae.Done, 1)
	})
}

func TestAJobThatNeverEnds(t *testing.T) {
	t.Run("of a read fails", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBed()
			b.Slow = slow(to("GET", "AllRecord"), 1e6*time.Hour)
			began := time.Now()
			_, err := b.Zone(t.Context(), "example.com.")
			assert.ErrorContains(t, err, "has not ended within 2m0s")
			assert.Equal(t, provider.KindTransient, provider.KindOf(err))
			assert.Less(t, time.Since(began), 3*time.Minute)
		})
	})
	t.Run("of staging leaves nothing done", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBed()
			plan := b.plan(t, "www 300 A 192.0.2.1")
			b.Slow = slow(to("POST", "ARecord"), 1e6*time.Hour)
			var ae *provider.ApplyError
			require.ErrorAs(t, b.Apply(t.Context(), plan), &ae)
			assert.Empty(t, ae.Done)
			assert.Empty(t, ae.Unknown)
			b.Slow = nil
			require.NoError(t, b.Apply(t.Context(), plan), "in another session")
			assert.Equal(t, "www.example.com 300 A map[address:192.0.2.1]", b.serves(t))
		})
	})
	t.Run("of the publish leaves all unknown", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBed()
			plan := b.plan(t, "www 300 A 192.0.2.1\nmail 300 A 192.0.2.2")
			b.Slow = slow(to("PUT", "/Zone/"), 1e6*time.Hour)
			var ae *provider.ApplyError
			require.ErrorAs(t, b.Apply(t.Context(), plan), &ae)
			assert.Equal(t, []int{0, 1}, ae.Unknown)
			assert.Empty(t, ae.Done)
			assert.ErrorContains(t, ae, "it is not known whether it was done")
		})
	})
	t.Run("ends with the context", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBed()
			b.Slow = slow(to("GET", "AllRecord"), 1e6*time.Hour)
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			began := time.Now()
			_, err := b.Zone(ctx, "example.com.")
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			assert.LessOrEqual(t, time.Since(began), 30*time.Second)
		})
	})
}

func TestWhatBecomesOfAJobIsUnknownWhenItsSessionEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		plan := b.plan(t, "www 300 A 192.0.2.1")
		b.Slow = slow(to("PUT", "/Zone/"), 20*time.Second)
		b.way.SetFault(resttest.Once(to("GET", "/Job/"), func(r *http.Request, serve func() *http.Response) (*http.Response, error) {
			b.Expire()
			return serve(), nil
		}))
		var ae *provider.ApplyError
		require.ErrorAs(t, b.Apply(t.Context(), plan), &ae)
		assert.Equal(t, []int{0}, ae.Unknown)
		assert.Equal(t, 1, b.Seen().Publishes["example.com"], "it was not tried again")
	})
}

func TestAJobWithoutANumberAndARedirectElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		b.way.SetFault(resttest.Always(to("GET", "AllRecord"), resttest.Status(307, `{"status":"incomplete","data":null}`)))
		_, err := b.Zone(t.Context(), "example.com.")
		assert.ErrorContains(t, err, "a job without a number")

		b.way.SetFault(resttest.Once(to("GET", "AllRecord"), resttest.Status(307, "", "Location", "https://evil.example.org/REST/Job/77?x=1")))
		_, err = b.Zone(t.Context(), "example.com.")
		assert.ErrorContains(t, err, "job: No such job")
		for _, line := range b.log() {
			assert.NotContains(t, line, "evil", "the token goes to no other host")
		}
		b.way.SetFault(resttest.Always(to("GET", "AllRecord"), resttest.Status(302, resttest.Page, "Location", "https://login.example.org/")))
		_, err = b.Zone(t.Context(), "example.com.")
		assert.ErrorContains(t, err, "which is not followed")
		assert.Equal(t, provider.KindTransient, provider.KindOf(err))
	})
}
