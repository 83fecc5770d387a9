package route53test_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
)

var ctx = context.Background()

// client is the real client of the real service, with no answer tried twice.
func client(s *route53test.Service) *route53.Client {
	return route53.New(route53.Options{
		Region: "us-east-1", HTTPClient: s.Client(), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", ""),
	})
}

func p[T any](v T) *T { return &v }

func TestAZoneIsMadeFilledAndListed(t *testing.T) {
	s := &route53test.Service{}
	c := client(s)
	made, err := c.CreateHostedZone(ctx, &route53.CreateHostedZoneInput{Name: p("Example.com"), CallerReference: p("one")})
	require.NoError(t, err)
	assert.Equal(t, "example.com.", *made.HostedZone.Name)
	assert.Len(t, made.DelegationSet.NameServers, 4)
	assert.Contains(t, *made.Location, "https://route53.amazonaws.com/2013-04-01/hostedzone/Z")

	id := made.HostedZone.Id
	set := types.ResourceRecordSet{Name: p("*.example.com"), Type: "A", TTL: p(int64(300)), ResourceRecords: []types.ResourceRecord{{Value: p("192.0.2.1")}}}
	done, err := c.ChangeResourceRecordSets(ctx, &route53.ChangeResourceRecordSetsInput{HostedZoneId: id, ChangeBatch: &types.ChangeBatch{
		Changes: []types.Change{{Action: "CREATE", ResourceRecordSet: &set}},
	}})
	require.NoError(t, err)
	assert.Equal(t, types.ChangeStatusInsync, done.ChangeInfo.Status)

	listed, err := c.ListResourceRecordSets(ctx, &route53.ListResourceRecordSetsInput{HostedZoneId: id})
	require.NoError(t, err)
	require.Len(t, listed.ResourceRecordSets, 3)
	assert.Equal(t, `\052.example.com.`, *listed.ResourceRecordSets[2].Name)
	assert.Equal(t, int64(300), *listed.ResourceRecordSets[2].TTL)

	got, err := c.GetHostedZone(ctx, &route53.GetHostedZoneInput{Id: id})
	require.NoError(t, err)
	assert.Equal(t, int64(3), *got.HostedZone.ResourceRecordSetCount)
	byName, err := c.ListHostedZonesByName(ctx, &route53.ListHostedZonesByNameInput{DNSName: p("example.com")})
	require.NoError(t, err)
	require.Len(t, byName.HostedZones, 1)
	assert.Equal(t, id, byName.HostedZones[0].Id)
	assert.Equal(t, 1, s.Count("CreateHostedZone"))
	assert.Equal(t, 5, s.Count())
}
