package pdns_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/zone"
)

// What PowerDNS 4.7.3 answered "parsed as" to, and what it had in its database then.
func TestDataIsSpelledAsPowerDNSDoes(t *testing.T) {
	for _, c := range []struct {
		typ               zone.Type
		data, api, stored string
	}{
		{"A", "192.0.2.1", "192.0.2.1", "192.0.2.1"},
		{"AAAA", "2001:DB8::1", "2001:db8::1", "2001:db8::1"},
		{"AAAA", "::ffff:192.0.2.1", "::ffff:c000:201", "::ffff:192.0.2.1"},
		{"SSHFP", "1 99 ABCDEF", "1 99 abcdef", "1 99 abcdef"},
		{"CNAME", "www.example.net.", "www.example.net.", "www.example.net"},
		{"MX", "0 .", "0 .", "0 ."},
		{"MX", "10 mail.example.net.", "10 mail.example.net.", "10 mail.example.net"},
		{"SRV", "1 2 3 a.", "1 2 3 a.", "1 2 3 a"},
		{"SOA", "ns.example.net. h.example.net. 1 2 3 4 5", "ns.example.net. h.example.net. 1 2 3 4 5", "ns.example.net h.example.net 1 2 3 4 5"},
		{"RP", "a.b. .", "a.b. .", "a.b ."},
		{"NAPTR", `1 2 "u" "a b" "!x!y z!" sip.example.net.`, `1 2 "u" "a b" "!x!y z!" sip.example.net.`, `1 2 "u" "a b" "!x!y z!" sip.example.net`},
		{"TXT", `"a." "b \" c"`, `"a." "b \" c"`, `"a." "b \" c"`},
		{"LOC", "52 22 23.000 N 04 53 32.000 E -2m 1m 10000m 10m", "52 22 23.000 N 4 53 32.000 E -2.00m 1.00m 10000.00m 10.00m", "52 22 23.000 N 4 53 32.000 E -2.00m 1.00m 10000.00m 10.00m"},
		{"HTTPS", `1 svc.example.net. alpn=h2,h3 ech=AAAA key7=/q{?dns} key9="a b"`, `1 svc.example.net. alpn=h2,h3 ech="AAAA" key7="/q{?dns}" key9="a b"`, `1 svc.example.net alpn=h2,h3 ech="AAAA" key7="/q{?dns}" key9="a b"`},
		{"HTTPS", `1 . alpn="h2\\,x"`, `1 . alpn=h2\\,x`, `1 . alpn=h2\\,x`},
		{"SVCB", "0 .", "0 .", "0 ."},
		{"TYPE65280", `\# 0`, `\# 0 `, `\# 0 `},
		{"TYPE65280", `\# 2 abcd`, `\# 2 abcd`, `\# 2 abcd`},
	} {
		can, err := zone.Canonical(c.typ, c.data)
		require.NoError(t, err)
		assert.Equal(t, c.api, pdns.Content(c.typ, can))
		assert.Equal(t, c.stored, pdns.Stored(c.typ, can))
		for _, text := range []string{c.api, c.stored} {
			back, err := zone.Canonical(c.typ, text)
			require.NoError(t, err)
			assert.Equal(t, can, back)
		}
	}
}

func TestNamesAreSpelledAsPowerDNSDoes(t *testing.T) {
	for n, want := range map[zone.Name]string{
		".": ".", "example.com.": "example.com", `a\.b.example.`: `a\.b.example`, `a\\b.`: `a\\b`, `a\\\"b.`: `a\\"b`,
		`a\@b.`: "a@b", `a\032b.`: `a\032b`, `\$x.`: "$x",
	} {
		assert.Equal(t, want, pdns.Name(n))
		if want != "." {
			back, err := zone.ParseName(want)
			require.NoError(t, err)
			assert.Equal(t, n, back)
		}
	}
	assert.Equal(t, "0=2F25.2.0.192.in-addr.arpa.", pdns.ZoneID("0/25.2.0.192.in-addr.arpa."))
	assert.Equal(t, `a=5C.b.example.`, pdns.ZoneID(`a\.b.example.`))
	assert.Equal(t, "=2E", pdns.ZoneID("."))
}

func TestNamesThatAreNotAnsweredAreFound(t *testing.T) {
	for _, n := range []zone.Name{"www.example.com.", "*.a.", "_x.a-b.", `a\.b.`, `a\\b.`, `a\032b.`, `a\@b.`, "0/25.a.", "a:b.", "."} {
		assert.NoError(t, pdns.Answered(n))
	}
	for n, what := range map[zone.Name]string{`a\"b.`: `"\\\""`, `\200.`: `"\\200"`, "a+b.": `"+"`, `a\000b.`: `"\\000"`, `\$.`: `"\\$"`, "x'.": `"'"`} {
		assert.EqualError(t, pdns.Answered(n), "PowerDNS answers no questions for names with "+what)
	}
}

func TestTheSpellingOfAnyServiceStaysWhatItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := []string{"1", "a.example."}
		for key, values := range map[string][]string{
			"alpn": {"", "h2", "h2,h3", `"h2\\,x"`, `"a\\\\b"`}, "port": {"", "443"}, "ech": {"", "AAAA", "AQID"},
			"key9": {"", "x", `"a b"`, `"\200"`}, "key65000": {"", "=", "a=b"},
		} {
			if v := rapid.SampledFrom(values).Draw(t, key); v != "" {
				words = append(words, key+"="+v)
			}
		}
		can, err := zone.Canonical("SVCB", strings.Join(words, " "))
		require.NoError(t, err)
		again, err := zone.Canonical("SVCB", pdns.Stored("SVCB", can))
		require.NoError(t, err)
		require.Equal(t, can, again, pdns.Stored("SVCB", can))
	})
}
