package provider_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

const (
	network = zone.Name("2.0.192.in-addr.arpa.")
	address = zone.Name("10.2.0.192.in-addr.arpa.")
)

// pointers is a reverse zone at a target.
type pointers struct {
	*testing.T
	m provider.Memory
	s provider.Syncer
}

func newPointers(t *testing.T, text string) *pointers {
	p := &pointers{T: t}
	p.s = provider.Syncer{Provider: &p.m, Ledger: &provider.MemoryLedger{}}
	p.m.Put(reverseZone(t, network, "@ 300 NS ns.example.net.\n"+text))
	return p
}

func (p *pointers) add(host string) provider.Result {
	return patch(p.T, &p.s, address, zone.Patch{Add: []zone.Record{ptr(address, host)}})
}

func (p *pointers) drop(host string) provider.Result {
	return patch(p.T, &p.s, address, zone.Patch{Drop: []zone.Record{ptr(address, host)}})
}

func (p *pointers) has(hosts ...string) {
	p.Helper()
	set, _ := p.m.Get(network).Get(zone.Key{Name: address, Type: zone.PTR})
	assert.ElementsMatch(p, hosts, set.Data)
}

func TestAnAddressKeepsTheFirstNameThatItGot(t *testing.T) {
	p := newPointers(t, "")
	p.add("a.example.")
	res := p.add("b.example.")
	p.has("a.example.")
	says(t, res, provider.Agreed, `note: 10.2.0.192.in-addr.arpa. PTR: "b.example." is not added: the address has "a.example."`)
	p.drop("b.example.")
	p.has("a.example.")
	p.drop("a.example.")
	p.has()
	p.add("b.example.")
	p.has("b.example.")
	patch(t, &p.s, address, zone.Patch{Drop: []zone.Record{ptr(address, "b.example.")}, Add: []zone.Record{ptr(address, "c.example."), ptr(address, "d.example.")}})
	p.has("c.example.")
}

func TestANameThatWeDidNotGiveToAnAddressStays(t *testing.T) {
	p := newPointers(t, "10 300 PTR theirs.example.")
	p.s.Reverse.PTR = provider.PTRAdd
	says(t, p.drop("theirs.example."), provider.Agreed, `note: 10.2.0.192.in-addr.arpa. PTR: "theirs.example." is not ours and stays`)
	p.add("ours.example.")
	p.has("theirs.example.", "ours.example.")
	p.drop("theirs.example.")
	p.drop("ours.example.")
	p.has("theirs.example.")
}

func TestAnAddressMayHaveEightNames(t *testing.T) {
	p := newPointers(t, "")
	p.s.Reverse.PTR = provider.PTRAdd
	for i := range 8 {
		p.add(fmt.Sprintf("h%d.example.", i))
	}
	says(t, p.add("h8.example."), provider.Blocked, `blocked: 10.2.0.192.in-addr.arpa. PTR: "h8.example." is not added: the address has 8 PTR records`)
	assert.Equal(t, provider.Agreed, p.add("h7.example.").State, "that one it has")
}

func TestTheLastNameOfAnAddressMayBeTheOne(t *testing.T) {
	p := newPointers(t, "10 300 PTR theirs.example.")
	p.s.Reverse.PTR = provider.PTRReplace
	p.add("a.example.")
	p.has("a.example.")
	p.add("b.example.")
	p.has("b.example.")
	p.drop("a.example.")
	p.has("b.example.")
}

func TestReverseZonesMayBeNobodysBusiness(t *testing.T) {
	p := newPointers(t, "")
	p.s.Reverse.PTR = provider.PTROff
	says(t, p.add("a.example."), provider.Unmanaged, "note: reverse zones are not kept")
	p.has()
}

func TestPTRRecordsGoWhereTheConfigurationSays(t *testing.T) {
	p := newPointers(t, "")
	p.m.Put(reverseZone(t, "0.192.in-addr.arpa.", ""))
	p.s.Reverse.Zones = []zone.Name{"0.192.in-addr.arpa."}
	assert.Equal(t, zone.Name("0.192.in-addr.arpa."), p.add("a.example.").Zone)
	const part = zone.Name("0/26.2.0.192.in-addr.arpa.")
	p.m.Put(reverseZone(t, part, ""))
	p.s.Reverse.Zones = append(p.s.Reverse.Zones, part)
	in := zone.Intent{Zone: address, Wish: zone.Patch{Add: []zone.Record{ptr(address, "a.example.")}}}
	res, err := p.s.Sync(context.Background(), in.Readdress(p.s.Reverse.Zones))
	require.NoError(t, err)
	says(t, res, provider.Agreed, "+ 10.0/26.2.0.192.in-addr.arpa. 300 PTR a.example.")
}

func TestAMissingReverseZoneIsMadeWhereThatIsWanted(t *testing.T) {
	p := newPointers(t, "")
	p.m.NameServers = []zone.Name{"ns.example.net."}
	for at, want := range map[zone.Name]zone.Name{
		"1.3.0.192.in-addr.arpa.": "3.0.192.in-addr.arpa.",
		"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.": "2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.",
	} {
		wish := zone.Patch{Add: []zone.Record{ptr(at, "a.example.")}}
		p.s.Reverse = provider.Reverse{}
		assert.Equal(t, provider.Unmanaged, patch(t, &p.s, at, wish).State)
		p.s.Reverse = provider.Reverse{Create4: 24, Create6: 64}
		res := patch(t, &p.s, at, wish)
		assert.Equal(t, want, res.Zone)
		assert.Equal(t, provider.Agreed, res.State, "%s", res)
		assert.True(t, res.Plan.Create)
		require.NotNil(t, p.m.Get(want))
		assert.True(t, patch(t, &p.s, at, wish).Plan.Empty())
		assert.Equal(t, provider.Agreed, patch(t, &p.s, at, zone.Patch{Drop: wish.Add}).State)
		assert.NotNil(t, p.m.Get(want), "it stays")
	}
}
