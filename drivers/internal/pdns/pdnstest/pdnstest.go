// Package pdnstest is what a PowerDNS has to answer, whichever driver filled it. It
// is looked at from outside, with dig. Only tests import it.
package pdnstest

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/zone"
)

// Parse reads lines of a master file below SOA and name servers.
func Parse(t testing.TB, apex zone.Name, lines string) *zone.Zone {
	t.Helper()
	z, err := zone.Parse(apex, servers.Bare(apex).String()+strings.ReplaceAll("\n"+lines, "\n\t", "\n"))
	require.NoError(t, err)
	return z
}

// Everything is a zone with all that PowerDNS can serve.
func Everything(t testing.TB, apex zone.Name) *zone.Zone {
	t.Helper()
	long := strings.Repeat("0123456789", 30)
	return Parse(t, apex, `
	@ 3600 A 192.0.2.1
	@ 3600 AAAA 2001:db8::1
	@ 3600 MX 0 mail
	@ 3600 MX 20 mail2.example.net.
	@ 3600 CAA 0 issue "ca.example.net; account=1"
	@ 3600 CAA 0 issuewild ";"
	@ 3600 CAA 128 iodef "mailto:a@example.net"
	mail 3600 A 192.0.2.2
	mail 3600 AAAA ::ffff:192.0.2.2
	none 3600 MX 0 .
	www 300 CNAME @
	a.b.c.deep 60 A 192.0.2.3
	x.c.deep 60 TXT "beside an empty non-terminal"
	*.wild 60 A 192.0.2.4
	*.wild 60 TXT "any"
	host.wild 60 A 192.0.2.5
	_x.y.odd 60 TXT "deep"
	sub 3600 NS ns1.sub
	sub 3600 NS ns.example.net.
	sub 3600 DS 1 13 2 `+strings.Repeat("0f", 32)+`
	ns1.sub 3600 A 192.0.2.6
	ns1.sub 3600 AAAA 2001:db8::6
	ns1.far.sub2 3600 A 192.0.2.7
	sub2 3600 NS ns1.far.sub2
	alias 60 DNAME other.example.net.
	txt1 60 TXT "v=spf1 -all"
	txt2 60 TXT "two" "strings"
	txt2 60 TXT "one"
	txt3 60 TXT ""
	txt4 60 TXT "\"quoted\" back\\slash; (brackets) \195\188 \000\255\009"
	txt5 60 TXT `+zone.Text(long)+`
	txt6 60 TXT `+zone.Text(strings.Repeat(long, 10))+`
	txt7 60 TXT "trailing blank " " leading"
	_sip._tcp 60 SRV 10 20 5060 sip.example.net.
	_sip._tcp 60 SRV 0 0 0 .
	_443._tcp.www2 60 TLSA 3 1 1 `+strings.Repeat("ab", 32)+`
	_25._tcp.mail 60 TLSA 2 0 0 `+strings.Repeat("cd", 300)+`
	svc 60 HTTPS 1 . alpn=h2,h3 port=8443 ipv4hint=192.0.2.1,192.0.2.2 ech=AAAA ipv6hint=2001:db8::1
	svc 60 HTTPS 2 pool.example.net. key7=/q{?dns} key65000="a b"
	svc2 60 HTTPS 0 pool.example.net.
	_dns.svc 60 SVCB 1 dot.example.net. mandatory=alpn,port alpn=dot port=853
	_odd.svc 60 SVCB 1 . alpn="h2\\,x,h3"
	naptr 60 NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .
	naptr 60 NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp.example.net.
	loc 60 LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
	loc2 60 LOC 0 0 0.123 S 179 59 59.999 W 8848.86m 1m 2m 30m
	ssh 60 SSHFP 4 2 `+strings.Repeat("0f", 32)+`
	ssh 60 SSHFP 1 1 `+strings.Repeat("ab", 20)+`
	_http._tcp 60 URI 10 1 "https://example.net/a?b=\"c\""
	ptr 60 PTR host.example.net.
	0/25 60 PTR a.example.net.
	hinfo 60 HINFO "PC" "a b"
	rp 60 RP admin.example.net. txt1
	smime 60 SMIMEA 3 1 1 abab
	pgp 60 OPENPGPKEY `+strings.Repeat("AAAA", 200)+`
	spf 60 SPF "v=spf1 -all"
	unknown 60 TYPE65280 \# 4 0a000001
	unknown 60 TYPE65534 \# 0
	UPPER 60 CNAME Mixed.Example.NET.
	`)
}

// Refused are lines that every driver for PowerDNS has to keep out of it.
const Refused = `
	signed 60 CDS 0 0 0 00
	keys 60 DNSKEY 257 3 8 AwEAAQ==
	@ 60 DS 1 13 2 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f
	afs 60 TYPE18 \# 5 0001016100
	eui 60 TYPE108 \# 6 abcdefabcdef
	wallet 60 TYPE262 \# 3 616263
	short 60 SSHFP 1 1 abab
	empty 60 TLSA 3 1 1
	bad 60 NAPTR 1 1 "u" "s" "nonsense" .
	must 60 HTTPS 1 . mandatory=port
	far 60 LOC 1 2 3 N 4 5 6 E 0m 90000000m 1m 1m
	o\200dd 60 A 192.0.2.1
	pl+us 60 A 192.0.2.1
`

func recordsOf(records []zone.Record) (out []string) {
	for _, r := range records {
		out = append(out, string(r.Name)+" "+string(r.Type)+" "+r.Data)
	}
	slices.Sort(out)
	return out
}

// Between wants the right answers to questions between and beside the records of
// Everything.
func Between(t testing.TB, s *servers.NameServer, apex zone.Name) {
	t.Helper()
	at := func(rel string) zone.Name {
		n, err := apex.Join(rel)
		require.NoError(t, err)
		return n
	}
	for _, empty := range []string{"deep", "c.deep", "b.c.deep", "_tcp.www2", "wild", "odd", "y.odd", "_tcp"} {
		a := s.Ask(t, at(empty), zone.A)
		assert.Equal(t, "NOERROR", a.Status, "%s is an empty non-terminal", empty)
		assert.Empty(t, a.Answer)
	}
	for _, nobody := range []string{"nobody", "x.b.c.deep", "z.deep", "x.host.wild"} {
		assert.Equal(t, "NXDOMAIN", s.Ask(t, at(nobody), zone.A).Status, nobody)
	}
	assert.Equal(t, []string{"192.0.2.4"}, s.Ask(t, at("x.y.wild"), zone.A).Data(zone.A))
	assert.Empty(t, s.Ask(t, at("host.wild"), zone.TXT).Answer, "a name that exists hides the wildcard")
	a := s.Ask(t, at("below.sub"), zone.A)
	assert.False(t, a.Authoritative)
	assert.Subset(t, recordsOf(a.Authority), []string{string(at("sub")) + " NS " + string(at("ns1.sub"))})
	assert.Subset(t, recordsOf(a.Additional), []string{string(at("ns1.sub")) + " A 192.0.2.6", string(at("ns1.sub")) + " AAAA 2001:db8::6"})
	assert.Subset(t, recordsOf(s.Ask(t, at("x.sub2"), zone.A).Additional), []string{string(at("ns1.far.sub2")) + " A 192.0.2.7"})
	assert.Equal(t, []string{"x.other.example.net."}, s.Ask(t, at("x.alias"), zone.A).Data(zone.CNAME))
}
