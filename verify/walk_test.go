package verify

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

const (
	root = `
		. SOA a.root. hostmaster.root. 1 2 3 4 5
		. NS a.root.
		a.root. A 192.0.2.1
		test. NS ns.nic.test.
		ns.nic.test. A 192.0.2.2
		example. NS ns.nic.test.`
	toplevel = `
		test. SOA ns.nic.test. hostmaster.nic.test. 1 2 3 4 5
		test. NS ns.nic.test.
		ns.nic.test. A 192.0.2.2
		shop.test. NS ns1.shop.test.
		shop.test. NS ns2.hoster.example.
		ns1.shop.test. A 192.0.2.11`
	hosters = `
		example. SOA ns.nic.test. hostmaster.nic.test. 1 2 3 4 5
		example. NS ns.nic.test.
		hoster.example. NS ns0.hoster.example.
		ns0.hoster.example. A 192.0.2.20`
	hoster = `
		hoster.example. SOA ns0 hostmaster 1 2 3 4 5
		hoster.example. NS ns0
		ns0 A 192.0.2.20
		ns2 A 192.0.2.12
		ns2 AAAA 2001:db8::12`
	shop = `
		@ SOA ns1 hostmaster 7 3600 600 86400 300
		@ NS ns1
		@ NS ns2.hoster.example.
		ns1 A 192.0.2.11
		@ MX 10 mail.hoster.example.
		www A 192.0.2.80`
)

// world is an internet with a zone at two servers, one of which has its name in a
// zone elsewhere.
func world(t testing.TB) *internet {
	n := newInternet()
	n.at["192.0.2.1"] = serving(t, ".", root)
	n.at["192.0.2.2"] = serving(t, "test.", toplevel, "example.", hosters)
	n.at["192.0.2.11"] = serving(t, "shop.test.", shop)
	n.at["192.0.2.12"] = serving(t, "shop.test.", shop)
	n.at["192.0.2.20"] = serving(t, "hoster.example.", hoster)
	return n
}

func (n *internet) walk() Walk { return Walk{Roots: []string{"192.0.2.1"}, Dial: n.dial} }

// found runs a walk in virtual time and prints what it found.
func found(t *testing.T, w Walk, wants ...Want) (text string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r, err := w.Zone(t.Context(), wants...)
		if err != nil {
			text = err.Error() + "\n"
		}
		text += r.String()
		time.Sleep(time.Minute) // for who is still about to answer
	})
	return text
}

func TestAWalkFromTheRootFindsEachServer(t *testing.T) {
	n := world(t)
	assert.Equal(t, `ns1.shop.test. (192.0.2.11): served, serial 7
ns2.hoster.example. (192.0.2.12): served, serial 7
note: ns2.hoster.example. ([2001:db8::12]) cannot be asked from here: dial udp: network is unreachable
`, found(t, n.walk(), Want{Zone: parse(t, "shop.test.", shop)}))
	assert.Less(t, n.all(), 35)
}

func TestAServerThatIsBehindIsPending(t *testing.T) {
	n := world(t)
	want := parse(t, "shop.test.", shop)
	next := want.Apply(zone.Diff(want, parse(t, "shop.test.", shop+"\nwww A 192.0.2.81")))
	n.at["192.0.2.11"].set(t, "shop.test.", next.String())
	assert.Contains(t, found(t, n.walk(), Want{Zone: next, Was: want}), `ns1.shop.test. (192.0.2.11): served, serial 7
ns2.hoster.example. (192.0.2.12): pending, serial 7: still has 192.0.2.80 at www.shop.test. A
`)
}

func TestWhatIsWrongWithServersIsSaidInWords(t *testing.T) {
	want := Want{Zone: parse(t, "shop.test.", shop)}
	for _, c := range []struct {
		name string
		do   func(a *authority)
		says string
	}{
		{"refused", func(a *authority) { a.rcode = 5 }, "lame: REFUSED: it does not have the zone, or keeps it from us"},
		{"servfail", func(a *authority) { a.rcode = 2 }, "lame: SERVFAIL: it failed, or its zone is not loaded or has expired"},
		{"notauth", func(a *authority) { a.rcode = 9 }, "lame: RCODE9: it says that something is wrong"},
		{"a cache", func(a *authority) { a.notAA = true }, "lame: it is not authoritative for the zone"},
		{"refers upwards", func(a *authority) { a.refers = "." }, "lame: it is not authoritative for the zone"},
		{"refers to itself", func(a *authority) { a.refers = "shop.test." }, "lame: it is not authoritative for the zone"},
		{"dead", func(a *authority) { a.dead = true }, "lame: no answer in 3s"},
		{"dies on the way", func(a *authority) { a.after = 2 }, "lame, serial 7: "},
		{"only TCP", func(a *authority) { a.silent = true }, "served, serial 7"},
		{"knows no EDNS", func(a *authority) { a.noEDNS = true }, "served, serial 7"},
		{"forged packets", func(a *authority) { a.forged = true }, "served, serial 7"},
		{"slow", func(a *authority) { a.delay = 500 * time.Millisecond }, "served, serial 7"},
		{"has the zone above", func(a *authority) { delete(a.zones, "shop.test."); a.set(t, "test.", "@ SOA a. b. 1 2 3 4 5\n@ NS a.") },
			"lame: it has no such name (in its zone test.) where the SOA record of the zone should be"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := world(t)
			c.do(n.at["192.0.2.12"])
			got := found(t, n.walk(), want)
			assert.Contains(t, got, "ns2.hoster.example. (192.0.2.12): "+c.says)
			assert.Contains(t, got, "ns1.shop.test. (192.0.2.11): served, serial 7\n")
		})
	}
}

func TestNobodyListensThere(t *testing.T) {
	n := world(t)
	delete(n.at, "192.0.2.12")
	assert.Contains(t, found(t, n.walk(), Want{Zone: parse(t, "shop.test.", shop)}), "ns2.hoster.example. (192.0.2.12): lame: ")
}

func TestAZoneThatIsNotDelegated(t *testing.T) {
	n := world(t)
	w := n.walk()
	want := Want{Zone: parse(t, "gone.test.", "@ SOA a. b. 1 2 3 4 5\nwww A 192.0.2.1")}
	assert.Equal(t, "blocked: gone.test. is not delegated: the servers of test. have no such name\n", found(t, w, want))
	synctest.Test(t, func(t *testing.T) {
		r, err := w.Zone(t.Context(), want)
		require.NoError(t, err)
		assert.Equal(t, Lame, r.Verdict())
		assert.Equal(t, "gone.test. is not delegated: the servers of test. have no such name", r.Summary())
	})
}

func TestTheZoneNamesOtherServersThanTheOneAboveIt(t *testing.T) {
	n := world(t)
	other := parse(t, "shop.test.", shop+"\n@ NS ns3.hoster.example.")
	n.at["192.0.2.11"].set(t, "shop.test.", other.String())
	n.at["192.0.2.12"].set(t, "shop.test.", other.String())
	assert.Contains(t, found(t, n.walk(), Want{Zone: other}), `note: shop.test. NS: the zone above delegates to ns1.shop.test., ns2.hoster.example.; `+
		`the zone itself, as ns1.shop.test. (192.0.2.11) has it, names ns1.shop.test., ns2.hoster.example., ns3.hoster.example.`)
}

func TestAServerOfBothZonesIsFoundAtOnce(t *testing.T) {
	n := world(t)
	n.at["192.0.2.2"].set(t, "shop.test.", shop+"\n@ NS ns3.hoster.example.")
	got := found(t, n.walk(), Want{Zone: parse(t, "shop.test.", shop)})
	assert.Contains(t, got, "ns2.hoster.example. (192.0.2.12): served, serial 7\n")
	assert.NotContains(t, got, "the zone above delegates", "which nobody has seen")
}

func TestNamesThatLeadNowhere(t *testing.T) {
	for _, c := range []struct{ name, delegation, says string }{
		{"no glue", "lost.test. NS ns1.lost.test.", "ns1.lost.test.: lame: its address cannot be found: zone lost.test.: none of its name servers has an address; those that are in the zone itself want glue"},
		{"a circle", "lost.test. NS ns.found.test.\nfound.test. NS ns.lost.test.", "ns.found.test.: lame: its address cannot be found: zone found.test.: none of its name servers"},
		{"no such name", "lost.test. NS ns.nothing.test.", "ns.nothing.test.: lame: it has no address"},
		{"an alias", "lost.test. NS www.hoster.example.", "www.hoster.example.: lame: its address cannot be found: it is an alias, which a name server must not be (RFC 2181 section 10.3)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := world(t)
			n.at["192.0.2.20"].set(t, "hoster.example.", hoster+"\nwww CNAME ns2")
			n.at["192.0.2.2"].set(t, "test.", toplevel+"\n"+c.delegation)
			assert.Contains(t, found(t, n.walk(), Want{Zone: parse(t, "lost.test.", "@ MX 10 @")}), c.says)
			assert.Less(t, n.all(), 20)
		})
	}
}

func TestManyNamesOfNameServersCostABoundedNumberOfQuestions(t *testing.T) {
	n := world(t)
	text := toplevel
	for i := range 20 {
		text += fmt.Sprintf("\nlost.test. NS ns.a%d.test.", i)
		for j := range 20 {
			text += fmt.Sprintf("\na%d.test. NS ns.b%dx%d.test.", i, i, j)
		}
	}
	n.at["192.0.2.2"].set(t, "test.", text)
	assert.Contains(t, found(t, n.walk(), Want{Zone: parse(t, "lost.test.", "@ MX 10 @")}), "lame")
	assert.Equal(t, mostQuestions, n.all())
}

func TestAddressesOfNamesElsewhereAreNotBelieved(t *testing.T) {
	n := world(t)
	n.at["192.0.2.2"].beside = "ns2.hoster.example. 300 IN A 192.0.2.66"
	n.at["192.0.2.66"] = serving(t, "shop.test.", shop)
	assert.Contains(t, found(t, n.walk(), Want{Zone: parse(t, "shop.test.", shop)}), "ns2.hoster.example. (192.0.2.12): served")
	assert.Zero(t, n.count("192.0.2.66"))
}

func TestWhoIsBehindTheOthersIsPending(t *testing.T) {
	n := world(t)
	want := parse(t, "shop.test.", "www A 192.0.2.80")
	n.at["192.0.2.12"].set(t, "shop.test.", strings.ReplaceAll(strings.ReplaceAll(shop, " 7 ", " 6 "), "2.80", "2.79"))
	assert.Contains(t, found(t, n.walk(), Want{Zone: want}), "ns2.hoster.example. (192.0.2.12): pending: still has serial 6, with 192.0.2.79 at www.shop.test. A\n")
}

func TestWhoDoesNotAnswerAnyMoreIsNotAskedForEverything(t *testing.T) {
	n := world(t)
	n.at["192.0.2.12"].after = 2
	text := shop
	for i := range 50 {
		text += fmt.Sprintf("\nn%d A 192.0.2.1", i)
	}
	assert.Contains(t, found(t, n.walk(), Want{Zone: parse(t, "shop.test.", text)}), "ns2.hoster.example. (192.0.2.12): lame, serial 7: ")
	assert.LessOrEqual(t, n.count("192.0.2.12"), 2+perServer*(len(patience)+1))
}

func TestDeadServersOnTheWayArePassedBy(t *testing.T) {
	n := world(t)
	w := n.walk()
	w.Roots = []string{"2001:db8::1", "192.0.2.99", "192.0.2.1:53"}
	assert.Contains(t, found(t, w, Want{Zone: parse(t, "shop.test.", shop)}), "ns1.shop.test. (192.0.2.11): served, serial 7\n")
	w.Roots = []string{"192.0.2.99"}
	assert.Equal(t, "verify: zone shop.test.: zone .: 192.0.2.99:53: dial tcp: connection refused\n", found(t, w, Want{Zone: parse(t, "shop.test.", shop)}))
}

func TestServersAreAskedWithoutAWalk(t *testing.T) {
	n := world(t)
	w := Walk{Servers: []string{"192.0.2.12", "192.0.2.20:53"}, Dial: n.dial}
	assert.Equal(t, `192.0.2.12: served, serial 7
192.0.2.20: lame: REFUSED: it does not have the zone, or keeps it from us
`, found(t, w, Want{Zone: parse(t, "shop.test.", shop)}))
	assert.Zero(t, n.count("192.0.2.1"))
}

func TestAVisitEndsInTime(t *testing.T) {
	n := world(t)
	n.at["192.0.2.12"].delay = 500 * time.Millisecond
	w := n.walk()
	w.Longest = 1200 * time.Millisecond
	text := ""
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		r, err := w.Zone(t.Context(), Want{Zone: parse(t, "shop.test.", shop)})
		require.NoError(t, err)
		assert.LessOrEqual(t, time.Since(began), w.Longest)
		text = r.String()
		time.Sleep(time.Minute) // for who is still about to answer
	})
	assert.Contains(t, text, "ns1.shop.test. (192.0.2.11): served, serial 7\n")
	assert.Contains(t, text, "ns2.hoster.example. (192.0.2.12): pending")
	assert.Contains(t, text, "pending, serial 7: there was no time to ask for everything")
}

func TestAwaitAsksAgainUntilAllServe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := world(t)
		was := parse(t, "shop.test.", shop)
		want := parse(t, "shop.test.", shop+"\nnew A 192.0.2.81")
		n.at["192.0.2.11"].set(t, "shop.test.", want.String())
		time.AfterFunc(10*time.Second, func() { n.at["192.0.2.12"].set(t, "shop.test.", want.String()) })
		began := time.Now()
		r, err := n.walk().Await(t.Context(), Want{Zone: want, Was: was, Keys: []zone.Key{{Name: "new.shop.test.", Type: zone.A}}})
		require.NoError(t, err)
		assert.Equal(t, Served, r.Verdict())
		assert.Equal(t, "served by 2 of 2 servers", r.Summary())
		assert.Less(t, time.Since(began), 20*time.Second)
		assert.Equal(t, 3, n.count("192.0.2.11"), "SOA, NS and the set, once")
	})
}

func TestAwaitGivesWhatItFoundWhenTimeIsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := world(t)
		was := parse(t, "shop.test.", shop)
		want := parse(t, "shop.test.", shop+"\nnew A 192.0.2.81")
		n.at["192.0.2.11"].set(t, "shop.test.", want.String())
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		r, err := n.walk().Await(ctx, Want{Zone: want, Was: was})
		require.NoError(t, err)
		assert.Equal(t, "served by 1 of 2 servers; ns2.hoster.example. (192.0.2.12) still has no such name at new.shop.test. A", r.Summary())
	})
}

func TestAwaitWaitsForADelegation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := world(t)
		n.at["192.0.2.2"].set(t, "test.", "@ SOA a. b. 1 2 3 4 5\n@ NS ns.nic")
		time.AfterFunc(10*time.Second, func() { n.at["192.0.2.2"].set(t, "test.", toplevel) })
		r, err := n.walk().Await(t.Context(), Want{Zone: parse(t, "shop.test.", shop)})
		require.NoError(t, err)
		assert.Equal(t, Served, r.Verdict())
	})
}

func TestOfSeveralWantsAServerHasToServeOne(t *testing.T) {
	n := world(t)
	one, other := parse(t, "shop.test.", shop), parse(t, "shop.test.", "@ SOA ns1 hostmaster 7 3600 600 86400 300\nwww A 192.0.2.90")
	n.at["192.0.2.12"].set(t, "shop.test.", other.String())
	got := found(t, n.walk(), Want{Zone: one}, Want{Zone: other})
	assert.Contains(t, got, "ns1.shop.test. (192.0.2.11): served")
	assert.Contains(t, got, "ns2.hoster.example. (192.0.2.12): served")
}

func TestWantsThatMakeNoSense(t *testing.T) {
	_, err := Walk{}.Zone(t.Context())
	assert.EqualError(t, err, "verify: there is no zone to look at")
	_, err = Walk{}.Await(t.Context(), Want{})
	assert.EqualError(t, err, "verify: there is no zone to look at")
	_, err = Walk{}.Zone(t.Context(), Want{Zone: parse(t, "a.test.", "@ MX 10 @")}, Want{Zone: parse(t, "b.test.", "@ MX 10 @")})
	assert.EqualError(t, err, "verify: what is wanted is of two zones")
}

func TestAZoneThatIsDelegatedToOthers(t *testing.T) {
	n := world(t)
	ours := parse(t, "shop.test.", "@ SOA ns1.hoster.test. hostmaster 7 3600 600 86400 300\n@ NS ns1.hoster.test.\nwww A 192.0.2.90")
	assert.Contains(t, found(t, n.walk(), Want{Zone: ours}), "blocked: shop.test. is delegated to others: to ns1.shop.test., ns2.hoster.example., and not to ns1.hoster.test.\n")
	white := parse(t, "shop.test.", shop)
	white = white.Apply(zone.Diff(white, white.Only(func(s zone.RRset) bool { return s.Type != zone.NS }))) // as where the names are others, and the servers the same
	n.at["192.0.2.12"].set(t, "shop.test.", white.String()+"\n@ NS ns9.hoster.test.")
	assert.NotContains(t, found(t, n.walk(), Want{Zone: parse(t, "shop.test.", white.String()+"\n@ NS ns9.hoster.test.")}), "blocked")
}

func TestAwaitSaysWhyNobodyCouldBeAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := world(t)
		w := n.walk()
		w.Roots = []string{"192.0.2.99"}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		_, err := w.Await(ctx, Want{Zone: parse(t, "shop.test.", shop)})
		assert.EqualError(t, err, "verify: zone shop.test.: zone .: 192.0.2.99:53: dial tcp: connection refused")
	})
}
