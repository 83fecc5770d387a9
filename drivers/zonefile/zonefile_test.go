package zonefile_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
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

func TestAZoneGetsTheConfiguredNameServers(t *testing.T) {
	bare := parse(t, "www 300 A 192.0.2.1")
	d := &zonefile.Dir{Path: t.TempDir()}
	res := mirror(t, d, bare)
	assert.Equal(t, provider.Refused, res.State)
	assert.Contains(t, res.String(), "no NS at its apex")
	_, err := os.Stat(filepath.Join(d.Path, "example.com.zone"))
	assert.ErrorIs(t, err, os.ErrNotExist, "nothing was written")

	d.NameServers = []zone.Name{"ns1.example.net.", "ns2.example.net."}
	require.Equal(t, provider.Agreed, mirror(t, d, bare).State)
	assert.Contains(t, text(t, d, "example.com.zone"), "SOA\tns1.example.net. hostmaster.example.com. 1 10800 3600 604800 10800\n")
	assert.Contains(t, text(t, d, "example.com.zone"), "86400\tIN\tNS\tns2.example.net.\n")
	assert.True(t, mirror(t, d, bare).Plan.Empty())

	d.MName = "hidden.example.net."
	require.Equal(t, provider.Agreed, mirror(t, d, bare).State)
	assert.Contains(t, text(t, d, "example.com.zone"), "SOA\thidden.example.net. ")
}

func TestWhatWouldLoadNowhereIsNotWritten(t *testing.T) {
	for lines, want := range map[string]string{
		"@ 300 NS ns1": "ns1.example.com. is in the zone and has no address",
		"@ 300 NS ns1\nns1 300 CNAME a.example.net.":         "has no address",
		"@ 300 NS ns.sub\nsub 300 DNAME example.net.":        "has no address",
		"@ 300 NS ns.example.net.\n@ 300 CNAME example.net.": "cannot stand beside",
	} {
		d := &zonefile.Dir{Path: t.TempDir()}
		res := mirror(t, d, parse(t, "@ 300 SOA a. b. 1 2 3 4 5\n"+lines))
		assert.NotEqual(t, 0, res.State.ExitCode(), lines)
		assert.Contains(t, res.String(), want, lines)
		files, _ := filepath.Glob(filepath.Join(d.Path, "*.zone"))
		assert.Empty(t, files)
		_, err := d.CreateZone(ctx, parse(t, "@ 300 SOA a. b. 1 2 3 4 5\n"+lines))
		assert.Error(t, err, "nor by a caller who does not ask Adjust")
	}
}

func TestAnUnservableSetIsHeldAndTheRestGoesOn(t *testing.T) {
	d := &zonefile.Dir{Path: t.TempDir()}
	res := mirror(t, d, parse(t, `
		@     300 SOA  ns1.example.net. admin 7 1 2 3 4
		@     300 NS   ns1.example.net.
		@     300 TLSA 3 1 1
		sub   300 NS   ns.sub
		*.w   300 NS   ns.example.net.
		ok    300 NS   ns.ok
		ns.ok 300 A    192.0.2.1
		in    300 NS   ns.other
		other 300 NS   ns.example.net.
	`))
	assert.Equal(t, provider.Blocked, res.State)
	file := text(t, d, "example.com.zone")
	for _, gone := range []string{"TLSA", "ns.sub", "*.w"} {
		assert.NotContains(t, file, gone)
	}
	assert.Contains(t, file, "ok.example.com.\t300\tIN\tNS\tns.ok.example.com.\n")
	assert.Contains(t, file, "in.example.com.\t300\tIN\tNS\tns.other.example.com.\n")
	assert.Len(t, res.Findings, 3)
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

func TestACommandRunsAfterAChange(t *testing.T) {
	d := &zonefile.Dir{Path: t.TempDir()}
	log := filepath.Join(d.Path, "log")
	d.After = []string{"sh", "-c", "echo $0 $1 >> " + log, "{zone}", "{file}"}
	mirror(t, d, parse(t, good))
	mirror(t, d, parse(t, good))
	mirror(t, d, parse(t, strings.Replace(good, "192.0.2.1", "192.0.2.2", 1)))
	require.NoError(t, d.DeleteZone(ctx, "example.com."))
	file := filepath.Join(d.Path, "example.com.zone")
	assert.Equal(t, strings.Repeat("example.com "+file+"\n", 3), text(t, d, "log"))

	d.After = []string{"sh", "-c", "echo no reload >&2; exit 7"}
	res := mirror(t, d, parse(t, good))
	assert.Equal(t, provider.Failed, res.State)
	assert.ErrorContains(t, res.Err, "the file is written, but sh: exit status 7: no reload")
	assert.FileExists(t, file)
}

func TestWritersWaitForEachOther(t *testing.T) {
	path := t.TempDir()
	mirror(t, &zonefile.Dir{Path: path}, parse(t, good))
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			d := &zonefile.Dir{Path: path} // as another process has it
			name, _ := zone.Name("example.com.").Join(string(rune('a' + i)))
			set := zone.RRset{Key: zone.Key{Name: name, Type: zone.A}, TTL: 300, Data: []string{"192.0.2.1"}}
			assert.NoError(t, d.Apply(ctx, zone.Plan{Zone: "example.com.", Changes: []zone.Change{{New: set}}}))
		})
	}
	wg.Wait()
	z, err := (&zonefile.Dir{Path: path}).Zone(ctx, "example.com.")
	require.NoError(t, err)
	assert.Equal(t, 3+8, z.Len())
	assert.EqualValues(t, 7+8, z.Serial())
	left, _ := filepath.Glob(filepath.Join(path, ".zonecast-*"))
	assert.Empty(t, left, "no temporary file is left behind")
}

func TestAFolderThatCannotBeWrittenLeavesThingsAsTheyWere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	res := mirror(t, &zonefile.Dir{Path: file}, parse(t, good))
	assert.Equal(t, provider.Failed, res.State)
	assert.ErrorContains(t, res.Err, "a file")
}
