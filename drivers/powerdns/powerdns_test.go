package powerdns_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/pdns/pdnstest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/drivers/powerdns"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/provider/providertest"
	"github.com/zonecast/zonecast/zone"
)

const apex = "example.com."

var ctx = context.Background()

// start starts a PowerDNS and gives the driver for it, with every fault of a
// network in between.
func start(t testing.TB, setup servers.Setup) (*servers.NameServer, *powerdns.Provider, *resttest.Transport) {
	t.Helper()
	s := servers.PowerDNS(t, setup)
	at, err := url.Parse(s.API)
	require.NoError(t, err)
	at.Path = ""
	proxy := httputil.NewSingleHostReverseProxy(at)
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, err error) {
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
	tr := &resttest.Transport{Handler: proxy}
	return s, &powerdns.Provider{URL: s.API, Key: powerdns.Key(s.APIKey), Transport: tr}, tr
}

// mirror makes the server hold what is wanted.
func mirror(t testing.TB, p provider.Provider, want *zone.Zone) provider.Result {
	t.Helper()
	s := provider.Syncer{Provider: p, Rules: zone.Mirror(), Limits: zone.Limits{Off: true}}
	res, _ := s.Sync(ctx, zone.Intent{Zone: want.Name(), Wish: zone.Replace{Zone: want}})
	return res
}

func parse(t testing.TB, lines string) *zone.Zone { return pdnstest.Parse(t, apex, lines) }

func TestTheAPIWalks(t *testing.T) {
	s, p, tr := start(t, servers.Setup{})
	var calls atomic.Int64
	count := func(*http.Request) resttest.Fault { calls.Add(1); return nil }
	tr.SetFault(count)
	providertest.Run(t, providertest.Subject{
		Provider: p, Zone: apex,
		Calls: func() int { return int(calls.Load()) },
		Fill:  func(z *zone.Zone) { s.Fill(t, z) },
		FailAfter: func(n int) {
			if tr.SetFault(count); n >= 0 {
				tr.SetFault(resttest.Always(resttest.Writes, resttest.Status(403, "not now")))
			}
		},
		Protect: func(k zone.Key) { disable(t, s, k) },
	})
}

// disable puts a record at a key that is switched off.
func disable(t testing.TB, s *servers.NameServer, k zone.Key) {
	t.Helper()
	s.Database.Run(t, fmt.Sprintf("INSERT INTO records (domain_id, name, type, content, ttl, prio, disabled, auth) SELECT id, '%s', '%s', '192.0.2.99', 60, 0, 1, 1 FROM domains WHERE name = 'example.com';",
		strings.TrimSuffix(string(k.Name), "."), k.Type))
}

func TestWhatTheAPITookIsServed(t *testing.T) {
	s, p, tr := start(t, servers.Setup{Settings: "dname-processing=yes"})
	want := pdnstest.Everything(t, apex)
	res := mirror(t, p, want)
	require.Equal(t, provider.Agreed, res.State, res.Findings)
	s.Admit(t, apex)
	s.Serves(t, want)
	pdnstest.Between(t, s, apex)
	assert.Equal(t, 1, strings.Count(strings.Join(tr.Log(), "\n"), "POST"), "it came with everything")

	other := want.Only(func(s zone.RRset) bool { return s.Key.IsAuthority(apex) || len(s.Name)%2 == 0 })
	res = mirror(t, p, other)
	require.Equal(t, provider.Agreed, res.State, res.Findings)
	s.Serves(t, other)
	assert.Equal(t, 1, strings.Count(strings.Join(tr.Log(), "\n"), "PATCH"), "a plan is one request")
}
