package zone

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDataHasOneSpelling(t *testing.T) {
	for _, c := range []struct {
		t        Type
		in, want string
	}{
		{"a", "192.0.2.1", "192.0.2.1"},
		{"TYPE1", `\# 4 C0000201`, "192.0.2.1"},
		{AAAA, "2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
		{AAAA, "::ffff:192.0.2.1", "::ffff:192.0.2.1"},
		{CNAME, "WWW.Example.com", "www.example.com."},
		{NS, "ns1.bücher.example.", "ns1.xn--bcher-kva.example."},
		{MX, "010  Mail.Example.COM", "10 mail.example.com."},
		{MX, "0 .", "0 ."},
		{SRV, "0 0 993 mail.example.com.", "0 0 993 mail.example.com."},
		{CAA, "0 issue letsencrypt.org", `0 issue "letsencrypt.org"`},
		{CAA, `128 iodef "mailto:a@b"`, `128 iodef "mailto:a@b"`},
		{CAA, `0 issuewild ";"`, `0 issuewild ";"`},
		{TXT, `v=spf1`, `"v=spf1"`},
		{TXT, `"a" "b"`, `"a" "b"`},
		{TXT, `"a""b"`, `"a" "b"`},
		{TXT, "\"tab\there\"", `"tab\009here"`},
		{TXT, `"ü"`, `"\195\188"`},
		{TXT, `"say \"hi\" \\ \; \100"`, `"say \"hi\" \\ ; d"`},
		{TXT, `""`, `""`},
		{"SPF", `"v=spf1 -all"`, `"v=spf1 -all"`},
		{SOA, "NS1.Example.com. hostmaster.example.com. 1 3h 1h 1w 10800", "ns1.example.com. hostmaster.example.com. 1 10800 3600 604800 10800"},
		{"TLSA", "3 1 1 BA4CA788", "3 1 1 ba4ca788"},
		{DS, "12345 8 2 9d607dc9b4b39af73c962533a6158ca5deb137acbcdb50e2df0bc1c183bef4b8", "12345 8 2 9D607DC9B4B39AF73C962533A6158CA5DEB137ACBCDB50E2DF0BC1C183BEF4B8"},
		{"HTTPS", `1 . alpn="h2,h3"`, `1 . alpn=h2,h3`},
		{"HTTPS", `1 Svc.Example. ipv4hint=192.0.2.1 alpn=h2`, `1 svc.example. alpn=h2 ipv4hint=192.0.2.1`},
		{"SVCB", "0 Svc.Example.", "0 svc.example."},
		{"HTTPS", `1 \065b.C.`, "1 ab.c."},
		{"HTTPS", `\# 8 0001024142014300`, "1 ab.c."},
		{"HTTPS", `1 . alpn=h2 no-default-alpn=""`, `1 . alpn=h2 no-default-alpn`},
		{"HTTPS", `1 . key7="/dns-query{?dns}" key1=\002h2`, `1 . alpn=h2 key7=/dns-query{?dns}`},
		{"HTTPS", `1 . dohpath=/dns-query{?dns} alpn=h2 ohttp`, `1 . alpn=h2 key7=/dns-query{?dns} key8`},
		{"HTTPS", `1 . key65535=a\"b`, `1 . key65535="a\"b"`},
		{"NAPTR", `100 10 u E2U "!x!y!" .`, `100 10 "u" "E2U" "!x!y!" .`},
		{"X25", `"311061700956"`, `\# 13 0c333131303631373030393536`},
		{"DNSKEY", "257 3 ECDSAP256SHA256 AQID", "257 3 13 AQID"},
		{"NAPTR", `100 10 "u" "E2U+sip" "!^.*$!sip:a@b!" .`, `100 10 "u" "E2U+sip" "!^.*$!sip:a@b!" .`},
		{"SSHFP", "4 2 AB CD", "4 2 ABCD"},
		{"LOC", "52 22 23 N 4 53 32 E -2m 0m 10000m 10m", "52 22 23.000 N 04 53 32.000 E -2m 0.00m 10000m 10m"},
		{"URI", `10 1 "https://example.com/"`, `10 1 "https://example.com/"`},
		{"HINFO", "PC Linux", `"PC" "Linux"`},
		{"RP", "Admin.Example. .", "admin.example. ."},
		{DNAME, "Example.NET", "example.net."},
		{"OPENPGPKEY", "AQID", "AQID"},
		{"SMIMEA", "3 0 0 AB", "3 0 0 ab"},
		{"CDS", "0 0 0 00", "0 0 0 00"},
		{"DNSKEY", "257 3 13 AQID", "257 3 13 AQID"},
		{"TYPE65534", `\# 5 0D0A 0b0c0d`, `\# 5 0d0a0b0c0d`},
		{"TYPE65534", `\# 0`, `\# 0`},
		{"CERT", "PGP 0 0 AQID", `\# 8 0003000000010203`},
		{"TYPE37", `\# 8 0003000000010203`, `\# 8 0003000000010203`},
	} {
		got, err := Canonical(c.t, c.in)
		require.NoError(t, err, "%s %s", c.t, c.in)
		assert.Equal(t, c.want, got, "%s %s", c.t, c.in)
		again, err := Canonical(c.t, got)
		require.NoError(t, err, "%s %s", c.t, got)
		assert.Equal(t, got, again)
	}
}

func TestDataThatIsNoneIsRefusedWithTypeAndValue(t *testing.T) {
	for _, c := range []struct {
		t        Type
		in, want string
	}{
		{A, "300.1.1.1", "is not an IPv4 address"},
		{A, "192.0.2.01", "is not an IPv4 address"},
		{A, "2001:db8::1", "is not an IPv4 address"},
		{A, "", "want 1 field, got 0"},
		{A, "192.0.2.1 192.0.2.2", "want 1 field, got 2"},
		{A, "192.0.2.1\nevil A 192.0.2.2", "line end"},
		{A, "192.0.2.1 ; comment", "must be quoted"},
		{A, `"192.0.2.1"`, "in quotes"},
		{AAAA, "192.0.2.1", "is not an IPv6 address"},
		{AAAA, "fe80::1%eth0", "is not an IPv6 address"},
		{MX, "10", "want 2 fields, got 1"},
		{MX, "65536 mail.example.", "too large"},
		{MX, "-1 mail.example.", "not a number"},
		{MX, "+1 mail.example.", "not a number"},
		{MX, "10 @", "apex"},
		{MX, `10 "mail.example."`, "quotes"},
		{SRV, "1 2 mail.example.", "want 4 fields, got 3"},
		{CAA, "256 issue x", "too large"},
		{CAA, "0 is_sue x", "letters and digits"},
		{CAA, "0 issue", "want 3 fields, got 2"},
		{CNAME, "a..b", "empty label"},
		{TXT, "", "at least one"},
		{TXT, `"` + strings.Repeat("x", 256) + `"`, "255 octets"},
		{TXT, `"never ends`, "does not end"},
		{TXT, `"a\300"`, "escape"},
		{TXT, `word"quote"`, "inside a word"},
		{TXT, `key="value"`, "inside a word"},
		{CNAME, `key="value"`, "quotes"},
		{TXT, "\"a\x00b\"", "control"},
		{SOA, "a. b. 1 2 3 4", "want 7 fields, got 6"},
		{SOA, "a. b. 1h 2 3 4 5", "not a number"},
		{"TLSA", "3 1 1 xyz", "invalid byte"},
		{"HTTPS", "1 . alpn=h2 alpn=h3", "stands twice"},
		{"HTTPS", "1 . alpn=h2 key1=h3", "stands twice"},
		{"HTTPS", "1 . keyx=1", "KEY=VALUE"},
		{"HTTPS", "1", "want 2 fields"},
		{"HTTPS", `\# 6 000100000100`, "cut short"},
		{"SVCB", "1 @", "no meaning"},
		{"HINFO", "é x", "ASCII"},
		{"TYPE65534", "abcdef", "RFC3597"},
		{"TYPE65534", `\# 3 abcd`, "hexadecimal"},
		{"TYPE65534", `\#`, "hexadecimal"},
		{A, `\# 3 abcdef`, "A"},
		{A, `\# 0`, "not the data"},
		{"ANY", "x", "only in messages"},
		{"AXFR", "x", "only in messages"},
		{"TYPE0", "x", "only in messages"},
		{"TYPE65536", "x", "not known"},
		{"TYPE", "x", "not known"},
		{"TYPE+1", "x", "not known"},
		{"ALIAS", "x", "not known"},
		{"", "x", "not known"},
	} {
		_, err := Canonical(c.t, c.in)
		require.Error(t, err, "%s %s", c.t, c.in)
		assert.Contains(t, err.Error(), c.want, "%s %s", c.t, c.in)
		assert.Contains(t, err.Error(), string(c.t))
	}
}

func TestTextIsCutAt255Octets(t *testing.T) {
	for n, pieces := range map[int]int{0: 1, 1: 1, 254: 1, 255: 1, 256: 2, 510: 2, 511: 3} {
		raw := strings.Repeat("x", n)
		assert.Len(t, Split(raw), pieces)
		s, err := Strings(Text(raw))
		require.NoError(t, err)
		assert.Len(t, s, pieces)
		back, err := RawText(Text(raw))
		require.NoError(t, err)
		assert.Equal(t, raw, back)
	}
	assert.Equal(t, `"say \"hi\" C:\\ \195\188\000"`, Text("say \"hi\" C:\\ ü\x00"))
}

func FuzzText(f *testing.F) {
	f.Add("plain")
	f.Add("\x00\"\\\xff")
	f.Fuzz(func(t *testing.T, raw string) {
		data := Text(raw)
		if len(raw) > 60000 {
			return
		}
		c, err := Canonical(TXT, data)
		require.NoError(t, err)
		require.Equal(t, data, c)
		back, err := RawText(data)
		require.NoError(t, err)
		require.Equal(t, raw, back)
	})
}
