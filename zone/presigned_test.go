package zone

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const signedText = `@ 3600 SOA a b 7 2 3 4 5
@ 3600 NS ns.example.net.
@ 3600 RRSIG SOA 13 2 3600 20260201000000 20260101000000 1 example.com. AAAA
@ 300 A 192.0.2.1
@ 300 RRSIG A 13 2 300 20260201000000 20260101000000 1 example.com. AAAA
@ 60 TXT a
@ 60 RRSIG TXT 13 2 60 20260201000000 20260101000000 1 Example.Com. AAAA`

func TestEachSignatureHasTheTTLOfWhatItSigns(t *testing.T) {
	z := parse(t, signedText)
	again, err := Parse(z.Name(), z.String())
	require.NoError(t, err)
	assert.Equal(t, z.String(), again.String())
	text, err := json.Marshal(z)
	require.NoError(t, err)
	read := new(Zone)
	require.NoError(t, json.Unmarshal(text, read))
	assert.Equal(t, z.String(), read.String())

	set, ok := z.Get(Key{"example.com.", RRSIG})
	require.True(t, ok)
	assert.EqualValues(t, 60, set.TTL)
	var ttls []uint32
	for _, r := range set.Records() {
		ttls = append(ttls, r.TTL)
	}
	assert.ElementsMatch(t, []uint32{3600, 300, 60}, ttls)
	assert.Contains(t, set.String(), "example.com.\t300\tIN\tRRSIG\tA 13 2 300 20260201000000 ")
	assert.Contains(t, set.String(), "Example.Com.", "its octets are not ours to change")

	other := parse(t, "@ 5 RRSIG A 13 2 300 20260201000000 20260101000000 1 example.com. AAAA")
	assert.Contains(t, other.String(), "\t300\tIN\t", "whatever a source says")
}

func TestTimesOfSignaturesDoNotDependOnNow(t *testing.T) {
	for wire, text := range map[string]string{
		"00000000": "19700101000000", "7fffffff": "20380119031407", "80000000": "20380119031408", "ffffffff": "21060207062815",
	} {
		c, err := Canonical(RRSIG, `\# 20 00010d020000012c`+wire+`000000004edc0001`)
		require.NoError(t, err)
		assert.Equal(t, "A 13 2 300 "+text+" 19700101000000 20188 . AQ==", c)
		again, err := Canonical(RRSIG, c)
		require.NoError(t, err)
		assert.Equal(t, c, again)
	}
}

func TestTheSerialOfAPresignedZoneIsADifference(t *testing.T) {
	z := parse(t, signedText)
	next := z.Only(func(s RRset) bool { return s.Type != SOA }).Apply(Plan{Zone: z.Name(), Changes: []Change{{New: RRset{Key{z.Name(), SOA}, 3600, []string{"a.example.com. b.example.com. 8 2 3 4 5"}}}}})
	assert.Len(t, Diff(z, next).Changes, 1)
	assert.EqualValues(t, 8, z.Apply(Diff(z, next)).Serial())
	plain := func(z *Zone) *Zone { return z.Only(func(s RRset) bool { return s.Type != RRSIG }) }
	assert.Empty(t, Diff(plain(z), plain(next)).Changes)
	assert.True(t, z.Presigned())
	assert.False(t, plain(z).Presigned())
}
