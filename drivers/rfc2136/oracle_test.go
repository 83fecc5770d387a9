package rfc2136_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

var (
	pairs = flag.Int("oracle.pairs", 25, "how many random plans a server is asked about")
	seed  = flag.Uint64("oracle.seed", 0, "of the random plans; 0: another one each time")
)

// Whatever a zone is and shall be, the plan between them makes the server have just
// that, as dig sees it: SOA and apex NS included.
func TestTheServersAgreeThatAPlanLeadsWhereItShall(t *testing.T) {
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("-oracle.seed %d", *seed)
	for name, settings := range map[string]string{"BIND": "check-names primary ignore; check-integrity no;", "Knot": ""} {
		t.Run(name, func(t *testing.T) {
			s := kinds[name](t, bare(settings))
			p := driver(s)
			p.Authority = true
			r := dice{rand.New(rand.NewPCG(*seed, 1))}
			live := s.Transfer(t, apex)
			changes := 0
			for i := range *pairs {
				want := r.zone(t, live)
				plan := zone.Diff(live, want)
				changes += len(plan.Changes)
				require.NoError(t, p.Apply(ctx, plan), "plan %d\n%s\nfrom\n%s", i, plan, live)
				got := s.Transfer(t, apex)
				require.Empty(t, zone.Diff(got, want).Changes, "plan %d\n%s\nfrom\n%s", i, plan, live)
				ours, err := p.Zone(ctx, apex)
				require.NoError(t, err)
				require.True(t, ours.Equal(got), "we read %s and dig %s", ours, got)
				require.Equal(t, s.Serial(t, apex), ours.Serial())
				live = ours
			}
			t.Logf("%d plans of %d changes", *pairs, changes)
		})
	}
}

// dice draws zones from few names, types and values, so that they meet in all the
// ways that zones of the same domain do.
type dice struct{ *rand.Rand }

func one[T any](d dice, from []T) T { return from[d.IntN(len(from))] }

var (
	diceNames = []string{"@", "@", "www", "a", "b.a", "c.b.a", "*", "*.a", "_x._tcp", "under_score", "d", "x.d", "UP", `odd\.dot`, `\200x`, `-h`, "0/25", "xn--bcher-kva"}
	diceTTLs  = []uint32{0, 1, 300, 600, 86400, 2147483647}
	diceData  = map[zone.Type][]string{
		"A":     {"192.0.2.1", "192.0.2.2", "192.0.2.3", "0.0.0.0"},
		"AAAA":  {"2001:db8::1", "::ffff:192.0.2.1", "::"},
		"NS":    {"ns1.example.net.", "ns.example.com.", "b.a.example.com.", "."},
		"CNAME": {"www.example.com.", "_a.example.net.", `odd\.dot.example.com.`},
		"DNAME": {"example.net.", "a.example.com."},
		"MX":    {"0 .", "10 www.example.com.", "65535 under_score.example.com."},
		"TXT":   {`""`, `"a"`, `"a" "b"`, `"ab"`, `"\"q\" \\ ; (x)"`, `"\000\009\010\127\128\255"`, `"` + strings.Repeat("x", 255) + `" "y"`, strings.Repeat(`"`+strings.Repeat("z", 255)+`" `, 12)},
		"SRV":   {"0 0 0 .", "1 2 3 www.example.com."},
		"PTR":   {"www.example.com."},
		"CAA":   {`0 issue ""`, `128 iodef "mailto:a@b"`, `0 issue "ca.example; x=\"y\""`},
		"DS":    {"1 8 2 " + strings.Repeat("ab", 32), "2 13 1 " + strings.Repeat("cd", 20)},
		"TLSA":  {"3 1 1 " + strings.Repeat("ab", 32), "2 0 0 ab"},
		"SSHFP": {"1 1 " + strings.Repeat("ab", 20), "4 2 " + strings.Repeat("ab", 32)},
		"HTTPS": {"0 a.example.net.", "1 . alpn=h2,h3 port=443 ipv4hint=192.0.2.1", "16 ."},
		"SVCB":  {"1 www.example.com. port=8443 key65000=x"},
		"NAPTR": {`1 1 "u" "s" "!a!b!" .`, `1 2 "" "" "" www.example.com.`},
		"LOC":   {"52 22 23.000 N 4 53 32.000 E -2.00m 1m 10000m 10m"},
		"URI":   {`1 2 "https://a/"`}, "HINFO": {`"a" "b c"`}, "RP": {"a.b. ."}, "SPF": {`"v=spf1 -all"`},
		"SMIMEA": {"3 1 1 abab"}, "OPENPGPKEY": {"AAAA"}, "TYPE18": {`\# 5 0001016100`}, "TYPE108": {`\# 6 abcdefabcdef`}, "TYPE65280": {`\# 0`, `\# 2 abcd`},
	}
	diceTypes = func() []zone.Type {
		types := slices.Sorted(maps.Keys(diceData)) // so that a seed is enough
		return append(types, "A", "A", "AAAA", "CNAME", "CNAME", "CNAME", "TXT", "TXT", "MX", "NS", "NS", "DS", "DNAME")
	}()
)

// zone draws one that a server can hold, and that has something of another.
func (d dice) zone(t *testing.T, live *zone.Zone) *zone.Zone {
	keep := d.Float64()
	records := []zone.Record{
		{Name: apex, Type: zone.SOA, TTL: one(d, diceTTLs), Data: fmt.Sprintf("ns%d.example.net. a.example.com. 1 %d 3 4 5", d.IntN(2), 1+d.IntN(2))},
		{Name: apex, Type: zone.NS, TTL: one(d, diceTTLs), Data: one(d, []string{"ns1.example.net.", "ns.example.com."})},
		{Name: "ns.example.com.", Type: zone.A, TTL: 300, Data: "192.0.2.53"}, // or BIND refuses the NS
	}
	for range d.IntN(3) {
		records = append(records, zone.Record{Name: apex, Type: zone.NS, TTL: 300, Data: fmt.Sprintf("ns%d.example.net.", d.IntN(4))})
	}
	for s := range live.All() {
		if !s.Key.IsAuthority(apex) && d.Float64() < keep {
			records = append(records, s.Records()...)
		}
	}
	for range d.IntN(25) {
		name, err := apex.Join(one(d, diceNames))
		require.NoError(t, err)
		typ := one(d, diceTypes)
		if name == apex && (typ == zone.DNAME || typ == zone.NS) {
			continue // for a name server without its address BIND refuses all
		}
		records = append(records, zone.Record{Name: name, Type: typ, TTL: one(d, diceTTLs), Data: one(d, diceData[typ])})
	}
	z, err := zone.New(apex, records...)
	require.NoError(t, err)
	return sound(z)
}

// sound drops what cannot be served, and what not every server keeps: a wildcard that
// is delegated or redirected, and a DS without its delegation.
func sound(z *zone.Zone) *zone.Zone {
	for len(z.Conflicts()) > 0 {
		bad := z.Conflicts()
		z = z.Only(func(s zone.RRset) bool {
			for _, k := range bad {
				if k.Name == s.Name && (k.Type == "" || k.Type == s.Type) {
					return false
				}
			}
			return true
		})
	}
	z = z.Only(func(s zone.RRset) bool {
		return s.Type != zone.NS && s.Type != zone.DNAME || !strings.HasPrefix(string(s.Name), "*.")
	})
	return z.Only(func(s zone.RRset) bool {
		_, cut := z.Get(zone.Key{Name: s.Name, Type: zone.NS})
		return s.Type != zone.DS || cut && s.Name != apex
	})
}
