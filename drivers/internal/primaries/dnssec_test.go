package primaries

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/secondary"
	"github.com/zonecast/zonecast/zone"
)

// A BIND that signs a zone and has its parent as well: without a DS there the zone goes
// on as it was before it was signed, and with one it does not.
func TestAZoneThatBINDSignsIsStripped(t *testing.T) {
	plain := filled(t, apex, everything)
	parent, err := zone.Parse("com.", servers.Bare("com.").String()+"example 300 NS ns1.example.net.\n")
	require.NoError(t, err)
	s := servers.BIND(t, servers.Setup{Zones: []*zone.Zone{plain, parent}, Settings: "dnssec-policy default;"})
	require.Eventually(t, func() bool {
		_, ok := s.Transfer(t, apex).Get(zone.Key{Name: "alias." + apex, Type: "RRSIG"})
		return ok
	}, 20*time.Second, 50*time.Millisecond)
	store := &secondary.MemoryStore{}
	f := follow(s, apex)
	f.DNSSEC, f.Resolvers, f.Store = secondary.Strip, []string{s.Addr}, store
	var last zone.Intent
	pass := func() {
		last = zone.Intent{}
		require.NoError(t, f.Once(t.Context(), func(_ context.Context, ins []zone.Intent) error {
			last = ins[0]
			return nil
		}))
	}

	pass()
	require.Len(t, last.Findings, 1)
	assert.Contains(t, last.Findings[0].Text, "its parent has no DS for it, but caches may still have one")
	pass()
	assert.Nil(t, last.Wish)

	copies, err := store.Copies(t.Context(), f.Name)
	require.NoError(t, err)
	copies[0].Secured = time.Now().Add(-time.Second) // two days later
	require.NoError(t, store.Keep(t.Context(), f.Name, copies...))
	pass()
	got := last.Wish.(zone.Replace).Zone
	assert.True(t, got.Only(notSOA).Equal(plain.Only(notSOA)), "want\n%sgot\n%s", plain, got)

	updateZone(t, s, "com", "update add example.com 300 DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000")
	pass()
	require.Len(t, last.Findings, 1)
	assert.Equal(t, zone.Refused, last.Findings[0].Level)
	assert.Contains(t, last.Findings[0].Text, "its parent has a DS for it")
	updateZone(t, s, "com", "update delete example.com DS")
	pass()
	assert.Nil(t, last.Wish, "and it is two days again")

	// A server that has the zone alone denies its DS, and is not believed.
	alone := servers.BIND(t, servers.Setup{Zones: []*zone.Zone{plain}})
	f.Resolvers, f.Store = []string{alone.Addr}, &secondary.MemoryStore{}
	pass()
	assert.Contains(t, last.Findings[0].Text, "does not come from the parent of the zone")
}
