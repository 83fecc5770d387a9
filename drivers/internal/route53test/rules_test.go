package route53test_test

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
)

// Where the rules are from. What is said to be a report was quoted by a user of
// the service.
const (
	changeAPI = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html"
	setAPI    = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html"
	recordAPI = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecord.html"
	names     = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html"
	data      = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html"
	limits    = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html"
)

// A rule is what becomes of a batch. Changes are lines of action, name, type,
// TTL and values; sets that are there before are the same without an action.
type rule struct {
	says    string
	source  string
	given   string
	changes string
	code    string // "" where the batch goes through
	message string // some of the words it is refused with
	then    string // some sets that are there after; "-" before one that is not
}

var rules = []rule{
	// Actions.
	{"a set is created", changeAPI, "", "CREATE www A 300 192.0.2.1 | 192.0.2.2", "", "", "www A 300 192.0.2.1, 192.0.2.2"},
	{"CREATE wants it not to be there", "report widdix/node-route53-updater#3", "www A 300 192.0.2.1", "CREATE www A 300 192.0.2.2",
		"InvalidChangeBatch", "[Tried to create resource record set [name='www.example.com.', type='A'] but it already exists]", "www A 300 192.0.2.1"},
	{"UPSERT does not care", changeAPI, "www A 300 192.0.2.1", "UPSERT www A 60 192.0.2.2\nUPSERT new A 60 192.0.2.2", "", "", "www A 60 192.0.2.2"},
	{"UPSERT puts plain records in the place of an alias", changeAPI, "www A ALIAS Z2FDTNDATAQYW2 d1.cloudfront.net.", "UPSERT www A 60 192.0.2.2", "", "", "www A 60 192.0.2.2"},
	{"UPSERT does not change a type", "https://repost.aws/knowledge-center/troubleshoot-route53-resource-record", "www A 300 192.0.2.1", "UPSERT www CNAME 300 example.net.", "InvalidChangeBatch", "conflicts", "www A 300 192.0.2.1"},
	{"DELETE names the values", "report barnybug/cli53#25", "www A 300 192.0.2.1", "DELETE www A 300 192.0.2.2", "InvalidChangeBatch",
		"[Tried to delete resource record set [name='www.example.com.', type='A'] but the values provided do not match the current values]", "www A 300 192.0.2.1"},
	{"DELETE names all values", changeAPI, "www A 300 192.0.2.1 | 192.0.2.2", "DELETE www A 300 192.0.2.1", "InvalidChangeBatch", "do not match the current values", "www A 300 192.0.2.1, 192.0.2.2"},
	{"DELETE names the TTL", changeAPI, "www A 300 192.0.2.1", "DELETE www A 301 192.0.2.1", "InvalidChangeBatch", "do not match the current values", "www A 300 192.0.2.1"},
	{"DELETE may name the values in any order", changeAPI, "www A 300 192.0.2.1 | 192.0.2.2", "DELETE www A 300 192.0.2.2 | 192.0.2.1", "", "", "-www A"},
	{"DELETE names the target of an alias", changeAPI, "www A ALIAS Z2FDTNDATAQYW2 d1.cloudfront.net.", "DELETE www A ALIAS Z2FDTNDATAQYW2 d2.cloudfront.net.", "InvalidChangeBatch", "do not match the current values", "www A ALIAS d1.cloudfront.net."},
	{"DELETE of an alias", changeAPI, "www A ALIAS Z2FDTNDATAQYW2 d1.cloudfront.net.", "DELETE www A ALIAS Z2FDTNDATAQYW2 D1.cloudfront.net", "", "", "-www A"},
	{"DELETE wants it to be there", "report boto/boto#2887", "", "DELETE www A 300 192.0.2.1", "InvalidChangeBatch", "but it was not found", ""},
	{"DELETE takes what no rule of today would let in", "assumed: what is listed can be named, see SpacedStrings", `www TXT 300 "a""b" `, `DELETE www TXT 300 "a""b" `, "", "", "-www TXT"},
	{"after a DELETE the set can be created", changeAPI, "www A 300 192.0.2.1", "DELETE www A 300 192.0.2.1\nCREATE www A 60 192.0.2.9", "", "", "www A 60 192.0.2.9"},
	{"there is no other action", changeAPI, "", "REPLACE www A 300 192.0.2.1", "InvalidInput", "'changeBatch.changes.1.member.action'", ""},

	// Batches.
	{"all or nothing", changeAPI, "www A 300 192.0.2.1", "CREATE new A 300 192.0.2.1\nDELETE www A 300 192.0.2.1\nCREATE out.example.org. A 300 192.0.2.1", "InvalidChangeBatch", "not permitted in zone", "www A 300 192.0.2.1"},
	{"a batch says all that is wrong with it", "report kubernetes-sigs/external-dns#5939", "a A 300 192.0.2.1\nb A 300 192.0.2.1", "CREATE a A 300 192.0.2.1\nCREATE b A 300 192.0.2.1", "InvalidChangeBatch",
		"[Tried to create resource record set [name='a.example.com.', type='A'] but it already exists, Tried to create resource record set [name='b.example.com.', type='A'] but it already exists]", ""},
	{"changes are done in their order", "report octodns/octodns#531", "www A 300 192.0.2.1", "DELETE www A 300 192.0.2.1\nCREATE www CNAME 300 example.net.", "", "", "www CNAME 300 example.net."},
	{"and not in another", "report octodns/octodns#531", "www A 300 192.0.2.1", "CREATE www CNAME 300 example.net.\nDELETE www A 300 192.0.2.1", "InvalidChangeBatch", "conflicts with other records", "www A 300 192.0.2.1"},
	{"a set is not deleted twice", changeAPI, "www A 300 192.0.2.1", "DELETE www A 300 192.0.2.1\nDELETE www A 300 192.0.2.1", "InvalidChangeBatch", "", "www A 300 192.0.2.1"},
	{"a set is not written twice", "report kubernetes-sigs/external-dns#4241", "", "UPSERT www A 300 192.0.2.1\nUPSERT www A 300 192.0.2.2", "InvalidChangeBatch",
		"[The request contains an invalid set of changes for a resource record set 'A www.example.com.']", "-www A"},
	{"nor spelled in two ways", names, "", `UPSERT *.a A 300 192.0.2.1` + "\n" + `UPSERT \052.A A 300 192.0.2.2`, "InvalidChangeBatch", "invalid set of changes", ""},
	{"nothing is no batch", changeAPI, "", "", "InvalidInput", "length greater than or equal to 1", ""},

	// Names.
	{"a name is kept in lower case, and in octal where it is odd", names, "", `CREATE Fü\052.a\057b A 300 192.0.2.1`, "InvalidChangeBatch", "UnsupportedCharacter", ""},
	{"octal escapes are understood", names, "", `CREATE F\374\052.A\057b A 300 192.0.2.1`, "", "", `f\374\052.a\057b A 300 192.0.2.1`},
	{"a letter is a letter behind an escape too", names, "", `CREATE \127\127W A 300 192.0.2.1`, "", "", `www A 300 192.0.2.1`},
	{"all of printable ASCII may stand in a name", names, "", "CREATE a/b!c~d A 300 192.0.2.1", "", "", `a\057b\041c\176d A 300 192.0.2.1`},
	{"a dot inside a label is no border", names, "", `CREATE a\056b A 300 192.0.2.1`, "", "", `a\056b A 300 192.0.2.1`},
	{"decimal escapes are not", names, "", `CREATE a\999 A 300 192.0.2.1`, "InvalidChangeBatch", "UnsupportedCharacter", ""},
	{"a wildcard is listed in octal", names, "", "CREATE * A 300 192.0.2.1", "", "", `\052 A 300 192.0.2.1`},
	{"a name may stand without its last dot", changeAPI, "", "CREATE www.example.com A 300 192.0.2.1", "", "", "www A 300 192.0.2.1"},
	{"no label is empty", "report hashicorp/terraform#18482", "", "CREATE a..b A 300 192.0.2.1", "InvalidChangeBatch", "FATAL problem: DomainLabelEmpty (Domain label is empty) encountered with 'a..b.example.com.'", ""},
	{"a label has 63 octets", names, "", "CREATE " + strings.Repeat("a", 63) + " A 300 192.0.2.1", "", "", ""},
	{"and not 64", names, "", "CREATE " + strings.Repeat("a", 64) + " A 300 192.0.2.1", "InvalidChangeBatch", "DomainLabelTooLong", ""},
	{"a name has 255 octets", names, "", "CREATE " + strings.Repeat("abc.", 59) + "abcde A 300 192.0.2.1", "", "", ""},
	{"and not 256", names, "", "CREATE " + strings.Repeat("abc.", 59) + "abcdef A 300 192.0.2.1", "InvalidChangeBatch", "DomainNameTooLong", ""},
	{"a name is in its zone, by labels", "report meltwater/terraform-aws-asg-dns-handler#38", "", "CREATE evilexample.com. A 300 192.0.2.1", "InvalidChangeBatch", "RRSet with DNS name evilexample.com. is not permitted in zone example.com.", ""},

	// The members of a set.
	{"a TTL is needed", "report crossplane-contrib/provider-upjet-aws#1806", "", "CREATE www A - 192.0.2.1", "InvalidInput", "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found none in Change with [Action=CREATE, Name=www.example.com., Type=A, SetIdentifier=null]", ""},
	{"and a value", "report crossplane-contrib/provider-upjet-aws#1806", "", "CREATE www A 300", "InvalidInput", "but found none", ""},
	{"an alias has neither", setAPI, "", "CREATE www A ALIAS+TTL Z2FDTNDATAQYW2 d1.cloudfront.net.", "InvalidInput", "but found more than one", ""},
	{"a TTL may be 0", setAPI, "", "CREATE www A 0 192.0.2.1", "", "", "www A 0 192.0.2.1"},
	{"and 2^31-1", setAPI, "", "CREATE www A 2147483647 192.0.2.1", "", "", "www A 2147483647 192.0.2.1"},
	{"and not more", setAPI, "", "CREATE www A 2147483648 192.0.2.1", "InvalidInput", "less than or equal to 2147483647", ""},
	{"nor less than nothing", setAPI, "", "CREATE www A -1 192.0.2.1", "InvalidInput", "greater than or equal to 0", ""},
	{"a value stands once", "recording in dns-lexicon/dns-lexicon, create_record_with_duplicate_records", "", "CREATE www A 300 192.0.2.1 | 192.0.2.1", "InvalidChangeBatch", "[Duplicate Resource Record: '192.0.2.1']", ""},
	{"a value has 4,000 characters", recordAPI, "", "CREATE www TXT 300 " + texts(15, 250) + " " + texts(1, 251), "", "", ""},
	{"and not more", recordAPI, "", "CREATE www TXT 300 " + texts(15, 250) + " " + texts(1, 252), "InvalidInput", "less than or equal to 4000", ""},
	{"a set has 400 values", limits, "", "CREATE www A 300 " + addresses(400), "", "", ""},
	{"and not 401", limits, "", "CREATE www A 300 " + addresses(401), "InvalidChangeBatch", "Cannot have more than 400 records in a RRSet.", ""},

	// What one call takes.
	{"1,000 records", limits, "", creates(4, 250), "", "", ""},
	{"and not 1,001", "report DNSControl/dnscontrol#1114", "", creates(4, 250) + "\nCREATE more A 300 192.0.2.1", "InvalidChangeBatch", "[Number of records limit of 1000 exceeded.]", "-n0 A"},
	{"a DELETE counts as much", limits, "", "DELETE more A 300 192.0.2.1\n" + creates(4, 250), "InvalidChangeBatch", "Number of records limit", ""},
	{"an UPSERT counts twice", limits, "", strings.ReplaceAll(creates(2, 250), "CREATE", "UPSERT"), "", "", ""},
	{"so that 501 are too many", limits, "", strings.ReplaceAll(creates(2, 250), "CREATE", "UPSERT") + "\nUPSERT more A 300 192.0.2.1", "InvalidChangeBatch", "Number of records limit", ""},
	{"32,000 characters", limits, "", long("CREATE", 128), "", "", ""},
	{"and not 32,001", "report DNSControl/dnscontrol#908", "", long("CREATE", 128) + "\n" + `CREATE more TXT 300 ""`, "InvalidChangeBatch", "[RDATA character limit of 32000 exceeded.]", ""},
	{"of which an UPSERT takes two for each", limits, "", long("UPSERT", 64) + "\n" + `CREATE more TXT 300 ""`, "InvalidChangeBatch", "character limit", ""},

	// Types that exclude each other.
	{"no CNAME at the apex", data, "", "CREATE @ CNAME 300 example.net.", "InvalidChangeBatch", "RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.", ""},
	{"no CNAME beside others", "report hashicorp/terraform#9732", "www A 300 192.0.2.1", "CREATE www CNAME 300 example.net.", "InvalidChangeBatch", "RRSet of type CNAME with DNS name www.example.com. is not permitted as it conflicts with other records with the same DNS name in zone example.com.", ""},
	{"nor others beside a CNAME", "report ansible-collections/amazon.aws#2694", "www CNAME 300 example.net.", "CREATE www A 300 192.0.2.1", "InvalidChangeBatch", "RRSet of type A with DNS name www.example.com. is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone example.com.", ""},
	{"nor an alias", "report RJPearson94/terraform-aws-open-next#24", "www CNAME 300 example.net.", "CREATE www A ALIAS Z2FDTNDATAQYW2 d1.cloudfront.net.", "InvalidChangeBatch", "conflicting RRSet of type CNAME", ""},
	{"a CNAME has one value", recordAPI, "", "CREATE www CNAME 300 a.example.net. | b.example.net.", "InvalidChangeBatch", "exactly one", ""},
	{"no wildcard of type NS", setAPI, "", "CREATE * NS 300 ns.example.net.", "InvalidChangeBatch", "NS", ""},
	{"the SOA stays", "report airbnb/zonify#1", "", "DELETE @ SOA 900 SOA", "InvalidChangeBatch", "A HostedZone must contain exactly one SOA record.", "@ SOA"},
	{"so does the NS of the apex", "report airbnb/zonify#1", "", "DELETE @ NS 172800 NS", "InvalidChangeBatch", "[A HostedZone must contain at least one NS record for the zone itself.]", "@ NS"},
	{"both may be changed", "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html", "", "UPSERT @ NS 60 ns1.example.net. | ns2.example.net.\nUPSERT @ SOA 60 ns1.example.net. root.example.net. 1 7200 900 1209600 300", "", "", "@ NS 60 ns1.example.net., ns2.example.net."},
	{"also as a replacement", changeAPI, "", "DELETE @ NS 172800 NS\nCREATE @ NS 60 ns1.example.net.", "", "", "@ NS 60 ns1.example.net."},
	{"an SOA stands at the apex", data, "", "CREATE www SOA 60 ns1.example.net. root.example.net. 1 7200 900 1209600 300", "InvalidChangeBatch", "SOA", ""},
	{"and has one value", recordAPI, "", "UPSERT @ SOA 60 ns1.example.net. a.example.net. 1 2 3 4 5 | ns1.example.net. b.example.net. 1 2 3 4 5", "InvalidChangeBatch", "exactly one", ""},
	{"a delegation below the apex goes like any set", data, "sub NS 300 ns.example.net.", "DELETE sub NS 300 ns.example.net.", "", "", "-sub NS"},
}

func texts(n, octets int) string {
	return strings.TrimSpace(strings.Repeat(`"`+strings.Repeat("x", octets-3)+`" `, n))
}

func addresses(n int) string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("10.0.%d.%d", i/250, i%250))
	}
	return strings.Join(out, " | ")
}

// creates makes so many sets of so many addresses.
func creates(sets, n int) string {
	var out []string
	for i := range sets {
		out = append(out, fmt.Sprintf("CREATE n%d A 300 %s", i, addresses(n)))
	}
	return strings.Join(out, "\n")
}

// long writes so many texts of 250 characters.
func long(action string, n int) string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("%s t%d TXT 300 %s", action, i, texts(1, 251)))
	}
	return strings.Join(out, "\n")
}

func TestTheRulesOfABatch(t *testing.T) {
	for _, r := range rules {
		t.Run(r.says, func(t *testing.T) {
			require.NotEmpty(t, r.source)
			s := &route53test.Service{}
			id := s.AddZone("example.com")
			for line := range lines(r.given) {
				s.Put(id, set(s, id, line))
			}
			before := s.Sets(id)
			err := change(s, id, r.changes)
			refused(t, err, r.code, r.message)
			if r.code != "" {
				assert.Equal(t, before, s.Sets(id), "a batch that was refused changed the zone")
			}
			for line := range lines(r.then) {
				holds(t, s, id, line)
			}
		})
	}
}

// refused wants an error of a code, and of the status that goes with it.
func refused(t *testing.T, err error, code, message string) {
	t.Helper()
	if code == "" {
		require.NoError(t, err)
		return
	}
	var api smithy.APIError
	require.ErrorAs(t, err, &api)
	assert.Equal(t, code, api.ErrorCode())
	assert.Contains(t, api.ErrorMessage(), message)
	answer, ok := errors.AsType[*smithyhttp.ResponseError](err)
	require.True(t, ok, "%v", err)
	assert.NotZero(t, answer.HTTPStatusCode())
	assert.NotEmpty(t, answer.Response.Header.Get("x-amzn-RequestId"))
	assert.NotEqual(t, http.StatusOK, answer.HTTPStatusCode())
}

// holds wants a set to be there, or with "-" before it not to be.
func holds(t *testing.T, s *route53test.Service, id, line string) {
	t.Helper()
	absent := strings.HasPrefix(line, "-")
	words := strings.SplitN(strings.TrimPrefix(line, "-"), " ", 3)
	got, found := s.Get(id, absolute(words[0]), words[1])
	assert.Equal(t, !absent, found, line)
	if len(words) > 2 {
		assert.Equal(t, absolute(words[0])+" "+words[1]+" "+words[2], got.String())
	}
}

func lines(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.SplitSeq(text, "\n") {
			if line != "" && !yield(line) {
				return
			}
		}
	}
}

func absolute(name string) string {
	switch {
	case name == "@":
		return "example.com."
	case strings.HasSuffix(name, "."), strings.HasSuffix(name, "example.com"):
		return name
	}
	return name + ".example.com."
}

// set reads a set: its name, type and TTL, and its values; or ALIAS and the
// target's zone and name. SOA and NS stand for the values that are there.
func set(s *route53test.Service, id, line string) route53test.RecordSet {
	w := strings.SplitN(line, " ", 4)
	out := route53test.RecordSet{Name: absolute(w[0]), Type: w[1]}
	if strings.HasPrefix(w[2], "ALIAS") {
		zone, target, _ := strings.Cut(w[3], " ")
		if zone == "SELF" {
			zone = id
		}
		out = route53test.Alias(out.Name, out.Type, zone, target)
		if w[2] == "ALIAS+TTL" {
			out.TTL = p(int64(60))
		}
		return out
	}
	if ttl, err := strconv.ParseInt(w[2], 10, 64); err == nil {
		out.TTL = &ttl
	}
	if len(w) < 4 {
		return out
	}
	if w[3] == "SOA" || w[3] == "NS" {
		there, _ := s.Get(id, out.Name, w[3])
		out.Values = there.Values
		return out
	}
	for v := range strings.SplitSeq(w[3], " | ") {
		out.Values = append(out.Values, route53test.Value{Value: v})
	}
	return out
}

// change sends the lines as one batch through the real client.
func change(s *route53test.Service, id, text string) error {
	in := &route53.ChangeResourceRecordSetsInput{HostedZoneId: &id, ChangeBatch: &types.ChangeBatch{Changes: []types.Change{}}}
	for line := range lines(text) {
		action, rest, _ := strings.Cut(line, " ")
		in.ChangeBatch.Changes = append(in.ChangeBatch.Changes, types.Change{Action: types.ChangeAction(action), ResourceRecordSet: wire(set(s, id, rest))})
	}
	_, err := client(s).ChangeResourceRecordSets(ctx, in)
	return err
}

// wire is a set in the client's types.
func wire(r route53test.RecordSet) *types.ResourceRecordSet {
	out := &types.ResourceRecordSet{Name: &r.Name, Type: types.RRType(r.Type), TTL: r.TTL, Weight: r.Weight, MultiValueAnswer: r.MultiValueAnswer,
		Region: types.ResourceRecordSetRegion(r.Region), Failover: types.ResourceRecordSetFailover(r.Failover)}
	if r.SetIdentifier != "" {
		out.SetIdentifier = &r.SetIdentifier
	}
	if r.HealthCheckId != "" {
		out.HealthCheckId = &r.HealthCheckId
	}
	if g := r.GeoLocation; g != nil {
		out.GeoLocation = &types.GeoLocation{CountryCode: &g.CountryCode}
	}
	if a := r.AliasTarget; a != nil {
		out.AliasTarget = &types.AliasTarget{HostedZoneId: &a.HostedZoneId, DNSName: &a.DNSName, EvaluateTargetHealth: a.EvaluateTargetHealth}
	}
	for _, v := range r.Values {
		out.ResourceRecords = append(out.ResourceRecords, types.ResourceRecord{Value: &v.Value})
	}
	return out
}
