package route53

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

func TestNamesAreSpelledAsTheServiceDoes(t *testing.T) {
	for name, want := range map[zone.Name]string{
		"www.example.com.":               "www.example.com.",
		"*.example.com.":                 `\052.example.com.`,
		"_sip._tcp.example.com.":         "_sip._tcp.example.com.",
		`x\.y.example.com.`:              `x\056y.example.com.`,
		"0/25.2.0.192.in-addr.arpa.":     `0\05725.2.0.192.in-addr.arpa.`,
		`a\032b\001.example.com.`:        `a\040b\001.example.com.`,
		`ex\228mple.example.com.`:        `ex\344mple.example.com.`,
		`back\\slash.\@.example.com.`:    `back\134slash.\100.example.com.`,
		"xn--bcher-kva.example.com.":     "xn--bcher-kva.example.com.",
		zone.Name(`a*b!.*.example.com.`): `a\052b\041.\052.example.com.`,
	} {
		assert.Equal(t, want, spellName(name))
		got, err := readName(want)
		require.NoError(t, err)
		assert.Equal(t, name, got)
	}
}

func TestNamesMayBeSpelledOtherwise(t *testing.T) {
	for text, want := range map[string]zone.Name{
		"*.Example.COM":      "*.example.com.",
		`\127ww.example.com`: "www.example.com.",
		`x\.y.example.com.`:  `x\.y.example.com.`,
	} {
		got, err := readName(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	for _, text := range []string{`\400.example.com.`, `\08.example.com.`, `\0`, `\`, `a..b.`, ""} {
		_, err := readName(text)
		assert.Error(t, err, text)
	}
}

func TestDataIsSpelledAsTheServiceDoes(t *testing.T) {
	for _, c := range []struct {
		typ         zone.Type
		data, value string
	}{
		{zone.A, "192.0.2.1", "192.0.2.1"},
		{zone.MX, "0 .", "0 ."},
		{zone.CNAME, `x\.y.example.net.`, `x\056y.example.net.`},
		{zone.CNAME, "*.0/25.example.net.", "*.0/25.example.net."},
		{zone.SRV, "0 5 5060 sip.example.net.", "0 5 5060 sip.example.net."},
		{zone.TXT, `"say \"hi\" \\ \195\188"`, `"say \"hi\" \\ \303\274"`},
		{zone.TXT, `"a*b;c(d)" "" "\009"`, `"a*b;c(d)" "" "\011"`},
		{zone.CAA, `0 issue "ca.example; x=\"1\""`, `0 issue "ca.example; x=\"1\""`},
		{"NAPTR", `10 20 "U" "E2U+sip" "!^.*$!sip:a@example.net!" .`, `10 20 "U" "E2U+sip" "!^.*$!sip:a@example.net!" .`},
		{"TLSA", "3 1 1 ba4ca788a3b4", "3 1 1 ba4ca788a3b4"},
		{"HTTPS", `1 . alpn=h2,h3 port=8443`, `1 . alpn=h2,h3 port=8443`},
	} {
		canonical, err := zone.Canonical(c.typ, c.data)
		require.NoError(t, err)
		require.Equal(t, c.data, canonical, "the table has canonical data")
		assert.Equal(t, c.value, spellData(c.data))
		got, err := readData(c.typ, c.value)
		require.NoError(t, err)
		assert.Equal(t, c.data, got)
	}
}

func TestValuesMayBeSpelledOtherwise(t *testing.T) {
	for _, c := range []struct {
		typ         zone.Type
		value, data string
	}{
		{zone.CNAME, "WWW.Example.NET", "www.example.net."},
		{zone.AAAA, "2001:DB8:0:0::1", "2001:db8::1"},
		{zone.MX, "10  mail.example.net", "10 mail.example.net."},
		{zone.TXT, `"a""b"`, `"a" "b"`},
		{zone.TXT, `"""b"`, `"" "b"`},
		{zone.TXT, `"\052 \141"`, `"* a"`},
		{zone.TXT, "\"line\nbreak\ttab\x80\"", `"line\010break\009tab\128"`},
		{zone.TXT, `"semi;colon" ;`, `"semi;colon" ";"`},
		{zone.TXT, `unquoted`, `"unquoted"`},
		{"HTTPS", `1 . port="8443" alpn="h3,h2"`, `1 . alpn=h3,h2 port=8443`},
		{zone.CAA, `0 issue ca.example`, `0 issue "ca.example"`},
	} {
		got, err := readData(c.typ, c.value)
		require.NoError(t, err, c.value)
		assert.Equal(t, c.data, got, c.value)
	}
	for typ, value := range map[zone.Type]string{
		zone.TXT: `"no end`, zone.A: "192.0.2.1\n192.0.2.2", zone.CNAME: `\8.example.net.`, zone.MX: "mail", zone.AAAA: `"2001:db8::1"`, zone.NS: `x\`,
	} {
		_, err := readData(typ, value)
		assert.Error(t, err, value)
	}
}

func TestATextOfAllOctetsSurvives(t *testing.T) {
	var all strings.Builder
	for i := range 256 {
		all.WriteByte(byte(i))
	}
	data := zone.Text(all.String())
	value := spellData(data)
	for _, c := range []byte(value) {
		require.True(t, c >= ' ' && c <= '~')
	}
	got, err := readData(zone.TXT, value)
	require.NoError(t, err)
	assert.Equal(t, data, got)
}

func FuzzDataSurvivesTheService(f *testing.F) {
	for _, data := range []string{`"a" "b\\" "\"\200"`, "10 mail.example.net.", `x\.y\032.example.net.`, `0 issue ";"`, `1 . alpn="h2,h3" key667="\\,"`} {
		f.Add(data)
	}
	types := []zone.Type{zone.TXT, zone.CNAME, zone.MX, zone.CAA, zone.SRV, zone.NS, "NAPTR", "HTTPS", "SVCB", "SSHFP", "TLSA", zone.DS, "SPF", zone.SOA}
	f.Fuzz(func(t *testing.T, data string) {
		for _, typ := range types {
			canonical, err := zone.Canonical(typ, data)
			if err != nil || strings.HasPrefix(canonical, `\#`) {
				continue
			}
			got, err := readData(typ, spellData(canonical))
			require.NoError(t, err, "%s %q", typ, canonical)
			require.Equal(t, canonical, got, "%s %q", typ, spellData(canonical))
		}
	})
}

func FuzzNamesSurviveTheService(f *testing.F) {
	for _, name := range []string{"*.example.com.", `a\.b\032.c.`, "0/25.arpa.", "ü.example."} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := readName(text); err != nil {
			assert.NotEmpty(t, err.Error())
		}
		name, err := zone.ParseName(text)
		if err != nil {
			return
		}
		got, err := readName(spellName(name))
		require.NoError(t, err)
		require.Equal(t, name, got)
	})
}

func FuzzAValueIsReadOrRefused(f *testing.F) {
	f.Add(`"a""b" \052;(`)
	f.Fuzz(func(t *testing.T, value string) {
		for _, typ := range []zone.Type{zone.TXT, zone.CNAME, zone.CAA, "HTTPS"} {
			data, err := readData(typ, value)
			if err != nil {
				continue
			}
			again, err := readData(typ, spellData(data))
			require.NoError(t, err)
			require.Equal(t, data, again)
		}
	})
}
