package plesk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

// decode gives everything that Decode gives.
func decode(doc string) (ins []zone.Intent, errs []error) {
	for in, err := range Decode(strings.NewReader(doc)) {
		ins, errs = append(ins, in), append(errs, err)
	}
	return ins, errs
}

// update wraps rows into the update of example.com.
func update(rows ...string) string {
	return `[{"command":"update","zone":{"name":"example.com.","soa":{"email":"a@example.com","ttl":300},"rr":[` + strings.Join(rows, ",") + `]}}]`
}

func row4(host, typ, opt, value string) string {
	return fmt.Sprintf(`{"host":%q,"type":%q,"opt":%q,"value":%q}`, host, typ, opt, value)
}

// one decodes a document of one command.
func one(t *testing.T, doc string) (zone.Intent, error) {
	t.Helper()
	ins, errs := decode(doc)
	require.Len(t, ins, 1)
	return ins[0], errs[0]
}

func wanted(t *testing.T, in zone.Intent) *zone.Zone {
	t.Helper()
	r, ok := in.Wish.(zone.Replace)
	require.True(t, ok, "%#v", in)
	return r.Zone
}

func dataOf(z *zone.Zone, n zone.Name, typ zone.Type) string {
	s, _ := z.Get(zone.Key{Name: n, Type: typ})
	return strings.Join(s.Data, " | ")
}

func TestRowsBecomeRecords(t *testing.T) {
	for _, c := range []struct{ typ, opt, value, want string }{
		{"A", "", "192.0.2.1", "192.0.2.1"},
		{"AAAA", "", "2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
		{"MX", "0", "Mail.example.com.", "0 mail.example.com."},
		{"MX", "10", ".", "10 ."},
		{"MX", "", "10 mail.example.com", "10 mail.example.com."},
		{"SRV", "0 0 993", "mail.example.com.", "0 0 993 mail.example.com."},
		{"TXT", "", `he said "hi" \ ` + "\t", `"he said \"hi\" \\ \009"`},
		{"TXT", "ignored", "", `""`},
		{"TXT", "", `"a" "b"`, `"\"a\" \"b\""`},
		{"CAA", "0 issue", "letsencrypt.org", `0 issue "letsencrypt.org"`},
		{"CAA", "0 issuewild", ";", `0 issuewild ";"`},
		{"CAA", "", `128 iodef "mailto:a@b"`, `128 iodef "mailto:a@b"`},
		{"CAA", "0 issue", `"quoted by hand"`, `0 issue "quoted by hand"`},
		{"TLSA", "3 1 1", "AB", "3 1 1 ab"},
		{"DS", "54321", "13 2 9d60", "54321 13 2 9D60"},
		{"DS", "", "54321 13 2 9d60", "54321 13 2 9D60"},
		{"HTTPS", "1", `. alpn="h2,h3"`, `1 . alpn=h2,h3`},
		{"HTTPS", "", "1 . alpn=h2", `1 . alpn=h2`},
		{"PTR", "", "host.example.net.", "host.example.net."}, // in a reverse zone of the panel's own
		{"spf", "", "v=spf1 -all", `"v=spf1 -all"`},
		{"TYPE65534", "", `\# 2 ABCD`, `\# 2 abcd`},
	} {
		in, err := one(t, update(row4("x.example.com.", c.typ, c.opt, c.value)))
		require.NoError(t, err, c)
		typ, _ := zone.ParseType(c.typ)
		assert.Equal(t, c.want, dataOf(wanted(t, in), "x.example.com.", typ), c)
		assert.Empty(t, in.Findings)
	}
}

func manyKeys(n int) (keys string) {
	for i := range n {
		keys += fmt.Sprintf(`"key%d":0,`, i)
	}
	return keys
}

func TestABadRowProtectsItsSetAndTheRestGoesOn(t *testing.T) {
	for _, c := range []struct{ row, key, text string }{
		{row4("x.example.com.", "A", "", "300.1.1.1"), "x.example.com. A", `row 1: x.example.com. A: "300.1.1.1" is not an IPv4 address`},
		{row4("x.example.com.", "AAAA", "", "192.0.2.1"), "x.example.com. AAAA", `"192.0.2.1" is not an IPv6 address`},
		{row4("x.example.com.", "SRV", "1 2", "mail.example.com."), "x.example.com. SRV", "want 4 fields, got 3"},
		{row4("x.example.com.", "MX", "", "mail.example.com."), "x.example.com. MX", "has no preference"},
		{row4("x.example.com.", "MX", "10", "192.0.2.1"), "x.example.com. MX", "is an address where a name has to be"},
		{row4("x.example.com.", "CNAME", "", "a..b"), "x.example.com.", "empty label"},
		{row4("x.example.com.", "ALIAS", "", "y"), "x.example.com.", "is not known"},
		{row4("x.example.com.", "", "", "y"), "x.example.com.", "is not known"},
		{row4("example.com.", "ALIAS", "", "y"), "example.com. CNAME", "is not known"},
		{row4("example.com.", "DNAME", "", "a..b"), "example.com. DNAME", "empty label"},
		{row4("www", "A", "", "192.0.2.1"), "A", "neither in the zone nor absolute"},
		{row4("x.example.com.", "MX", "10", "192.0.2.1 "), "x.example.com. MX", "is an address"},
		{`{"host":"x.example.com.","type":null,"value":"y"}`, "x.example.com.", "is not known"},
		{`{"host":"x.example.com.","value":"y"}`, "x.example.com.", "is not known"},
		{"{\"host\":\"x.example.com.\",\"type\":\"M\xffX\",\"value\":\"y\"}", "x.example.com.", "is not valid UTF-8"},
		{`{"host":"x.example.com.","type":"MX\u0000","value":"y"}`, "x.example.com.", "is not known"},
		{`{"host":"x.example.com.","type":"MX","type":"TXT","value":"y"}`, "x.example.com.", `the key "type" stands twice`},
		{`{"host":"example.com.","type":"MX","type":"TXT","value":"y"}`, "", `the key "type" stands twice`},
		{`{"host":"x..","type":"MX","type":"TXT","value":"y"}`, "", `the key "type" stands twice`},
		{`{"host":"x.example.com.","type":"TXT","value":null}`, "x.example.com. TXT", "has no value"},
		{`{"host":"x.example.com.","type":"CAA","opt":"0 issue"}`, "x.example.com. CAA", "has no value"},
		{"{\"host\":\"x.example.com.\",\"type\":\"TXT\",\"val\xffue\":\"y\"}", "x.example.com. TXT", "is not valid UTF-8"},
		{"{\"host\":\"x.example.com.\",\"type\":\"TXT\",\"value\":\"a\x00b\"}", "x.example.com. TXT", "is not valid UTF-8"},
		{"{\"host\":\"x.example.com.\",\"type\":\"TXT\",\"value\":\"a\nb\"}", "x.example.com. TXT", "is not valid UTF-8"},
		{`{"host":"x.example.com.","type":"TXT","value":"a\xb"}`, "x.example.com. TXT", "is not valid UTF-8"},
		{`{"host":"x.example.com.","type":"TXT","value":"a\u12z4"}`, "x.example.com. TXT", "is not valid UTF-8"},
		{`{` + manyKeys(70) + `"host":"x.example.com.","type":"A","value":"192.0.2.1","value":"192.0.2.2"}`, "x.example.com. A", `the key "value" stands twice`},
		{row4("x.example.com.", "TXT", "", strings.Repeat("x", 70000)), "x.example.com. TXT", "65535"},
		{`{"host":"x.example.com.","type":"A","value":"192.0.2.1","ttl":2147483648}`, "x.example.com. A", "seconds up to 2147483647"},
		{`{"host":"x.example.com.","type":"A","value":"192.0.2.1","ttl":-1}`, "x.example.com. A", "seconds up to"},
		{`{"host":"x.example.com.","type":"A","value":{"a":1}}`, "x.example.com. A", "want a string, a number or null"},
		{`{"host":"x.example.com.","type":"A","value":true}`, "x.example.com. A", "want a string"},
		{`{"host":"x.example.com.","type":"A","value":"a","value":"192.0.2.1"}`, "x.example.com. A", `the key "value" stands twice`},
		{`{"host":"x.example.com.","type":"A","value":"a","v\u0061lue":"192.0.2.1"}`, "x.example.com. A", `the key "value" stands twice`},
		{"{\"host\":\"x.example.com.\",\"type\":\"TXT\",\"value\":\"\xff\"}", "x.example.com. TXT", "is not valid UTF-8"},
		{`{"host":"x.example.com.","type":"TXT","value":"\ud800"}`, "x.example.com. TXT", "is not valid UTF-8"},
		{`{"host":"x.example.com.","type":"A","value":"192.0.2.1\u0000"}`, "x.example.com. A", "a control character"},
		{`{"host":"x.example.com.","type":"A"}`, "x.example.com. A", "has no value"},
		{row4("x.example.com.", "A", "", ""), "x.example.com. A", "want 1 field, got 0"},
		{row4("a..example.com.", "A", "", "192.0.2.1"), "A", "empty label"},
		{row4(strings.Repeat("a", 64)+".example.com.", "A", "", "192.0.2.1"), "A", "63 octets"},
		{row4(strings.Repeat("a.", 130)+"example.com.", "A", "", "192.0.2.1"), "A", "255 octets"},
		{row4("sp ace.example.com.", "A", "", "192.0.2.1"), "A", "blank"},
		{row4("", "A", "", "192.0.2.1"), "A", "is empty"},
		{`{"type":"A","value":"192.0.2.1"}`, "A", "is empty"},
		{"{\"host\":\"w\xffw.example.com.\",\"type\":\"A\",\"value\":\"192.0.2.1\"}", "A", "is not valid UTF-8"},
		{`{"host":"x.example.com.","host":"y.example.com.","type":"A","value":"192.0.2.1"}`, "A", `the key "host" stands twice`},
		{`7`, "", "want an object"},
		{`null`, "", "want an object"},
		{`[]`, "", "want an object"},
	} {
		in, err := one(t, update(row4("good.example.com.", "A", "", "192.0.2.9"), c.row))
		require.Error(t, err, c.row)
		assert.Contains(t, err.Error(), c.text)
		assert.Contains(t, err.Error(), "command 0: zone example.com.: row 1: ")
		assert.Less(t, len(err.Error()), 600)
		var re *RowError
		require.True(t, errors.As(err, &re))
		assert.Equal(t, 1, re.Row)
		z := wanted(t, in)
		assert.Equal(t, 2, z.Len(), "the good row and the SOA: %s", z)
		var keys []string
		for _, p := range z.Protected() {
			keys = append(keys, strings.TrimSpace(p.Key.String()))
		}
		assert.Contains(t, keys, c.key, c.row)
		require.Len(t, in.Findings, 1)
		assert.Equal(t, zone.Refused, in.Findings[0].Level)
		assert.NotEqual(t, zone.Key{}, in.Findings[0].Key, "one row is not the whole zone")
	}
}

func TestACNAMEAtTheApexIsRefusedAlone(t *testing.T) {
	in, err := one(t, update(row4("example.com.", "NS", "", "ns1.example.net."), row4("example.com.", "CNAME", "", "cdn.example.net.")))
	require.ErrorContains(t, err, "row 1: example.com. CNAME: \"cdn.example.net.\" cannot stand beside")
	z := wanted(t, in)
	assert.Equal(t, "ns1.example.net.", dataOf(z, "example.com.", zone.NS))
	withA, _ := one(t, update(row4("example.com.", "CNAME", "", "cdn.example.net."), row4("example.com.", "A", "", "192.0.2.1")))
	assert.Equal(t, "192.0.2.1", dataOf(wanted(t, withA), "example.com.", zone.A))
	_, kept := wanted(t, withA).Protection(zone.Key{Name: "example.com.", Type: zone.A})
	assert.False(t, kept, "the source says the address")
	for _, typ := range []zone.Type{zone.A, zone.AAAA, zone.CNAME} {
		_, ok := z.Protection(zone.Key{Name: "example.com.", Type: typ})
		assert.True(t, ok, "what the CNAME stands in for is not deleted: %s", typ)
	}
	_, ok := z.Protection(zone.Key{Name: "example.com.", Type: zone.NS})
	assert.False(t, ok)
}

func TestTheTTLIsThatOfTheRowElseOfTheSOAElsePlesks(t *testing.T) {
	doc := `{"command":"update","zone":{"name":"example.com.",%s"rr":[
		{"host":"a.example.com.","type":"A","value":"192.0.2.1"},{"host":"b.example.com.","type":"A","value":"192.0.2.1","ttl":60},
		{"host":"c.example.com.","type":"A","value":"192.0.2.1","ttl":"0"},{"host":"d.example.com.","type":"A","value":"192.0.2.1","ttl":null}]}}`
	for soa, want := range map[string][4]uint32{``: {86400, 60, 0, 86400}, `"soa":{"ttl":"7200"},`: {7200, 60, 0, 7200}, `"soa":null,`: {86400, 60, 0, 86400}} {
		in, err := one(t, "["+fmt.Sprintf(doc, soa)+"]")
		require.NoError(t, err)
		for i, n := range []zone.Name{"a.example.com.", "b.example.com.", "c.example.com.", "d.example.com."} {
			s, _ := wanted(t, in).Get(zone.Key{Name: n, Type: zone.A})
			assert.Equal(t, want[i], s.TTL, "%s %s", soa, n)
		}
	}
}

func TestTheSOAIsMadeOfWhatPleskSays(t *testing.T) {
	for soa, want := range map[string]string{
		`{"email":"first.last@example.com","refresh":1,"retry":"2","expire":3,"minimum":4,"serial":5}`: `ns1.example.net. first\.last.example.com. 5 1 2 3 4`,
		`{}`:                            `ns1.example.net. hostmaster.example.com. 0 10800 3600 604800 10800`,
		`{"email":"x@bücher.example"}`:  `ns1.example.net. x.xn--bcher-kva.example. 0 10800 3600 604800 10800`,
		`{"email":"admin.example.com"}`: `ns1.example.net. admin.example.com. 0 10800 3600 604800 10800`,
	} {
		in, err := one(t, `[{"command":"update","zone":{"name":"example.com.","rr":[`+row4("example.com.", "NS", "", "ns1.example.net.")+`],"soa":`+soa+`}}]`)
		require.NoError(t, err)
		assert.Equal(t, want, dataOf(wanted(t, in), "example.com.", zone.SOA))
	}
	for soa, want := range map[string]string{
		`{"refresh":"x"}`:        `the SOA has the refresh "x"`,
		`{"serial":4294967296}`:  "32 bits",
		`{"email":"a..b@c..d"}`:  "the SOA has the email",
		`{"email":[1]}`:          "want a string",
		`{"email":"","email":1}`: "stands twice",
	} {
		in, err := one(t, `[{"command":"update","zone":{"name":"example.com.","rr":[`+row4("a.example.com.", "A", "", "192.0.2.1")+`],"soa":`+soa+`}}]`)
		require.Error(t, err, soa)
		assert.Contains(t, err.Error(), want)
		z := wanted(t, in)
		assert.Equal(t, 1, z.Len(), "no SOA, but the rest")
		_, ok := z.Protection(zone.Key{Name: "example.com.", Type: zone.SOA})
		assert.True(t, ok)
	}
}

func TestAFaultOfTheSOADoesNotChangeTheTTLOfRows(t *testing.T) {
	rows := row4("a.example.com.", "A", "", "192.0.2.1") + `,{"host":"b.example.com.","type":"A","value":"192.0.2.1","ttl":60}`
	for soa, want := range map[string]string{
		"{\"ttl\":300,\"email\":\"\xff\"}": "300 A, 60 A",
		`{"ttl":300,"refresh":[]}`:         "300 A, 60 A",
		`{"retry":1,"ttl":300,"retry":2}`:  "300 A, 60 A",
		`{"ttl":"3x0"}`:                    "60 A, a.example.com. A (command 0: zone example.com.: row 0: a.example.com. A: \"192.0.2.1\" states no TTL, and the SOA has the TTL \"3x0\": want seconds up to 2147483647)",
		`{"ttl":300,"ttl":300}`:            "60 A, a.example.com. A (command 0: zone example.com.: row 0: a.example.com. A: \"192.0.2.1\" states no TTL, and the SOA has a TTL that cannot be read: stands twice)",
		`[]`:                               "60 A, a.example.com. A (command 0: zone example.com.: row 0: a.example.com. A: \"192.0.2.1\" states no TTL, and the SOA has a TTL that cannot be read: want an object)",
	} {
		in, err := one(t, `[{"command":"update","zone":{"name":"example.com.","rr":[`+rows+`],"soa":`+soa+`}}]`)
		require.Error(t, err, soa)
		z := wanted(t, in)
		var got []string
		for s := range z.All() {
			got = append(got, fmt.Sprint(s.TTL, " ", s.Type))
		}
		for _, p := range z.Protected() {
			if p.Type != zone.SOA {
				got = append(got, p.String())
			}
		}
		assert.Equal(t, want, strings.Join(got, ", "), soa)
	}
}

func TestABadCommandDoesNotStopTheNext(t *testing.T) {
	good := `{"command":"delete","zone":{"name":"good.example."}}`
	for bad, want := range map[string]string{
		"{\"command\":\"delete\",\"zone\":{\"name\":\"a\n.\"}}": "is not valid UTF-8",
		`{"command":"update"}`:                                                                "has no zone with a name",
		`{"command":"update","zone":{"name":"","rr":[]}}`:                                     "has no zone with a name",
		`{"command":"update","zone":{"name":".","rr":[]}}`:                                    "is the root",
		`{"command":"update","zone":{"name":"..","rr":[]}}`:                                   `zone "..": name "..": has an empty label`,
		`{"command":"update","zone":{"name":"a b.","rr":[]}}`:                                 "blank",
		`{"command":"update","zone":{"name":["x"],"rr":[]}}`:                                  "want a string",
		`{"command":"update","zone":"example.com."}`:                                          "want an object",
		`{"command":"update","zone":{"name":"example.com."}}`:                                 "has no rr",
		`{"command":"update","zone":{"name":"example.com.","rr":null}}`:                       "has no rr",
		`{"command":"update","zone":{"name":"example.com.","rr":"none"}}`:                     "want an array",
		`{"command":"update","command":"delete","zone":{"name":"x."}}`:                        `the key "command" stands twice`,
		`{"command":"delete","zone":{"name":"x."},"zone":{"name":"y."}}`:                      `the key "zone" stands twice`,
		`{"command":"delete","zone":{"name":"x.","name":"y."}}`:                               `the key "name" stands twice`,
		"{\"command\":\"delete\",\"zone\":{\"name\":\"x\xff.\"}}":                             "is not valid UTF-8",
		`{"command":"createPTRs"}`:                                                            "is not an IP address",
		`{"command":"createPTRs","ptr":{"ip_address":"192.0.2.256","hostname":"x"}}`:          `"192.0.2.256": is not an IP address`,
		`{"command":"deletePTRs","ptr":{"ip_address":"192.0.2.1","hostname":""}}`:             "PTR",
		`{"command":"createPTRs","ptr":{"ip_address":"fe80::1%eth0","hostname":"x"}}`:         "is not an IP address",
		`{"command":"createPTRs","ptr":{"ip_address":"1.2.3.4","hostname":"a","hostname":1}}`: "stands twice",
		`null`:     "want an object",
		`"update"`: "want an object",
		`[[]]`:     "want an object",
		`12`:       "want an object",
	} {
		ins, errs := decode("[" + bad + "," + good + "]")
		require.Len(t, ins, 2, bad)
		require.Error(t, errs[0], bad)
		assert.Nil(t, ins[0].Wish)
		assert.Contains(t, errs[0].Error(), want)
		assert.Contains(t, errs[0].Error(), "command 0")
		var ce *CommandError
		assert.True(t, errors.As(errs[0], &ce))
		require.NoError(t, errs[1])
		assert.Equal(t, zone.Remove{}, ins[1].Wish)
		assert.EqualValues(t, 1, ins[1].Order)
	}
}

func TestWhatCannotBeDelimitedEndsTheRunWithItsPlace(t *testing.T) {
	good := `{"command":"delete","zone":{"name":"good.example."}}`
	for doc, want := range map[string]string{
		"[" + good + `,{"command":"upd`:                          "unexpected EOF",
		"[" + good + `,{"command":"delete","zone":{"name":"x."}`: "unexpected EOF",
		"[" + good + "," + strings.Repeat("[", 20000):            "max depth",
		"[" + good + "\x00":                                      "invalid character",
		"[" + good + `] more`:                                    "something stands behind the end",
		good + good:                                              "something stands behind the end",
		"[" + good:                                               "unexpected EOF",
		"[" + good + "," + strings.Repeat(`{"zone":`, 12000) + "1" + strings.Repeat("}", 12000) + "]": "max depth",
	} {
		ins, errs := decode(doc)
		require.GreaterOrEqual(t, len(ins), 2, "%.60s", doc)
		assert.NoError(t, errs[0])
		last := errs[len(errs)-1]
		var se *SyntaxError
		require.True(t, errors.As(last, &se), "%.60s: %v", doc, last)
		assert.Positive(t, se.Offset)
		assert.Contains(t, last.Error(), want)
		assert.Nil(t, ins[len(ins)-1].Wish)
	}
	for _, doc := range []string{"7", `"x"`, "nonsense", "true"} {
		_, errs := decode(doc)
		require.Len(t, errs, 1)
		assert.ErrorContains(t, errs[0], "want an array of commands")
	}
}

func TestADocumentThatBreaksOffDoesWhatCameBefore(t *testing.T) {
	whole := update(row4("a.example.com.", "A", "", "192.0.2.1"))
	boom := errors.New("the pipe broke")
	r := io.MultiReader(strings.NewReader(whole[:len(whole)-1]+","), iotest.ErrReader(boom))
	var wishes int
	var last error
	for in, err := range Decode(r) {
		if in.Wish != nil {
			wishes++
		}
		last = err
	}
	assert.Equal(t, 1, wishes)
	assert.ErrorIs(t, last, boom)
}

func TestEmptyDocumentsAreNoCommands(t *testing.T) {
	for _, doc := range []string{"", "  \n", "[]", "\xef\xbb\xbf[]", "[ ]\n"} {
		ins, _ := decode(doc)
		assert.Empty(t, ins, doc)
	}
}

func TestAConsumerMayStop(t *testing.T) {
	for range Decode(strings.NewReader(`[{"command":"x"},{"command":"y"}]`)) {
		break
	}
}

func TestRowsMayComeAsAnObjectAsPHPWritesAnArrayWithGaps(t *testing.T) {
	in, err := one(t, `[{"command":"update","zone":{"name":"example.com.","rr":{"0":`+row4("a.example.com.", "A", "", "192.0.2.1")+`,"2":`+row4("b.example.com.", "A", "", "192.0.2.1")+`}}}]`)
	require.NoError(t, err)
	assert.Equal(t, 2, wanted(t, in).Len())
}

func TestASecondaryZoneOfThePanelIsSkipped(t *testing.T) {
	in, err := one(t, `[{"command":"update","zone":{"name":"example.com.","soa":{"type":"slave"},"rr":[]}}]`)
	require.NoError(t, err)
	assert.Nil(t, in.Wish)
	assert.Len(t, in.Findings, 1)
}

func TestMemoryIsBoundedByTheLargestCommand(t *testing.T) {
	var doc bytes.Buffer
	doc.WriteString("[")
	for i := range 1000 {
		if i > 0 {
			doc.WriteString(",")
		}
		fmt.Fprintf(&doc, `{"command":"update","zone":{"name":"z%d.example.","rr":[%s]}}`, i, row4("x.example.", "TXT", "", strings.Repeat("x", 1000)))
	}
	doc.WriteString("]")
	n := 0
	for _, err := range Decode(iotest.OneByteReader(&doc)) {
		require.NoError(t, err)
		n++
	}
	assert.Equal(t, 1000, n)
}

// The payloads of the reference all come out with their zones; what each says in
// detail is told in the stories of examples/plesk.
func payloads(t testing.TB) map[string][]byte {
	files, err := filepath.Glob("testdata/payloads/*.json")
	require.NoError(t, err)
	require.Len(t, files, 30)
	out := map[string][]byte{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		out[filepath.Base(f)] = b
	}
	return out
}

func FuzzDecode(f *testing.F) {
	for _, b := range payloads(f) {
		if len(b) < 3000 {
			f.Add(b)
		}
	}
	f.Add([]byte(`[{"command":"update","zone":{"name":"a.","rr":[{"host":"a.","type":"TXT","value":"\ud800"}]}}]`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		for in, err := range Decode(bytes.NewReader(doc)) {
			if err != nil {
				_ = err.Error()
			}
			if r, ok := in.Wish.(zone.Replace); ok {
				require.Equal(t, in.Zone, r.Zone.Name())
				require.Empty(t, r.Zone.Conflicts())
				if err == nil {
					require.Empty(t, r.Zone.Protected())
				}
			}
		}
	})
}
