package rfc2136_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// many makes a zone so large that a few sets of it are asked for by query.
var many = lines(3000, "filler%d 300 A 192.0.2.1")

// questions are keys of which a query alone might not tell the truth, and whether
// queries suffice all the same.
var questions = map[zone.Key]bool{
	{Name: "www.example.com.", Type: zone.A}:            true,
	{Name: "www.example.com.", Type: zone.AAAA}:         true,
	{Name: "none.example.com.", Type: zone.A}:           true,
	{Name: "alias.example.com.", Type: zone.CNAME}:      true,
	{Name: "alias.example.com.", Type: zone.A}:          true, // the answer has that of another name
	{Name: "c.ent.example.com.", Type: zone.A}:          true,
	{Name: "x.wild.example.com.", Type: zone.A}:         false, // the answer is made of the wildcard
	{Name: "same.wild.example.com.", Type: zone.A}:      true,  // is there, beside the wildcard
	{Name: "*.wild.example.com.", Type: zone.A}:         true,
	{Name: "deleg.example.com.", Type: zone.NS}:         false, // a referral
	{Name: "ns.deleg.example.com.", Type: zone.A}:       false,
	{Name: "child.example.com.", Type: zone.NS}:         false, // the child's own
	{Name: "ns.child.example.com.", Type: zone.A}:       false,
	{Name: "dn.example.com.", Type: zone.DNAME}:         true,
	{Name: "x.dn.example.com.", Type: zone.A}:           false,
	{Name: "example.com.", Type: zone.SOA}:              true,
	{Name: "example.com.", Type: zone.NS}:               true,
	{Name: "example.com.", Type: zone.MX}:               true,
	{Name: `\200.example.com.`, Type: zone.TXT}:         true,
	{Name: "odd.example.com.", Type: "TYPE65280"}:       true,
	{Name: "odd.example.com.", Type: "TYPE65281"}:       true,
	{Name: "a.b.below.example.com.", Type: zone.A}:      true,
	{Name: "also.missing.example.com.", Type: zone.TXT}: true,
}

const asked = `
	www         300 A     192.0.2.1
	www         300 A     192.0.2.2
	alias       300 CNAME www
	a.c.ent     300 A     192.0.2.1
	*.wild      300 A     192.0.2.3
	same.wild   300 A     192.0.2.3
	deleg       300 NS    ns.deleg
	ns.deleg    300 A     192.0.2.4
	child       300 NS    ns.child
	ns.child    300 A     192.0.2.5
	dn          300 DNAME example.net.
	@           300 MX    10 www
	\200        300 TXT   x
	odd         300 TYPE65280 \# 0
	a.b.below   300 A     192.0.2.6
`

// child is at the same server, and has other TTLs than the parent.
func child(t *testing.T) *zone.Zone {
	z, err := zone.Parse("child.example.com.", servers.Bare("child.example.com.").String()+"\nchild.example.com. 3600 NS ns.child.example.com.\nns.child.example.com. 600 A 192.0.2.5\n")
	require.NoError(t, err)
	return z
}

func TestAFewSetsAreReadAsTheyAre(t *testing.T) {
	setup := bare()
	setup.Zones = append(setup.Zones, child(t))
	each(t, setup, func(t *testing.T, s *servers.NameServer) {
		s.Fill(t, parse(t, asked+many))
		p := driver(s)
		live, err := p.Zone(ctx, apex)
		require.NoError(t, err)
		n := counted(p)
		for k, cheap := range questions {
			before := n.received.Load()
			got, err := p.RRsets(ctx, apex, k)
			require.NoError(t, err)
			want := live.Only(func(s zone.RRset) bool { return s.Key == k })
			assert.True(t, want.Equal(got), "%s\nwant %s\ngot %s", k, want, got)
			assert.Equal(t, cheap, n.received.Load()-before < 10000, k)
		}
	})
}

func TestWhatWasWrittenToALargeZoneIsReadBackByQuery(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		s.Fill(t, parse(t, many))
		p := driver(s)
		n := counted(p)
		res := mirror(p, parse(t, many+lines(10, "new%d 300 TXT x")))
		assert.Equal(t, provider.Agreed, res.State, res.Findings)
		assert.EqualValues(t, 1+1+20+1, n.sent.Load(), "a transfer, an update, two queries a name, what confirms them")
		assert.True(t, s.Transfer(t, apex).Equal(parse(t, many+lines(10, "new%d 300 TXT x"))))
	})
}

func TestAnUpdateThatConfirmsChangesNothing(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		s.Fill(t, parse(t, many))
		p := driver(s)
		_, err := p.Zone(ctx, apex)
		require.NoError(t, err)
		before := s.Serial(t, apex)
		_, err = p.RRsets(ctx, apex, zone.Key{Name: "filler1.example.com.", Type: zone.A})
		require.NoError(t, err)
		assert.Equal(t, before, s.Serial(t, apex))
	})
}
