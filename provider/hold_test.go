package provider_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// holding is a stage at which every plan awaits approval and no step but a read is
// taken before it has it.
func holding(t *testing.T, live string) *stage {
	s := newStage(t, live)
	s.Hold, s.Syncer.Owner = true, "us"
	s.Fault = func(step string, _ provider.Point) error {
		if s.Approved == nil && step != "read" && step != "owner" {
			t.Errorf("step %s without approval", step)
		}
		return nil
	}
	return s
}

// approve lets what was held through.
func (s *stage) approve(res provider.Result) {
	s.t.Helper()
	require.Equal(s.t, provider.Held, res.State, res)
	require.True(s.t, res.Plan.Empty())
	s.Approved = []zone.Digest{res.Held.Digest()}
}

func TestWhereEverythingIsHeldTheWholePlanAwaitsApproval(t *testing.T) {
	s := holding(t, "same 300 A 192.0.2.1\nother 300 A 192.0.2.9\nforeign 300 A 192.0.2.8")
	want := "same 300 A 192.0.2.1\nother 300 A 192.0.2.2\nnew 300 A 192.0.2.3"
	res := s.sync(want)
	assert.Len(t, res.Held.Changes, 2, "what is missing and what differs")
	assert.Equal(t, res.Held.Digest(), s.sync(want).Held.Digest())
	s.approve(res)
	assert.Equal(t, provider.Agreed, s.sync(want).State)
	s.has(want + "\nforeign 300 A 192.0.2.8")

	s.Approved = nil
	assert.Equal(t, provider.Agreed, s.sync(want).State, "nothing to do is nothing to approve")
	res = s.sync("same 300 A 192.0.2.1")
	s.approve(res)
	assert.Equal(t, provider.Agreed, s.sync("same 300 A 192.0.2.1").State)
	s.has("same 300 A 192.0.2.1\nforeign 300 A 192.0.2.8")
}

func TestWhereEverythingIsHeldZonesComeAndGoByApproval(t *testing.T) {
	s := holding(t, "")
	s.NameServers = []zone.Name{"ns1.example.net."}
	res := s.sync("www 300 A 192.0.2.1")
	assert.True(t, res.Held.Create)
	s.approve(res)
	assert.Equal(t, provider.Agreed, s.sync("www 300 A 192.0.2.1").State)
	require.NotNil(t, s.Get(example))

	s.Approved = nil
	res = remove(t, s)
	assert.True(t, res.Held.Delete)
	s.approve(res)
	assert.Equal(t, provider.Agreed, remove(t, s).State)
	assert.Nil(t, s.Get(example))
}

func TestAnApprovalDoesNotCoverWhatIsOtherwiseByNow(t *testing.T) {
	s := holding(t, "www 300 A 192.0.2.9")
	s.approve(s.sync("www 300 A 192.0.2.1"))
	s.Put(parse(t, "www 300 A 192.0.2.8"))
	assert.Equal(t, provider.Held, s.sync("www 300 A 192.0.2.1").State)
	s.has("www 300 A 192.0.2.8")
}

func TestWhereEverythingIsHeldSoArePatches(t *testing.T) {
	s := holding(t, "@ 300 NS ns1.example.net.")
	patch := zone.Intent{Zone: example, Wish: zone.Patch{Add: []zone.Record{{Name: example, Type: zone.A, TTL: 300, Data: "192.0.2.1"}}}}
	res, err := s.Sync(context.Background(), patch)
	require.NoError(t, err)
	s.approve(res)
	res, err = s.Sync(context.Background(), patch)
	require.NoError(t, err)
	assert.Equal(t, provider.Agreed, res.State)
	s.has("@ 300 NS ns1.example.net.\n@ 300 A 192.0.2.1")
}
