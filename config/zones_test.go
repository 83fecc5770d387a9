package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

func TestPatternsSayWhichZonesATargetGets(t *testing.T) {
	names := []zone.Name{"a.example.", "b.example.", "internal.example.", "xn--mnchen-3ya.example.", "7.2.0.192.in-addr.arpa."}
	for _, c := range []struct {
		patterns []string
		want     []int
	}{
		{nil, []int{0, 1, 2, 3, 4}},
		{[]string{}, nil},
		{[]string{"*"}, []int{0, 1, 2, 3, 4}},
		{[]string{"!internal.example"}, []int{0, 1, 3, 4}},
		{[]string{"!internal.example", "*.example"}, []int{0, 1, 3}},
		{[]string{"?.example", "!b*"}, []int{0}},
		{[]string{"A.Example."}, []int{0}},
		{[]string{"a.example", "!a.example"}, nil},
		{[]string{"münchen.example"}, []int{3}},
		{[]string{"2.0.192.in-addr.arpa"}, []int{4}},
		{[]string{"*", "!2.0.192.in-addr.arpa"}, []int{0, 1, 2, 3}},
	} {
		takes, err := (&Config{}).takes(Zones{Patterns: c.patterns})
		require.NoError(t, err)
		var got []int
		for i, n := range names {
			if takes == nil || takes(n) {
				got = append(got, i)
			}
		}
		assert.Equal(t, c.want, got, c.patterns)
	}
}

func TestZonesMayStandInAFile(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "zones.txt"), []byte("# ours\na.example # first\n\n*.net\n"), 0o644))
	takes, err := (&Config{dir: dir}).takes(Zones{File: "zones.txt"})
	require.NoError(t, err)
	assert.True(t, takes("a.example."))
	assert.True(t, takes("x.net."))
	assert.False(t, takes("b.example."))
	_, err = (&Config{dir: dir}).takes(Zones{File: "nothing.txt"})
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestABadPatternIsAnError(t *testing.T) {
	for _, p := range []string{"[a", "a..b", "!"} {
		_, err := (&Config{}).takes(Zones{Patterns: []string{p}})
		assert.Error(t, err, p)
	}
}
