package dyn_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/dyn"
	"github.com/zonecast/zonecast/drivers/internal/dyntest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestASessionThatEndsInTheMiddleIsBegunAgain(t *testing.T) {
	for _, end := range []func(*dyntest.Service){(*dyntest.Service).Expire, func(s *dyntest.Service) { s.Move("198.51.100.7") }} {
		for n := range 8 { // all requests after the login
			synctest.Test(t, func(t *testing.T) {
				b := newBed()
				plan := b.plan(t, "www 300 A 192.0.2.1\nmail 300 A 192.0.2.2")
				b.way.SetFault(resttest.Nth(resttest.Any, n+1, func(r *http.Request, serve func() *http.Response) (*http.Response, error) {
					end(b.Service)
					return serve(), nil
				}))
				require.NoError(t, b.Apply(t.Context(), plan), "request %d", n+1)
				assert.Equal(t, 1, b.Seen().Publishes["example.com"], "request %d", n+1)
				assert.LessOrEqual(t, b.Seen().Logins, 2)
			})
		}
	}
}

func TestASessionThatNeverLastsIsAnErrorThatPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		plan := b.plan(t, "www 300 A 192.0.2.1")
		b.way.SetFault(resttest.Always(to("POST", "ARecord"), func(r *http.Request, serve func() *http.Response) (*http.Response, error) {
			b.Expire()
			return serve(), nil
		}))
		err := b.Apply(t.Context(), plan)
		assert.ErrorContains(t, err, "login: Bad or expired credentials")
		assert.Equal(t, provider.KindTransient, provider.KindOf(err), "the password may be well")
		assert.Equal(t, 3, b.Seen().Logins)
		assert.Zero(t, b.Seen().Publishes["example.com"])
	})
}

// The second half of a plan must not be staged in a new session when the first half
// has gone with the old one, while others took all that the limit allows.
func TestWhatWasStagedBeforeALongRestIsStagedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		b.Lifetime = 10 * time.Minute
		ledger := &memory{}
		b.Share(ledger)
		require.NoError(t, b.Apply(t.Context(), b.plan(t, "a 300 A 192.0.2.1\nb 300 A 192.0.2.1\nc 300 A 192.0.2.1")))
		plan := b.plan(t, "")
		b.way.SetFault(func(r *http.Request) resttest.Fault {
			if ledger.wait = 0; to("DELETE", "b.example.com")(r) && b.Seen().Logins == 1 {
				ledger.wait = 30 * time.Minute
			}
			return nil
		})
		require.NoError(t, b.Apply(t.Context(), plan))
		assert.Empty(t, b.serves(t))
		assert.Equal(t, 2, b.Seen().Publishes["example.com"])
		assert.Equal(t, 2, b.Seen().Logins)
	})
}

func TestASessionThatRestedIsKeptAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		read := func() []string {
			_, err := b.Zone(t.Context(), "example.com.")
			require.NoError(t, err)
			return b.log()
		}
		read()
		time.Sleep(4 * time.Minute)
		assert.Equal(t, []string{"GET AllRecord/example.com?detail=Y"}, read())
		time.Sleep(6 * time.Minute)
		assert.Equal(t, []string{"PUT Session", "GET AllRecord/example.com?detail=Y"}, read())
		time.Sleep(2 * time.Hour)
		assert.Equal(t, []string{"PUT Session", "POST Session", "GET AllRecord/example.com?detail=Y"}, read())
	})
}

func TestCloseLogsOutAndTheProviderGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		for range 2 {
			_, err := b.Zone(t.Context(), "example.com.")
			require.NoError(t, err)
			assert.Equal(t, 1, b.OpenSessions())
			require.NoError(t, b.Close())
			assert.Zero(t, b.OpenSessions())
		}
		b.Expire()
		require.NoError(t, b.Close())
	})
}

// Twenty zones under one credential, at a service that takes half a second for each
// answer, as recordings show.
func TestTwentyZonesShareTheSessionsAndTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		b.Latency, b.Task = 460*time.Millisecond, 2*time.Second
		began := time.Now()
		_, err := b.Zone(t.Context(), "example.com.")
		require.NoError(t, err) // so that there is a session for the first of them
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				name := string(rune('a'+i)) + ".example.com."
				res := b.mirrorOf(t, name, "@ 300 A 192.0.2.1\nwww 300 CNAME @\n@ 300 MX 10 mail")
				assert.Equal(t, provider.Agreed, res.State, res)
				assert.Len(t, res.NameServers, 4)
			})
		}
		wg.Wait()
		seen := b.Seen()
		assert.Zero(t, seen.Exceeded, "the limit of the account")
		assert.Zero(t, seen.Collisions, "one request at a time in a session")
		assert.Equal(t, 3, seen.Logins)
		assert.Len(t, seen.Publishes, 20)
		for zone, n := range seen.Publishes {
			assert.Equal(t, 1, n, zone)
		}
		pace := float64(seen.Requests) / time.Since(began).Seconds()
		assert.Greater(t, pace, 3.0, "calls a second, of 4 that may be made")
		t.Logf("%d calls in %s: %.2f a second", seen.Requests, time.Since(began).Round(time.Millisecond), pace)
	})
}

// Two sessions that stage in one zone spoil each other's work, says the service.
func TestOneZoneIsWrittenInOneSessionAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		b.Latency = 460 * time.Millisecond
		var plans []zone.Plan
		for i := range 5 {
			plans = append(plans, b.plan(t, strings.Repeat("x", i+1)+" 300 A 192.0.2.1"))
		}
		var wg sync.WaitGroup
		for _, p := range plans {
			wg.Go(func() { assert.NoError(t, b.Apply(t.Context(), p)) })
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		synctest.Wait()
		assert.ErrorIs(t, b.Apply(ctx, plans[0]), context.DeadlineExceeded, "who cannot wait goes")
		wg.Wait()
		assert.Zero(t, b.Seen().Crossed)
		assert.Equal(t, 5, b.Seen().Publishes["example.com"])
		assert.Equal(t, 5, strings.Count(b.serves(t), "192.0.2.1"))
	})
}

func TestWhoeverIsInterruptedLeavesNothingStaged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		plan := b.plan(t, "a 300 A 192.0.2.1\nb 300 A 192.0.2.1\nc 300 A 192.0.2.1")
		ctx, cancel := context.WithCancel(t.Context())
		b.way.SetFault(resttest.Always(to("POST", "/b.example.com"), func(_ *http.Request, serve func() *http.Response) (*http.Response, error) {
			cancel()
			return serve(), nil
		}))
		var told *provider.ApplyError
		require.ErrorAs(t, b.Apply(ctx, plan), &told)
		assert.Empty(t, told.Done)
		assert.Empty(t, told.Unknown)
		assert.Zero(t, b.Staged(), "although the context of the work is over")
		assert.Empty(t, b.Seen().Publishes)
	})
}

func TestATooManyIsForAllAndPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		b.PerSecond = 0
		require.Equal(t, provider.Agreed, b.mirror(t, "www 300 A 192.0.2.1").State)
		for range 300 { // by somebody else at the same account
			_, err := (&resttest.Transport{Handler: b.Service}).RoundTrip(must(http.NewRequest("GET", "https://x/REST/Zone", nil)))
			require.NoError(t, err)
		}
		began := time.Now()
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				_, err := b.Zone(t.Context(), "example.com.")
				assert.NoError(t, err)
			})
		}
		wg.Wait()
		assert.Greater(t, time.Since(began), 59*time.Second)
		assert.Less(t, time.Since(began), 3*time.Minute)
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestAPasswordIsReadAgainWhenItIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		now, reads := "0ldPassw0rd", 0
		b.Credential = dyn.PasswordFrom(dyntest.Customer, dyntest.User, func() (string, error) { reads++; return now, nil })
		_, err := b.Zone(t.Context(), "example.com.")
		assert.Equal(t, provider.KindAuth, provider.KindOf(err))
		assert.ErrorContains(t, err, "did not match those in our database")
		now = dyntest.Password
		_, err = b.Zone(t.Context(), "example.com.")
		require.NoError(t, err)

		b.Provider = &dyn.Provider{URL: b.URL, Transport: b.way, Credential: dyn.PasswordFrom("c", "u", func() (string, error) { return "", errors.New("the file is gone") })}
		_, err = b.Zone(t.Context(), "example.com.")
		assert.Equal(t, provider.KindAuth, provider.KindOf(err))
		assert.ErrorContains(t, err, "the file is gone")
	})
}

func TestWhatIsNotSetIsSaidBeforeAnyCall(t *testing.T) {
	for want, p := range map[string]*dyn.Provider{
		"there is no credential": {},
		"want serials that are":  {Credential: dyn.Password("a", "b", "c"), Style: "random"},
		"the root is no zone":    {Credential: dyn.Password("a", "b", "c")},
	} {
		_, err := p.Zone(t.Context(), ".")
		assert.ErrorContains(t, err, want)
		assert.ErrorContains(t, p.DeleteZone(t.Context(), "."), want)
	}
	for _, err := range (&dyn.Provider{}).Zones(t.Context()) {
		assert.ErrorContains(t, err, "there is no credential")
	}
}
