package zone

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/require"
)

var fastTypes = []Type{A, AAAA, CNAME, NS, PTR, DNAME, TXT, "SPF", MX, SRV, CAA, SOA}

// peer gives the wire form that miekg/dns makes of data, names in lower case.
func peer(t Type, data string) (string, error) {
	zp := dns.NewZoneParser(strings.NewReader(". 0 IN "+string(t)+" "+data+"\n"), ".", "")
	rr, ok := zp.Next()
	if !ok {
		return "", parseError(zp.Err())
	}
	switch rr := rr.(type) {
	case *dns.CNAME:
		rr.Target = lowerLetters(rr.Target)
	case *dns.NS:
		rr.Ns = lowerLetters(rr.Ns)
	case *dns.PTR:
		rr.Ptr = lowerLetters(rr.Ptr)
	case *dns.DNAME:
		rr.Target = lowerLetters(rr.Target)
	case *dns.MX:
		rr.Mx = lowerLetters(rr.Mx)
	case *dns.SRV:
		rr.Target = lowerLetters(rr.Target)
	case *dns.SOA:
		rr.Ns, rr.Mbox = lowerLetters(rr.Ns), lowerLetters(rr.Mbox)
	}
	buf := make([]byte, dns.Len(rr)+512)
	end, err := dns.PackRR(rr, buf, 0, nil, false)
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(buf[11:end]), nil
}

// lowerLetters is ParseName where it can be: strings.ToLower would miss the
// letters that stand behind an escape.
func lowerLetters(n string) string {
	if c, err := ParseName(n); err == nil {
		return string(c)
	}
	return strings.ToLower(n)
}

// Whatever our own code takes, miekg/dns takes too, and both mean the same
// octets.
func FuzzFastCodeMeansTheSameWireForm(f *testing.F) {
	for i, data := range []string{
		"192.0.2.1", "2001:DB8::1", "Www.Example.", "ns.example", `\065\.b.example.`, "a.b.c.", `"a" b "\"\\\001"`,
		`"v=spf1 -all"`, "10 Mail.Example.", "1 2 3 T.example.", `0 issue "ca;x=\"y\""`, "a. b\\.c. 1 2h 3 4d 5",
	} {
		f.Add(uint8(i), data)
	}
	f.Fuzz(func(t *testing.T, which uint8, data string) {
		typ := fastTypes[int(which)%len(fastTypes)]
		c, err := Canonical(typ, data)
		if err != nil {
			return
		}
		ours, err := peer(typ, c)
		require.NoError(t, err, "miekg/dns refuses %s %s", typ, c)
		again, err := Canonical(typ, c)
		require.NoError(t, err)
		require.Equal(t, c, again, "not idempotent")
		if !isASCII(data) && typ != TXT && typ != "SPF" && typ != CAA {
			return // IDNA is ours alone
		}
		theirs, err := peer(typ, data)
		if err != nil {
			return // a stricter reader of odd spellings is no harm
		}
		require.Equal(t, theirs, ours, "%s %q became %q", typ, data, c)
	})
}

// Canonical never panics and is idempotent, for every type.
func FuzzCanonical(f *testing.F) {
	for _, s := range [][2]string{
		{"A", "192.0.2.1"}, {"TLSA", "3 1 1 ab"}, {"HTTPS", `1 . alpn="h2,h3" ipv6hint=2001:db8::1`}, {"SVCB", `1 a. key65535="\001"`},
		{"NAPTR", `1 2 "u" "s" "!a!b!" c.`}, {"LOC", "1 2 3 N 4 5 6 E 7m"}, {"TYPE1", `\# 4 01020304`}, {"HIP", `\# 1 00`},
		{"URI", `1 2 "x"`}, {"CAA", "0 issue x"}, {"SSHFP", "1 1 ab"}, {"RP", "a. b."}, {"DS", "1 2 3 ab"}, {"APL", "1:192.0.2.0/24"},
		{"HTTPS", `1 . a=\12`}, {"SVCB", `0 0 key0="000 "`}, {"CDNSKEY", "0 3 0 AA=="}, {"NSEC", "a. A TYPE65280"}, {"RRSIG", "A 8 2 300 20260101000000 20250101000000 1 a. AAAA"},
	} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, typ, data string) {
		c, err := Canonical(Type(typ), data)
		if err != nil {
			return
		}
		again, err := Canonical(Type(typ), c)
		require.NoError(t, err, "%s %q became %q", typ, data, c)
		require.Equal(t, c, again)
		require.True(t, isASCII(c))
		require.NotContains(t, c, "\n")
	})
}

// Every type that the design names has text of its own, which reads back.
func TestEveryTypeComesBackFromWireForm(t *testing.T) {
	for typ, wire := range map[Type]string{
		A: "c0000201", AAAA: "20010db8000000000000000000000001", CNAME: "016100", NS: "016100", PTR: "016100", DNAME: "016100",
		MX: "000a016100", TXT: "0161", "SPF": "0161", SRV: "000000000001016100", CAA: "0005697373756541",
		SOA: "016100016200" + strings.Repeat("00000001", 5), "HINFO": "01610162", "RP": "016100016200", DS: "0001080200",
		"LOC": "00121613800000008000000000989680", "NAPTR": "00010002017501730000", "SSHFP": "0101ab", "TLSA": "030101ab",
		"SMIMEA": "030101ab", "CDS": "0001080200", "DNSKEY": "0101030d01", "CDNSKEY": "0101030d01", "OPENPGPKEY": "010203",
		"SVCB": "000000", "HTTPS": "000100", "URI": "0001000261", RRSIG: "00010d020000012cffffffff000000004edc0001", NSEC: "014100000140", NSEC3: "010000000014" + strings.Repeat("40", 20) + "000140", "NSEC3PARAM": "0100000000",
	} {
		b, err := hex.DecodeString(wire)
		require.NoError(t, err, typ)
		text, err := fromWire(typ, b)
		require.NoError(t, err, typ)
		require.Equal(t, typ.opaque(), strings.HasPrefix(text, `\#`), "%s %s", typ, text)
		c, err := Canonical(typ, text)
		require.NoError(t, err, typ)
		require.Equal(t, text, c)
	}
	require.Len(t, numbers, 31)
}
