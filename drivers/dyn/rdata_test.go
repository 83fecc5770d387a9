package dyn

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/zone"
)

// spelled has data in the model's spelling and in the service's, by the page of each
// type and by recordings.
var spelled = []struct {
	typ  zone.Type
	data string
	json string
}{
	{zone.A, "192.0.2.1", `{"address":"192.0.2.1"}`},
	{zone.AAAA, "2001:db8::1", `{"address":"2001:db8::1"}`},
	{zone.CAA, `0 issue "ca.example.net"`, `{"flags":0,"tag":"issue","value":"ca.example.net"}`},
	{zone.CAA, `128 issue ";"`, `{"flags":128,"tag":"issue","value":";"}`},
	{"CDNSKEY", "257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==",
		`{"algorithm":13,"flags":257,"protocol":3,"public_key":"mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=="}`},
	{"CDS", "2371 13 2 1F987CC6583E92DF0890718C42", `{"algorithm":13,"digest":"1F987CC6583E92DF0890718C42","digtype":2,"keytag":2371}`},
	{zone.CNAME, "host.example.net.", `{"cname":"host.example.net."}`},
	{zone.DNAME, "host.example.net.", `{"dname":"host.example.net."}`},
	{zone.DS, "2371 5 1 1F987CC6583E92DF0890718C42", `{"algorithm":5,"digest":"1F987CC6583E92DF0890718C42","digtype":1,"keytag":2371}`},
	{zone.MX, "0 mail.example.net.", `{"exchange":"mail.example.net.","preference":0}`},
	{"NAPTR", `100 10 "u" "E2U+sip" "!^.*$!sip:a\\1@example.com!" .`, `{"flags":"u","order":100,"preference":10,"regexp":"!^.*$!sip:a\\1@example.com!","replacement":".","services":"E2U+sip"}`},
	{"NAPTR", `100 10 "" "" "" a\.b.example.com.`, `{"flags":"","order":100,"preference":10,"regexp":"","replacement":"a\\.b.example.com.","services":""}`},
	{zone.NS, "ns.example.net.", `{"nsdname":"ns.example.net."}`},
	{zone.PTR, "host.example.net.", `{"ptrdname":"host.example.net."}`},
	{"RP", "mail.example.com. text.example.com.", `{"mbox":"mail.example.com.","txtdname":"text.example.com."}`},
	{"SPF", `"v=spf1 -all"`, `{"txtdata":"v=spf1 -all"}`},
	{zone.SRV, "10 20 5060 sip.example.net.", `{"port":5060,"priority":10,"target":"sip.example.net.","weight":20}`},
	{"SSHFP", "1 1 BF6B6825D2977C511A475BBEFB88AAD54A92AC73", `{"algorithm":1,"fingerprint":"BF6B6825D2977C511A475BBEFB88AAD54A92AC73","fptype":1}`},
	{"TLSA", "3 1 1 ba4ca788a3b4ca8e38bb56db990bf8c5", `{"cert_usage":3,"certificate":"ba4ca788a3b4ca8e38bb56db990bf8c5","match_type":1,"selector":1}`},
	{zone.TXT, `"v=DKIM1; p=abc"`, `{"txtdata":"v=DKIM1; p=abc"}`},
	{zone.TXT, `"a b" "c"`, `{"txtdata":"\"a b\" \"c\""}`},
	{zone.TXT, `"say \"hi\""`, `{"txtdata":"\"say \\\"hi\\\"\""}`},
	{zone.TXT, `"C:\\path"`, `{"txtdata":"\"C:\\\\path\""}`},
	{zone.TXT, `"\195\188"`, `{"txtdata":"\"\\195\\188\""}`},
	{zone.TXT, `" x"`, `{"txtdata":"\" x\""}`},
	{zone.TXT, `""`, `{"txtdata":"\"\""}`},
}

func TestDataIsSpelledAsTheServiceSpellsIt(t *testing.T) {
	for _, s := range spelled {
		out, err := encode(s.typ, s.data)
		require.NoError(t, err, s.data)
		text, err := json.Marshal(out)
		require.NoError(t, err)
		assert.Equal(t, s.json, strings.ReplaceAll(string(text), "\\u0026", "&"), s.data)
		var in rdata
		require.NoError(t, json.Unmarshal(text, &in))
		back, err := in.decode(s.typ)
		require.NoError(t, err, s.data)
		assert.Equal(t, s.data, back)
	}
}

func TestTheServicesOwnSpellingsAreUnderstood(t *testing.T) {
	for _, s := range []struct {
		typ        zone.Type
		json, want string
	}{
		{zone.MX, `{"preference":"10","exchange":"MAIL.example.net"}`, "10 mail.example.net."},
		{zone.AAAA, `{"address":"2001:DB8:0:0::1"}`, "2001:db8::1"},
		{zone.DS, `{"keytag":1,"algorithm":5,"digtype":1,"digest":"( 1f98 7cc6 )"}`, "1 5 1 1F987CC6"},
		{zone.CAA, `{"flags":"0","tag":"issue","value":"\"ca.example.net\""}`, `0 issue "ca.example.net"`},
		{zone.TXT, `{"txtdata":"\"quoted\""}`, `"quoted"`},
		{zone.TXT, `{"txtdata":"\"half"}`, `"\"half"`},
		{zone.TXT, `{"txtdata":"ü"}`, `"\195\188"`},
		{zone.SOA, `{"rname":"john.doe@example.com.","mname":"ns1.p19.dynect.net.","serial":29,"refresh":1,"retry":2,"expire":3,"minimum":4}`, `ns1.p19.dynect.net. john\.doe.example.com. 29 1 2 3 4`},
		{zone.SOA, `{"rname":"hostmaster.example.com","mname":"ns1.p19.dynect.net.","serial":29,"refresh":1,"retry":2,"expire":3,"minimum":4}`, `ns1.p19.dynect.net. hostmaster.example.com. 29 1 2 3 4`},
	} {
		var in rdata
		require.NoError(t, json.Unmarshal([]byte(s.json), &in))
		data, err := in.decode(s.typ)
		require.NoError(t, err, s.json)
		assert.Equal(t, s.want, data)
	}
}

func TestWhatHasNoFormIsAnError(t *testing.T) {
	for typ, data := range map[zone.Type]string{"HINFO": `"a" "b"`, zone.MX: "ten mail.", zone.A: `\# 4 c0000201`, "TYPE65400": `\# 0`} {
		_, err := encode(typ, data)
		assert.ErrorIs(t, err, errForm, data)
	}
	for text, want := range map[string]string{`{}`: "A has no field address", `{"address":["192.0.2.1"]}`: "a quote stands inside a word", `{"address":null}`: "want 1 field"} {
		var in rdata
		require.NoError(t, json.Unmarshal([]byte(text), &in))
		_, err := in.decode(zone.A)
		assert.ErrorContains(t, err, want)
	}
}

// Whatever a text is, the service gets it in a form that it understands, and what
// comes back is the text.
func TestEveryTextComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var words []string
		for range rapid.IntRange(1, 4).Draw(t, "strings") {
			words = append(words, zone.Text(string(rapid.SliceOfN(rapid.Byte(), 0, 255).Draw(t, "string"))))
		}
		data := strings.Join(words, " ")
		out, err := encode(zone.TXT, data)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := json.Marshal(out)
		var in rdata
		if err := json.Unmarshal(text, &in); err != nil {
			t.Fatal(err)
		}
		if back, err := in.decode(zone.TXT); err != nil || back != data {
			t.Fatalf("%s came back as %s, %v", data, back, err)
		}
	})
}

func FuzzWhateverTheServiceSaysNothingPanics(f *testing.F) {
	f.Add([]byte(`{"status":"success","data":{"a_records":[{"fqdn":"www.example.com","record_type":"A","ttl":1,"rdata":{"address":"192.0.2.1"},"record_id":7}]},"job_id":1}`))
	f.Add([]byte(`[{"status":"failure","data":null,"msgs":[{"INFO":"x","ERR_CD":null}]}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		e, ok := open(body)
		if !ok {
			return
		}
		_ = e.refusal().Error()
		var all tree
		if json.Unmarshal(e.Data, &all) == nil {
			if h, err := hold("example.com.", all); err == nil {
				assert.Equal(t, zone.Name("example.com."), h.zone.Name())
			}
		}
		var list []pending
		if json.Unmarshal(e.Data, &list) == nil {
			for _, p := range list {
				_, _, _ = p.read()
			}
		}
		var zones []listed
		_ = json.Unmarshal(e.Data, &zones)
	})
}
