package route53

import (
	"fmt"
	"math"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	upstream "github.com/libdns/route53"
	"github.com/stretchr/testify/assert"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// latency is how long the service takes for an answer.
const latency = 100 * time.Millisecond

// slow lets every call take its time.
func slow(string, route53test.Call) route53test.Fault { return route53test.Fault{Wait: latency} }

// some syncs zones, some at a time as the engine does, and gives how long it took.
func some(t testing.TB, syncer *provider.Syncer, n int, want func(int) *zone.Zone) time.Duration {
	began, next := time.Now(), make(chan int)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range next {
				res, err := syncer.Sync(t.Context(), intent(want(i)))
				assert.NoError(t, err)
				assert.Equal(t, provider.Agreed, res.State)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	return time.Since(began)
}

func numbered(t testing.TB, i int, lines string) *zone.Zone {
	return parsed(t, zone.Name(fmt.Sprintf("zone%d.example.", i)), lines)
}

// seconds is how long calls must take by the published buckets, whatever the client
// does: so many at once, the others one by one.
func seconds(calls, burst, rate float64) float64 { return math.Max(0, calls-burst) / rate }

func TestAThousandNewZonesTakeAsLongAsTheyMust(t *testing.T) {
	if testing.Short() {
		t.Skip("a thousand zones")
	}
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{Throttle: route53test.Today(), Fault: slow, MaxZones: 2000}
		syncer := &provider.Syncer{Provider: open(t, s, owned, paced(t.Name())), Owner: "zonecast", Ledger: &provider.MemoryLedger{}}
		took := some(t, syncer, 1000, func(i int) *zone.Zone { return numbered(t, i, panelZone) })

		// the floor of bench/applymodel, "zone read + batch": a list of all zones for
		// every hundred, and for each zone its creation and one batch
		floor := math.Max(seconds(1000, 40, 2), seconds(1000/100+2*1000, 50, 10))
		t.Logf("%d calls in %v; floor %.0f s; ratio %.3f", s.Count(), took, floor, took.Seconds()/floor)
		assert.LessOrEqual(t, took.Seconds(), 1.05*floor)
		assert.Zero(t, s.Answered("Throttling"))
		assert.Equal(t, 5000, s.Count(), "found missing, made, read, written, read back")
		assert.Equal(t, 1000, s.Count("ChangeResourceRecordSets"))
	})
}

func TestAHundredOfTenThousandZonesTakeTwoHundredCalls(t *testing.T) {
	if testing.Short() {
		t.Skip("ten thousand zones")
	}
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{Throttle: route53test.Today(), MaxZones: 20_000}
		kept, ledger := notes{}, &provider.MemoryLedger{}
		for i := range 10_000 {
			id := s.AddZone(fmt.Sprintf("zone%d.example.", i))
			z := numbered(t, i, panelZone)
			fill(s, id, z)
			kept[noteKey(z.Name())] = fmt.Sprintf(`{"id":%q,"owner":"zonecast","asked":%q}`, id, time.Now().Format(time.RFC3339))
		}
		first := open(t, s, owned)
		first.Share(kept)
		some(t, &provider.Syncer{Provider: first, Owner: "zonecast", Ledger: ledger}, 100, func(i int) *zone.Zone { return numbered(t, i*100, panelZone) })
		time.Sleep(time.Hour)
		s.ForgetCalls()
		s.Fault = slow
		p := open(t, s, owned, paced(t.Name())) // the next process, whose ledger drops what has not changed
		p.Share(kept)
		syncer := &provider.Syncer{Provider: p, Owner: "zonecast", Ledger: ledger, Fresh: true}
		took := some(t, syncer, 100, func(i int) *zone.Zone {
			return numbered(t, i*100, strings.Replace(panelZone, "ipv4 3600 A 192.0.2.1", "ipv4 3600 A 192.0.2.9", 1))
		})
		t.Logf("%d calls in %v", s.Count(), took)
		assert.LessOrEqual(t, s.Count(), 200)
		assert.LessOrEqual(t, took.Seconds(), 1.05*seconds(200, 50, 10)+1)
		assert.Zero(t, s.Answered("Throttling"))
	})
}

// The same work by the published package, behind our adapter. It cannot make zones,
// so they are there; and it knows no other way to a service than the environment, so
// its calls are counted and their time follows from the buckets.
func TestTheSameWorkWithThePublishedPackage(t *testing.T) {
	s := &route53test.Service{}
	srv := httptest.NewServer(s)
	defer srv.Close()
	for k, v := range map[string]string{
		"AWS_ENDPOINT_URL_ROUTE_53": srv.URL, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(k, v)
	}
	const zones = 10
	for i := range zones {
		s.AddZone(string(numbered(t, i, "").Name()))
	}
	counts := map[string][]int{}
	for name, p := range map[string]provider.Provider{
		"libdns/route53":  provider.FromLibdns(&upstream.Provider{}, provider.LibdnsTraits{SetReplaces: true}),
		"drivers/route53": open(t, s),
	} {
		for _, lines := range []string{panelZone, strings.Replace(panelZone, "ipv4 3600 A 192.0.2.1", "ipv4 3600 A 192.0.2.9", 1), "@ 3600 A 192.0.2.1"} {
			s.ForgetCalls()
			for i := range zones {
				syncs(t, mirror(p), numbered(t, i, lines))
			}
			counts[name] = append(counts[name], s.Count()/zones)
		}
		for i := range zones {
			fill(s, s.Zones(string(numbered(t, i, "").Name()))[0], numbered(t, i, ""))
		}
		t.Logf("%s: %d calls a zone at first, %d for one set, %d to take all but one away; a first sync of 1,000 zones takes %.0f s",
			name, counts[name][0], counts[name][1], counts[name][2], seconds(1000*float64(counts[name][0]), 50, 10))
	}
	assert.Equal(t, []int{4, 3, 3}, counts["drivers/route53"])
	assert.Equal(t, []int{19, 8, 29}, counts["libdns/route53"])
}
