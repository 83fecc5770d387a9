package provider_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestAZoneThatItsSourceRefusesIsNotWritten(t *testing.T) {
	m := &provider.Memory{}
	s := provider.Syncer{Provider: m, Rules: zone.Mirror()}
	z, err := zone.Parse("example.com.", "@ 300 SOA a. b. 1 2 3 4 5\n@ 300 NS a.\nwww 300 A 192.0.2.1")
	require.NoError(t, err)
	r, err := s.Sync(t.Context(), zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: z}, Findings: []zone.Finding{{Level: zone.Refused, Text: "it is signed"}}})
	require.NoError(t, err)
	assert.Equal(t, provider.Refused, r.State)
	_, err = m.Zone(t.Context(), "example.com.")
	assert.ErrorIs(t, err, provider.ErrNoZone)
}

// What was written before stays as it is, and what was found wrong with single rows
// refuses no more than these.
func TestWhatASourceRefusesLeavesWhatIsThere(t *testing.T) {
	m := &provider.Memory{}
	s := provider.Syncer{Provider: m, Rules: zone.Mirror()}
	sync := func(address string, fs ...zone.Finding) provider.State {
		z, err := zone.Parse("example.com.", "@ 300 SOA a. b. 1 2 3 4 5\n@ 300 NS a.\nwww 300 A "+address)
		require.NoError(t, err)
		r, err := s.Sync(t.Context(), zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: z}, Findings: fs})
		require.NoError(t, err)
		return r.State
	}
	address := func() string {
		z, err := m.Zone(t.Context(), "example.com.")
		require.NoError(t, err)
		s, _ := z.Get(zone.Key{Name: "www.example.com.", Type: zone.A})
		return s.Data[0]
	}
	assert.Equal(t, provider.Agreed, sync("192.0.2.1"))
	assert.Equal(t, provider.Refused, sync("192.0.2.2", zone.Finding{Level: zone.Refused, Text: "it is signed"}))
	assert.Equal(t, "192.0.2.1", address())
	assert.Equal(t, provider.Refused, sync("192.0.2.3", zone.Finding{Level: zone.Refused, Key: zone.Key{Name: "x.example.com.", Type: zone.A}, Text: "row 7"}))
	assert.Equal(t, "192.0.2.3", address())
	assert.Equal(t, provider.Agreed, sync("192.0.2.4", zone.Finding{Text: "a note"}))
}
