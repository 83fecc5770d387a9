package providertest

import (
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// step is one step of the story: what the zone shall be, beside what it always
// holds, and the types that a service must know for it.
type step struct {
	name  string
	lines string
	types []zone.Type
}

// story is the life of a zone. Each step begins where the one before it ended.
var story = []step{
	{name: "one A", lines: `
		www 3600 A 192.0.2.1`},
	{name: "three A in one set", lines: `
		www 3600 A 192.0.2.1
		www 3600 A 192.0.2.2
		www 3600 A 192.0.2.3`},
	{name: "one of them leaves", lines: `
		www 3600 A 192.0.2.1
		www 3600 A 192.0.2.3`},
	{name: "one is another", lines: `
		www 3600 A 192.0.2.1
		www 3600 A 192.0.2.4`},
	{name: "AAAA beside it", lines: `
		www 3600 A    192.0.2.1
		www 3600 A    192.0.2.4
		www 3600 AAAA 2001:db8::1`},
	{name: "only the TTL", lines: `
		www 7200 A    192.0.2.1
		www 7200 A    192.0.2.4
		www 3600 AAAA 2001:db8::1`},
	{name: "a CNAME takes the name", lines: `
		www 3600 CNAME host.example.net.`},
	{name: "the CNAME points elsewhere", lines: `
		www 3600 CNAME other.example.net.`},
	{name: "A and MX take it back", lines: `
		www 3600 A  192.0.2.1
		www 3600 MX 10 mail.example.net.`},
	{name: "two MX at the apex, one of preference 0", lines: `
		@ 3600 MX 0  mail1.example.net.
		@ 3600 MX 20 mail2.example.net.`},
	{name: "two TXT in one set, with quotes, a backslash and UTF-8", lines: `
		@    3600 TXT "v=spf1 -all"
		@    3600 TXT "C:\\path; \195\188 say \"hi\""
		text 3600 TXT "one"`, types: []zone.Type{zone.TXT}},
	{name: "one TXT leaves", lines: `
		@    3600 TXT "C:\\path; \195\188 say \"hi\""
		text 3600 TXT "two"`, types: []zone.Type{zone.TXT}},
	{name: "texts of 255, 256 and 511 octets", lines: texts(255, 256, 511), types: []zone.Type{zone.TXT}},
	{name: "SRV", lines: `
		_sip._tcp 3600 SRV 0 0 5060 sip.example.net.
		_sip._tcp 3600 SRV 10 20 5060 sip2.example.net.`, types: []zone.Type{zone.SRV}},
	{name: "CAA", lines: `
		@ 3600 CAA 0 issue "ca.example.net"
		@ 3600 CAA 0 issuewild ";"
		@ 3600 CAA 128 iodef "mailto:a@example.net"`, types: []zone.Type{zone.CAA}},
	{name: "TLSA", lines: `
		_443._tcp 3600 TLSA 3 1 1 ba4ca788a3b4ca8e38bb56db990bf8c5e2cf054294c5ff2c1bc2f0a51316d60b`, types: []zone.Type{"TLSA"}},
	{name: "a wildcard", lines: `
		*     3600 A 192.0.2.5
		*.dev 3600 A 192.0.2.6`},
	{name: "the wildcard changes", lines: `
		*     3600 A 192.0.2.5
		*     3600 A 192.0.2.7
		*.dev 3600 A 192.0.2.6`},
	{name: "underscores and depth", lines: `
		_dmarc                3600 TXT "v=DMARC1; p=none"
		s1._domainkey.a.b.c.d 3600 TXT "v=DKIM1; p="`, types: []zone.Type{zone.TXT}},
	{name: "a delegation below the apex, with glue", lines: `
		sub     3600 NS ns1.sub
		sub     3600 NS ns.example.net.
		ns1.sub 3600 A  192.0.2.8`},
	{name: "everything at once", lines: `
		@    3600 A     192.0.2.1
		@    3600 MX    10 mail
		mail 3600 A     192.0.2.2
		www  3600 CNAME @
		ftp  3600 CNAME @
		*    3600 A     192.0.2.3`},
	{name: "and all of it moved", lines: `
		@    3600 A     198.51.100.1
		@    3600 MX    10 mail
		mail 3600 A     198.51.100.2
		www  3600 A     198.51.100.1
		ftp  3600 CNAME www
		*    3600 A     198.51.100.3`},
}

// texts gives a TXT record for each length.
func texts(lengths ...int) string {
	var b strings.Builder
	for i, n := range lengths {
		b.WriteString("\n\t\tt" + string(rune('a'+i)) + " 3600 TXT " + zone.Text(strings.Repeat("0123456789", n/10+1)[:n]))
	}
	return b.String()
}
