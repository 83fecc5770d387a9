package planisys

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/zone"
)

const apex = zone.Name("example.com.")

func TestOwnersAreSpelledAsTheProfileSays(t *testing.T) {
	for _, c := range []struct {
		names Spelling
		apex  string
		n     zone.Name
		want  string
	}{
		{Relative, "@", "example.com.", "@"},
		{Relative, "", "example.com.", ""},
		{Relative, "@", "a.www.example.com.", "a.www"},
		{Relative, "@", "*.example.com.", "*"},
		{Relative, "@", `a\.b.example.com.`, `a\.b`},
		{Absolute, "@", "example.com.", "example.com"},
		{Absolute, "@", "www.example.com.", "www.example.com"},
		{Dotted, "@", "example.com.", "example.com."},
		{Dotted, "@", "www.example.com.", "www.example.com."},
	} {
		r := Records{Names: c.names, Apex: &c.apex}
		assert.Equal(t, c.want, r.owner(c.n, apex))
		back, err := r.readOwner(c.want, apex)
		assert.NoError(t, err)
		assert.Equal(t, c.n, back)
	}
}

func TestAnOwnerThatFitsOnlyByChanceIsRefused(t *testing.T) {
	for _, c := range []struct {
		names      Spelling
		apex       string
		text, want string
	}{
		{Relative, "@", "www.example.com", "it ends in the name of the zone"},
		{Relative, "@", "example.com", "it ends in the name of the zone"},
		{Relative, "@", "", "name"},
		{Relative, "", "@", `"@" is the zone itself, which the profile writes ""`},
		{Relative, "", "example.com.", "is the zone itself"},
		{Relative, "@", "www.example.net.", "it is not in the zone"},
		{Absolute, "@", "www", "it is one label"},
		{Absolute, "@", "@", "it is one label"},
		{Absolute, "@", "www.example.net", "it is not in the zone"},
		{Dotted, "@", "www.example.com", "it has no final dot"},
		{Dotted, "@", "www.notexample.com.", "it is not in the zone"},
		{Dotted, "@", "a..example.com.", "name"},
	} {
		_, err := Records{Names: c.names, Apex: &c.apex}.readOwner(c.text, apex)
		assert.ErrorContains(t, err, c.want, c.text)
	}
}

func TestNamesInDataAreSpelledAsTheProfileSays(t *testing.T) {
	for _, c := range []struct {
		t                                zone.Type
		data, relative, absolute, dotted string
	}{
		{zone.CNAME, "www.example.com.", "www", "www.example.com", "www.example.com."},
		{zone.CNAME, "example.com.", "@", "example.com", "example.com."},
		{zone.MX, "10 mail.example.net.", "10 mail.example.net.", "10 mail.example.net", "10 mail.example.net."},
		{zone.MX, "0 .", "0 .", "0 .", "0 ."},
		{zone.SRV, "0 5 5060 sip.example.com.", "0 5 5060 sip", "0 5 5060 sip.example.com", "0 5 5060 sip.example.com."},
		{"NAPTR", `10 20 "S" "SIP  X" "" sip.example.net.`, `10 20 "S" "SIP  X" "" sip.example.net.`, `10 20 "S" "SIP  X" "" sip.example.net`, `10 20 "S" "SIP  X" "" sip.example.net.`},
		{"HTTPS", `1 . alpn="h2"`, `1 . alpn="h2"`, `1 . alpn="h2"`, `1 . alpn="h2"`},
		{zone.SOA, "ns1.example.com. a.example.net. 1 2 3 4 5", "ns1 a.example.net. 1 2 3 4 5", "ns1.example.com a.example.net 1 2 3 4 5", "ns1.example.com. a.example.net. 1 2 3 4 5"},
		{zone.CAA, `0 issue "ca.example.net"`, `0 issue "ca.example.net"`, `0 issue "ca.example.net"`, `0 issue "ca.example.net"`},
		{zone.TXT, `"www.example.com."`, `"www.example.com."`, `"www.example.com."`, `"www.example.com."`},
	} {
		for s, want := range map[Spelling]string{Relative: c.relative, Absolute: c.absolute, Dotted: c.dotted} {
			r := Records{Targets: s, Texts: Quoted}
			assert.Equal(t, want, r.data(c.t, c.data, apex), s)
			back, err := r.readData(c.t, want, apex)
			require.NoError(t, err, "%s %s", s, want)
			canonical, err := zone.Canonical(c.t, c.data)
			require.NoError(t, err)
			assert.Equal(t, canonical, back, s)
		}
	}
}

func TestDataThatMayMeanSomethingElseIsRefused(t *testing.T) {
	for _, c := range []struct {
		r          Records
		t          zone.Type
		text, want string
	}{
		{Records{Targets: Dotted}, zone.CNAME, "www.example.com", `name "www.example.com": it has no final dot`},
		{Records{Targets: Dotted}, zone.CNAME, "www", "it has no final dot"},
		{Records{Targets: Absolute}, zone.MX, "10 mail", `name "mail": it is one label`},
		{Records{Targets: Relative}, zone.CNAME, "www.example.com", "it ends in the name of the zone"},
		{Records{Texts: Plain}, zone.TXT, `"v=spf1 -all"`, "it is quoted"},
		{Records{Texts: Quoted}, zone.TXT, `v=spf1 -all`, "it is not quoted"},
		{Records{Texts: Quoted}, zone.TXT, `"`, "it is not quoted"},
		{Records{Targets: Dotted}, zone.MX, "mail.example.com.", "MX"},
		{Records{Targets: Dotted}, zone.A, "192.0.2", "A"},
	} {
		_, err := c.r.readData(c.t, c.text, apex)
		assert.ErrorContains(t, err, c.want, c.text)
	}
}

func TestPlainTextsAreAsTheyAre(t *testing.T) {
	r := Records{Texts: Plain}
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.StringMatching(`[a-z"\\;é ]{0,300}`).Draw(t, "raw")
		assert.Equal(t, raw, r.data(zone.TXT, zone.Text(raw), apex))
		back, err := r.readData(zone.TXT, raw, apex)
		if len(raw) > 1 && raw[0] == '"' && raw[len(raw)-1] == '"' {
			assert.ErrorIs(t, err, errQuoted)
			return
		}
		assert.NoError(t, err)
		assert.Equal(t, zone.Text(raw), back)
	})
}
