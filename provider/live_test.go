package provider_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestAResultHasTheZoneAsItWasReadAgain(t *testing.T) {
	m := &provider.Memory{}
	s := provider.Syncer{Provider: m, Rules: zone.Mirror()}
	sync := func(text string) provider.Result {
		z, err := zone.Parse("example.com.", text)
		require.NoError(t, err)
		r, err := s.Sync(t.Context(), zone.Intent{Zone: z.Name(), Wish: zone.Replace{Zone: z}})
		require.NoError(t, err)
		return r
	}
	assert.True(t, sync("www 300 A 192.0.2.1\nmail 300 A 192.0.2.1").Live.Equal(m.Get("example.com.")), "created")
	assert.True(t, sync("www 300 A 192.0.2.2\nmail 300 A 192.0.2.1").Live.Equal(m.Get("example.com.")), "changed")
	assert.Nil(t, sync("www 300 A 192.0.2.2\nmail 300 A 192.0.2.1").Live, "nothing was written")
	r, err := s.Sync(t.Context(), zone.Intent{Zone: "example.com.", Wish: zone.Remove{}})
	require.NoError(t, err)
	assert.Nil(t, r.Live, "removed")
}
