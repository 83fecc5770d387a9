package dyn_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

const wanted = `
@   600 SOA ns1.example.net. a.example.net. 1 2 3 4 5
@   300 NS  ns1.example.net.
www 300 A   192.0.2.1`

func TestAZoneIsCreatedFilledAndPublishedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed("other.com")
		b.Task = 3 * time.Second
		b.Style, b.Contact = "day", "jane.doe@example.net"
		res := b.mirror(t, wanted)
		require.Equal(t, provider.Agreed, res.State, res)
		assert.Equal(t, []zone.Name{"ns1.p19.dynect.net.", "ns2.p19.dynect.net.", "ns3.p19.dynect.net.", "ns4.p19.dynect.net."}, res.NameServers)
		assert.Equal(t, map[string]int{"example.com": 1}, b.Seen().Publishes)
		assert.Equal(t, []string{
			"POST Session",
			"GET AllRecord/example.com?detail=Y",
			"POST Zone/example.com",
			"GET Task/#", "GET Task/#",
			"POST ARecord/example.com/www.example.com",
			"GET ZoneChanges/example.com",
			"PUT Zone/example.com",
			"GET Task/#", "GET Task/#",
			"GET NSRecord/example.com/example.com?detail=Y",
			"GET AllRecord/example.com?detail=Y",
		}, b.log())
		assert.Equal(t, 2000010100, b.Serial("example.com"))
		z, err := b.Zone(t.Context(), "example.com.")
		require.NoError(t, err)
		start, ok := z.Start()
		require.True(t, ok)
		assert.Equal(t, zone.Name(`jane\.doe.example.net.`), start.RName)
		_, err = b.CreateZone(t.Context(), parse(t, wanted))
		assert.ErrorIs(t, err, provider.ErrZoneExists)
		assert.ErrorContains(t, err, "You already have this zone")
	})
}

func TestANewZoneHasWhatIsTakenAndTheRestIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed("other.com")
		res := b.mirror(t, wanted+"\n@ 300 CAA 0 contactemail a@example.net")
		assert.Equal(t, provider.Blocked, res.State, res)
		assert.Equal(t, "www.example.com 300 A map[address:192.0.2.1]", b.serves(t))
		assert.Equal(t, 1, b.Seen().Publishes["example.com"])
	})
}

// Whoever is interrupted after a zone is there and before it is published leaves a
// note: with a source that has nothing but SOA and NS, no plan would bring a publish.
func TestACreationThatIsInterruptedIsFinished(t *testing.T) {
	for _, shared := range []bool{false, true} {
		for _, fault := range []resttest.Fault{resttest.Status(400, failure("OPERATION_FAILED", "publish: Not now")), resttest.Dropped} {
			synctest.Test(t, func(t *testing.T) {
				b := newBed("other.com")
				ledger := &memory{}
				if shared {
					b.Share(ledger)
				}
				b.way.SetFault(resttest.Always(publishing, fault))
				empty := "@ 600 SOA ns1.example.net. a.example.net. 1 2 3 4 5\n@ 300 NS ns1.example.net."
				require.Equal(t, provider.Failed, b.mirror(t, empty).State)
				assert.Zero(t, b.Serial("example.com"))
				b.way.SetFault(nil)
				if shared { // another process goes on
					again := newBed()
					again.Provider.Transport = b.way
					again.Share(ledger)
					b.Provider = again.Provider
				}
				require.Equal(t, provider.Agreed, b.mirror(t, empty).State)
				assert.Equal(t, 1, b.Serial("example.com"))
				b.log()
				require.Equal(t, provider.Agreed, b.mirror(t, empty).State)
				assert.Equal(t, []string{"GET AllRecord/example.com?detail=Y"}, b.log(), "once")
			})
		}
	}
}

func TestAZoneWhosePublishWasDoneWithoutAWordIsNotPublishedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed("other.com")
		b.way.SetFault(resttest.Once(publishing, resttest.Lost))
		_, err := b.CreateZone(t.Context(), parse(t, wanted))
		require.Error(t, err)
		require.NoError(t, b.Finish(t.Context(), "example.com."))
		assert.Equal(t, map[string]int{"example.com": 1}, b.Seen().Publishes)
	})
}

func TestAnUnpublishedZoneOfSomebodyElseIsNotPublished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed("other.com")
		theirs := newBed("unused.com")
		theirs.Provider.Transport = b.way
		b.way.SetFault(resttest.Always(publishing, resttest.Status(400, failure("OPERATION_FAILED", "publish: Not now"))))
		_, err := theirs.CreateZone(t.Context(), parse(t, wanted))
		require.Error(t, err)
		b.way.SetFault(nil)
		_, err = b.CreateZone(t.Context(), parse(t, wanted))
		require.ErrorIs(t, err, provider.ErrZoneExists)
		require.NoError(t, b.Finish(t.Context(), "example.com."))
		assert.Zero(t, b.Serial("example.com"))
	})
}

func TestAZoneIsDeletedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed("example.com", "sub.example.com")
		b.way.SetFault(resttest.Once(to("DELETE", "/Zone/"), resttest.Lost))
		err := b.DeleteZone(t.Context(), "sub.example.com.")
		assert.ErrorIs(t, err, provider.ErrNoZone, "the first call, whose answer was lost, had done it")
		assert.Equal(t, -1, b.Serial("sub.example.com"))
		require.NoError(t, b.DeleteZone(t.Context(), "example.com."))
		assert.Zero(t, b.Seen().Pruned, "nothing is removed with all below it")
	})
}

func TestTheListHasThePrimaryZones(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed("b.com", "a.com", "c.com")
		b.Secondary("c.com")
		list := func() (names []zone.Name) {
			for n, err := range b.Zones(t.Context()) {
				require.NoError(t, err)
				names = append(names, n)
			}
			return names
		}
		assert.Equal(t, []zone.Name{"a.com.", "b.com."}, list())
		assert.Equal(t, []string{"POST Session", "GET Zone?detail=Y"}, b.log())
		b.way.SetFault(resttest.Always(to("GET", "Zone"), func(r *http.Request, serve func() *http.Response) (*http.Response, error) {
			r.URL.RawQuery = "" // a service that does not know details
			return resttest.Status(200, `{"status": "success", "data": ["/REST/Zone/0.0.0.0.d.6.e.0.0.a.2.ip6.arpa/", "/REST/Zone/denominator.io"], "job_id": 260657587}`)(r, serve)
		}))
		assert.Equal(t, []zone.Name{"0.0.0.0.d.6.e.0.0.a.2.ip6.arpa.", "denominator.io."}, list())
		b.way.SetFault(resttest.Always(to("GET", "Zone"), resttest.Instead(`{"status":"success","data":[{"zone":"a..b"}]}`)))
		for _, err := range b.Zones(t.Context()) {
			assert.ErrorContains(t, err, `name "a..b"`)
		}
	})
}

func TestASecondaryZoneIsNotWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		b.Secondary("example.com")
		assert.Equal(t, provider.Blocked, b.mirror(t, "www 300 A 192.0.2.1").State)
	})
}
