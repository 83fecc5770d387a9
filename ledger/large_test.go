package ledger

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

// largeZone has enough records for its text to be large.
func largeZone(t *testing.T, state int) *zone.Zone {
	text := strings.Repeat("x", 200)
	var lines strings.Builder
	for i := range 8000 {
		fmt.Fprintf(&lines, "h%d 300 TXT %s%d\n", i, text, state)
	}
	z, err := zone.Parse("example.com.", lines.String())
	require.NoError(t, err)
	return z
}

func TestALargeZoneIsReadFromItsTextOnce(t *testing.T) {
	var k known
	one, two := largeZone(t, 1), largeZone(t, 2)
	first, err := one.MarshalJSON()
	require.NoError(t, err)
	got, err := k.read(first)
	require.NoError(t, err)
	assert.True(t, got.Equal(one))
	again, err := k.read(append([]byte(nil), first...))
	require.NoError(t, err)
	assert.Same(t, got, again)

	second, err := k.text(two)
	require.NoError(t, err)
	written, err := k.read(second)
	require.NoError(t, err)
	assert.Same(t, two, written, "what was written need not be read")
	_, err = k.read(append([]byte("["), first...))
	assert.Error(t, err)
}

func TestNoMoreLargeZonesAreKeptThanThereIsRoomFor(t *testing.T) {
	var k known
	z := &zone.Zone{}
	for i := range 10 {
		k.keep(knownZone{sum: [32]byte{byte(i)}, octets: mostText / 4, zone: z})
		k.find([32]byte{0}) // that one is used all the time
	}
	var kept []byte
	for _, z := range k.zones {
		kept = append(kept, z.sum[0])
	}
	assert.Equal(t, []byte{7, 8, 9, 0}, kept)
	k.keep(knownZone{sum: [32]byte{99}, octets: mostText + 1, zone: z})
	assert.Len(t, k.zones, 4, "one that is larger than all the room is not kept")
}
