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
	"github.com/zonecast/zonecast/zone"
)

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

func TestAllWhoCreateAZoneAtOnceSucceed(t *testing.T) {
	path := t.TempDir()
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			res := mirror(t, &zonefile.Dir{Path: path}, parse(t, good))
			assert.Equal(t, provider.Agreed, res.State, "%v", res)
		})
	}
	wg.Wait()
}

func TestUpdatesAndRemovalsAtOnceAllSucceed(t *testing.T) {
	path := t.TempDir()
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			s := provider.Syncer{Provider: &zonefile.Dir{Path: path}, Rules: zone.Mirror()}
			for round := range 10 {
				want := parse(t, good+strings.Repeat("\tx 300 TXT x\n", round%2))
				var wish zone.Wish = zone.Replace{Zone: want}
				if i == 0 {
					wish = zone.Remove{}
				}
				_, err := s.Sync(ctx, zone.Intent{Zone: "example.com.", Wish: wish})
				assert.NoError(t, err)
			}
		})
	}
	wg.Wait()
}

func TestWhoHasTheLockIsNotWaitedForLongerThanTheContextAllows(t *testing.T) {
	d := &zonefile.Dir{Path: t.TempDir()}
	mirror(t, d, parse(t, good))
	release := zonefile.HoldLock(t, d)
	soon, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	err := d.Apply(soon, zone.Plan{Zone: "example.com."})
	assert.ErrorContains(t, err, "waiting for the lock of the folder: context deadline exceeded")
	release()
	assert.NoError(t, d.Apply(ctx, zone.Plan{Zone: "example.com."}))
}

func TestTheLockIsForThoseWhoMayWriteToTheFolder(t *testing.T) {
	for folder, want := range map[os.FileMode]os.FileMode{0o755: 0o600, 0o775: 0o660, 0o777: 0o666, 0o700: 0o600} {
		d := &zonefile.Dir{Path: filepath.Join(t.TempDir(), "zones")}
		require.NoError(t, os.Mkdir(d.Path, 0o755))
		require.NoError(t, os.Chmod(d.Path, folder))
		mirror(t, d, parse(t, good))
		info, err := os.Stat(filepath.Join(d.Path, ".zonecast.lock"))
		require.NoError(t, err)
		assert.Equal(t, want, info.Mode().Perm(), "folder %v", folder)
	}
}

func TestWhatKilledProcessesLeftIsSweptAwayOnceADay(t *testing.T) {
	d := &zonefile.Dir{Path: t.TempDir()}
	left, lock := filepath.Join(d.Path, ".zonecast-1"), filepath.Join(d.Path, ".zonecast.lock")
	long := time.Now().Add(-25 * time.Hour)
	leave := func() {
		require.NoError(t, os.WriteFile(left, []byte("half a zo"), 0o600))
		require.NoError(t, os.Chtimes(left, long, long))
	}
	leave()
	mirror(t, d, parse(t, good))
	assert.NoFileExists(t, left)
	leave()
	require.NoError(t, d.Apply(ctx, zone.Plan{Zone: "example.com."}))
	assert.FileExists(t, left, "it was done a moment ago")
	require.NoError(t, os.Chtimes(lock, long, long))
	require.NoError(t, d.Apply(ctx, zone.Plan{Zone: "example.com."}))
	assert.NoFileExists(t, left)
}
