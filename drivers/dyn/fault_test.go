package dyn_test

import (
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
)

func failure(code, words string) string {
	return `{"status": "failure", "data": {}, "job_id": 4711, "msgs": [{"INFO": "` + words + `", "SOURCE": "BLL", "ERR_CD": "` + code + `", "LVL": "ERROR"}]}`
}

// Each answer that a proxy or the service may give, what kind of error it is, and the
// words that have to be in it.
var answers = []struct {
	name   string
	fault  resttest.Fault
	kind   provider.Kind
	words  string
	sure   bool // it says that nothing was done
	passes bool // a read that is tried again gets on
}{
	{"401 of a proxy", resttest.Status(401, resttest.Page), provider.KindAuth, "Bad gateway", true, false},
	{"403 of a proxy", resttest.Status(403, resttest.Page), provider.KindTransient, "403 Forbidden", true, true},
	{"404 of a proxy", resttest.Status(404, resttest.Page), provider.KindTransient, "404 Not Found", true, true},
	{"409 of a proxy", resttest.Status(409, "busy"), provider.KindTransient, "409 Conflict", true, true},
	{"422 of a proxy", resttest.Status(422, "what"), provider.KindTransient, "422", true, true},
	{"429", resttest.Status(429, ""), provider.KindThrottled, "too many calls", true, true},
	{"429 with Retry-After", resttest.Status(429, "", "Retry-After", "7"), provider.KindThrottled, "too many calls", true, true},
	{"500", resttest.Status(500, resttest.Page), provider.KindTransient, "The upstream & its friends are away", false, true},
	{"503 of the service", resttest.Status(503, failure("SERVICE_UNAVAILABLE", "api: Down for maintenance")), provider.KindTransient, "Down for maintenance", true, true},
	{"an internal error", resttest.Status(500, failure("INTERNAL_ERROR", "api: Oops")), provider.KindTransient, "Oops", false, true},
	{"no right to do it", resttest.Status(400, failure("PERMISSION_DENIED", "zone: You may not")), provider.KindAuth, "(PERMISSION_DENIED): zone: You may not", true, false},
	{"200 with an error in it", resttest.Status(200, failure("PERMISSION_DENIED", "zone: You may not")), provider.KindAuth, "zone: You may not", true, false},
	{"HTML", resttest.Instead(resttest.Page), provider.KindTransient, "not an answer of the API", false, true},
	{"an answer in another language", resttest.Instead(`{"ok":true}`), provider.KindTransient, "not an answer of the API", false, true},
	{"truncated JSON", resttest.Instead(`{"status": "success", "data": {"serial": `), provider.KindTransient, "not an answer of the API", false, true},
	{"a connection that breaks", resttest.Cut(10), provider.KindTransient, "cut after 10 octets", false, true},
	{"a lost answer", resttest.Lost, provider.KindTransient, "connection reset by peer", false, true},
	{"a lost request", resttest.Dropped, provider.KindTransient, "connection reset by peer", false, true},
	{"no answer", resttest.Hangs, provider.KindTransient, "not within 30s", false, true},
	{"no connection", resttest.Refused, provider.KindTransient, "connection refused", true, true},
}

func TestFaultsOfAReadAreSortedAndNeverAnEmptyZone(t *testing.T) {
	for _, a := range answers {
		synctest.Test(t, func(t *testing.T) {
			b := newBed()
			b.way.SetFault(resttest.Always(to("GET", "AllRecord"), a.fault))
			z, err := b.Zone(t.Context(), "example.com.")
			require.Error(t, err, a.name)
			assert.Nil(t, z, a.name)
			assert.NotErrorIs(t, err, provider.ErrNoZone, a.name)
			assert.Equal(t, a.kind, provider.KindOf(err), "%s: %v", a.name, err)
			assert.ErrorContains(t, err, a.words, a.name)

			b.way.SetFault(resttest.Once(to("GET", "AllRecord"), a.fault))
			_, err = b.Zone(t.Context(), "example.com.")
			assert.Equal(t, a.passes, err == nil, "%s, once: %v", a.name, err)
		})
	}
}

func TestFaultsBeforeThePublishLeaveNothingDone(t *testing.T) {
	for _, where := range []struct{ method, resource string }{{"POST", "mail.example.com"}, {"PUT", "www.example.com"}, {"DELETE", "old.example.com"}, {"GET", "ZoneChanges"}} {
		for _, a := range answers {
			synctest.Test(t, func(t *testing.T) {
				b := newBed()
				require.NoError(t, b.Apply(t.Context(), b.plan(t, "www 300 A 192.0.2.1\nold 300 A 192.0.2.1")))
				was := b.serves(t)
				wish := "www 300 A 192.0.2.9\nmail 300 A 192.0.2.2"
				plan := b.plan(t, wish)
				b.way.SetFault(resttest.Always(to(where.method, where.resource), a.fault))
				err := b.Apply(t.Context(), plan)
				var ae *provider.ApplyError
				require.ErrorAs(t, err, &ae, "%s %s: %s", where.method, where.resource, a.name)
				assert.Empty(t, ae.Done, a.name)
				assert.Empty(t, ae.Unknown, a.name)
				assert.Empty(t, ae.Failed, a.name)
				assert.ErrorContains(t, err, a.words, a.name)
				assert.Equal(t, a.kind, provider.KindOf(err), "%s: %v", a.name, err)
				assert.Equal(t, was, b.serves(t))
				b.way.SetFault(nil)
				assert.Zero(t, b.Staged(), "%s: what was staged is discarded", a.name)
				assert.Equal(t, provider.Agreed, b.mirror(t, wish).State)
			})
		}
	}
}

func TestFaultsOfThePublishAreToldAsTheyAre(t *testing.T) {
	for _, a := range answers {
		synctest.Test(t, func(t *testing.T) {
			b := newBed()
			wish := "www 300 A 192.0.2.1\nmail 300 A 192.0.2.2"
			plan := b.plan(t, wish)
			b.way.SetFault(resttest.Always(publishing, a.fault))
			err := b.Apply(t.Context(), plan)
			var ae *provider.ApplyError
			require.ErrorAs(t, err, &ae, a.name)
			assert.Empty(t, ae.Done, a.name)
			assert.Empty(t, ae.Failed, a.name)
			if a.sure {
				assert.Empty(t, ae.Unknown, a.name)
			} else {
				assert.Equal(t, []int{0, 1}, ae.Unknown, a.name)
			}
			assert.ErrorContains(t, err, a.words, a.name)
			b.way.SetFault(nil)
			assert.Zero(t, b.Staged(), a.name)
			assert.LessOrEqual(t, b.Seen().Publishes["example.com"], 1, "%s: it is not sent twice", a.name)
			assert.Equal(t, provider.Agreed, b.mirror(t, wish).State, a.name)
			assert.Equal(t, 1, b.Seen().Publishes["example.com"], "%s: one publish in all", a.name)
		})
	}
}

func TestAPublishThatSaysYesAndNothingElseIsDone(t *testing.T) {
	for _, body := range []string{`{"status":"success"}`, `{"status":"success","data":[]}`, `{"status":"success","data":{"task_id":{}}}`} {
		synctest.Test(t, func(t *testing.T) {
			b := newBed()
			plan := b.plan(t, "www 300 A 192.0.2.1")
			b.way.SetFault(resttest.Once(publishing, resttest.Instead(body)))
			require.NoError(t, b.Apply(t.Context(), plan), body)
			assert.Equal(t, 1, b.Seen().Publishes["example.com"])
		})
	}
}

func TestWhatIsDiscardedLeavesACleanSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		plan := b.plan(t, "a 300 A 192.0.2.1\nb 300 A 192.0.2.1")
		b.way.SetFault(resttest.Once(to("POST", "b.example.com"), resttest.Status(500, "")))
		b.log()
		require.Error(t, b.Apply(t.Context(), plan))
		log := b.log()
		assert.Equal(t, "DELETE ZoneChanges/example.com", log[len(log)-1])
		assert.Equal(t, 1, b.OpenSessions(), "it goes on to be used")
		require.NoError(t, b.Apply(t.Context(), plan))
		assert.Equal(t, 1, b.Seen().Logins)
	})
}

func TestWhatCannotBeDiscardedEndsWithItsSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		plan := b.plan(t, "a 300 A 192.0.2.1\nb 300 A 192.0.2.1")
		b.way.SetFault(func(r *http.Request) resttest.Fault {
			if to("POST", "b.example.com")(r) || to("DELETE", "ZoneChanges")(r) {
				return resttest.Status(500, "")
			}
			return nil
		})
		require.Error(t, b.Apply(t.Context(), plan))
		assert.Zero(t, b.Staged())
		assert.Zero(t, b.OpenSessions(), "it was logged out")
	})
}
