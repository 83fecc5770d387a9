package godaddy_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/zonecast/zonecast/drivers/godaddy"
	"github.com/zonecast/zonecast/drivers/internal/godaddytest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Twenty zones at once, on one credential that two targets share, over a service
// that loses answers now and then: all end well, and the limit is never exceeded.
func TestTwentyZonesShareOneLimit(t *testing.T) {
	for _, version := range []string{"v1", "v3"} {
		t.Run(version, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := godaddytest.New()
				s.Settles = 300 * time.Millisecond
				var mu sync.Mutex
				n := 0
				tr := &resttest.Transport{Handler: s, Fault: func(*http.Request) resttest.Fault {
					mu.Lock()
					defer mu.Unlock()
					if n++; n%17 == 0 {
						return resttest.Lost
					}
					return nil
				}}
				cred := credentials(t, s)[version]
				var targets [2]*godaddy.Provider
				for i := range targets {
					targets[i] = &godaddy.Provider{Credential: cred, Transport: tr}
				}
				var wg sync.WaitGroup
				began := time.Now()
				for i := range 20 {
					domain := fmt.Sprintf("example%d.com", i)
					s.Put(domain, godaddytest.Record{Type: "A", Name: "old", Data: "192.0.2.1", TTL: godaddytest.Num(600)})
					wg.Go(func() {
						want, err := zone.Parse(zone.Name(domain+"."), "@ 600 A 192.0.2.1\n@ 600 MX 10 mail\nmail 600 A 192.0.2.2\nwww 600 CNAME @")
						assert.NoError(t, err)
						sy := provider.Syncer{Provider: targets[i%2], Rules: zone.Rules{Foreign: zone.ForeignPurge, Adopt: zone.AdoptTake}, Limits: zone.Limits{Off: true}}
						r, err := sy.Sync(t.Context(), zone.Intent{Zone: want.Name(), Wish: zone.Replace{Zone: want}})
						assert.NoError(t, err)
						assert.Equal(t, provider.Agreed, r.State)
						assert.Len(t, s.Records(domain), 4)
					})
				}
				wg.Wait()
				assert.Zero(t, s.Exceeded())
				t.Logf("%d calls in %v", s.Requests(), time.Since(began))
			})
		})
	}
}

// Somebody else uses up the same limit: nobody insists.
func TestA429IsWaitedOutByAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := godaddytest.New("example.com")
		p := &godaddy.Provider{Credential: credentials(t, s)["v3"], Transport: &resttest.Transport{Handler: s,
			Fault: resttest.Once(resttest.Any, resttest.Status(429, `{"name":"RATE_LIMITED","message":"slow"}`, "Retry-After", "40"))}}
		began := time.Now()
		var wg sync.WaitGroup
		for i := range 5 {
			time.Sleep(time.Duration(i) * time.Second)
			wg.Go(func() {
				_, err := p.Zone(t.Context(), "example.com.")
				assert.NoError(t, err)
			})
		}
		time.Sleep(20 * time.Second)
		assert.Zero(t, s.Requests(), "who comes later waits, too")
		wg.Wait()
		assert.Equal(t, 40*time.Second, time.Since(began).Truncate(time.Second))
	})
}

// Version 3 says how much is left.
func TestTheRateHeadersAreHeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := godaddytest.New("example.com")
		p := &godaddy.Provider{Credential: credentials(t, s)["v3"], Transport: &resttest.Transport{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("RateLimit-Remaining", "0")
			w.Header().Set("RateLimit-Reset", "90")
			s.ServeHTTP(w, r)
		})}}
		began := time.Now()
		for range 2 {
			_, err := p.Zone(t.Context(), "example.com.")
			assert.NoError(t, err)
		}
		assert.Equal(t, 90*time.Second, time.Since(began))
	})
}
