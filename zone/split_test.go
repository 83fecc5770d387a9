package zone

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestPropertyPartsJoinedAreTheZone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := guarded(anyZone().Draw(t, "zone")).Draw(t, "guarded")
		parts := z.Split(rapid.IntRange(0, 4).Draw(t, "names"))
		again := z.Only(func(RRset) bool { return false }).Join(parts...)
		require.True(t, again.Same(z), again)
		require.Equal(t, z.String(), again.String())
		for i, p := range parts {
			require.NotZero(t, p.Len())
			for s := range p.All() {
				require.True(t, i == 0 || Compare(parts[i-1].sets[len(parts[i-1].sets)-1].Name, s.Name) < 0, "a name is in one part")
			}
		}
	})
}

func TestZonesThatHaveMuchInCommonHaveMostPartsInCommon(t *testing.T) {
	var lines strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&lines, "h%d 300 A 192.0.2.1\n", i)
	}
	one := parse(t, lines.String()).Split(50)
	assert.InDelta(t, 100, len(one), 40)
	common := 0
	two := parse(t, "aaa 300 A 192.0.2.1\nzzz 300 A 192.0.2.1\n"+strings.Replace(lines.String(), "h77 300", "h77 301", 1)).Split(50)
	for _, p := range one {
		for _, q := range two {
			if p.Same(q) {
				common++
			}
		}
	}
	assert.GreaterOrEqual(t, common, len(one)-3)
}
