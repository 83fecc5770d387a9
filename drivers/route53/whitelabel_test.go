package route53

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// hosts is what the DNS says of names.
type hosts map[string]string

func (h hosts) LookupNetIP(_ context.Context, _, host string) (out []netip.Addr, err error) {
	for text := range strings.FieldsSeq(h[host]) {
		out = append(out, netip.MustParseAddr(text))
	}
	if out == nil {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return out, nil
}

// brand makes an account with a delegation set and two names that lead to it.
func brand(t testing.TB) (*route53test.Service, hosts, func(*Config)) {
	s := &route53test.Service{}
	set, servers := newDelegationSet(t, s)
	dns := hosts{"ns1.hoster.example.": "203.0.113.1 2001:db8::1", "ns2.hoster.example.": "203.0.113.2"}
	for i, addresses := range []string{"203.0.113.1 2001:db8::1", "203.0.113.2", "203.0.113.3", "203.0.113.4"} {
		dns[string(servers[i])] = addresses
	}
	return s, dns, func(c *Config) {
		c.DelegationSet, c.NameServers, c.Resolver = set, []zone.Name{"ns1.hoster.example.", "ns2.hoster.example."}, dns
	}
}

func TestAZoneGetsTheNameServersOfItsHoster(t *testing.T) {
	s, _, with := brand(t)
	syncer := &provider.Syncer{Provider: open(t, s, with), Ledger: &provider.MemoryLedger{}}
	syncs(t, syncer, parsed(t, "example.com.", panelZone))
	id := s.Zones("")[0]
	ns, _ := s.Get(id, "example.com.", "NS")
	assert.Equal(t, []string{"ns1.hoster.example.", "ns2.hoster.example."}, ns.Data())
	soa, _ := s.Get(id, "example.com.", "SOA")
	assert.Equal(t, "ns1.hoster.example. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400", soa.Data()[0])
	assert.Equal(t, 1, s.Count("ChangeResourceRecordSets"))

	s.ForgetCalls()
	syncs(t, syncer, parsed(t, "example.com.", panelZone))
	assert.Equal(t, []string{"ListResourceRecordSets"}, actions(s))
}

func TestAZoneKeepsItsServersWhileTheNamesDoNotLeadToThem(t *testing.T) {
	for why, address := range map[string]string{
		"leads to 198.51.100.9": "203.0.113.2 198.51.100.9",
		"no such host":          "",
	} {
		s, dns, with := brand(t)
		dns["ns2.hoster.example."] = address
		res, err := mirror(open(t, s, with)).Sync(t.Context(), intent(parsed(t, "example.com.", panelZone)))
		require.NoError(t, err)
		assert.Equal(t, provider.Blocked, res.State)
		assert.Contains(t, res.String(), why)
		id := s.Zones("")[0]
		ns, _ := s.Get(id, "example.com.", "NS")
		soa, _ := s.Get(id, "example.com.", "SOA")
		assert.Contains(t, ns.Data()[0], "awsdns")
		assert.Contains(t, soa.Data()[0], " awsdns-hostmaster")
		assert.Len(t, s.Sets(id), 14, "all else is written")
	}
}

func TestTheNamesAreLookedUpAgainAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, dns, with := brand(t)
		delete(dns, "ns2.hoster.example.")
		syncer := mirror(open(t, s, with))
		res, err := syncer.Sync(t.Context(), intent(parsed(t, "example.com.", panelZone)))
		require.NoError(t, err)
		require.Equal(t, provider.Blocked, res.State)
		dns["ns2.hoster.example."] = "203.0.113.2"
		require.NoError(t, sleep(t.Context(), vouchTime))
		syncs(t, syncer, parsed(t, "example.com.", panelZone))
	})
}

func TestAZoneOfAnotherDelegationSetKeepsItsServers(t *testing.T) {
	s, _, with := brand(t)
	s.AddZone("example.com.")
	syncer := mirror(open(t, s, with))
	for range 2 {
		res, err := syncer.Sync(t.Context(), intent(parsed(t, "example.com.", panelZone)))
		require.NoError(t, err)
		assert.Contains(t, res.String(), "its delegation set is none")
	}
	assert.Equal(t, 1, s.Count("GetHostedZone"))
	ns, _ := s.Get(s.Zones("")[0], "example.com.", "NS")
	assert.Contains(t, ns.Data()[0], "awsdns")
}

func TestNameServersOfOnesOwnWantADelegationSet(t *testing.T) {
	_, err := New(t.Context(), Config{NameServers: []zone.Name{"ns1.hoster.example."}})
	assert.ErrorIs(t, err, errNoSet)
	_, err = New(t.Context(), Config{NameServers: []zone.Name{"NS1.hoster.example"}, DelegationSet: "N1"})
	assert.ErrorContains(t, err, "in lower case with its final dot")
}
