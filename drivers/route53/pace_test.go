package route53

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
	"github.com/zonecast/zonecast/provider"
)

// paced lets a provider keep the published limits, alone with its key.
func paced(key string) func(*Config) {
	return func(c *Config) { c.Limits, c.AccessKeyID = Limits{}, key }
}

func TestTheAccountIsNeverCalledTooOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{Throttle: route53test.Today()}
		s.AddZone("example.com.")
		began := time.Now()
		var wg sync.WaitGroup
		for range 3 { // providers of one credential share its pace
			p := open(t, s, paced(t.Name()))
			for range 5 {
				wg.Go(func() {
					for range 20 {
						_, err := p.Zone(t.Context(), "example.com.")
						assert.NoError(t, err)
					}
				})
			}
		}
		wg.Wait()
		assert.Zero(t, s.Answered("Throttling"))
		floor := time.Duration(s.Count()-50) * time.Second / 10
		assert.InDelta(t, floor, time.Since(began), float64(time.Second))
	})
}

func TestActionsHaveBucketsOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := paceOf(t.Name(), Limits{Account: Bucket{1000, 1000}})
		for action, want := range map[string]time.Duration{"CreateHostedZone": 30 * time.Second, "DeleteHostedZone": 12 * time.Second, "GetChange": 5 * time.Second} {
			began := time.Now()
			for range 100 {
				require.NoError(t, p.wait(t.Context(), action, 0))
			}
			assert.InDelta(t, want, time.Since(began), float64(time.Second), action)
		}
	})
}

func TestTheBucketOfChangesCountsThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := paceOf(t.Name(), Limits{Changes: Bucket{Rate: 100, Burst: 500}})
		began := time.Now()
		for range 3 {
			require.NoError(t, p.wait(t.Context(), "ChangeResourceRecordSets", 1000))
		}
		assert.Equal(t, 25*time.Second, time.Since(began).Round(time.Second), "3,000 changes, of which 500 at once")
	})
}

func TestAfterAThrottleAnswerEverybodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := paceOf(t.Name(), Limits{})
		p.heard(true)
		began := time.Now()
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				assert.NoError(t, p.wait(t.Context(), "GetChange", 0))
				assert.Positive(t, time.Since(began))
			})
		}
		wg.Wait()
		p.heard(false)
		began = time.Now()
		require.NoError(t, p.wait(t.Context(), "GetChange", 0))
		assert.Zero(t, time.Since(began))
	})
}

func TestABatchCountsItsChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{Throttle: route53test.Throttle{Changes: route53test.Rate{PerSecond: 100, Burst: 300}}}
		id := s.AddZone("example.com.")
		fill(s, id, parsed(t, "example.com.", many(2000, "192.0.2.1")))
		p := open(t, s, paced(t.Name()), func(c *Config) { c.Limits.Changes = Bucket{Rate: 100, Burst: 300} })
		began := time.Now()
		require.NoError(t, p.Apply(t.Context(), planned(t, p, parsed(t, "example.com.", many(2000, "192.0.2.2")))))
		assert.Zero(t, s.Answered("Throttling"))
		assert.InDelta(t, 37*time.Second, time.Since(began), float64(2*time.Second), "4,000 changes, 300 at once")
	})
}

func TestWhoCannotWaitSoLongIsToldSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{}
		s.AddZone("example.com.")
		p := open(t, s, paced(t.Name()), func(c *Config) { c.Limits.Account = Bucket{Rate: 0.1, Burst: 2} })
		_, err := p.Zone(t.Context(), "example.com.")
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, err = p.Zone(ctx, "example.com.")
		assert.Equal(t, provider.KindThrottled, provider.KindOf(err))
		assert.ErrorContains(t, err, "waiting for the limits of the account")
		assert.Equal(t, 2, s.Count(), "and nothing is called")
	})
}
