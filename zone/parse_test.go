package zone

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// parse is Parse for tests.
func parse(t require.TestingT, text string) *Zone {
	z, err := Parse("example.com.", text)
	require.NoError(t, err)
	return z
}

func TestAMasterFileIsRead(t *testing.T) {
	z := parse(t, `
$ORIGIN example.com.
$TTL 1h
@       IN SOA ns1 hostmaster (
                2026010101 ; serial
                3h 1h 1w   ; refresh retry expire
                10800 )
        IN NS  ns1
           NS  ns2.example.net.
ns1  300   A   192.0.2.1
     IN 300 AAAA 2001:DB8::1
WWW        CNAME @
@          MX  10 mail
           TXT "v=spf1 -all" ; policy
_sip._tcp  SRV 0 0 5060 sip
*.dev      A   192.0.2.9
$ORIGIN sub.example.com.
a          A   192.0.2.2
$TTL 60
b          A   192.0.2.3
_443._tcp  TLSA 3 1 1 ABCD
x          TYPE65534 \# 2 ab cd
svc        HTTPS 1 . alpn="h2" port=8443
`)
	assert.Equal(t, `
example.com. 3600 IN SOA ns1.example.com. hostmaster.example.com. 2026010101 10800 3600 604800 10800
example.com. 3600 IN NS ns1.example.com.
example.com. 3600 IN NS ns2.example.net.
example.com. 3600 IN MX 10 mail.example.com.
example.com. 3600 IN TXT "v=spf1 -all"
_sip._tcp.example.com. 3600 IN SRV 0 0 5060 sip.example.com.
*.dev.example.com. 3600 IN A 192.0.2.9
ns1.example.com. 300 IN A 192.0.2.1
ns1.example.com. 300 IN AAAA 2001:db8::1
_443._tcp.sub.example.com. 60 IN TLSA 3 1 1 abcd
a.sub.example.com. 3600 IN A 192.0.2.2
b.sub.example.com. 60 IN A 192.0.2.3
svc.sub.example.com. 60 IN HTTPS 1 . alpn=h2 port=8443
x.sub.example.com. 60 IN TYPE65534 \# 2 abcd
www.example.com. 3600 IN CNAME example.com.
`[1:], untab(z.String()))
}

func untab(s string) string { return strings.ReplaceAll(s, "\t", " ") }

func TestATextInAProgramMayBeIndented(t *testing.T) {
	z := parse(t, `
		; a comment
		www  300 A     192.0.2.1
		         AAAA  2001:db8::1
		shop 300 CNAME cdn.example.net.
	`)
	assert.Equal(t, 3, z.Len())
	_, ok := z.Get(Key{"www.example.com.", AAAA})
	assert.True(t, ok)
}

func TestARecordWithoutATTLTakesTheOneBefore(t *testing.T) {
	z := parse(t, "a 60 A 192.0.2.1\nb A 192.0.2.2")
	b, _ := z.Get(Key{"b.example.com.", A})
	assert.EqualValues(t, 60, b.TTL)
	z = parse(t, "@ SOA a. b. 1 2 3 4 900\nb A 192.0.2.2")
	b, _ = z.Get(Key{"b.example.com.", A})
	assert.EqualValues(t, 900, b.TTL)
}

func TestAMasterFileThatIsWrongIsRefusedWithItsLine(t *testing.T) {
	for text, want := range map[string]string{
		"\nwww A 192.0.2.1":                  "line 2: has no TTL",
		"www 300 A 192.0.2.1 192.0.2.2":      "line 1: A",
		"www 300 A 300.0.2.1":                `line 1: A "300.0.2.1": is not an IPv4 address`,
		"www 300 A":                          "line 1: want an owner",
		"www":                                "line 1: want an owner",
		"www 300 CH A 192.0.2.1":             "class",
		"www 2147483648 A 192.0.2.1":         "TTL 2147483648 is over 2147483647",
		"$INCLUDE /etc/passwd":               "$INCLUDE",
		"$GENERATE 1-9 a$ A 192.0.2.$":       "$GENERATE",
		"$ORIGIN":                            "$ORIGIN",
		"$TTL x":                             "$TTL",
		"www.example.net. 300 A 192.0.2.1":   "is not in the zone example.com.",
		"a 1 A 192.0.2.1\n\nb 1 TXT ( \"x\"": "line 3: parentheses",
		"a 1 TXT )":                          "parentheses",
		"a 1 TXT \"x":                        "does not end",
		"a 1 TXT x\x00":                      "control",
		"a 1 FOO x":                          "not known",
		"\"a\" 1 TXT x":                      "quotes",
		"a 1 \"TXT\" x":                      "want an owner",
		"$ORIGIN x=\"y\"":                    "quotes",
		" IN 300 A 192.0.2.1":                "line 1: begins with a blank",
		"\t$TTL 1\n@ SOA a b 1 2 3 4 5":      "line 2: is indented less",
		"a 1 TXT (" + strings.Repeat("x ", 70000) + ")": "more fields than",
	} {
		_, err := Parse("example.com.", text)
		require.Error(t, err, text)
		assert.Contains(t, err.Error(), want, text)
		var pe *ParseError
		assert.True(t, errors.As(err, &pe), text)
	}
	_, err := Parse("..", "")
	assert.Error(t, err)
	_, err = Parse("example.com.", "www.example.net. 1 A 192.0.2.1")
	assert.ErrorIs(t, err, ErrOutOfZone)
}

func TestAParseNeedsMemoryInProportion(t *testing.T) {
	for _, text := range []string{strings.Repeat("\n", 10<<20), "a 1 TXT (" + strings.Repeat("x ", 5<<20) + ")", strings.Repeat("a 1 A 192.0.2.1\n", 1<<19)} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		Parse("example.com.", text)
		runtime.ReadMemStats(&after)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16*len(text)+1<<20))
	}
}

func TestABlankLineStartNeedsAnOwnerBefore(t *testing.T) {
	_, err := Parse("example.com.", "$TTL 1\n  A 192.0.2.1")
	assert.ErrorContains(t, err, "line 2: begins with a blank")
}

func TestZonesReadBackFromTheirText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := anyZone().Draw(t, "zone")
		require.True(t, z.Equal(parse(t, z.String())), z)
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"www 300 A 192.0.2.1", "$TTL 1h\n@ SOA a b ( 1 2 3\n4 5 ) ; x\n NS c", "\t\ta 1 TXT \"x\" y\n\t\t  MX 1 b",
		"$ORIGIN a\n*.b 1 SVCB 1 . alpn=\"h2\" key1=\"\\001\"", "a 1 TYPE9999 \\# 1 ab", "a 1 CAA 0 issue \";\"", "(\n)",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		z, err := Parse("example.com.", text)
		if err != nil {
			return
		}
		again, err := Parse("example.com.", z.String())
		require.NoError(t, err)
		require.True(t, z.Equal(again))
		require.Equal(t, z.String(), again.String())
	})
}
