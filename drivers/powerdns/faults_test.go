package powerdns_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/drivers/powerdns"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

type (
	httpRequest  = http.Request
	httpResponse = http.Response
)

func TestAWrongKeyIsSaidAndNotRepeated(t *testing.T) {
	s := servers.PowerDNS(t, bare())
	p := &powerdns.Provider{URL: s.API, Key: powerdns.Key("hunter2hunter2")}
	_, err := p.Zone(ctx, apex)
	assert.Equal(t, provider.KindAuth, provider.KindOf(err))
	assert.NotContains(t, err.Error(), "hunter2")
	err = p.Apply(ctx, zone.Diff(servers.Bare(apex), parse(t, "www 60 A 192.0.2.1")))
	assert.Equal(t, provider.KindAuth, provider.KindOf(err))
}

func TestTheKeyIsReadAgainWhenItIsRefused(t *testing.T) {
	s := servers.PowerDNS(t, bare())
	key := "old"
	p := &powerdns.Provider{URL: s.API, Key: func() (string, error) { return key, nil }}
	_, err := p.Zone(ctx, apex)
	assert.Error(t, err)
	key = s.APIKey
	_, err = p.Zone(ctx, apex)
	assert.NoError(t, err)
}

func TestAnAddressThatIsWrongIsNoMissingZone(t *testing.T) {
	s := servers.PowerDNS(t, bare())
	for _, p := range []*powerdns.Provider{
		{URL: s.API, Server: "elsewhere"},
		{URL: strings.TrimSuffix(s.API, "/api/v1") + "/nothing"},
	} {
		p.Key = powerdns.Key(s.APIKey)
		_, err := p.Zone(ctx, "nobody.example.")
		require.Error(t, err)
		assert.NotErrorIs(t, err, provider.ErrNoZone)
		assert.Equal(t, provider.KindNotFound, provider.KindOf(err))
	}
}

func TestSettingsThatMakeNoSenseAreSaid(t *testing.T) {
	for want, p := range map[string]*powerdns.Provider{
		"there is no key":              {URL: "http://127.0.0.1:1"},
		"the address of the API":       {URL: "127.0.0.1:8081", Key: powerdns.Key("x")},
		"http:// or https://":          {URL: "http://user:hunter2@127.0.0.1", Key: powerdns.Key("x")},
		`zones of the kind "Slave"`:    {URL: "http://127.0.0.1:1", Key: powerdns.Key("x"), Kind: "Slave"},
		"the credential is empty":      {URL: "http://127.0.0.1:1", Key: powerdns.Key("")},
		"nothing behind it but a path": {URL: "http://127.0.0.1/?key=hunter2", Key: powerdns.Key("x")},
	} {
		_, err := p.Zone(ctx, apex)
		assert.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "hunter2")
	}
}

func TestAServerThatIsDownChangesNothing(t *testing.T) {
	s, _, _ := start(t, bare())
	p := &powerdns.Provider{URL: s.API, Key: powerdns.Key(s.APIKey)}
	plan := zone.Diff(read(t, p), parse(t, "www 60 A 192.0.2.1"))
	s.Stop(t)
	short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	var ae *provider.ApplyError
	require.ErrorAs(t, p.Apply(short, plan), &ae)
	assert.Empty(t, ae.Done)
	assert.Empty(t, ae.Unknown)
	assert.Equal(t, provider.KindTransient, provider.KindOf(ae))
	s.Start(t)
	assert.True(t, read(t, p).Equal(servers.Bare(apex)))
	require.NoError(t, p.Apply(ctx, plan))
}

func TestAnAnswerThatGotLostIsUnknown(t *testing.T) {
	_, p, tr := start(t, bare())
	plan := zone.Diff(read(t, p), parse(t, "www 60 A 192.0.2.1\nmail 60 A 192.0.2.1"))
	for _, fault := range []resttest.Fault{resttest.Lost, resttest.Dropped, resttest.Status(502, resttest.Page)} {
		tr.SetFault(resttest.Once(resttest.Writes, fault))
		var ae *provider.ApplyError
		require.ErrorAs(t, p.Apply(ctx, plan), &ae)
		assert.Equal(t, []int{0, 1}, ae.Unknown)
		assert.Empty(t, ae.Done)
		if z := read(t, p); z.Len() != 2 {
			assert.Equal(t, 4, z.Len(), "a half is there")
		}
	}
	assert.Equal(t, provider.Agreed, mirror(t, p, parse(t, "www 60 A 192.0.2.1\nmail 60 A 192.0.2.1")).State)
}

func TestADatabaseThatIsAwayChangesNothing(t *testing.T) {
	setup := bare()
	setup.Database = servers.MariaDB(t)
	s, p, _ := start(t, setup)
	plan := zone.Diff(read(t, p), parse(t, "www 60 A 192.0.2.1"))
	setup.Database.Kill(t)
	short, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	require.Error(t, p.Apply(short, plan))
	setup.Database.Start(t)
	s.Kill(t) // it does not survive the loss of its database
	s.Start(t)
	assert.True(t, read(t, p).Equal(servers.Bare(apex)))
	assert.Equal(t, provider.Agreed, mirror(t, p, parse(t, "www 60 A 192.0.2.1")).State)
}

// TestManyZonesAtOnceOverSQLite is about a server that says 500 to whoever writes
// while somebody else does.
func TestManyZonesAtOnceOverSQLite(t *testing.T) {
	_, p, _ := start(t, servers.Setup{})
	var wg sync.WaitGroup
	states := make([]provider.State, 16)
	for i := range states {
		name := zone.Name("zone" + string(rune('a'+i)) + ".example.")
		wg.Go(func() {
			s := provider.Syncer{Provider: p, Rules: zone.Mirror()}
			for _, addr := range []string{"192.0.2.1", "192.0.2.2"} {
				z, err := zone.Parse(name, servers.Bare(name).String()+"www 60 A "+addr)
				if err != nil {
					panic(err)
				}
				res, _ := s.Sync(ctx, zone.Intent{Zone: name, Wish: zone.Replace{Zone: z}})
				states[i] = max(states[i], res.State)
			}
		})
	}
	wg.Wait()
	for _, s := range states {
		assert.Equal(t, provider.Agreed, s)
	}
}
