package plesk

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/zone"
)

func encoded(t require.TestingT, ins ...zone.Intent) string {
	var b bytes.Buffer
	require.NoError(t, Encode(&b, ins...))
	return b.String()
}

func TestEncodeWritesWhatPleskWrites(t *testing.T) {
	z, err := zone.Parse("example.com.", `
		@ 300 SOA ns1 first\.last 7 1 2 3 4
		@ 300 NS ns1
		@ 300 MX 10 mail
		@ 60  CAA 0 issue "ca;x=\"y\""
		@ 60  TXT "say \"hi\""
	`)
	require.NoError(t, err)
	assert.Equal(t, `[{"command":"update","zone":{"name":"example.com.","displayName":"example.com.",`+
		`"soa":{"email":"first.last@example.com","status":0,"type":"master","ttl":300,"refresh":1,"retry":2,"expire":3,"minimum":4,"serial":7,"serial_format":"UNIXTIMESTAMP"},`+
		`"rr":[{"host":"example.com.","displayHost":"example.com.","type":"NS","displayValue":"ns1.example.com.","opt":"","value":"ns1.example.com.","ttl":300},`+
		`{"host":"example.com.","displayHost":"example.com.","type":"CAA","displayValue":"ca;x=\"y\"","opt":"0 issue","value":"ca;x=\"y\"","ttl":60},`+
		`{"host":"example.com.","displayHost":"example.com.","type":"MX","displayValue":"mail.example.com.","opt":"10","value":"mail.example.com.","ttl":300},`+
		`{"host":"example.com.","displayHost":"example.com.","type":"TXT","displayValue":"say \"hi\"","opt":"","value":"say \"hi\"","ttl":60}]}},`+
		`{"command":"delete","zone":{"name":"old.example.","displayName":"old.example."}},`+
		`{"command":"createPTRs","ptr":{"ip_address":"2001:0db8:0000:0000:0000:0000:0000:0001","hostname":"example.com"}}]`,
		encoded(t, zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: z}},
			zone.Intent{Zone: "old.example.", Wish: zone.Remove{}},
			zone.Intent{Wish: zone.Patch{Add: []zone.Record{{Name: "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.", Type: zone.PTR, Data: "example.com."}}}}))
	assert.Equal(t, "[]", encoded(t))
}

func TestEncodeRefusesWhatPleskCannotSay(t *testing.T) {
	text, _ := zone.Parse("example.com.", `@ 1 TXT "a" "b"`)
	for _, c := range []struct {
		in   zone.Intent
		want string
	}{
		{zone.Intent{}, "has no wish"},
		{zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: text}}, "boundaries"},
		{zone.Intent{Wish: zone.Replace{Zone: text.Only(func(zone.RRset) bool { return false }).Protect(zone.Protected{})}}, "protects"},
		{zone.Intent{Wish: zone.Patch{Add: []zone.Record{{Name: "a.", Type: zone.A, Data: "192.0.2.1"}}}}, "PTR record of an address"},
		{zone.Intent{Wish: zone.Patch{Drop: []zone.Record{{Name: "1.2.3.in-addr.arpa.", Type: zone.PTR, Data: "a."}}}}, "PTR record of an address"},
	} {
		var b bytes.Buffer
		assert.ErrorContains(t, Encode(&b, c.in), c.want)
		assert.Empty(t, b.String())
	}
}

// The payloads of the reference, decoded, encoded and decoded again, say the
// same, as far as Plesk can say it.
func TestPayloadsComeBack(t *testing.T) {
	for name, doc := range payloads(t) {
		var ins []zone.Intent
		for in := range Decode(bytes.NewReader(doc)) {
			if r, ok := in.Wish.(zone.Replace); ok && len(r.Zone.Protected()) > 0 || in.Wish == nil {
				continue
			}
			in.Findings, in.Order = nil, uint64(len(ins))
			ins = append(ins, in)
		}
		var back []zone.Intent
		for in, err := range Decode(bytes.NewReader([]byte(encoded(t, ins...)))) {
			require.NoError(t, err, name)
			require.Empty(t, in.Findings, name)
			back = append(back, in)
		}
		require.Equal(t, len(ins), len(back), name)
		for i := range ins {
			assertSame(t, ins[i], back[i])
		}
	}
}

func assertSame(t require.TestingT, a, b zone.Intent) {
	if r, ok := a.Wish.(zone.Replace); ok {
		got, ok := b.Wish.(zone.Replace)
		require.True(t, ok)
		require.True(t, r.Zone.Equal(got.Zone), "%s\n%s", r.Zone, got.Zone)
		require.Equal(t, r.Zone.Serial(), got.Zone.Serial())
		a.Wish, b.Wish = nil, nil
	}
	require.Equal(t, a, b)
}

func TestPropertyDecodeIsTheInverseOfEncode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := panelZone().Draw(t, "zone")
		for in, err := range Decode(bytes.NewReader([]byte(encoded(t, zone.Intent{Zone: z.Name(), Wish: zone.Replace{Zone: z}})))) {
			require.NoError(t, err)
			got := in.Wish.(zone.Replace).Zone
			require.True(t, z.Equal(got), "%s\n%s", z, got)
		}
	})
}

// panelZone draws zones that a panel can say, with texts of every kind.
func panelZone() *rapid.Generator[*zone.Zone] {
	return rapid.Custom(func(t *rapid.T) *zone.Zone {
		records := []zone.Record{{Name: "example.com.", Type: zone.NS, TTL: 300, Data: "ns1.example.net."},
			{Name: "example.com.", Type: zone.SOA, TTL: 300, Data: "ns1.example.net. " + rapid.SampledFrom([]string{"a.example.com.", `a\.b.example.com.`}).Draw(t, "email") + " 1 2 3 4 5"}}
		for i := range rapid.IntRange(0, 8).Draw(t, "rows") {
			typ := rapid.SampledFrom([]zone.Type{zone.A, zone.AAAA, zone.MX, zone.TXT, zone.CAA, zone.SRV, "TLSA", "HTTPS", zone.DS, "TYPE65280"}).Draw(t, "type")
			data := map[zone.Type]string{
				zone.A: fmt.Sprintf("192.0.2.%d", i), zone.AAAA: "2001:db8::1", zone.MX: "10 mail.example.com.", zone.SRV: "1 2 3 a.example.net.",
				zone.TXT: zone.Text(rapid.String().Draw(t, "text")), zone.CAA: `0 issue "` + zone.Escape(rapid.SampledFrom([]string{"ca", ";", `q"\`, "a b"}).Draw(t, "ca")) + `"`,
				"TLSA": "3 1 1 ab", "HTTPS": `1 . alpn=h2,h3`, zone.DS: "1 8 2 AB", "TYPE65280": `\# 1 ab`,
			}[typ]
			name := rapid.SampledFrom([]zone.Name{"example.com.", "www.example.com.", "*.example.com.", `a\.b.example.com.`, "_x._tcp.example.com."}).Draw(t, "name")
			records = append(records, zone.Record{Name: name, Type: typ, TTL: 300, Data: data})
		}
		z, err := zone.New("example.com.", slices.Clip(records)...)
		if err != nil {
			t.Fatal(err)
		}
		return z
	})
}
