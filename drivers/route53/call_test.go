package route53

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
	"github.com/zonecast/zonecast/provider"
)

func TestAThrottledBatchAndABusyZoneAreTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, f := range []route53test.Fault{route53test.Throttled, route53test.Busy} {
			s := &route53test.Service{}
			s.AddZone("example.com.")
			faulty(s, "ChangeResourceRecordSets", f, f, f)
			syncs(t, &provider.Syncer{Provider: open(t, s)}, parsed(t, "example.com.", panelZone))
			assert.Equal(t, 4, s.Count("ChangeResourceRecordSets"))
		}
	})
}

func TestAStormOfThrottlesEndsInAnErrorThatSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{}
		s.AddZone("example.com.")
		p := open(t, s)
		plan := planned(t, p, parsed(t, "example.com.", panelZone))
		s.Fault = func(string, route53test.Call) route53test.Fault { return route53test.Throttled }
		s.ForgetCalls()
		began := time.Now()
		err := p.Apply(t.Context(), plan)
		assert.Equal(t, provider.KindThrottled, provider.KindOf(err))
		assert.Empty(t, failure[*provider.ApplyError](t, err).Unknown)
		assert.Equal(t, maxTries, s.Count())
		assert.Greater(t, time.Since(began), 7*time.Second)
		s.Fault = nil
		syncs(t, mirror(p), parsed(t, "example.com.", panelZone))
	})
}

func TestAZoneThatIsBusyForAWhileIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{Busy: 3 * time.Second}
		s.AddZone("example.com.")
		syncer := mirror(open(t, s))
		syncs(t, syncer, parsed(t, "example.com.", panelZone))
		syncs(t, syncer, parsed(t, "example.com.", panelZone+"\nnew 300 A 192.0.2.1"))
		assert.NotZero(t, s.Answered("PriorRequestNotComplete"))
	})
}

func TestReadsAreTriedAgainAfterWhatPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{}
		s.AddZone("example.com.")
		faulty(s, "ListResourceRecordSets", route53test.Internal, route53test.LostAnswer, route53test.Unavailable)
		_, err := open(t, s).Zone(t.Context(), "example.com.")
		require.NoError(t, err)
		assert.Equal(t, 4, s.Count("ListResourceRecordSets"))
	})
}

func TestAServiceThatHangsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{}
		s.AddZone("example.com.")
		p := open(t, s)
		plan := planned(t, p, parsed(t, "example.com.", panelZone))
		faulty(s, "ChangeResourceRecordSets", route53test.Fault{Wait: time.Hour})
		began := time.Now()
		ae := failure[*provider.ApplyError](t, p.Apply(t.Context(), plan))
		assert.Equal(t, callTime, time.Since(began))
		assert.Len(t, ae.Unknown, len(plan.Changes))
	})
}

func TestACallerThatLeavesIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{}
		s.Fault = func(string, route53test.Call) route53test.Fault { return route53test.Throttled }
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		_, err := open(t, s).Zone(ctx, "example.com.")
		assert.Error(t, err)
		assert.LessOrEqual(t, time.Since(began), time.Second)
	})
}

func TestExpiredCredentialsEndTheWorkAtOnce(t *testing.T) {
	s := &route53test.Service{}
	s.AddZone("example.com.")
	p := open(t, s)
	for _, f := range []route53test.Fault{route53test.ExpiredToken, route53test.AccessDenied, route53test.SignatureDoesNotMatch} {
		s.ForgetCalls()
		s.Fault = func(string, route53test.Call) route53test.Fault { return f }
		_, err := p.Zone(t.Context(), "example.com.")
		assert.Equal(t, provider.KindAuth, provider.KindOf(err))
		assert.Equal(t, 1, s.Count())
	}
	s.Fault = nil
	syncs(t, mirror(p), parsed(t, "example.com.", panelZone))
}

func TestWhoWantsToKnowWaitsForTheNameServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{InSync: 32 * time.Second}
		s.AddZone("example.com.")
		waits := func(d time.Duration) *Provider { return open(t, s, func(c *Config) { c.Wait = d }) }
		p := waits(time.Minute)
		began := time.Now()
		require.NoError(t, p.Apply(t.Context(), planned(t, p, parsed(t, "example.com.", panelZone))))
		assert.Equal(t, 35*time.Second, time.Since(began))
		assert.Equal(t, 8, s.Count("GetChange"))

		p = waits(10 * time.Second)
		plan := planned(t, p, parsed(t, "example.com.", panelZone+"\nnew 300 A 192.0.2.1"))
		ae := failure[*provider.ApplyError](t, p.Apply(t.Context(), plan))
		assert.Len(t, ae.Done, len(plan.Changes), "it is done all the same")
		assert.ErrorContains(t, ae, "not after 10s")
	})
}
