package rfc2136_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// everything is a zone with a set of every type and of every odd shape.
var everything = `
	@            3600 A     192.0.2.1
	@            3600 AAAA  2001:db8::1
	@            3600 AAAA  ::ffff:192.0.2.1
	@            3600 MX    0 .
	mail         3600 MX    10 mx.example.net.
	www          0    CNAME @
	away         3600 CNAME _x.Example.NET.
	dn           3600 DNAME example.net.
	*            3600 A     192.0.2.5
	*.dev        3600 TXT   wild
	a.b.c.ent    3600 A     192.0.2.6
	deleg        3600 NS    ns1.deleg
	deleg        3600 NS    ns.example.net.
	deleg        3600 DS    1 8 2 ` + strings.Repeat("ab", 32) + `
	ns1.deleg    3600 A     192.0.2.7
	ns1.deleg    3600 AAAA  2001:db8::7
	txt1         3600 TXT   ""
	txt2         3600 TXT   "a" "b" ""
	txt3         3600 TXT   "\"quoted\" \\ back; (paren)" "\009tab\010\000\127\195\188\255"
	txt4         3600 TXT   "` + strings.Repeat("x", 255) + `" "y"
	txt5         3600 TXT   ` + strings.Repeat(`"`+strings.Repeat("z", 255)+`" `, 20) + `
	txt6         3600 TXT   one
	txt6         3600 TXT   two
	_sip._tcp    3600 SRV   0 0 5060 sip.example.net.
	srv          3600 SRV   1 2 3 .
	caa          3600 CAA   0 issue "ca.example.net; policy=\"x\""
	caa          3600 CAA   128 iodef "mailto:a@example.net"
	caa          3600 CAA   0 issue ""
	_443._tcp    3600 TLSA  3 1 1 ` + strings.Repeat("cd", 32) + `
	svcb         3600 SVCB  1 svc.example.net. alpn=h2,h3 port=8443 key65000="a b"
	https        3600 HTTPS 1 . alpn=h2,h3 ipv4hint=192.0.2.1 ipv6hint=2001:db8::1
	alias        3600 HTTPS 0 pool.example.net.
	naptr        3600 NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:info@example.net!" .
	naptr        3600 NAPTR 100 20 "s" "" "" _sip._udp.example.net.
	loc          3600 LOC   52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
	ssh          3600 SSHFP 4 2 ` + strings.Repeat("ef", 32) + `
	uri          3600 URI   10 1 "https://example.net/a?b=\"c\""
	hinfo        3600 HINFO "PC" "a b"
	rp           3600 RP    a.example.net. b.example.net.
	ptr          3600 PTR   host.example.net.
	smime        3600 SMIMEA 3 1 1 ` + strings.Repeat("ab", 32) + `
	pgp          3600 OPENPGPKEY AQIDBA==
	spf          3600 SPF   "v=spf1 -all"
	afsdb        3600 AFSDB 1 afs.example.net.
	type         3600 TYPE65280 \# 4 abcdef01
	none         3600 TYPE65281 \# 0
	eui          3600 TYPE108 \# 6 00005e005301
	under_score  3600 A     192.0.2.8
	UPPER        3600 A     192.0.2.9
	dot\.ted     3600 TXT   "a dot in a label"
	\200x        3600 TXT   "an octet in a label"
	0/25         3600 PTR   host.example.net.
	key          3600 DNSKEY 256 3 8 AwEAAQ==
	cds          3600 CDS   0 0 0 00
	sig          3600 RRSIG \# 20 000108020000012c0000000000000000000000ab
`

// refused is what a server does not hold in its stock configuration, and its word
// for it.
var refused = map[string]map[string]string{
	"BIND": {
		"sig.example.com. RRSIG":     "is the business of who signs the zone, which is the server",
		"under_score.example.com. A": "the service does not take it: refused (REFUSED): the server refuses this, or to do it for this key",
	},
	"Knot": {
		"sig.example.com. RRSIG": "is the business of who signs the zone, which is the server",
	},
}

func TestEveryTypeIsThereOrSaidNotToBe(t *testing.T) {
	for name, start := range kinds {
		t.Run(name, func(t *testing.T) {
			s := start(t, bare())
			want := parse(t, everything)
			res := mirror(driver(s), want)
			require.NoError(t, res.Err)
			blocked := map[string]string{}
			for _, f := range res.Findings {
				if f.Level == zone.Blocked {
					blocked[f.Key.String()] = f.Text
				}
			}
			assert.Equal(t, refused[name], blocked)
			held := want.Only(func(s zone.RRset) bool { return blocked[s.Key.String()] == "" })
			got := s.Transfer(t, apex)
			assert.Empty(t, zone.Diff(withoutNotes(got), held).Changes, "what dig gets differs")
			for _, c := range mirror(driver(s), want).Plan.Changes {
				assert.NotEmpty(t, blocked[c.Key().String()], "the second plan has %s", c.Key())
			}
			assert.Contains(t, []provider.State{provider.Agreed, provider.Blocked}, res.State)
			answers(t, s, held)
		})
	}
}

// withoutNotes leaves out where BIND writes down what it does with keys.
func withoutNotes(z *zone.Zone) *zone.Zone {
	return z.Only(func(s zone.RRset) bool { return s.Type != "TYPE65534" })
}

// answers asks for everything that is not behind a delegation or a DNAME.
func answers(t *testing.T, s *servers.NameServer, z *zone.Zone) {
	for set := range z.All() {
		if set.Name.In("deleg.example.com.") || set.Type == zone.SOA {
			continue
		}
		a := s.Ask(t, set.Name, set.Type)
		assert.Equal(t, "NOERROR", a.Status, set.Key)
		assert.True(t, a.Authoritative, set.Key)
		assert.Equal(t, set.Data, a.Data(set.Type), set.Key)
	}
	for _, ent := range []zone.Name{"c.ent.example.com.", "ent.example.com.", "_tcp.example.com."} {
		a := s.Ask(t, ent, zone.A)
		assert.Equal(t, "NOERROR", a.Status, "%s exists, since something stands below it", ent)
		assert.Empty(t, a.Answer)
	}
	assert.Equal(t, []string{"192.0.2.5"}, s.Ask(t, "anything.example.com.", zone.A).Data(zone.A))
	assert.Equal(t, []string{`"wild"`}, s.Ask(t, "x.y.dev.example.com.", zone.TXT).Data(zone.TXT))
	assert.Equal(t, "NXDOMAIN", s.Ask(t, "x.ent.example.com.", zone.A).Status, "no wildcard reaches below a name that exists")
	referral := s.Ask(t, "www.deleg.example.com.", zone.A)
	assert.False(t, referral.Authoritative)
	assert.Len(t, referral.Authority, 2)
	assert.Len(t, referral.Additional, 2, "the glue goes with it")
	assert.Equal(t, []string{"example.net."}, s.Ask(t, "x.dn.example.com.", zone.A).Data(zone.DNAME))
}
