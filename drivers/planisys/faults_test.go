package planisys_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/drivers/planisys"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// body is an error as the example profile has it, with the key in it as a careless
// service would say it.
func body(code, words string) string {
	return fmt.Sprintf(`{"status": "error", "error": {"code": %q, "message": %q}}`, code, words+" (APIKEY "+key+")")
}

// What becomes of one fault of reading and of one of writing: how often the service
// is asked, the class of the error and its words. "" is an end that is well.
func TestFaultsHaveTheirClassAndTheWordsOfTheService(t *testing.T) {
	for name, c := range map[string]struct {
		fault   resttest.Fault
		kind    provider.Kind
		words   string
		reads   int // readings, of which the first one fails
		writes  int // writes, of which the first one fails
		unknown bool
		pause   time.Duration
	}{
		"401":                        {fault: resttest.Status(401, body("unauthorized", "who are you")), kind: provider.KindAuth, words: `auth (unauthorized): 401 Unauthorized: "who are you`, reads: 1, writes: 1},
		"403":                        {fault: resttest.Status(403, body("forbidden", "not you")), kind: provider.KindAuth, words: `auth (forbidden): 403 Forbidden: "not you`, reads: 1, writes: 1},
		"403 that is no key's fault": {fault: resttest.Status(403, body("domain_forbidden", "not yours")), kind: provider.KindRefused, words: "not yours", reads: 1, writes: 1},
		"404":                        {fault: resttest.Status(404, body("nothing_here", "no such path")), kind: provider.KindNotFound, words: "no such path", reads: 1, writes: 1},
		"404, a page":                {fault: resttest.Status(404, resttest.Page), kind: provider.KindNotFound, words: `404 Not Found: "Bad gateway`, reads: 1, writes: 1},
		"409":                        {fault: resttest.Status(409, body("busy", "being changed")), reads: 2, writes: 2},
		"422":                        {fault: resttest.Status(422, body("bad", "will not have it")), kind: provider.KindRefused, words: `refused (bad): 422 Unprocessable Entity: "will not have it`, reads: 1, writes: 1},
		"402":                        {fault: resttest.Status(402, body("x", "pay first")), kind: provider.KindQuota, words: "pay first", reads: 1, writes: 1},
		"429":                        {fault: resttest.Status(429, body("slow", "slow down")), reads: 2, writes: 2},
		"429 with Retry-After":       {fault: resttest.Status(429, body("slow", "slow down"), "Retry-After", "17"), reads: 2, writes: 2, pause: 17 * time.Second},
		"429 with a long one":        {fault: resttest.Status(429, body("slow", "slow down"), "Retry-After", "3600"), kind: provider.KindThrottled, words: "slow down", reads: 1, writes: 1},
		"503":                        {fault: resttest.Status(503, resttest.Page), words: `503 Service Unavailable: "Bad gateway The upstream & its friends are away."`, reads: 2, writes: 1, unknown: true},
		"200, a page":                {fault: resttest.Instead(resttest.Page), words: "200 OK, and no JSON", reads: 2, writes: 1, unknown: true},
		"200, cut JSON":              {fault: resttest.Instead(`{"status": "ok", "tot`), words: "200 OK, and no JSON (unexpected EOF)", reads: 2, writes: 1, unknown: true},
		"200, cut":                   {fault: resttest.Cut(9), words: "200 OK, cut after 9 octets", reads: 2, writes: 1, unknown: true},
		"200, an error":              {fault: resttest.Status(200, body("E9", "something failed")), words: `200 OK: "something failed`, reads: 2, writes: 1, unknown: true},
		"200, an error with a class": {fault: resttest.Status(200, body("quota_exceeded", "too many")), kind: provider.KindQuota, words: `quota (quota_exceeded): 200 OK: "too many`, reads: 1, writes: 1},
		"an answer that got lost":    {fault: resttest.Lost, words: "no answer: connection reset by peer", reads: 2, writes: 1, unknown: true},
		"no connection":              {fault: resttest.Refused, reads: 2, writes: 2},
		"silence":                    {fault: resttest.Hangs, words: "no answer: not within 30s", reads: 2, writes: 1, unknown: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBed(t)
				b.fake.Put(parse(t, "example.com.", "www 300 A 192.0.2.1"))
				b.net.SetFault(resttest.Once(path("/records"), c.fault))
				began := time.Now()
				z, err := b.Zone(t.Context(), "example.com.")
				assert.Len(t, b.net.Log(), c.reads)
				if c.reads > 1 {
					require.NoError(t, err)
					assert.Equal(t, own(parse(t, "example.com.", "www 300 A 192.0.2.1")), own(z))
				} else {
					assert.Nil(t, z)
					tellsAll(t, err, c.kind, c.words)
				}
				if c.pause > 0 {
					assert.Equal(t, c.pause, time.Since(began))
				}

				b.net.SetFault(resttest.Once(isWrite, c.fault))
				err = b.Apply(t.Context(), plan(change("", "new 300 A 192.0.2.5")))
				assert.Len(t, b.net.Log(), 1+c.writes)
				if c.words == "" {
					require.NoError(t, err)
				} else {
					tellsAll(t, err, c.kind, c.words)
					assert.Equal(t, c.unknown, len(applyError(t, err).Unknown) == 1, "%v", err)
				}

				b.net.SetFault(nil)
				want := parse(t, "example.com.", "www 300 A 192.0.2.1\nnew 300 A 192.0.2.5")
				res, err := b.mirror(want)
				require.NoError(t, err, "the next run finishes")
				assert.Equal(t, provider.Agreed, res.State)
				z, err = b.Zone(t.Context(), "example.com.")
				require.NoError(t, err)
				assert.Equal(t, own(want), own(z), "and nothing is there twice")
			})
		})
	}
}

func tellsAll(t *testing.T, err error, kind provider.Kind, words string) {
	t.Helper()
	require.Error(t, err)
	assert.Equal(t, kind, provider.KindOf(err), "%v", err)
	assert.ErrorContains(t, err, words)
	assert.NotContains(t, err.Error(), key)
	assert.NotErrorIs(t, err, provider.ErrNoZone)
	if zone := (*provider.ConflictError)(nil); errors.As(err, &zone) {
		t.Errorf("a fault is no conflict: %v", err)
	}
}

func TestAKeyThatWasExchangedIsReadAgain(t *testing.T) {
	now := key
	b := newBed(t, func(o *planisys.Options) { o.Key = func() (string, error) { return now, nil } })
	b.fake.Put(parse(t, "example.com.", "www 300 A 192.0.2.1"))
	_, err := b.Zone(ctx, "example.com.")
	require.NoError(t, err)
	now = "another"
	b.fake.Rekey(now)
	_, err = b.Zone(ctx, "example.com.")
	require.NoError(t, err)
	b.fake.Rekey("a third one")
	_, err = b.Zone(ctx, "example.com.")
	assert.Equal(t, provider.KindAuth, provider.KindOf(err))
	assert.ErrorContains(t, err, "Reseller or APIKEY not valid")
}

func TestARedirectIsNotFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t)
		b.net.SetFault(resttest.Always(resttest.Any, resttest.Status(302, "", "Location", "https://evil.example/")))
		_, err := b.Zone(t.Context(), "example.com.")
		assert.Error(t, err)
		for _, l := range b.net.Log() {
			assert.Equal(t, "GET /api/v1/domain/example.com/records?page=1&size=100", l)
		}
	})
}

// The fault of the service that matters most: a domain that it has suspended is
// there, and nothing may be made of its silence.
func TestASuspendedDomainIsNotAbsent(t *testing.T) {
	b := newBed(t)
	want := parse(t, "example.com.", "www 300 A 192.0.2.1")
	b.fake.Put(want)
	b.fake.Put(parse(t, "other.example.", "www 300 A 192.0.2.1"))
	b.fake.Suspend("example.com.", true)

	_, err := b.Zone(ctx, "example.com.")
	assert.ErrorIs(t, err, planisys.ErrSuspended)
	assert.NotErrorIs(t, err, provider.ErrNoZone)
	assert.Equal(t, provider.KindRefused, provider.KindOf(err), "it is not the fault of the target")
	l, _ := provider.As[provider.Lister](b.Provider)
	for n, err := range l.Zones(ctx) {
		assert.NoError(t, err)
		assert.Equal(t, zone.Name("other.example."), n)
	}
	b.net.SetFault(resttest.Always(isWrite, func(r *http.Request, _ func() *http.Response) (*http.Response, error) {
		t.Errorf("%s %s", r.Method, r.URL)
		return nil, errors.New("no")
	}))
	s := provider.Syncer{Provider: b.Provider}
	for _, w := range []zone.Wish{zone.Replace{Zone: parse(t, "example.com.", "www 300 A 192.0.2.2")}, zone.Remove{}} {
		res, err := s.Sync(ctx, zone.Intent{Zone: "example.com.", Wish: w})
		assert.Equal(t, provider.Failed, res.State)
		assert.ErrorIs(t, err, planisys.ErrSuspended)
		assert.True(t, res.Plan.Empty())
	}

	b.net.SetFault(nil)
	b.fake.Suspend("example.com.", false)
	_, err = b.Zone(ctx, "example.com.")
	assert.NoError(t, err)
}

// It may be suspended between two calls.
func TestADomainThatIsSuspendedMeanwhileIsLeftAlone(t *testing.T) {
	b := newBed(t)
	b.fake.Put(parse(t, "example.com.", "www 300 A 192.0.2.1"))
	b.net.SetFault(func(r *http.Request) resttest.Fault {
		if isWrite(r) {
			b.fake.Suspend("example.com.", true)
		}
		return nil
	})
	err := b.Apply(ctx, plan(change("www 300 A 192.0.2.1", "www 300 A 192.0.2.2")))
	assert.ErrorIs(t, err, planisys.ErrSuspended)

	c, ok := provider.As[provider.Creator](b.Provider)
	require.True(t, ok)
	_, err = c.CreateZone(ctx, parse(t, "example.com.", "www 300 A 192.0.2.1"))
	assert.ErrorIs(t, err, provider.ErrZoneExists)
	assert.ErrorIs(t, c.DeleteZone(ctx, "example.com."), planisys.ErrSuspended)
	assert.ErrorIs(t, c.DeleteZone(ctx, "missing.example."), provider.ErrNoZone)
}

func TestOnlyTheAnswerThatTheProfileKnowsIsAnAbsentZone(t *testing.T) {
	b := newBed(t, func(o *planisys.Options) {
		o.Profile.Answers.Outcomes = append(o.Profile.Answers.Outcomes, planisys.Outcome{Match: planisys.Match{Status: []int{400}}, Means: planisys.NotFound})
	})
	_, err := b.Zone(ctx, "example.com.")
	assert.ErrorIs(t, err, provider.ErrNoZone)
	for _, f := range []resttest.Fault{
		resttest.Status(400, ""), resttest.Status(404, `{"status": "error", "error": {"code": "no_route"}}`), resttest.Status(404, resttest.Page), resttest.Status(404, ""),
		resttest.Status(410, body("domain_not_found", "")), resttest.Status(200, `{"status": "ok", "total": 0, "records": []}`),
	} {
		b.net.SetFault(resttest.Always(resttest.Any, f))
		_, err := b.Zone(ctx, "example.com.")
		assert.Error(t, err)
		assert.NotErrorIs(t, err, provider.ErrNoZone)
	}
}
