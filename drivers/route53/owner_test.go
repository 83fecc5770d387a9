package route53

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
	"github.com/zonecast/zonecast/provider"
)

func TestAZoneThatWasThereIsTaggedAsOurs(t *testing.T) {
	s := &route53test.Service{}
	s.AddZone("example.com.")
	syncer := &provider.Syncer{Provider: open(t, s, owned), Owner: "zonecast"}
	syncs(t, syncer, parsed(t, "example.com.", panelZone))
	assert.Equal(t, 6, s.Count(), "two of them about the owner")
	assert.Equal(t, "zonecast", ownerOf(t, s, nil))

	other := &provider.Syncer{Provider: open(t, s), Owner: "other"}
	res, err := other.Sync(t.Context(), intent(parsed(t, "example.com.", panelZone+"\nx 300 A 192.0.2.1")))
	require.NoError(t, err)
	assert.Equal(t, provider.Blocked, res.State)
	assert.Equal(t, "the zone belongs to zonecast", res.Findings[0].Text)
	assert.Equal(t, 1, s.Count("ChangeResourceRecordSets"))
}

func TestTheOwnerIsAskedOnceADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{}
		s.AddZone("example.com.")
		p := open(t, s)
		for range 3 {
			owner, err := p.Owner(t.Context(), "example.com.")
			require.NoError(t, err)
			assert.Empty(t, owner)
		}
		assert.Equal(t, 1, s.Count("ListTagsForResource"))
		require.NoError(t, open(t, s).Claim(t.Context(), "example.com.", "other"))
		require.NoError(t, sleep(t.Context(), ownerTime))
		owner, err := p.Owner(t.Context(), "example.com.")
		require.NoError(t, err)
		assert.Equal(t, "other", owner)
	})
}

func TestTheMarkIsFoundInAComment(t *testing.T) {
	assert.Equal(t, "a", ownerIn("zonecast-owner=a"))
	assert.Equal(t, "a", ownerIn("hosted for ACME, zonecast-owner=a see wiki"))
	assert.Empty(t, ownerIn("zonecast-owner"))
	assert.Empty(t, ownerIn("not-zonecast-owner=a"))
}
