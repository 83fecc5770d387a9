package powerdnssql_test

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/drivers/powerdnssql"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// caching is PowerDNS as it is installed: it remembers answers and zones.
func caching(t *testing.T) *servers.NameServer {
	return servers.PowerDNS(t, servers.Setup{Settings: "cache-ttl=20\nquery-cache-ttl=20\nnegquery-cache-ttl=60\nzone-cache-refresh-interval=300"})
}

// toAPI is the API of a server, behind a network with faults.
func toAPI(t *testing.T, s *servers.NameServer) (*powerdnssql.API, *resttest.Transport) {
	at, err := url.Parse(s.API)
	require.NoError(t, err)
	at.Path = ""
	tr := &resttest.Transport{Handler: httputil.NewSingleHostReverseProxy(at)}
	return &powerdnssql.API{URL: s.API, Key: powerdnssql.Key(s.APIKey), Transport: tr}, tr
}

// served wants that a zone is served as it changes, at once.
func served(t *testing.T, s *servers.NameServer, d *powerdnssql.Database) {
	t.Helper()
	ask := func() (status string, data []string) {
		a := s.Ask(t, "www.example.com.", zone.A)
		return a.Status, a.Data(zone.A)
	}
	status, _ := ask() // so that it remembers that
	require.Equal(t, "REFUSED", status)
	for _, addr := range []string{"192.0.2.1", "192.0.2.2"} {
		require.Equal(t, provider.Agreed, mirror(t, d, parse(t, "www 60 A "+addr)).State)
		status, data := ask()
		assert.Equal(t, "NOERROR", status)
		assert.Equal(t, []string{addr}, data)
	}
	require.Equal(t, provider.Agreed, mirror(t, d, parse(t, "mail 60 A 192.0.2.1")).State)
	status, _ = ask()
	assert.Equal(t, "NXDOMAIN", status)
	assert.Empty(t, run(t, s, "SELECT content FROM domainmetadata WHERE kind = 'X-ZONECAST-CHANGED';"))
	sy := provider.Syncer{Provider: d, Rules: zone.Mirror()}
	res, err := sy.Sync(ctx, zone.Intent{Zone: apex, Wish: zone.Remove{}})
	require.NoError(t, err)
	require.Equal(t, provider.Agreed, res.State, res)
	status, _ = ask()
	assert.Equal(t, "REFUSED", status)
}

func TestAZoneIsServedAtOnceByTheAPI(t *testing.T) {
	s := caching(t)
	d := open(t, s.Database)
	var tr *resttest.Transport
	d.API, tr = toAPI(t, s)
	served(t, s, d)
	log := strings.Join(tr.Log(), "\n")
	assert.Equal(t, 4, strings.Count(log, "/cache/flush?domain=example.com."))
	assert.Equal(t, 3, strings.Count(log, "/zones/example.com./notify"))
	require.NoError(t, d.Finish(ctx, "nobody.example."))
}

func TestAZoneIsServedAtOnceByACommand(t *testing.T) {
	s := caching(t)
	d := open(t, s.Database)
	d.Control = []string{"pdns_control", "--config-dir=" + s.Dir}
	served(t, s, d)
}

func TestWithoutThemTheServerTakesItsTime(t *testing.T) {
	s := caching(t)
	d := open(t, s.Database)
	assert.Equal(t, "REFUSED", s.Ask(t, "www.example.com.", zone.A).Status)
	require.Equal(t, provider.Agreed, mirror(t, d, parse(t, "www 60 A 192.0.2.1")).State)
	assert.Equal(t, "REFUSED", s.Ask(t, "www.example.com.", zone.A).Status)
	assert.Empty(t, run(t, s, "SELECT content FROM domainmetadata WHERE kind = 'X-ZONECAST-CHANGED';"), "nobody would take the mark away")
}

func TestWhatTheServerWasNotToldItIsToldLater(t *testing.T) {
	s := caching(t)
	d := open(t, s.Database)
	var tr *resttest.Transport
	d.API, tr = toAPI(t, s)
	assert.Equal(t, "REFUSED", s.Ask(t, "www.example.com.", zone.A).Status)
	tr.SetFault(resttest.Always(resttest.Any, resttest.Status(http.StatusForbidden, "not now")))
	res := mirror(t, d, parse(t, "www 60 A 192.0.2.1"))
	assert.Equal(t, provider.Failed, res.State)
	assert.ErrorContains(t, res.Err, "the database has it, but the server could not be told")
	assert.NotContains(t, res.Err.Error(), s.APIKey)
	assert.Contains(t, run(t, s, "SELECT content FROM domainmetadata WHERE kind = 'X-ZONECAST-CHANGED';"), "new ")

	tr.SetFault(nil)
	next := open(t, s.Database) // another process, which finds nothing to change
	next.API = &powerdnssql.API{URL: s.API, Key: powerdnssql.Key(s.APIKey)}
	require.Equal(t, provider.Agreed, mirror(t, next, parse(t, "www 60 A 192.0.2.1")).State)
	assert.Equal(t, []string{"192.0.2.1"}, s.Ask(t, "www.example.com.", zone.A).Data(zone.A))
	assert.Empty(t, run(t, s, "SELECT content FROM domainmetadata WHERE kind = 'X-ZONECAST-CHANGED';"))
	require.NoError(t, next.Finish(ctx, apex))

	next.Control = []string{"/nowhere/pdns_control"}
	res = mirror(t, next, parse(t, "www 60 A 192.0.2.2"))
	assert.ErrorContains(t, res.Err, "/nowhere/pdns_control rediscover")
}
