package route53test_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
)

type recordSet = route53test.RecordSet

// changeSets sends sets as one batch through the real client.
func changeSets(s *route53test.Service, id, action string, sets ...recordSet) error {
	in := &route53.ChangeResourceRecordSetsInput{HostedZoneId: &id, ChangeBatch: &types.ChangeBatch{}}
	for _, r := range sets {
		in.ChangeBatch.Changes = append(in.ChangeBatch.Changes, types.Change{Action: types.ChangeAction(action), ResourceRecordSet: wire(r)})
	}
	_, err := client(s).ChangeResourceRecordSets(ctx, in)
	return err
}

// of makes one of a group.
func of(identifier string, as func(*recordSet)) recordSet {
	r := route53test.Simple("www.example.com.", "A", 60, "192.0.2.1")
	r.SetIdentifier = identifier
	as(&r)
	return r
}

func weight(n int64) func(*recordSet)       { return func(r *recordSet) { r.Weight = &n } }
func region(name string) func(*recordSet)   { return func(r *recordSet) { r.Region = name } }
func failover(role string) func(*recordSet) { return func(r *recordSet) { r.Failover = role } }
func country(code string) func(*recordSet) {
	return func(r *recordSet) { r.GeoLocation = &route53test.GeoLocation{CountryCode: code} }
}
func multivalue(r *recordSet) { r.MultiValueAnswer = p(true) }
func plain(*recordSet)        {}
func typed(typ, value string) func(*recordSet) {
	return func(r *recordSet) { r.Type, r.Values, r.Weight = typ, []route53test.Value{{Value: value}}, p(int64(1)) }
}

// The constraints are those of the members of
// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
var policyRules = []struct {
	says, source  string
	given         recordSet
	created       recordSet
	code, message string
}{
	{"weighted beside weighted", setAPI, of("a", weight(1)), of("b", weight(2)), "", ""},
	{"one identifier stands once", setAPI, of("a", weight(1)), of("a", weight(2)), "InvalidChangeBatch", "[name='www.example.com.', type='A', set identifier='a'] but it already exists"},
	{"simple beside weighted", "report kubernetes-sigs/external-dns#1411", of("a", weight(1)), of("", plain), "InvalidChangeBatch", "cannot be created as other RRSets exist with the same name and type."},
	{"weighted beside simple", "report kubernetes-sigs/external-dns#4345", of("", plain), of("a", weight(1)), "InvalidChangeBatch", "cannot be created as a non-weighted set exists with the same name and type."},
	{"weighted beside latency", "report kubernetes-sigs/external-dns#4345", of("a", region("eu-west-1")), of("b", weight(1)), "InvalidChangeBatch", "as a non-weighted set exists"},
	{"multivalue beside simple", "report cert-manager/cert-manager#5388", of("", plain), of("a", multivalue), "InvalidChangeBatch", "cannot be created because a non multivalue answer rrset exists with the same name and type."},
	{"multivalue beside multivalue", setAPI, of("a", multivalue), of("b", multivalue), "", ""},
	{"latency in two regions", setAPI, of("a", region("eu-west-1")), of("b", region("us-east-1")), "", ""},
	{"latency twice in one", setAPI, of("a", region("eu-west-1")), of("b", region("eu-west-1")), "InvalidChangeBatch", "same latency value"},
	{"two countries", setAPI, of("a", country("DE")), of("b", country("*")), "", ""},
	{"one country twice", setAPI, of("a", country("DE")), of("b", country("DE")), "InvalidChangeBatch", "same geolocation value"},
	{"a primary and its secondary", setAPI, of("a", failover("PRIMARY")), of("b", failover("SECONDARY")), "", ""},
	{"two primaries", setAPI, of("a", failover("PRIMARY")), of("b", failover("PRIMARY")), "InvalidChangeBatch", "same failover value"},
	{"an identifier wants a policy", setAPI, recordSet{}, of("a", plain), "InvalidInput", "Expected exactly one of [Weight, Region, Failover, GeoLocation"},
	{"a policy wants an identifier", setAPI, recordSet{}, of("", weight(1)), "InvalidInput", "Missing field 'SetIdentifier'"},
	{"a weight is at most 255", setAPI, recordSet{}, of("a", weight(256)), "InvalidInput", "less than or equal to 255"},
	{"no policy for NS", setAPI, recordSet{}, of("a", typed("NS", "ns.example.net.")), "InvalidInput", "NS"},
	{"weighted CNAMEs", setAPI, of("a", typed("CNAME", "a.example.net.")), of("b", typed("CNAME", "b.example.net.")), "", ""},
	{"a health check that is not there", changeAPI, recordSet{}, of("", func(r *recordSet) { r.HealthCheckId = "none" }), "NoSuchHealthCheck", ""},
}

func TestTheRulesOfRoutingPolicies(t *testing.T) {
	for _, r := range policyRules {
		t.Run(r.says, func(t *testing.T) {
			require.NotEmpty(t, r.source)
			s := &route53test.Service{}
			id := s.AddZone("example.com")
			if r.given.Name != "" {
				refused(t, changeSets(s, id, "CREATE", r.given), "", "")
			}
			refused(t, changeSets(s, id, "CREATE", r.created), r.code, r.message)
		})
	}
}

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
func TestAGroupHasAHundredSets(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com")
	for i := range 100 {
		s.Put(id, of(fmt.Sprint(i), weight(1)))
	}
	refused(t, changeSets(s, id, "CREATE", of("more", weight(1))), "InvalidChangeBatch", "100")
}

func TestAMemberOfAGroupIsChangedAndDeletedByItself(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com")
	s.Put(id, of("a", weight(1)), of("b", weight(2)))
	refused(t, changeSets(s, id, "UPSERT", of("a", weight(9))), "", "")
	refused(t, changeSets(s, id, "DELETE", of("b", weight(3))), "InvalidChangeBatch", "do not match")
	refused(t, changeSets(s, id, "DELETE", of("b", weight(2))), "", "")
	sets := s.Sets(id)
	require.Len(t, sets, 3)
	assert.Equal(t, int64(9), *sets[2].Weight)
}

const targetAPI = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html"

var aliasRules = []struct{ says, source, given, change, code, message string }{
	{"to a distribution", targetAPI, "", "CREATE www A ALIAS Z2FDTNDATAQYW2 d1.cloudfront.net", "", ""},
	{"of the apex", targetAPI, "", "CREATE @ A ALIAS Z2FDTNDATAQYW2 d1.cloudfront.net", "", ""},
	{"to a load balancer", targetAPI, "", "CREATE www A ALIAS Z35SXDOTRQ7X7K dualstack.lb-1.us-east-1.elb.amazonaws.com.", "", ""},
	{"with a wrong zone", "report aws/aws-cdk#4248", "", "CREATE www A ALIAS Z1BKCTXD74EZPE d1.cloudfront.net.", "InvalidChangeBatch", "but the alias target name does not lie within the target zone"},
	{"to a set of the zone", targetAPI, "host A 300 192.0.2.1", "CREATE www A ALIAS SELF host.example.com", "", ""},
	{"to a set of another type", targetAPI, "host A 300 192.0.2.1", "CREATE www AAAA ALIAS SELF host.example.com", "InvalidChangeBatch", "but that target was not found"},
	{"to nothing", "report barnybug/cli53#227", "", "CREATE www A ALIAS SELF host.example.com", "InvalidChangeBatch", "Tried to create an alias that targets host.example.com., type A in zone "},
	{"to what comes later in the batch", "report octodns/octodns#366", "", "CREATE www A ALIAS SELF host.example.com\nCREATE host A 300 192.0.2.1", "InvalidChangeBatch", "but that target was not found"},
	{"to what came before", "report octodns/octodns#366", "", "CREATE host A 300 192.0.2.1\nCREATE www A ALIAS SELF host.example.com", "", ""},
	{"out of its zone", "report aws/aws-cdk#19643", "", "CREATE www A ALIAS SELF host.example.net", "InvalidChangeBatch", "does not lie within the target zone, Tried to create an alias that targets host.example.net., type A in zone "},
	{"to no name", "report harmony-one/harmony-ops#491", "", "CREATE www A ALIAS SELF ", "InvalidChangeBatch", "[FATAL problem: DomainNameEmpty (Domain name is empty) encountered with '']"},
	{"of type NS", setAPI, "", "CREATE sub NS ALIAS Z2FDTNDATAQYW2 d1.cloudfront.net.", "InvalidChangeBatch", "NS"},
	{"of type CNAME at the apex", setAPI, "host CNAME 300 example.net.", "CREATE @ CNAME ALIAS SELF host.example.com", "InvalidChangeBatch", "not permitted at apex"},
}

func TestTheRulesOfAliases(t *testing.T) {
	for _, r := range aliasRules {
		t.Run(r.says, func(t *testing.T) {
			require.NotEmpty(t, r.source)
			s := &route53test.Service{}
			id := s.AddZone("example.com")
			for line := range lines(r.given) {
				s.Put(id, set(s, id, line))
			}
			refused(t, change(s, id, r.change), r.code, r.message)
		})
	}
}

// What an alias has not is not listed, also not as nothing.
func TestAnAliasIsListedWithoutValuesAndTTL(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com")
	require.NoError(t, change(s, id, "CREATE www A ALIAS Z2FDTNDATAQYW2 D1.cloudfront.net"))
	page, err := client(s).ListResourceRecordSets(ctx, &route53.ListResourceRecordSetsInput{HostedZoneId: &id})
	require.NoError(t, err)
	assert.Equal(t, types.ResourceRecordSet{
		Name: p("www.example.com."), Type: "A",
		AliasTarget: &types.AliasTarget{HostedZoneId: p("Z2FDTNDATAQYW2"), DNSName: p("d1.cloudfront.net.")},
	}, page.ResourceRecordSets[2])
}
