package zonefile_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/zonefile"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/provider/providertest"
	"github.com/zonecast/zonecast/zone"
)

var ctx = context.Background()

func parse(t *testing.T, text string) *zone.Zone {
	t.Helper()
	z, err := zone.Parse("example.com.", text)
	require.NoError(t, err)
	return z
}

// mirror makes the folder hold what is wanted.
func mirror(t *testing.T, d *zonefile.Dir, want *zone.Zone) provider.Result {
	t.Helper()
	s := provider.Syncer{Provider: d, Rules: zone.Mirror()}
	res, _ := s.Sync(ctx, zone.Intent{Zone: want.Name(), Wish: zone.Replace{Zone: want}})
	return res
}

func text(t *testing.T, d *zonefile.Dir, file string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(d.Path, file))
	require.NoError(t, err)
	return string(b)
}

const good = `
	@   300 SOA ns1.example.net. admin 7 1 2 3 4
	@   300 NS  ns1.example.net.
	www 300 A   192.0.2.1
`

func TestDirWalks(t *testing.T) {
	d := &zonefile.Dir{Path: t.TempDir()}
	providertest.Run(t, providertest.Subject{
		Provider: d, Zone: "example.com.",
		Fill: func(z *zone.Zone) {
			head := "; zonecast owner zonecast\n"
			require.NoError(t, os.WriteFile(filepath.Join(d.Path, "example.com.zone"), []byte(head+z.String()), 0o644))
		},
	})
}

func TestAFileIsWhatServersLoad(t *testing.T) {
	d := &zonefile.Dir{Path: filepath.Join(t.TempDir(), "made", "when", "needed"), ID: "plesk"}
	res := mirror(t, d, parse(t, good))
	require.Equal(t, provider.Agreed, res.State, res)
	assert.Equal(t, "; zonecast owner plesk\n; Changes by hand are overwritten.\n"+
		"example.com.\t300\tIN\tSOA\tns1.example.net. admin.example.com. 7 1 2 3 4\n"+
		"example.com.\t300\tIN\tNS\tns1.example.net.\n"+
		"www.example.com.\t300\tIN\tA\t192.0.2.1\n", text(t, d, "example.com.zone"))
	info, err := os.Stat(filepath.Join(d.Path, "example.com.zone"))
	require.NoError(t, err)
	assert.EqualValues(t, 0o644, info.Mode().Perm(), "name servers run as users of their own")
}

func TestAPresignedZoneThatLoadsNowhereIsRefused(t *testing.T) {
	d := &zonefile.Dir{Path: t.TempDir()}
	sig := "\t@ 300 RRSIG SOA 13 2 300 20300101000000 20260101000000 1 example.com. AQID\n"
	res := mirror(t, d, parse(t, strings.Replace(good, "@   300 NS  ns1.example.net.", "", 1)+sig))
	assert.Equal(t, provider.Refused, res.State, res)
	assert.NoFileExists(t, filepath.Join(d.Path, "example.com.zone"))
	res = mirror(t, d, parse(t, good+sig))
	assert.Equal(t, provider.Agreed, res.State, res)
	assert.Contains(t, text(t, d, "example.com.zone"), " 7 1 2 3 4\n")
}

func TestTheSerialRisesWithEveryChangeAndOnlyThen(t *testing.T) {
	d := &zonefile.Dir{Path: t.TempDir()}
	path := filepath.Join(d.Path, "example.com.zone")
	mirror(t, d, parse(t, good))
	before, err := os.Stat(path)
	require.NoError(t, err)
	same := text(t, d, "example.com.zone")
	require.NoError(t, os.Chtimes(path, time.Time{}, before.ModTime().Add(-time.Hour)))

	mirror(t, d, parse(t, strings.Replace(good, "admin 7 ", "admin 1000 ", 1)))
	assert.Equal(t, same, text(t, d, "example.com.zone"), "the source's serial alone is no change")
	after, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, before.ModTime().Add(-time.Hour), after.ModTime(), "and the file is not touched")

	mirror(t, d, parse(t, strings.Replace(good, "192.0.2.1", "192.0.2.2", 1)))
	assert.Contains(t, text(t, d, "example.com.zone"), "admin.example.com. 8 ")
	mirror(t, d, parse(t, strings.Replace(good, "admin 7 1 ", "admin 1000 9 ", 1)))
	assert.Contains(t, text(t, d, "example.com.zone"), "admin.example.com. 1000 9 ", "a newer one that comes with a change is taken")

	wrapped := strings.Replace(text(t, d, "example.com.zone"), " 1000 9", " 4294967295 9", 1)
	require.NoError(t, os.WriteFile(path, []byte(wrapped), 0o644))
	mirror(t, d, parse(t, strings.Replace(good, "192.0.2.1", "192.0.2.3", 1)))
	assert.Regexp(t, `admin\.example\.com\. [17] `, text(t, d, "example.com.zone"), "after the highest comes the lowest, RFC 1982")
}

func TestFileNamesLeadNowhereElse(t *testing.T) {
	d := &zonefile.Dir{Path: t.TempDir(), NameServers: []zone.Name{"ns.example.net."}}
	names := map[zone.Name]string{
		"example.com.":               "example.com.zone",
		"0/25.2.0.192.in-addr.arpa.": "0%2f25.2.0.192.in-addr.arpa.zone",
		`a\.b.example.`:              "a%5c.b.example.zone",
		"100%.example.":              "100%25.example.zone",
		`\000.example.`:              "%5c000.example.zone",
	}
	for name, file := range names {
		z, err := zone.New(name, zone.Record{Name: name, Type: zone.A, TTL: 300, Data: "192.0.2.1"})
		require.NoError(t, err)
		require.Equal(t, provider.Agreed, mirror(t, d, z).State)
		assert.FileExists(t, filepath.Join(d.Path, file))
	}
	require.NoError(t, os.WriteFile(filepath.Join(d.Path, "README"), nil, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(d.Path, "%zz.zone"), nil, 0o644))
	var listed []zone.Name
	for n, err := range d.Zones(ctx) {
		require.NoError(t, err)
		listed = append(listed, n)
	}
	assert.Len(t, listed, len(names))
	for _, n := range listed {
		assert.Contains(t, names, n)
	}
}

func TestAFileThatCannotBeReadIsNoShortZone(t *testing.T) {
	d := &zonefile.Dir{Path: t.TempDir()}
	path := filepath.Join(d.Path, "example.com.zone")
	half := "; zonecast owner zonecast\nexample.com. 300 IN NS ns1.exa"
	for _, broken := range []string{half + "mple.net. x", "\x00", half[:40] + "\"", "www 300 A 192.0.2.1 ("} {
		require.NoError(t, os.WriteFile(path, []byte(broken), 0o644))
		res := mirror(t, d, parse(t, good))
		assert.Equal(t, provider.Failed, res.State, broken)
		assert.ErrorContains(t, res.Err, "example.com.zone: zone example.com.: line ")
		assert.Equal(t, broken, text(t, d, "example.com.zone"))
	}
}

func TestAFolderThatCannotBeWrittenLeavesThingsAsTheyWere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	res := mirror(t, &zonefile.Dir{Path: file}, parse(t, good))
	assert.Equal(t, provider.Failed, res.State)
	assert.ErrorContains(t, res.Err, "a file")
}
