package route53test_test

import (
	"fmt"
	"regexp"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
)

func create(s *route53test.Service, name, reference string, more ...func(*route53.CreateHostedZoneInput)) (*route53.CreateHostedZoneOutput, error) {
	in := &route53.CreateHostedZoneInput{Name: &name, CallerReference: &reference}
	for _, f := range more {
		f(in)
	}
	return client(s).CreateHostedZone(ctx, in)
}

func delegated(id string) func(*route53.CreateHostedZoneInput) {
	return func(in *route53.CreateHostedZoneInput) { in.DelegationSetId = &id }
}

func private(in *route53.CreateHostedZoneInput) {
	in.VPC = &types.VPC{VPCId: p("vpc-1"), VPCRegion: "us-east-1"}
}

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html
func TestAZoneIsBornWithItsServers(t *testing.T) {
	s := &route53test.Service{}
	one, err := create(s, "example.com", "1", func(in *route53.CreateHostedZoneInput) {
		in.HostedZoneConfig = &types.HostedZoneConfig{Comment: p("ours")}
	})
	require.NoError(t, err)
	two, err := create(s, "example.org", "2")
	require.NoError(t, err)
	assert.NotEqual(t, one.DelegationSet.NameServers, two.DelegationSet.NameServers)
	assert.Equal(t, "ours", *one.HostedZone.Config.Comment)
	id := s.Zones("example.com")[0]
	ns, _ := s.Get(id, "example.com", "NS")
	soa, _ := s.Get(id, "example.com", "SOA")
	assert.Equal(t, int64(172800), *ns.TTL)
	for i, n := range one.DelegationSet.NameServers {
		assert.Regexp(t, regexp.MustCompile(`^ns-\d+\.awsdns-\d\d\.(com|net|org|co\.uk)$`), n)
		assert.Equal(t, n+".", ns.Data()[i])
	}
	assert.Equal(t, "example.com. SOA 900 "+ns.Data()[0]+" awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400", soa.String())
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html,
// but where another source is named.
func TestTheRulesOfCreation(t *testing.T) {
	s := &route53test.Service{MaxZones: 4, MaxNamesakes: 3}
	made, err := create(s, "example.com", "1")
	require.NoError(t, err)
	_, err = create(s, "example.com", "1")
	refused(t, err, "HostedZoneAlreadyExists", "caller reference")
	assert.ErrorContains(t, err, "StatusCode: 409")
	_, err = create(s, "other.example", "1")
	refused(t, err, "HostedZoneAlreadyExists", "")
	_, err = create(s, "example.com", "2")
	require.NoError(t, err, "a name may stand there twice")
	_, err = create(s, "example.com", "3", private)
	require.NoError(t, err)

	for _, name := range []string{"com", "com.", ".", "bad..name", "sp ace.example", "."} {
		_, err = create(s, name, "x")
		refused(t, err, "InvalidDomainName", "")
	}
	_, err = create(s, "example.net", "")
	refused(t, err, "InvalidInput", "callerReference")

	// report Netflix/denominator#356: a reference can never be used again.
	_, err = client(s).DeleteHostedZone(ctx, &route53.DeleteHostedZoneInput{Id: made.HostedZone.Id})
	require.NoError(t, err)
	_, err = create(s, "example.com", "1")
	refused(t, err, "HostedZoneAlreadyExists", "")

	_, err = create(s, "example.com", "4")
	require.NoError(t, err)
	_, err = create(s, "example.com", "5")
	require.NoError(t, err)
	_, err = create(s, "example.com", "6")
	refused(t, err, "TooManyHostedZones", "")
	s.MaxZones = 5
	_, err = create(s, "example.com", "7")
	refused(t, err, "DelegationSetNotAvailable", "")
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHostedZone.html
func TestOnlyAnEmptyZoneGoes(t *testing.T) {
	s := &route53test.Service{}
	c := client(s)
	id := s.AddZone("example.com")
	remove := func() error {
		_, err := c.DeleteHostedZone(ctx, &route53.DeleteHostedZoneInput{Id: &id})
		return err
	}
	s.Put(id, route53test.Simple("www.example.com", "A", 60, "192.0.2.1"))
	refused(t, remove(), "HostedZoneNotEmpty", "non-required resource record sets") // report gruntwork-io/cloud-nuke#704
	s.Clear(id)
	s.SetDNSSEC(id, true)
	refused(t, remove(), "HostedZoneNotEmpty", "")
	state, err := c.GetDNSSEC(ctx, &route53.GetDNSSECInput{HostedZoneId: &id})
	require.NoError(t, err)
	assert.Equal(t, "SIGNING", *state.Status.ServeSignature)
	s.SetDNSSEC(id, false)
	require.NoError(t, remove())
	refused(t, remove(), "NoSuchHostedZone", "No hosted zone found with ID: "+id)
	_, err = c.ListResourceRecordSets(ctx, &route53.ListResourceRecordSetsInput{HostedZoneId: &id})
	refused(t, err, "NoSuchHostedZone", "")
	assert.ErrorContains(t, err, "StatusCode: 404")
	assert.Empty(t, s.Zones("example.com"))
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateReusableDelegationSet.html
func TestZonesShareADelegationSet(t *testing.T) {
	s := &route53test.Service{MaxDelegations: 2}
	c := client(s)
	made, err := c.CreateReusableDelegationSet(ctx, &route53.CreateReusableDelegationSetInput{CallerReference: p("one")})
	require.NoError(t, err)
	require.Len(t, made.DelegationSet.NameServers, 4)
	_, err = c.CreateReusableDelegationSet(ctx, &route53.CreateReusableDelegationSetInput{CallerReference: p("one")})
	refused(t, err, "DelegationSetAlreadyCreated", "")
	id := (*made.DelegationSet.Id)[len("/delegationset/"):]

	zone, err := create(s, "example.com", "1", delegated(id))
	require.NoError(t, err)
	assert.Equal(t, made.DelegationSet.NameServers, zone.DelegationSet.NameServers)
	got, err := c.GetHostedZone(ctx, &route53.GetHostedZoneInput{Id: zone.HostedZone.Id})
	require.NoError(t, err)
	assert.Equal(t, made.DelegationSet.Id, got.DelegationSet.Id)

	for _, name := range []string{"example.com", "sub.example.com"} {
		_, err = create(s, name, "2", delegated(id))
		refused(t, err, "ConflictingDomainExists", "")
	}
	_, err = create(s, "example.org", "3", delegated(id))
	require.NoError(t, err)
	_, err = create(s, "example.net", "4", delegated(id))
	refused(t, err, "TooManyHostedZones", "")
	_, err = create(s, "example.net", "4", delegated("N0"))
	refused(t, err, "NoSuchDelegationSet", "")
	_, err = create(s, "example.net", "4", delegated(id), private)
	refused(t, err, "InvalidInput", "private")

	zones, err := c.ListHostedZones(ctx, &route53.ListHostedZonesInput{DelegationSetId: &id})
	require.NoError(t, err)
	assert.Len(t, zones.HostedZones, 2)
	limit, err := c.GetReusableDelegationSetLimit(ctx, &route53.GetReusableDelegationSetLimitInput{DelegationSetId: &id, Type: "MAX_ZONES_BY_REUSABLE_DELEGATION_SET"})
	require.NoError(t, err)
	assert.Equal(t, []int64{2, 2}, []int64{limit.Count, *limit.Limit.Value})
	_, err = c.DeleteReusableDelegationSet(ctx, &route53.DeleteReusableDelegationSetInput{Id: &id})
	refused(t, err, "DelegationSetInUse", "")
}

func TestTheSetOfAZoneIsMadeReusable(t *testing.T) {
	s := &route53test.Service{}
	c := client(s)
	zone := s.AddZone("example.com")
	in := &route53.CreateReusableDelegationSetInput{CallerReference: p("one"), HostedZoneId: &zone}
	made, err := c.CreateReusableDelegationSet(ctx, in)
	require.NoError(t, err)
	ns, _ := s.Get(zone, "example.com", "NS")
	assert.Equal(t, ns.Data()[0], made.DelegationSet.NameServers[0]+".")
	in.CallerReference = p("two")
	_, err = c.CreateReusableDelegationSet(ctx, in)
	refused(t, err, "DelegationSetAlreadyReusable", "")
	in.HostedZoneId = p("Z0")
	_, err = c.CreateReusableDelegationSet(ctx, in)
	refused(t, err, "HostedZoneNotFound", "")
	all, err := c.ListReusableDelegationSets(ctx, &route53.ListReusableDelegationSetsInput{})
	require.NoError(t, err)
	require.Len(t, all.DelegationSets, 1)
	got, err := c.GetReusableDelegationSet(ctx, &route53.GetReusableDelegationSetInput{Id: all.DelegationSets[0].Id})
	require.NoError(t, err)
	assert.Equal(t, made.DelegationSet.NameServers, got.DelegationSet.NameServers)
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeTagsForResource.html
func TestZonesHaveTags(t *testing.T) {
	s := &route53test.Service{}
	c := client(s)
	id, other := s.AddZone("example.com"), s.AddZone("example.org")
	tags := func(ids ...string) ([]types.ResourceTagSet, error) {
		out, err := c.ListTagsForResources(ctx, &route53.ListTagsForResourcesInput{ResourceType: "hostedzone", ResourceIds: ids})
		if err != nil {
			return nil, err
		}
		return out.ResourceTagSets, nil
	}
	set := func(id string, remove []string, add ...types.Tag) error {
		_, err := c.ChangeTagsForResource(ctx, &route53.ChangeTagsForResourceInput{ResourceType: "hostedzone", ResourceId: &id, AddTags: add, RemoveTagKeys: remove})
		return err
	}
	tag := func(k, v string) types.Tag { return types.Tag{Key: &k, Value: &v} }
	require.NoError(t, set(id, nil, tag("owner", "a"), tag("more", "b")))
	require.NoError(t, set(id, []string{"more"}, tag("owner", "c")))
	one, err := c.ListTagsForResource(ctx, &route53.ListTagsForResourceInput{ResourceType: "hostedzone", ResourceId: &id})
	require.NoError(t, err)
	assert.Equal(t, []types.Tag{tag("owner", "c")}, one.ResourceTagSet.Tags)
	both, err := tags(id, other)
	require.NoError(t, err)
	require.Len(t, both, 2)
	assert.Equal(t, []types.Tag{tag("owner", "c")}, both[0].Tags)
	assert.Empty(t, both[1].Tags)

	_, err = tags(id, other, id, id, id, id, id, id, id, id, id)
	refused(t, err, "InvalidInput", "'ResourceId' can occur a maximum of '10' times") // report cloud-custodian/cloud-custodian#2356
	_, err = tags("Z0")
	refused(t, err, "NoSuchHostedZone", "")
	refused(t, set("/hostedzone/"+id, nil, tag("k", "v")), "InvalidInput", "'resourceId' failed to satisfy constraint: Member must have length less than or equal to 32") // report crossplane-contrib/provider-aws#1826
	refused(t, set(id, nil), "InvalidInput", "")
	refused(t, set(id, nil, tag("aws:x", "v")), "InvalidInput", "reserved")
	for i := range 9 {
		require.NoError(t, set(id, nil, tag(fmt.Sprint(i), "v")))
	}
	refused(t, set(id, nil, tag("eleventh", "v")), "InvalidInput", "")
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetAccountLimit.html
// and API_GetHostedZoneLimit.html; the words of the refusal are of report
// DNSControl/dnscontrol#908.
func TestQuotasAreToldAndKept(t *testing.T) {
	s := &route53test.Service{MaxZones: 7, MaxSets: 4}
	c := client(s)
	id := s.AddZone("example.com")
	account, err := c.GetAccountLimit(ctx, &route53.GetAccountLimitInput{Type: "MAX_HOSTED_ZONES_BY_OWNER"})
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 7}, []int64{account.Count, *account.Limit.Value})
	require.NoError(t, change(s, id, "CREATE a A 60 192.0.2.1\nCREATE b A 60 192.0.2.1"))
	zone, err := c.GetHostedZoneLimit(ctx, &route53.GetHostedZoneLimitInput{HostedZoneId: &id, Type: "MAX_RRSETS_BY_ZONE"})
	require.NoError(t, err)
	assert.Equal(t, []int64{4, 4}, []int64{zone.Count, *zone.Limit.Value})
	refused(t, change(s, id, "CREATE c A 60 192.0.2.1"), "InvalidChangeBatch", "[Exceeded limit MAX_RRSETS_BY_ZONE for zone: "+id+"]")
	require.NoError(t, change(s, id, "DELETE a A 60 192.0.2.1\nCREATE c A 60 192.0.2.1"))
	count, err := c.GetHostedZoneCount(ctx, &route53.GetHostedZoneCountInput{})
	require.NoError(t, err)
	assert.Equal(t, int64(1), *count.HostedZoneCount)
	_, err = c.GetHostedZoneLimit(ctx, &route53.GetHostedZoneLimitInput{HostedZoneId: &id, Type: "MAX_VPCS_ASSOCIATED_BY_ZONE"})
	refused(t, err, "HostedZoneNotPrivate", "")
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html
func TestAChangeIsPendingForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{InSync: time.Minute}
		c := client(s)
		made, err := create(s, "example.com", "1")
		require.NoError(t, err)
		assert.Equal(t, types.ChangeStatusPending, made.ChangeInfo.Status)
		ask := func() types.ChangeStatus {
			out, err := c.GetChange(ctx, &route53.GetChangeInput{Id: made.ChangeInfo.Id})
			require.NoError(t, err)
			assert.Equal(t, made.ChangeInfo.Id, out.ChangeInfo.Id)
			return out.ChangeInfo.Status
		}
		time.Sleep(59 * time.Second)
		assert.Equal(t, types.ChangeStatusPending, ask())
		time.Sleep(time.Second)
		assert.Equal(t, types.ChangeStatusInsync, ask())
		_, err = c.GetChange(ctx, &route53.GetChangeInput{Id: p("C0")})
		refused(t, err, "NoSuchChange", "")
		assert.ErrorContains(t, err, "StatusCode: 404")
	})
}

func TestACommentIsChanged(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com")
	out, err := client(s).UpdateHostedZoneComment(ctx, &route53.UpdateHostedZoneCommentInput{Id: &id, Comment: p("now this")})
	require.NoError(t, err)
	assert.Equal(t, "now this", *out.HostedZone.Config.Comment)
}

func TestAPrivateZoneHasNoDelegationSet(t *testing.T) {
	s := &route53test.Service{}
	c := client(s)
	made, err := create(s, "example.com", "1", private)
	require.NoError(t, err)
	assert.True(t, made.HostedZone.Config.PrivateZone)
	got, err := c.GetHostedZone(ctx, &route53.GetHostedZoneInput{Id: made.HostedZone.Id})
	require.NoError(t, err)
	assert.Nil(t, got.DelegationSet)
	require.Len(t, got.VPCs, 1)
	_, err = c.GetDNSSEC(ctx, &route53.GetDNSSECInput{HostedZoneId: made.HostedZone.Id})
	refused(t, err, "InvalidArgument", "")
}
