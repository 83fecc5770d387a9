package rfc2136_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/zone"
)

// BIND takes no MX whose host is in the zone and has no address. When a message is
// sent again in halves, for what else it refuses, the MX may come before its host.
func TestWhatWaitsForAnotherChangeIsTriedAgain(t *testing.T) {
	s := servers.BIND(t, bare())
	text := "@ 300 MX 10 mail\n" + lines(20, "h%d 300 MX 10 mail") + "mail 300 A 192.0.2.1\n"
	plan := planTo(t, s, text+"no_host 300 A 192.0.2.1\n")
	ae := applyError(t, driver(s).Apply(ctx, plan))
	require.Len(t, ae.Failed, 1, ae)
	assert.Equal(t, zone.Name("no_host.example.com."), plan.Changes[ae.Failed[0].Index].Key().Name)
	assert.True(t, s.Transfer(t, apex).Equal(parse(t, text)))
}

// Every message raises the serial: the SOA that a later one wants to find is not the
// one of the plan.
func TestTheSOAOfAPlanInSeveralMessagesIsThatOfTheMoment(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		p := driver(s)
		p.Authority = true
		n := counted(p)
		long := lines(2000, "a-rather-long-name-for-a-host-%d 300 TXT \"and a text that takes some room\"")
		want, err := zone.Parse(apex, "@ 600 SOA ns9.example.net. admin 1 2 3 4 5\n@ 600 NS ns9.example.net.\n"+long)
		require.NoError(t, err)
		live, err := p.Zone(ctx, apex)
		require.NoError(t, err)
		require.NoError(t, p.Apply(ctx, zone.Diff(live, want)))
		assert.Greater(t, n.sent.Load(), int64(4))
		assert.True(t, s.Transfer(t, apex).Equal(want))
	})
}

func TestAnSOAThatSomebodyElseHasChangedIsAConflict(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		p := driver(s)
		p.Authority = true
		live, err := p.Zone(ctx, apex)
		require.NoError(t, err)
		long := lines(2000, "a-rather-long-name-for-a-host-%d 300 TXT \"and a text that takes some room\"")
		want, err := zone.Parse(apex, "@ 600 SOA ns9.example.net. admin 1 2 3 4 5\n@ 3600 NS ns1.example.net.\n@ 3600 NS ns2.example.net.\n"+long)
		require.NoError(t, err)
		plan := zone.Diff(live, want)
		theirs, err := zone.Parse(apex, "@ 600 SOA ns7.example.net. admin 1 2 3 4 5\n@ 3600 NS ns1.example.net.\n@ 3600 NS ns2.example.net.\n")
		require.NoError(t, err)
		s.Fill(t, theirs)
		ae := applyError(t, p.Apply(ctx, plan))
		require.Len(t, ae.Failed, 1)
		assert.ErrorContains(t, ae.Failed[0].Err, "example.com. SOA has changed since it was read")
		start, _ := s.Transfer(t, apex).Start()
		assert.Equal(t, zone.Name("ns7.example.net."), start.MName)
	})
}
