package planisys_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// What the profile cannot write so that it is read again as it was stays out, is
// said, and keeps nothing else from being written.
func TestWhatCannotBeSpelledIsBlockedAndSaid(t *testing.T) {
	b := newBed(t)
	b.fake.Put(parse(t, "example.com.", "latin 300 TXT old"))
	want := parse(t, "example.com.", `
www   300 A     192.0.2.1
latin 300 TXT   "caf\233"
quote 300 TXT   "\"all of it\""
low   10  A     192.0.2.2
loc   300 LOC   52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
cut   300 TXT   "a" "b"
`)
	res, err := b.mirror(want)
	require.NoError(t, err)
	assert.Equal(t, provider.Blocked, res.State)
	said := map[zone.Key]zone.Finding{}
	for _, f := range res.Findings {
		said[f.Key] = f
	}
	at := func(n zone.Name, typ zone.Type) zone.Finding { return said[zone.Key{Name: n, Type: typ}] }
	assert.Contains(t, at("latin.example.com.", "TXT").Text, "cannot be written as the profile says: it would be read as")
	assert.Contains(t, at("quote.example.com.", "TXT").Text, "it is quoted, and the profile says that texts are plain")
	assert.Equal(t, "TTL 10 became 60, as the service allows", at("low.example.com.", "A").Text)
	assert.Equal(t, zone.Blocked, at("loc.example.com.", "LOC").Level)
	z, err := b.Zone(ctx, "example.com.")
	require.NoError(t, err)
	assert.Equal(t, own(parse(t, "example.com.", `
www   300 A   192.0.2.1
low   60  A   192.0.2.2
latin 300 TXT old
cut   300 TXT ab
`)), own(z), "what is there at a name that is blocked stays")
}
