package zonefile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/zonefile"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestAZoneGetsTheConfiguredNameServers(t *testing.T) {
	bare := parse(t, "www 300 A 192.0.2.1")
	d := &zonefile.Dir{Path: t.TempDir()}
	res := mirror(t, d, bare)
	assert.Equal(t, provider.Refused, res.State)
	assert.Contains(t, res.String(), "no NS at its apex")
	_, err := os.Stat(filepath.Join(d.Path, "example.com.zone"))
	assert.ErrorIs(t, err, os.ErrNotExist, "nothing was written")

	d.NameServers = []zone.Name{"ns1.example.net.", "ns2.example.net."}
	require.Equal(t, provider.Agreed, mirror(t, d, bare).State)
	assert.Contains(t, text(t, d, "example.com.zone"), "SOA\tns1.example.net. hostmaster.example.com. 1 10800 3600 604800 10800\n")
	assert.Contains(t, text(t, d, "example.com.zone"), "86400\tIN\tNS\tns2.example.net.\n")
	assert.True(t, mirror(t, d, bare).Plan.Empty())

	d.NameServers = []zone.Name{"NS2.example.net", "ns3.example.net."}
	require.Equal(t, provider.Agreed, mirror(t, d, bare).State)
	assert.Contains(t, text(t, d, "example.com.zone"), "86400\tIN\tNS\tns3.example.net.\n")
	assert.NotContains(t, text(t, d, "example.com.zone"), "ns1.example.net.", "other servers hold for zones that are there already")

	d.MName = "hidden.example.net."
	require.Equal(t, provider.Agreed, mirror(t, d, bare).State)
	assert.Contains(t, text(t, d, "example.com.zone"), "SOA\thidden.example.net. ")
}

func TestSettingsThatMakeNoSenseWriteNothing(t *testing.T) {
	for want, d := range map[string]*zonefile.Dir{
		`"a..b"`:       {NameServers: []zone.Name{"ns1.example.net.", "a..b"}},
		`"x y"`:        {MName: "x y", NameServers: []zone.Name{"ns1.example.net."}},
		`not one word`: {ID: "two\nlines", NameServers: []zone.Name{"ns1.example.net."}},
	} {
		d.Path = t.TempDir()
		res := mirror(t, d, parse(t, "www 300 A 192.0.2.1"))
		assert.Equal(t, provider.Refused, res.State)
		assert.Contains(t, res.String(), want)
		files, _ := filepath.Glob(filepath.Join(d.Path, "*.zone"))
		assert.Empty(t, files)
	}
}

func TestWhatWouldLoadNowhereIsNotWritten(t *testing.T) {
	for lines, want := range map[string]string{
		"@ 300 NS ns1": "ns1.example.com. is in the zone and has no address",
		"@ 300 NS ns1\nns1 300 CNAME a.example.net.":         "has no address",
		"@ 300 NS ns.sub\nsub 300 DNAME example.net.":        "has no address",
		"@ 300 NS ns.example.net.\n@ 300 CNAME example.net.": "cannot stand beside",
	} {
		d := &zonefile.Dir{Path: t.TempDir()}
		res := mirror(t, d, parse(t, "@ 300 SOA a. b. 1 2 3 4 5\n"+lines))
		assert.NotEqual(t, 0, res.State.ExitCode(), lines)
		assert.Contains(t, res.String(), want, lines)
		files, _ := filepath.Glob(filepath.Join(d.Path, "*.zone"))
		assert.Empty(t, files)
		_, err := d.CreateZone(ctx, parse(t, "@ 300 SOA a. b. 1 2 3 4 5\n"+lines))
		assert.Error(t, err, "nor by a caller who does not ask Adjust")
	}
}

func TestAnUnservableSetIsHeldAndTheRestGoesOn(t *testing.T) {
	d := &zonefile.Dir{Path: t.TempDir()}
	res := mirror(t, d, parse(t, `
		@     300 SOA  ns1.example.net. admin 7 1 2 3 4
		@     300 NS   ns1.example.net.
		@     300 TLSA 3 1 1
		sub   300 NS   ns.sub
		*.w   300 NS   ns.example.net.
		ok    300 NS   ns.ok
		ns.ok 300 A    192.0.2.1
		in    300 NS   ns.other
		other 300 NS   ns.example.net.
	`))
	assert.Equal(t, provider.Blocked, res.State)
	file := text(t, d, "example.com.zone")
	for _, gone := range []string{"TLSA", "ns.sub", "*.w"} {
		assert.NotContains(t, file, gone)
	}
	assert.Contains(t, file, "ok.example.com.\t300\tIN\tNS\tns.ok.example.com.\n")
	assert.Contains(t, file, "in.example.com.\t300\tIN\tNS\tns.other.example.com.\n")
	assert.Len(t, res.Findings, 3)
}

// delegating is a zone with a delegation to a server below it.
const delegating = good + `
	sub    300 NS ns.sub
	ns.sub 300 A  192.0.2.53
`

func badRow(z *zone.Zone, name zone.Name, t zone.Type) *zone.Zone {
	return z.Protect(zone.Protected{Key: zone.Key{Name: name, Type: t}, Reason: "a bad row"})
}

func TestAnAddressStaysWithTheDelegationThatNeedsIt(t *testing.T) {
	d := &zonefile.Dir{Path: t.TempDir()}
	mirror(t, d, parse(t, delegating))
	before := text(t, d, "example.com.zone")

	res := mirror(t, d, badRow(parse(t, good), "sub.example.com.", zone.NS))
	assert.Equal(t, before, text(t, d, "example.com.zone"))
	assert.Contains(t, res.String(), "ns.sub.example.com. A: stays as it is, since the NS records of sub.example.com. need it, and stay")

	res = mirror(t, d, parse(t, strings.Replace(delegating, "ns.sub 300 A", "ns.sub 300 TXT", 1)))
	assert.Equal(t, provider.Blocked, res.State)
	z, err := d.Zone(ctx, "example.com.")
	require.NoError(t, err)
	_, ok := z.Get(zone.Key{Name: "ns.sub.example.com.", Type: zone.A})
	assert.True(t, ok, "what the source has is lame: it stays as it was")

	res = mirror(t, d, parse(t, good))
	assert.Equal(t, provider.Agreed, res.State)
	assert.NotContains(t, text(t, d, "example.com.zone"), "ns.sub", "both go when both are gone")
}

func TestABadRowOfAServersAddressIsNotTheWholeZone(t *testing.T) {
	d := &zonefile.Dir{Path: t.TempDir()}
	own := "@ 300 NS ns1\nns1 300 A 192.0.2.53\nwww 300 A 192.0.2.1\n"
	mirror(t, d, parse(t, own))
	bad := badRow(parse(t, "@ 300 NS ns1\nwww 300 A 192.0.2.2\n"), "ns1.example.com.", zone.A)
	res := mirror(t, d, bad)
	assert.Equal(t, provider.Agreed, res.State, res)
	assert.Contains(t, text(t, d, "example.com.zone"), "192.0.2.2")
	assert.Contains(t, text(t, d, "example.com.zone"), "192.0.2.53")

	fresh := &zonefile.Dir{Path: t.TempDir()}
	s := provider.Syncer{Provider: fresh, Rules: zone.Mirror()}
	dry, _ := s.Plan(ctx, zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: bad}})
	assert.Equal(t, provider.Refused, dry.State, "a new zone has no address to keep, and the dry run knows")
	assert.Equal(t, provider.Refused, mirror(t, fresh, bad).State)
}

func TestWhereANameServerIsReachable(t *testing.T) {
	for lines, want := range map[string]bool{
		"a NS ns.b\nb NS ns1.example.net.":                                   true,
		"a NS b\nb NS ns1.example.net.":                                      false,
		"a NS b\nb NS ns1.example.net.\nb A 192.0.2.1":                       true,
		"a NS ns.x\n*.x A 192.0.2.1":                                         true,
		"a NS ns.x\n*.x A 192.0.2.1\nns.x TXT x":                             false,
		"a NS ns.x\n*.x A 192.0.2.1\ny.ns.x TXT x":                           false,
		"a NS ns.x\n* A 192.0.2.1\nx TXT x":                                  false,
		"a NS ns.x\n* A 192.0.2.1":                                           true,
		"a NS ns.a\n* A 192.0.2.1":                                           false,
		"a NS c\nc CNAME www\nwww A 192.0.2.1":                               false,
		"a NS ns.d\nd DNAME e.example.net.":                                  false,
		"a NS ns.x\n*.x CNAME www\nwww A 192.0.2.1":                          false,
		"a NS a\na AAAA 2001:db8::1":                                         true,
		"a NS ns.deep.a":                                                     false,
		"a NS ns1.example.net.":                                              true,
		"*.w NS ns1.example.net.":                                            false,
		"@ DS 1 8 2 " + strings.Repeat("ab", 32):                             false,
		"a TXT " + strings.Repeat(`"`+strings.Repeat("x", 250)+`" `, 255):    true,
		"a TXT " + strings.Repeat(`"`+strings.Repeat("x", 250)+`" `, 260):    false,
		"a TXT " + strings.Repeat(`"`+strings.Repeat(`\200`, 250)+`" `, 200): true,
	} {
		d := &zonefile.Dir{Path: t.TempDir()}
		res := mirror(t, d, parse(t, "$TTL 300\n@ NS ns1.example.net.\n"+lines))
		assert.Equal(t, want, res.State == provider.Agreed, "%.80s: %.200v", lines, res)
		assert.NotEqual(t, provider.Refused, res.State, "it is that set alone")
	}
}

func TestWhatAStockBINDRefusesIsSaidOrLeftOut(t *testing.T) {
	many := "many A 192.0.2.1"
	for i := range 100 {
		many += fmt.Sprintf("\nmany A 198.51.100.%d", i)
	}
	for lines, name := range map[string]string{
		"under_score A 192.0.2.1": "under_score.example.com. A",
		"x MX 10 under_score":     "x.example.com. MX",
		"_s._tcp SRV 1 1 1 a_b":   "_s._tcp.example.com. SRV",
		"x NS -a.example.net.":    "x.example.com. NS",
		many:                      "many.example.com. A",
		"_dmarc TXT x\n*.w A 192.0.2.1\n_a CNAME _b\nx MX 10 .": "",
	} {
		d := &zonefile.Dir{Path: t.TempDir()}
		res := mirror(t, d, parse(t, "$TTL 300\n@ NS ns1.example.net.\n"+lines))
		assert.Equal(t, provider.Agreed, res.State, "%.80s", lines)
		if name == "" {
			assert.Empty(t, res.Findings)
			continue
		}
		assert.Contains(t, res.String(), "note: "+name+": BIND loads the zone only with ")

		d = &zonefile.Dir{Path: t.TempDir(), StockBIND: true}
		res = mirror(t, d, parse(t, "$TTL 300\n@ NS ns1.example.net.\n"+lines))
		assert.Equal(t, provider.Blocked, res.State, "%.80s", lines)
		assert.Contains(t, res.String(), "blocked: "+name+": no server loads this: BIND only with ")
	}
	res := mirror(t, &zonefile.Dir{Path: t.TempDir()}, parse(t, "@ 300 SOA under_score.example.net. a\\@b 1 2 3 4 5\n@ 300 NS ns1.example.net."))
	assert.Contains(t, res.String(), "note: example.com. SOA: BIND loads the zone only with check-names primary ignore")
}
