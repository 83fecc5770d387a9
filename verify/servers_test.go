package verify_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/verify"
	"github.com/zonecast/zonecast/zone"
)

var kinds = map[string]func(testing.TB, servers.Setup) *servers.NameServer{"BIND": servers.BIND, "Knot": servers.Knot, "NSD": servers.NSD, "PowerDNS": servers.PowerDNS}

func parse(t testing.TB, name zone.Name, text string) *zone.Zone {
	t.Helper()
	z, err := zone.Parse(name, "$TTL 300\n"+text)
	require.NoError(t, err)
	return z
}

// A streetMap says where the servers with public addresses really are: names of
// servers have no ports.
type streetMap map[string]*servers.NameServer

func (m streetMap) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil || m[host] == nil {
		return nil, fmt.Errorf("there is nobody at %s", address)
	}
	return (&net.Dialer{}).DialContext(ctx, network, m[host].Addr)
}

const authority = "@ SOA ns1 hostmaster 1 10800 3600 604800 300\n"

const shop = authority + `
@     NS    ns1
@     NS    ns2.hoster.test.
@     NS    ns3.hoster.test.
ns1   A     192.0.2.11
www   A     192.0.2.80
`

func TestAZoneIsLookedAtFromItsParent(t *testing.T) {
	above := servers.BIND(t, servers.Setup{Zones: []*zone.Zone{parse(t, "test.", authority+`
@            NS  ns1
ns1          A   192.0.2.1
shop         NS  ns1.shop
shop         NS  ns2.hoster
shop         NS  ns3.hoster
ns1.shop     A   192.0.2.11
hoster       NS  ns1.hoster
ns1.hoster   A   192.0.2.20
`)}})
	hoster := servers.Knot(t, servers.Setup{Zones: []*zone.Zone{parse(t, "hoster.test.", authority+"@ NS ns1\nns1 A 192.0.2.20\nns2 A 192.0.2.12\nns3 A 192.0.2.13\n")}})
	was := parse(t, "shop.test.", shop)
	fresh, stale := servers.BIND(t, servers.Setup{Zones: []*zone.Zone{was}}), servers.NSD(t, servers.Setup{Zones: []*zone.Zone{was}})
	w := verify.Walk{Roots: []string{"192.0.2.1"}, Dial: streetMap{"192.0.2.1": above, "192.0.2.20": hoster, "192.0.2.11": fresh, "192.0.2.12": stale, "192.0.2.13": hoster}.Dial}

	want := parse(t, "shop.test.", shop+"www AAAA 2001:db8::80\nnew MX 10 www\n")
	fresh.Fill(t, want)
	r, err := w.Zone(t.Context(), verify.Want{Zone: want, Was: was})
	require.NoError(t, err)
	assert.Equal(t, `ns1.shop.test. (192.0.2.11): served, serial 2
ns2.hoster.test. (192.0.2.12): pending: still has serial 1, with no such name at new.shop.test. MX, and 1 more
ns3.hoster.test. (192.0.2.13): lame: REFUSED: it does not have the zone, or keeps it from us
`, r.String())
	assert.Equal(t, verify.Lame, r.Verdict())
	outside := stale.Ask(t, "new.shop.test.", zone.MX)
	assert.Equal(t, "NXDOMAIN", outside.Status, "as dig sees it")

	time.AfterFunc(500*time.Millisecond, func() { stale.Fill(t, want) })
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if r, err = w.Await(ctx, verify.Want{Zone: want, Was: was}); assert.NoError(t, err) {
		assert.Equal(t, []verify.Verdict{verify.Served, verify.Served, verify.Lame}, []verify.Verdict{r.Servers[0].Verdict, r.Servers[1].Verdict, r.Servers[2].Verdict})
	}

	fresh.Stop(t)
	r, err = w.Zone(t.Context(), verify.Want{Zone: want})
	require.NoError(t, err)
	assert.Equal(t, verify.Lame, r.Servers[0].Verdict)
	assert.Contains(t, r.Servers[0].Reason, "connection refused")

	none := parse(t, "gone.test.", authority+"www A 192.0.2.1")
	r, err = w.Zone(t.Context(), verify.Want{Zone: none})
	require.NoError(t, err)
	assert.Equal(t, "blocked: gone.test. is not delegated: the servers of test. have no such name\n", r.String())
}

// lines are what zones of every shape are made of.
var lines = []string{
	"www A 192.0.2.1", "www A 192.0.2.2", "www AAAA 2001:db8::1", "* TXT \"any\"", "*.b MX 10 www", "a.b.c A 192.0.2.3", "c TXT \"between\"", "alias CNAME www",
	"alias2.b CNAME elsewhere.example.", "sub NS ns.sub", "ns.sub A 192.0.2.4", "ns.sub AAAA 2001:db8::4", "sub DS 1 8 2 0000000000000000000000000000000000000000000000000000000000000000",
	"other NS ns.elsewhere.example.", "old DNAME new.example.", "long TXT \"" + fmt.Sprintf("%0200d", 1) + "\" \"" + fmt.Sprintf("%0200d", 2) + "\"", "many TXT \"one\"", "many TXT \"two\"",
	"_443._tcp.www TLSA 3 1 1 0000000000000000000000000000000000000000000000000000000000000000", "@ CAA 0 issue \"ca.example\"", "@ MX 0 .", "odd TYPE65280 \\# 2 abcd", "@ HTTPS 1 . alpn=h2",
}

func anyZone(t testing.TB, r *rand.Rand) *zone.Zone {
	text := authority + "@ NS ns.elsewhere.example.\n"
	for _, l := range lines {
		if r.IntN(2) == 0 {
			text += l + "\n"
		}
	}
	return parse(t, "shape.test.", text)
}

// Each kind of server serves random zones, and what is said of it is asked in all ways:
// for what it has, and for what it had before.
func TestWhatRealServersServeIsServed(t *testing.T) {
	for kind, start := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(1, 2))
			was := anyZone(t, r)
			setup, settle := servers.Setup{Zones: []*zone.Zone{was}}, func(*servers.NameServer) {}
			if kind == "PowerDNS" {
				setup.Settings = "dname-processing=yes"
				settle = func(s *servers.NameServer) { s.Control(t, "rectify-zone", "shape.test") }
			}
			s := start(t, setup)
			settle(s)
			w := verify.Walk{Servers: []string{"192.0.2.1"}, Dial: streetMap{"192.0.2.1": s}.Dial}
			for range 12 {
				want := anyZone(t, r)
				var keys []zone.Key
				for _, z := range []*zone.Zone{want, was} {
					for set := range z.All() {
						if !slices.Contains(keys, set.Key) {
							keys = append(keys, set.Key)
						}
					}
				}
				report, err := w.Zone(t.Context(), verify.Want{Zone: want, Was: was, Keys: keys})
				require.NoError(t, err)
				assert.Equal(t, verify.Pending, report.Verdict(), "before: %v", report)
				s.Fill(t, want)
				settle(s)
				report, err = w.Zone(t.Context(), verify.Want{Zone: want, Was: was, Keys: keys})
				require.NoError(t, err)
				require.Equal(t, verify.Served, report.Verdict(), "%v\n%+v\nwas\n%s\nwant\n%s", report, report.Servers[0].Sets, was, want)
				was = want
			}
		})
	}
}

// A PowerDNS whose database was filled without empty non-terminals says of names above
// others that they do not exist.
func TestANameBetweenThatIsDeniedIsFoundOut(t *testing.T) {
	z := parse(t, "shape.test.", authority+"@ NS ns.elsewhere.example.\nb TXT \"gone soon\"\na.b A 192.0.2.3\n")
	s := servers.PowerDNS(t, servers.Setup{Zones: []*zone.Zone{z}})
	want := z.Only(func(set zone.RRset) bool { return set.Type != zone.TXT })
	s.Fill(t, want)
	w := verify.Walk{Servers: []string{"192.0.2.1"}, Dial: streetMap{"192.0.2.1": s}.Dial}
	gone := verify.Want{Zone: want, Was: z, Keys: []zone.Key{{Name: "b.shape.test.", Type: zone.TXT}}}
	report, err := w.Zone(t.Context(), gone)
	require.NoError(t, err)
	assert.Equal(t, "192.0.2.1: diverged, serial 2: has no such name at b.shape.test. TXT\n", report.String())
	s.Control(t, "rectify-zone", "shape.test")
	report, err = w.Zone(t.Context(), gone)
	require.NoError(t, err)
	assert.Equal(t, "192.0.2.1: served, serial 2\n", report.String())
}
