package provider_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

const shop = zone.Name("shop.example.com.")

// mall is a stage at whose service zones can be served.
func mall(t *testing.T) *stage {
	s := newStage(t, "")
	s.NameServers = []zone.Name{"ns.service.example."}
	return s
}

// of syncs a zone with some lines.
func (s *stage) of(name zone.Name, lines string) provider.Result {
	s.t.Helper()
	z, err := zone.Parse(name, lines)
	require.NoError(s.t, err)
	return s.does(zone.Intent{Zone: name, Wish: zone.Replace{Zone: z}})
}

func (s *stage) does(in zone.Intent) provider.Result {
	s.t.Helper()
	res, err := s.Sync(context.Background(), in)
	require.NoError(s.t, err)
	return res
}

var shopIsGone = zone.Intent{Zone: shop, Wish: zone.Remove{}}

// cut is what a zone says of the shop.
func (s *stage) cut(name zone.Name) (lines string) {
	for set := range s.Get(name).Under(shop) {
		for _, r := range set.Records() {
			lines += fmt.Sprintln(r.Name, r.TTL, r.Type, r.Data)
		}
	}
	return lines
}

func TestADelegationIsAsTheZoneBelowIsServed(t *testing.T) {
	s := mall(t)
	s.Rules.ApexNS = zone.BySource
	assert.Empty(t, s.of(example, "www 300 A 192.0.2.1").Roused)
	res := s.of(shop, "@ 600 NS ns1\n@ 600 NS ns.example.net.\nns1 600 A 192.0.2.53\nwww 300 A 192.0.2.5")
	assert.Equal(t, []zone.Name{example}, res.Roused, "which nobody has synced yet")
	assert.Empty(t, s.cut(example))
	res = s.of(example, "www 300 A 192.0.2.1\nshop 300 NS ns.plesk.example.\nshop 300 CNAME www\nns1.shop 300 AAAA 2001:db8::53\nwww.shop 300 A 192.0.2.4")
	assert.Equal(t, provider.Agreed, res.State, res)
	assert.Contains(t, res.String(), "note: shop.example.com. NS: the servers that the zone of this name has at the target take the place of the source's")
	assert.Equal(t, "shop.example.com. 600 NS ns.example.net.\nshop.example.com. 600 NS ns1.shop.example.com.\n"+
		"ns1.shop.example.com. 600 A 192.0.2.53\nwww.shop.example.com. 300 A 192.0.2.4\n", s.cut(example))

	// Its glue goes with it.
	assert.Equal(t, []zone.Name{example}, s.of(shop, "@ 600 NS ns1\nns1 600 A 192.0.2.54\nwww 300 A 192.0.2.5").Roused)
	s.of(example, "www 300 A 192.0.2.1")
	assert.Equal(t, "shop.example.com. 600 NS ns1.shop.example.com.\nns1.shop.example.com. 600 A 192.0.2.54\n", s.cut(example))
}

func TestARemovalAwaitsTheZoneThatDelegates(t *testing.T) {
	s := mall(t)
	s.of(shop, "www 300 A 192.0.2.5")
	s.of(example, "www 300 A 192.0.2.1")
	res := s.does(shopIsGone)
	assert.Equal(t, provider.Owed, res.State)
	assert.Equal(t, example, res.Awaits)
	assert.Equal(t, []zone.Name{example}, res.Roused)
	assert.True(t, res.Plan.Empty())
	assert.NotNil(t, s.Get(shop))
	assert.Equal(t, []zone.Name{shop}, s.of(example, "www 300 A 192.0.2.1").Roused)
	assert.Empty(t, s.cut(example))
	assert.Equal(t, provider.Agreed, s.does(shopIsGone).State)
	assert.Nil(t, s.Get(shop))
}

func TestARemovalAwaitsADelegationWhoseEndIsHeld(t *testing.T) {
	s := mall(t)
	s.of(shop, "www 300 A 192.0.2.5")
	s.of(example, "www 300 A 192.0.2.1")
	s.does(shopIsGone)
	s.Hold = true
	res := s.of(example, "www 300 A 192.0.2.1")
	require.Equal(t, provider.Held, res.State)
	s.Hold = false
	assert.Equal(t, provider.Owed, s.does(shopIsGone).State)
	s.Approved = []zone.Digest{res.Held.Digest()}
	s.of(example, "www 300 A 192.0.2.1")
	assert.Equal(t, provider.Agreed, s.does(shopIsGone).State)
}

func TestADelegationWhoseEndIsTooMuchAtOnceStays(t *testing.T) {
	s := mall(t)
	s.Rules.ApexNS = zone.BySource
	s.of(shop, "@ 600 NS ns1\nns1 600 A 192.0.2.53")
	s.of(example, "www 300 A 192.0.2.1")
	s.does(shopIsGone)
	s.Limits = zone.Limits{Share: 0.01, Free: 1}
	res := s.of(example, "www 300 A 192.0.2.2")
	assert.Equal(t, provider.Held, res.State)
	assert.Len(t, res.Plan.Changes, 1)
	assert.Empty(t, res.Roused)
	assert.Equal(t, example, s.does(shopIsGone).Awaits)
	s.Limits.Off = true
	assert.Equal(t, []zone.Name{shop}, s.of(example, "www 300 A 192.0.2.2").Roused)
}

func TestAZoneThatComesBackIsDelegatedToAgain(t *testing.T) {
	s := mall(t)
	s.of(shop, "www 300 A 192.0.2.5")
	s.of(example, "www 300 A 192.0.2.1")
	s.does(shopIsGone)
	assert.Equal(t, []zone.Name{example}, s.of(shop, "www 300 A 192.0.2.5").Roused)
	s.of(example, "www 300 A 192.0.2.1")
	assert.Equal(t, "shop.example.com. 3600 NS ns.service.example.\n", s.cut(example))
}

func TestADelegationThatTheSourceWantsIsNoReasonToWait(t *testing.T) {
	s := mall(t)
	s.of(shop, "www 300 A 192.0.2.5")
	s.of(example, "shop 3600 NS ns.service.example.")
	s.does(shopIsGone)
	s.of(example, "shop 3600 NS ns.service.example.")
	assert.Equal(t, provider.Agreed, s.does(shopIsGone).State)
	assert.Equal(t, "shop.example.com. 3600 NS ns.service.example.\n", s.cut(example))
}

func TestAServerThatIsNotOursIsNotReplaced(t *testing.T) {
	s := newStage(t, "www 300 A 192.0.2.1\nshop 300 NS ns.elsewhere.example.")
	s.NameServers = []zone.Name{"ns.service.example."}
	s.of(shop, "www 300 A 192.0.2.5")
	res := s.of(example, "www 300 A 192.0.2.1")
	assert.Equal(t, provider.Held, res.State)
	assert.Equal(t, "shop.example.com. 300 NS ns.elsewhere.example.\n", s.cut(example))
	assert.Equal(t, provider.Agreed, s.does(shopIsGone).State, "it was never delegated to")
}

func TestASignedDelegationIsNotTurnedToServersThatDoNotSign(t *testing.T) {
	const ds = "shop 300 DS 1 8 2 0000000000000000000000000000000000000000000000000000000000000000"
	s := mall(t)
	s.of(example, "shop 300 NS ns.signer.example.\n"+ds)
	s.of(shop, "www 300 A 192.0.2.5")
	res := s.of(example, "shop 300 NS ns.signer.example.\n"+ds)
	assert.Equal(t, provider.Blocked, res.State)
	assert.Contains(t, res.String(), "is not signed at the target, and the DS record says that it is")
	assert.Contains(t, s.cut(example), "NS ns.signer.example.")
	res = s.of(example, "shop 300 NS ns.signer.example.")
	assert.Equal(t, provider.Blocked, res.State)
	assert.Equal(t, "shop.example.com. 300 NS ns.signer.example.\n", s.cut(example), "one after the other")
	assert.Equal(t, provider.Agreed, s.of(example, "shop 300 NS ns.signer.example.").State)
	assert.Equal(t, "shop.example.com. 3600 NS ns.service.example.\n", s.cut(example))
}

func TestTheSourceHasItsWayWhereThatIsThePolicy(t *testing.T) {
	s := mall(t)
	s.Delegation = provider.DelegationSource
	s.of(shop, "www 300 A 192.0.2.5")
	assert.Empty(t, s.of(example, "shop 300 NS ns.plesk.example.").Roused)
	assert.Equal(t, "shop.example.com. 300 NS ns.plesk.example.\n", s.cut(example))
	s.Delegation = provider.DelegationFollow
	s.of(shop, "www 300 A 192.0.2.5")
	s.of(example, "shop 300 NS ns.plesk.example.")
	assert.Equal(t, "shop.example.com. 3600 NS ns.service.example.\n", s.cut(example))
	s.Delegation = provider.DelegationSource
	assert.Equal(t, []zone.Name{example}, s.of(shop, "www 300 A 192.0.2.5").Roused)
	s.of(example, "shop 300 NS ns.plesk.example.")
	assert.Equal(t, "shop.example.com. 300 NS ns.plesk.example.\n", s.cut(example))
	assert.Equal(t, provider.Agreed, s.does(shopIsGone).State)
}

func TestTheNearestZoneDelegates(t *testing.T) {
	s := mall(t)
	const deep = zone.Name("eu.shop.example.com.")
	s.of(deep, "www 300 A 192.0.2.7")
	s.of(example, "www 300 A 192.0.2.1")
	assert.Equal(t, "eu.shop.example.com. 3600 NS ns.service.example.\n", s.cut(example))
	s.of(shop, "www 300 A 192.0.2.5")
	assert.Contains(t, s.cut(shop), "eu.shop.example.com. 3600 NS ns.service.example.\n", "it comes with that")
	s.of(example, "www 300 A 192.0.2.1")
	assert.Equal(t, "shop.example.com. 3600 NS ns.service.example.\n", s.cut(example))

	s.does(shopIsGone)
	s.of(example, "www 300 A 192.0.2.1")
	assert.Equal(t, "eu.shop.example.com. 3600 NS ns.service.example.\n", s.cut(example))
	assert.Equal(t, provider.Agreed, s.does(shopIsGone).State)
}

func TestADryRunShowsTheDelegationThatWouldBe(t *testing.T) {
	s := mall(t)
	s.of(shop, "www 300 A 192.0.2.5")
	res, err := s.Plan(context.Background(), replace(parse(t, "www 300 A 192.0.2.1")))
	require.NoError(t, err)
	assert.Contains(t, res.String(), "+ shop.example.com. 3600 NS ns.service.example.")
	want, err := s.Delegated(context.Background(), nil, parse(t, "www 300 A 192.0.2.1"))
	require.NoError(t, err)
	assert.Equal(t, 2, want.Len())
}

// lookers is a ledger that takes its time to say what is below a zone.
type lookers struct{ *provider.MemoryLedger }

func (l lookers) Below(ctx context.Context, target string, name zone.Name) ([]provider.Below, error) {
	list, err := l.MemoryLedger.Below(ctx, target, name)
	time.Sleep(time.Minute)
	return list, err
}

func TestARemovalWaitsForWhoIsAboutToDelegate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := mall(t)
		s.of(example, "www 300 A 192.0.2.1")
		s.of(shop, "www 300 A 192.0.2.5")
		s.Ledger = lookers{s.Ledger.(*provider.MemoryLedger)}
		go s.Sync(context.Background(), replace(parse(t, "www 300 A 192.0.2.1")))
		time.Sleep(30 * time.Second) // it knows of the shop, and has not written yet
		assert.Equal(t, provider.Owed, s.does(shopIsGone).State)
		assert.Contains(t, s.cut(example), "NS ns.service.example.")
		assert.NotNil(t, s.Get(shop))
	})
}

func TestNobodyIsSentToAZoneThatSomebodyRemoved(t *testing.T) {
	s := mall(t)
	s.Rules.Drift = zone.DriftKeep
	s.of(shop, "www 300 A 192.0.2.5")
	s.of(example, "www 300 A 192.0.2.1")
	require.NoError(t, s.DeleteZone(context.Background(), shop))
	assert.Equal(t, []zone.Name{example}, s.of(shop, "www 300 A 192.0.2.5").Roused)
	s.of(example, "www 300 A 192.0.2.1")
	assert.Empty(t, s.cut(example))
}
