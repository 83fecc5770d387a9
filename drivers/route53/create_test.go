package route53

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestTwoProcessesMakeOneZone(t *testing.T) {
	s := &route53test.Service{}
	want := parsed(t, "example.com.", "")
	one, two := open(t, s, owned), open(t, s, owned)
	for _, p := range []*Provider{one, two} { // both see that it is missing
		_, err := p.Zone(t.Context(), "example.com.")
		require.ErrorIs(t, err, provider.ErrNoZone)
	}
	first, err := one.CreateZone(t.Context(), want)
	require.NoError(t, err)
	second, err := two.CreateZone(t.Context(), want)
	require.NoError(t, err)
	assert.Equal(t, first, second)
	assert.Len(t, s.Zones(""), 1)
	_, err = two.CreateZone(t.Context(), want)
	assert.ErrorIs(t, err, provider.ErrZoneExists)
}

func TestAZoneOfSomebodyElseIsThere(t *testing.T) {
	s := &route53test.Service{}
	p := open(t, s, owned)
	_, err := p.Zone(t.Context(), "example.com.")
	require.ErrorIs(t, err, provider.ErrNoZone)
	other := open(t, s, func(c *Config) { c.Owner = "other" })
	_, err = other.CreateZone(t.Context(), parsed(t, "example.com.", ""))
	require.NoError(t, err)
	_, err = open(t, s, owned).CreateZone(t.Context(), parsed(t, "example.com.", ""))
	assert.ErrorIs(t, err, provider.ErrZoneExists)
	assert.Len(t, s.Zones(""), 1)
}

func TestALostAnswerToACreationCostsNoSecondZone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, f := range []route53test.Fault{route53test.LostAnswer, {Drop: true}, route53test.Unavailable, {Code: "InternalFailure", Done: true}} {
			s := &route53test.Service{}
			faulty(s, "CreateHostedZone", f)
			servers, err := open(t, s, owned).CreateZone(t.Context(), parsed(t, "example.com.", ""))
			require.NoError(t, err)
			assert.Len(t, servers, 4, "the registrar needs them")
			assert.Len(t, s.Zones(""), 1)
		}
	})
}

func TestAZoneIsMadeAgainAfterItsDeletion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{}
		kept := notes{}
		for _, remembers := range []bool{true, false} {
			for range 3 {
				p := open(t, s, owned)
				if remembers {
					p.Share(kept)
				}
				s.ForgetCalls()
				_, err := p.CreateZone(t.Context(), parsed(t, "example.com.", ""))
				require.NoError(t, err)
				if remembers {
					assert.Equal(t, 1, s.Count("CreateHostedZone"))
				}
				assert.Len(t, s.Zones(""), 1)
				require.NoError(t, p.DeleteZone(t.Context(), "example.com."))
				assert.Empty(t, s.Zones(""))
			}
		}
	})
}

func TestAnAbsenceIsNotReliedOnForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{}
		p := open(t, s, owned)
		_, err := p.Zone(t.Context(), "example.com.")
		require.ErrorIs(t, err, provider.ErrNoZone)
		s.AddZone("example.com.")
		require.NoError(t, sleep(t.Context(), 2*absenceTime))
		_, err = p.CreateZone(t.Context(), parsed(t, "example.com.", ""))
		assert.ErrorIs(t, err, provider.ErrZoneExists)
		assert.Zero(t, s.Count("CreateHostedZone"))
	})
}

func TestANewZoneHasTheDelegationSet(t *testing.T) {
	s := &route53test.Service{}
	set, servers := newDelegationSet(t, s)
	p := open(t, s, func(c *Config) { c.DelegationSet = set })
	for _, name := range []zone.Name{"example.com.", "example.org."} {
		got, err := p.CreateZone(t.Context(), parsed(t, name, ""))
		require.NoError(t, err)
		assert.Equal(t, servers, got)
	}
	s.AddZone("example.com.")
	_, err := open(t, s).Zone(t.Context(), "example.com.")
	require.Error(t, err, "now there are two")
	_, err = open(t, s, func(c *Config) { c.DelegationSet = set }).Zone(t.Context(), "example.com.")
	assert.NoError(t, err, "of which the set decides")
}

func TestTheQuotaOfZonesIsSuch(t *testing.T) {
	s := &route53test.Service{MaxZones: 1}
	s.AddZone("example.org.")
	_, err := mirror(open(t, s)).Sync(t.Context(), intent(parsed(t, "example.com.", panelZone)))
	assert.Equal(t, provider.KindQuota, provider.KindOf(err))
	assert.Zero(t, s.Count("ChangeResourceRecordSets"))
}

func TestReferencesSayNothingAndDiffer(t *testing.T) {
	a, b := &Provider{config: Config{Owner: "a"}}, &Provider{config: Config{Owner: "b"}}
	assert.NotEqual(t, a.reference("example.com.", 0), b.reference("example.com.", 0))
	assert.NotEqual(t, a.reference("example.com.", 0), a.reference("example.com.", 1))
	assert.NotEqual(t, a.reference("example.com.", 0), a.reference("example.org.", 0))
	assert.Equal(t, a.reference("example.com.", 0), a.reference("example.com.", 0))
	assert.LessOrEqual(t, len(a.reference("example.com.", 100)), 128)
	assert.True(t, strings.HasPrefix(a.reference("example.com.", 0), "zonecast-"))
}

// newDelegationSet makes a reusable delegation set, as an administrator does.
func newDelegationSet(t testing.TB, s *route53test.Service) (id string, servers []zone.Name) {
	t.Helper()
	out, err := open(t, s).api.CreateReusableDelegationSet(t.Context(), &sdk.CreateReusableDelegationSetInput{CallerReference: aws.String("set")})
	require.NoError(t, err)
	return *out.DelegationSet.Id, serversOf(out.DelegationSet)
}
