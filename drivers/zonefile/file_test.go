package zonefile_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/zonefile"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestFilesOfOthersAreReadAndNeverTouched(t *testing.T) {
	d := &zonefile.Dir{Path: t.TempDir()}
	foreign := "$TTL 300\n@ SOA ns1.example.net. admin.example.com. 1 2 3 4 5\n@ NS ns1.example.net.\n"
	path := filepath.Join(d.Path, "example.com.zone")
	for _, head := range []string{"", "; zonecast owner somebody\n", "; written by hand\n"} {
		require.NoError(t, os.WriteFile(path, []byte(head+foreign), 0o600))
		z, err := d.Zone(ctx, "example.com.")
		require.NoError(t, err)
		assert.Equal(t, 2, z.Len())
		for _, wish := range []zone.Wish{zone.Replace{Zone: parse(t, good)}, zone.Remove{}} {
			for _, owner := range []string{"", "zonecast"} {
				s := provider.Syncer{Provider: d, Rules: zone.Mirror(), Owner: owner}
				res, _ := s.Sync(ctx, zone.Intent{Zone: "example.com.", Wish: wish})
				assert.NotEqual(t, 0, res.State.ExitCode(), "%q %v", head, res)
			}
		}
		assert.Equal(t, head+foreign, text(t, d, "example.com.zone"))
	}
}

func TestALinkStaysALink(t *testing.T) {
	d := &zonefile.Dir{Path: t.TempDir()}
	elsewhere := filepath.Join(t.TempDir(), "real.zone")
	require.NoError(t, os.WriteFile(elsewhere, []byte("; zonecast owner zonecast\n@ 300 SOA a. b. 1 2 3 4 5\n@ 300 NS ns1.example.net.\n"), 0o640))
	link := filepath.Join(d.Path, "example.com.zone")
	require.NoError(t, os.Symlink(elsewhere, link))
	require.Equal(t, provider.Agreed, mirror(t, d, parse(t, good)).State)
	info, err := os.Lstat(link)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink)
	b, err := os.ReadFile(elsewhere)
	require.NoError(t, err)
	assert.Contains(t, string(b), "192.0.2.1")
	info, err = os.Stat(elsewhere)
	require.NoError(t, err)
	assert.EqualValues(t, 0o640, info.Mode().Perm())
}
