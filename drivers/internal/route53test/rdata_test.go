package route53test_test

import (
	"strings"
	"testing"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
)

// dataRules are values that a type takes, and values that it does not, with some
// of the words they are refused with.
//
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
var dataRules = []struct {
	typ    string
	takes  []string
	refuse map[string]string
}{
	{"A", []string{"192.0.2.1"}, map[string]string{
		"192.0.2":     "Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with '192.0.2''", // report aws/aws-cdk#14800
		"2001:db8::1": "IllegalIPv4Address", "www.example.net.": "IllegalIPv4Address", "192.0.2.01": "IllegalIPv4Address", "192.0.2.1 192.0.2.2": "IllegalIPv4Address"}},
	{"AAAA", []string{"2001:0db8:85a3:0:0:8a2e:0370:7334", "::", "2001:DB8::1", "::ffff:192.0.2.1"}, map[string]string{
		"192.0.2.1": "IllegalIPv6Address", "2001:db8::1::2": "IllegalIPv6Address", "fe80::1%eth0": "IllegalIPv6Address"}},
	{"CNAME", []string{"host.example.net", "host.example.net.", "_x.acm-validations.aws."}, map[string]string{
		"a..b.": "DomainLabelEmpty", "a b": "UnsupportedCharacter"}},
	{"NS", []string{"ns1.example.net."}, map[string]string{"a..b.": "DomainLabelEmpty"}},
	{"PTR", []string{"host.example.net."}, map[string]string{"a b": "UnsupportedCharacter", "": "DomainNameEmpty"}},
	{"MX", []string{"10 mail.example.net.", "0 .", "65535 mail.example.net"}, map[string]string{
		"mail.example.net.": "MXRRDATANotTwoFields (MX record doesn't have 2 fields) encountered with 'mail.example.net.'", "10": "MX", "65536 mail.example.net.": "16 bits", "-1 mail.example.net.": "16 bits", "10 a..b.": "DomainLabelEmpty", "10 mail example": "MX"}},
	{"SRV", []string{"1 10 5269 xmpp-server.example.com.", "0 0 0 ."}, map[string]string{"1 10 xmpp.example.com.": "SRV", "1 10 65536 xmpp.example.com.": "16 bits"}},
	{"CAA", []string{`0 issue "ca.example.net; account=123456"`, `128 iodef "mailto:a@example.net"`, `0 issue ";"`}, map[string]string{
		`0 issue ca.example.net`: "quotation marks", `256 issue "x"`: "8 bits", `0 is-sue "x"`: "alphanumeric", `0 "x"`: "CAA"}},
	{"DS", []string{"12345 13 2 1234567890ABCDEF1234567890abcdef"}, map[string]string{"123 4 5 12x4": "hexadecimal", "123 4 5": "DS", "65536 4 5 12": "16 bits"}},
	{"TLSA", []string{"3 1 1 0d6fce3c"}, map[string]string{"3 1 0d6fce3c": "TLSA", "3 1 1 zz": "hexadecimal"}},
	{"SSHFP", []string{"1 1 09F6A01D2175742B257C6B98B7C72C44C4040683"}, map[string]string{"1 1 xy": "hexadecimal"}},
	{"NAPTR", []string{`100 50 "u" "E2U+sip" "!^(\\+441632960083)$!sip:\\1@example.com!" .`, `100 50 "" "" "" a.example.net.`}, map[string]string{
		`100 50 u "E2U+sip" "" .`: "quotation marks", `100 50 "u" "E2U+sip" .`: "NAPTR"}},
	{"SVCB", []string{"1 .", `16 example.com port=53`, `1 a.example.net. alpn="h3,h2" mandatory=alpn key65333=ex1`, "0 pool.example.net."}, map[string]string{
		"1": "SVCB", "1 . port=65536": "16 bits", "1 . nonsense=1": "nonsense", "1 . ipv4hint=2001:db8::1": "IPv4"}},
	{"HTTPS", []string{`1 . alpn="h3,h2"`, "1 . ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1 ech=AEj+DQ== no-default-alpn alpn=h2"}, map[string]string{
		"one .": "16 bits", "1 . no-default-alpn=1": "no value", "1 . alpn": "no value"}},
	{"SPF", []string{`"v=spf1 ip4:192.0.2.0/24 -all"`}, map[string]string{"v=spf1": "quotation marks"}},
	{"TXT", []string{
		`"v=spf1 include:example.net -all"`, `""`, `"a" "b"`, `"a"   "b"`, `"a""b"`,
		`"say \"hi\""`, `"back\\slash"`, `"\303\274"`, `"\000\377"`, `"semi;colon"`,
		`"` + strings.Repeat("x", 255) + `"`, `"` + strings.Repeat(`\303`, 255) + `"`,
	}, map[string]string{
		`v=spf1`:                                "InvalidCharacterString (Value should be enclosed in quotation marks) encountered with 'v=spf1'", // report octodns/octodns#1196
		`"v=spf1`:                               "quotation marks",
		`"a" b`:                                 "quotation marks",
		`"ü"`:                                   "UnsupportedCharacter",
		"\"a\tb\"":                              "UnsupportedCharacter", // report plesk/ext-route53#13
		`"\x"`:                                  "InvalidCharacterString",
		`"\400"`:                                "InvalidCharacterString",
		`"` + strings.Repeat("x", 256) + `"`:    "CharacterStringTooLong (Value is too long) encountered with", // report boto/boto3#1462
		`"` + strings.Repeat(`\303`, 256) + `"`: "CharacterStringTooLong",
		`"a" `:                                  "quotation marks",
		``:                                      "quotation marks",
	}},
}

func TestEachTypeTakesItsData(t *testing.T) {
	for _, r := range dataRules {
		t.Run(r.typ, func(t *testing.T) {
			for _, value := range r.takes {
				s := &route53test.Service{}
				id := s.AddZone("example.com")
				refused(t, change(s, id, "CREATE www "+r.typ+" 300 "+value), "", "")
				holds(t, s, id, "www "+r.typ+" 300 "+value) // as it was written
			}
			for value, why := range r.refuse {
				s := &route53test.Service{}
				id := s.AddZone("example.com")
				refused(t, change(s, id, "CREATE www "+r.typ+" 300 "+value), "InvalidChangeBatch", why)
			}
		})
	}
}

// The enumeration is that of
// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
func TestOtherTypesAreNotTaken(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com")
	for _, typ := range []string{"LOC", "DNAME", "ALIAS", "DNSKEY", "URI", "a"} {
		refused(t, change(s, id, "CREATE www "+typ+" 300 x"), "InvalidInput", "'changeBatch.changes.1.member.resourceRecordSet.type' failed to satisfy constraint: Member must satisfy enum value set: [")
	}
}

// report aws/aws-sdk-js-v3#5626, against Terraform's own documentation of
// aws_route53_record; so it is a setting.
func TestStringsSideBySideMayBeRefused(t *testing.T) {
	s := &route53test.Service{SpacedStrings: true}
	id := s.AddZone("example.com")
	refused(t, change(s, id, `CREATE www TXT 300 "a""b"`), "InvalidChangeBatch", "InvalidCharacterString")
	refused(t, change(s, id, `CREATE www TXT 300 "a" "b"`), "", "")
}
