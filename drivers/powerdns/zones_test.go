package powerdns_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/pdns/pdnstest"
	"github.com/zonecast/zonecast/drivers/powerdns"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestZonesComeAndGo(t *testing.T) {
	s, p, _ := start(t, servers.Setup{})
	names := []zone.Name{"example.com.", "0/25.2.0.192.in-addr.arpa.", "8.b.d.0.1.0.0.2.ip6.arpa.", "xn--mnchen-3ya.example."}
	for _, n := range names {
		_, err := p.CreateZone(ctx, servers.Bare(n))
		require.NoError(t, err)
		_, err = p.CreateZone(ctx, servers.Bare(n))
		assert.ErrorIs(t, err, provider.ErrZoneExists)
	}
	assert.Equal(t, "MASTER\n", s.Database.Run(t, "SELECT DISTINCT type FROM domains;"))
	var listed []zone.Name
	for n, err := range p.Zones(ctx) {
		require.NoError(t, err)
		listed = append(listed, n)
	}
	assert.ElementsMatch(t, names, listed)
	for _, n := range names {
		z, err := p.Zone(ctx, n)
		require.NoError(t, err)
		assert.True(t, z.Equal(servers.Bare(n)))
		require.NoError(t, p.DeleteZone(ctx, n))
		assert.ErrorIs(t, p.DeleteZone(ctx, n), provider.ErrNoZone)
		_, err = p.Zone(ctx, n)
		assert.ErrorIs(t, err, provider.ErrNoZone)
	}
	native := &powerdns.Provider{URL: s.API + "/", Key: powerdns.Key(s.APIKey), Kind: powerdns.Native}
	_, err := native.CreateZone(ctx, servers.Bare(apex))
	require.NoError(t, err)
	assert.Equal(t, "NATIVE\n", s.Database.Run(t, "SELECT type FROM domains;"))
}

func TestAZoneIsMadeWithWhatPowerDNSTakesOfIt(t *testing.T) {
	_, p, tr := start(t, servers.Setup{})
	want := parse(t, "www 60 A 192.0.2.1\nodd 60 MX 1 under_score.example.net.")
	_, err := p.CreateZone(ctx, want)
	require.NoError(t, err)
	assert.True(t, read(t, p).Equal(servers.Bare(apex)))
	assert.Equal(t, 2, strings.Count(strings.Join(tr.Log(), "\n"), "POST"))
}

func TestAZoneSaysWhoseItIs(t *testing.T) {
	s, p, _ := start(t, bare())
	who, err := p.Owner(ctx, apex)
	require.NoError(t, err)
	assert.Empty(t, who)
	require.NoError(t, p.Claim(ctx, apex, "ledger 1/plesk"))
	require.NoError(t, p.Claim(ctx, apex, "ledger 2/plesk"))
	who, err = p.Owner(ctx, apex)
	require.NoError(t, err)
	assert.Equal(t, "ledger 2/plesk", who)
	assert.Equal(t, "ledger 2/plesk\n", s.Database.Run(t, "SELECT content FROM domainmetadata WHERE kind = 'X-ZONECAST-OWNER';"))
	_, err = p.Owner(ctx, "nobody.example.")
	assert.ErrorIs(t, err, provider.ErrNoZone)
	assert.ErrorIs(t, p.Claim(ctx, "nobody.example.", "x"), provider.ErrNoZone)
}

func TestZonesOfSomebodyElseAreNotOursToWrite(t *testing.T) {
	setup := bare()
	setup.Settings = "domain-metadata-cache-ttl=0"
	s, p, _ := start(t, setup)
	plan := zone.Diff(read(t, p), parse(t, "www 60 A 192.0.2.1"))
	for kind, why := range map[string]string{"SLAVE": "is a Slave of 192.0.2.1: the next transfer", "CONSUMER": "is a Consumer of 192.0.2.1", "PRODUCER": `is of the kind "Producer"`} {
		s.Database.Run(t, "UPDATE domains SET type = '"+kind+"', master = '192.0.2.1';")
		_, err := p.Zone(ctx, apex)
		assert.ErrorContains(t, err, why)
		assert.Equal(t, provider.KindRefused, provider.KindOf(err))
		assert.ErrorContains(t, p.Apply(ctx, plan), why)
		assert.ErrorContains(t, p.DeleteZone(ctx, apex), why)
		assert.Equal(t, provider.Failed, mirror(t, p, parse(t, "www 60 A 192.0.2.1")).State)
	}
	s.Database.Run(t, "UPDATE domains SET type = 'MASTER';")
	s.Control(t, "set-presigned", "example.com")
	_, err := p.Zone(ctx, apex)
	assert.ErrorContains(t, err, "is signed elsewhere")
	assert.ErrorContains(t, p.Apply(ctx, plan), "is signed elsewhere")
	assert.Equal(t, "3\n", s.Database.Run(t, "SELECT count(*) FROM records;"))
}

func TestASignedZoneStaysSigned(t *testing.T) {
	setup := bare()
	setup.Settings = "primary=no" // or it writes while pdnsutil does
	s, p, _ := start(t, setup)
	s.Control(t, "secure-zone", "example.com")
	require.Equal(t, provider.Agreed, mirror(t, p, parse(t, "www 60 A 192.0.2.1\na.b.c 60 A 192.0.2.1\nsub 60 NS ns.example.net.")).State)
	assert.Contains(t, s.Control(t, "check-zone", "example.com"), "0 errors, 0 warnings")
	z := read(t, p)
	assert.Empty(t, z.Protected())
	assert.Equal(t, 5, z.Len(), "what the server makes itself is not in the zone")
}

func TestWhatOnlyPowerDNSHasIsProtected(t *testing.T) {
	s, p, _ := start(t, bare())
	s.Control(t, "add-record", "example.com", "@", "ALIAS", "60", "host.example.net")
	s.Control(t, "add-record", "example.com", "lua", "LUA", "60", `A "ifportup(443, {'192.0.2.1'})"`)
	z := read(t, p)
	for _, k := range []zone.Key{{Name: apex, Type: zone.A}, {Name: apex, Type: zone.AAAA}, {Name: "lua.example.com.", Type: zone.A}} {
		_, ok := z.Protection(k)
		assert.True(t, ok, k)
	}
	_, ok := z.Protection(zone.Key{Name: apex, Type: zone.MX})
	assert.False(t, ok)
	res := mirror(t, p, parse(t, "@ 60 A 192.0.2.1\n@ 60 MX 1 mail\nlua 60 A 192.0.2.2\nlua 60 TXT x"))
	assert.Equal(t, provider.Blocked, res.State)
	assert.Len(t, res.Findings, 2, res.Findings)
	assert.Equal(t, "ALIAS\nLUA\n", s.Database.Run(t, "SELECT type FROM records WHERE type IN ('ALIAS', 'LUA') ORDER BY 1;"))
}

func TestWhatCannotBeServedIsBlockedAndTheRestIs(t *testing.T) {
	s, p, _ := start(t, servers.Setup{})
	want := parse(t, "www 60 A 192.0.2.1"+pdnstest.Refused+`
x.*.y 60 A 192.0.2.1
col\:on 60 A 192.0.2.1
mx 60 MX 1 under_score.example.net.
srv 60 SRV 1 2 3 -a.
ns 60 NS .
cn 60 CNAME a\"b.example.net.
`)
	res := mirror(t, p, want)
	assert.Equal(t, provider.Blocked, res.State, res.Err)
	assert.Len(t, res.Findings, want.Len()-3, res.Findings)
	s.Admit(t, apex)
	s.Serves(t, parse(t, "www 60 A 192.0.2.1"))
}
