package rfc2136_test

import (
	"errors"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/rfc2136"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// each runs a test on every kind of server.
func each(t *testing.T, setup servers.Setup, test func(t *testing.T, s *servers.NameServer)) {
	for name, start := range kinds {
		t.Run(name, func(t *testing.T) { test(t, start(t, setup)) })
	}
}

// planTo leads from what is live to the bare zone and these lines.
func planTo(t *testing.T, s *servers.NameServer, lines string) zone.Plan {
	t.Helper()
	live, err := driver(s).Zone(ctx, apex)
	require.NoError(t, err)
	return zone.Diff(live, parse(t, lines))
}

// fails wants that neither reading nor writing works, for this reason, and that the
// zone stays as it was.
func fails(t *testing.T, s *servers.NameServer, p *rfc2136.Provider, kind provider.Kind, words string) {
	t.Helper()
	before := s.Transfer(t, apex)
	_, err := p.Zone(ctx, apex)
	assert.ErrorContains(t, err, words)
	assert.Equal(t, kind, provider.KindOf(err), err)
	if p.Key.Secret != "" {
		assert.NotContains(t, err.Error(), p.Key.Secret)
	}
	plan := planTo(t, s, "a 300 A 192.0.2.1\nb 300 A 192.0.2.2")
	err = p.Apply(ctx, plan)
	assert.ErrorContains(t, err, words)
	assert.Equal(t, kind, provider.KindOf(err), err)
	ae, ok := errors.AsType[*provider.ApplyError](err)
	require.True(t, ok)
	assert.Empty(t, ae.Done)
	assert.Empty(t, ae.Unknown)
	assert.True(t, before.Equal(s.Transfer(t, apex)))
}

func TestAServerThatIsDownIsSaidToBe(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		p, plan := driver(s), planTo(t, s, "a 300 A 192.0.2.1")
		s.Stop(t)
		_, err := p.Zone(ctx, apex)
		assert.ErrorContains(t, err, s.Addr+": dial tcp")
		assert.Equal(t, provider.KindTransient, provider.KindOf(err))
		err = p.Apply(ctx, plan)
		ae, ok := errors.AsType[*provider.ApplyError](err)
		require.True(t, ok)
		assert.Empty(t, append(ae.Done, ae.Unknown...), "nothing was sent")
		s.Start(t)
		require.NoError(t, p.Apply(ctx, plan))
		assert.True(t, s.Transfer(t, apex).Equal(parse(t, "a 300 A 192.0.2.1")))
	})
}

func TestAWrongSignatureIsSaidToBeWhatItIs(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		p := driver(s)
		p.Key.Secret = s.Stranger.Secret
		fails(t, s, p, provider.KindAuth, "BADSIG): key key-sha256.: the server has another secret for it")
		p = driver(s)
		p.Key.Name = "nobody"
		fails(t, s, p, provider.KindAuth, "BADKEY): key nobody.: the server does not know it")
		p = driver(s)
		p.Key.Algorithm = "hmac-sha512"
		fails(t, s, p, provider.KindAuth, "BADKEY): key key-sha256.: the server does not know it, or not with hmac-sha512, or not for this zone")
		p = driver(s)
		p.Now = func() time.Time { return time.Now().Add(-time.Hour) }
		fails(t, s, p, provider.KindTransient, "BADTIME): key key-sha256.: the clocks differ: it is ")
		_, err := p.Zone(ctx, apex)
		assert.ErrorContains(t, err, "at the server and "+time.Now().Add(-time.Hour).UTC().Format("2006-01-02 15:04"))
	})
}

func TestAKeyWithoutRightsIsRefused(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		strange, unsigned := driver(s), driver(s)
		strange.Key, unsigned.Key = rfc2136.Key(s.Stranger), rfc2136.Key{}
		switch s.Software {
		case "BIND":
			fails(t, s, strange, provider.KindRefused, "refused (REFUSED)")
			fails(t, s, unsigned, provider.KindRefused, "refused (REFUSED)")
		case "Knot":
			fails(t, s, strange, provider.KindAuth, "BADKEY): key stranger.: the server does not know it")
			_, err := unsigned.Zone(ctx, apex)
			assert.ErrorContains(t, err, "refused (NOTAUTH): the server has the zone, and does not give it away")
			assert.NotErrorIs(t, err, provider.ErrNoZone)
			assert.ErrorContains(t, unsigned.Apply(ctx, planTo(t, s, "a 300 A 192.0.2.1")), "NOTAUTH")
		}
	})
}

// PowerDNS signs no refusal: of a wrong key it says what it says of a zone that is not
// there.
func TestAWrongKeyIsNoMissingZone(t *testing.T) {
	s := servers.PowerDNS(t, bare())
	p := driver(s)
	for _, k := range []servers.Key{s.Stranger, {Name: s.Key.Name, Secret: s.Stranger.Secret}, {Name: "nobody", Secret: s.Key.Secret}} {
		p.Key = rfc2136.Key(k)
		_, err := p.Zone(ctx, apex)
		assert.ErrorContains(t, err, "the server has the zone, and does not give it away for this key")
		assert.NotErrorIs(t, err, provider.ErrNoZone)
		_, err = p.Zone(ctx, "example.org.")
		assert.ErrorIs(t, err, provider.ErrNoZone)
	}
}

func TestAZoneThatIsElsewhereIsNoZone(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		_, err := driver(s).Zone(ctx, "example.org.")
		assert.ErrorIs(t, err, provider.ErrNoZone)
		set := zone.RRset{Key: zone.Key{Name: "a.example.org.", Type: zone.A}, TTL: 300, Data: []string{"192.0.2.1"}}
		err = driver(s).Apply(ctx, zone.Plan{Zone: "example.org.", Changes: []zone.Change{{New: set}}})
		assert.ErrorIs(t, err, provider.ErrNoZone)
	})
}

func TestEveryAlgorithmWorks(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		for _, k := range s.Keys {
			p := driver(s)
			p.Key = rfc2136.Key(k)
			res := mirror(p, parse(t, "www 300 TXT "+k.Algorithm))
			assert.Equal(t, provider.Agreed, res.State, res)
			assert.Equal(t, []string{`"` + k.Algorithm + `"`}, s.Ask(t, "www.example.com.", zone.TXT).Data(zone.TXT))
		}
	})
}

func TestAKeyThatIsNoneIsSaidWithoutItsSecret(t *testing.T) {
	for key, words := range map[rfc2136.Key]string{
		{Name: "a", Secret: "not base 64"}:              "key a.: the secret is not base64",
		{Name: "a"}:                                     "key a.: the secret is not base64",
		{Name: "a..b", Secret: "AAAA"}:                  "key: name \"a..b\": has an empty label",
		{Name: "a", Secret: "AAAA", Algorithm: "hmac-"}: `key a.: there is no algorithm "hmac-": want hmac-sha256, hmac-sha384 or hmac-sha512`,
	} {
		p := &rfc2136.Provider{Primaries: []string{"127.0.0.1:1"}, Key: key}
		_, err := p.Zone(ctx, apex)
		assert.EqualError(t, err, "transfer: "+words)
	}
	_, err := (&rfc2136.Provider{}).Zone(ctx, apex)
	assert.EqualError(t, err, "transfer: there is no server to speak to")
}

func TestThePrimaryThatTakesTheConnectionIsTheOne(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		down, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		down.Close()
		p := driver(s)
		p.Primaries = []string{down.Addr().String(), s.Addr}
		assert.Equal(t, provider.Agreed, mirror(p, parse(t, "www 300 A 192.0.2.1")).State)

		silent, err := net.Listen("tcp", "127.0.0.1:0") // takes what is sent and says nothing
		require.NoError(t, err)
		defer silent.Close()
		p.Primaries = []string{silent.Addr().String(), s.Addr}
		p.Timeout = 100 * time.Millisecond
		plan := planTo(t, s, "www 300 A 192.0.2.2")
		err = p.Apply(ctx, plan)
		ae, ok := errors.AsType[*provider.ApplyError](err)
		require.True(t, ok)
		assert.Equal(t, []int{0}, ae.Unknown, "it may have been done there")
		assert.Equal(t, []string{"192.0.2.1"}, s.Ask(t, "www.example.com.", zone.A).Data(zone.A), "so that it is not sent again elsewhere")
	})
}
