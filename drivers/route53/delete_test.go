package route53

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestAZoneGoesWithAllItHolds(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com.")
	fill(s, id, parsed(t, "example.com.", fivethousand("192.0.2.1")+`t 300 TXT "say \"hi\""`))
	s.Put(id, route53test.Alias("example.com.", "A", id, "host1.example.com."),
		route53test.Simple("w.example.com.", "A", 60, "192.0.2.1").Weighted("blue", 90),
		route53test.Simple("odd.example.com.", "CNAME", 60, "WWW.Example.Net"))
	p := open(t, s)
	require.NoError(t, p.DeleteZone(t.Context(), "example.com."))
	assert.Empty(t, s.Zones(""))
	assert.Equal(t, 6, s.Count("ChangeResourceRecordSets"))
	assert.ErrorIs(t, p.DeleteZone(t.Context(), "example.com."), provider.ErrNoZone)
}

func TestAZoneWithDNSSECStays(t *testing.T) {
	s := &route53test.Service{}
	syncer := mirror(open(t, s))
	syncs(t, syncer, parsed(t, "example.com.", panelZone))
	id := s.Zones("")[0]
	before := s.Sets(id)
	s.SetDNSSEC(id, true)
	res, err := syncer.Sync(t.Context(), zone.Intent{Zone: "example.com.", Wish: zone.Remove{}})
	require.NoError(t, err)
	assert.Equal(t, provider.Blocked, res.State)
	assert.Contains(t, res.String(), "DNSSEC is on")
	assert.Equal(t, before, s.Sets(id))
	s.SetDNSSEC(id, false)
	_, err = syncer.Sync(t.Context(), zone.Intent{Zone: "example.com.", Wish: zone.Remove{}})
	require.NoError(t, err)
	assert.Empty(t, s.Zones(""))
}

func TestAZoneWhoseDNSSECMayNotBeAskedForStays(t *testing.T) {
	s := &route53test.Service{}
	s.AddZone("example.com.")
	faulty(s, "GetDNSSEC", route53test.AccessDenied)
	err := open(t, s).DeleteZone(t.Context(), "example.com.")
	assert.Equal(t, provider.KindAuth, provider.KindOf(err))
	assert.Len(t, s.Zones(""), 1)
}

func TestTheZoneOfAnotherOwnerStays(t *testing.T) {
	s := &route53test.Service{}
	_, err := open(t, s, func(c *Config) { c.Owner = "other" }).CreateZone(t.Context(), parsed(t, "example.com.", ""))
	require.NoError(t, err)
	err = open(t, s, owned).DeleteZone(t.Context(), "example.com.")
	assert.ErrorContains(t, err, "it belongs to other")
	assert.Len(t, s.Zones(""), 1)
}

func TestWhatComesInBetweenKeepsTheZone(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com.")
	s.Fault = func(action string, _ route53test.Call) (f route53test.Fault) {
		if action == "DeleteHostedZone" {
			s.Put(id, route53test.Simple("new.example.com.", "A", 60, "192.0.2.1"))
		}
		return f
	}
	err := open(t, s).DeleteZone(t.Context(), "example.com.")
	assert.ErrorContains(t, err, "HostedZoneNotEmpty")
	assert.Len(t, s.Zones(""), 1)
}

func TestAZoneOfOursIsRemovedAndOneWithForeignDataAwaitsApproval(t *testing.T) {
	s := &route53test.Service{}
	syncer := &provider.Syncer{Provider: open(t, s, owned), Owner: "zonecast", Ledger: &provider.MemoryLedger{}}
	syncs(t, syncer, parsed(t, "example.com.", panelZone))
	s.Put(s.Zones("")[0], route53test.Alias("alias.example.com.", "A", "Z2", "lb.example.net."))
	remove := zone.Intent{Zone: "example.com.", Wish: zone.Remove{}}
	res, err := syncer.Sync(t.Context(), remove)
	require.NoError(t, err)
	assert.Equal(t, provider.Held, res.State)
	assert.True(t, strings.Contains(res.String(), "not ours"))
	syncer.Approved = append(syncer.Approved, res.Held.Digest())
	_, err = syncer.Sync(t.Context(), remove)
	require.NoError(t, err)
	assert.Empty(t, s.Zones(""))
}
