package zone_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

// shape is that of the plan from one text to another, for a zone of any name.
func shape(t *testing.T, name zone.Name, from, to string) zone.Digest {
	t.Helper()
	live, err := zone.Parse(name, from)
	require.NoError(t, err)
	want, err := zone.Parse(name, to)
	require.NoError(t, err)
	return zone.Diff(live, want).Shape()
}

func TestPlansForTwoZonesHaveOneShapeIfOnlyTheNameOfTheZoneDiffers(t *testing.T) {
	const from = "@ 300 SOA ns1 hostmaster 7 2 3 4 5\nwww 300 A 192.0.2.1\n@ 300 MX 10 mail\n@ 300 MX 10 mx.example.net."
	const to = "@ 300 SOA ns1 hostmaster 8 2 3 4 6\nwww 300 A 192.0.2.2\n@ 300 MX 20 mail\n@ 300 MX 20 mx.example.net."
	for _, name := range []zone.Name{"z.example.", "a.example.", "a.b.c."} {
		assert.Equal(t, shape(t, "example.com.", from, to), shape(t, name, from, to), name)
	}
	assert.Equal(t, shape(t, "a.example.", from, to), shape(t, "a.example.",
		"@ 300 SOA ns1 hostmaster 70 2 3 4 5\nwww 300 A 192.0.2.1\n@ 300 MX 10 mail\n@ 300 MX 10 mx.example.net.", to), "the serial does not count")
}

func TestWhatDiffersInMoreThanTheNameHasAnotherShape(t *testing.T) {
	const from = "@ 300 A 192.0.2.1\nwww 300 CNAME web"
	seen := map[zone.Digest]string{}
	for _, to := range []string{
		"@ 300 A 192.0.2.2\nwww 300 CNAME web",
		"@ 300 A 192.0.2.3\nwww 300 CNAME web",
		"@ 600 A 192.0.2.2\nwww 300 CNAME web",
		"@ 300 A 192.0.2.2\nwww 300 CNAME web.example.net.",
		"@ 300 A 192.0.2.2\nwww 300 CNAME @",
		"@ 300 A 192.0.2.2",
		"@ 300 A 192.0.2.2\nwww 300 CNAME web\n@ 300 TXT example.com.",
		"@ 300 A 192.0.2.2\nwww 300 CNAME web\n@ 300 TXT example.net.",
		"",
	} {
		d := shape(t, "example.com.", from, to)
		assert.Empty(t, seen[d], to)
		seen[d] = to
	}
}

func TestANameThatOnlyEndsLikeTheZoneIsAnotherName(t *testing.T) {
	assert.NotEqual(t, shape(t, "a.example.", "", "@ 300 MX 0 not-a.example."), shape(t, "b.example.", "", "@ 300 MX 0 not-b.example."))
}

func TestTheCreationOfAZoneHasAShapeOfItsOwn(t *testing.T) {
	z, err := zone.Parse("a.example.", "@ 300 A 192.0.2.1")
	require.NoError(t, err)
	empty, err := zone.New("a.example.")
	require.NoError(t, err)
	assert.NotEqual(t, zone.Diff(nil, z).Shape(), zone.Diff(empty, z).Shape())
}
