package zonefile_test

import (
	"fmt"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/zonefile"
	"github.com/zonecast/zonecast/internal/testbed"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// smallDisk mounts a file system that holds 64 kB.
func smallDisk(t *testing.T) string {
	testbed.NeedRoot(t)
	dir := t.TempDir()
	require.NoError(t, syscall.Mount("zones", dir, "tmpfs", 0, "size=64k"))
	t.Cleanup(func() { assert.NoError(t, syscall.Unmount(dir, 0)) })
	return dir
}

func TestAFullDiskLeavesTheOldFile(t *testing.T) {
	dir := smallDisk(t)
	s := provider.Syncer{Provider: &zonefile.Dir{Path: dir, NameServers: []zone.Name{"ns1.example.net."}}, Rules: zone.Mirror()}
	sync := func(hosts int) error {
		var records []zone.Record
		for i := range hosts {
			records = append(records, zone.Record{Name: zone.Name(fmt.Sprintf("h%04d.example.org.", i)), Type: zone.A, TTL: 300, Data: "192.0.2.1"})
		}
		z, err := zone.New("example.org.", records...)
		require.NoError(t, err)
		_, err = s.Sync(ctx, zone.Intent{Zone: "example.org.", Wish: zone.Replace{Zone: z}})
		return err
	}
	require.NoError(t, sync(10))
	before, err := os.ReadFile(dir + "/example.org.zone")
	require.NoError(t, err)

	err = sync(2000)
	assert.ErrorIs(t, err, syscall.ENOSPC)
	after, err := os.ReadFile(dir + "/example.org.zone")
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		info, err := e.Info()
		require.NoError(t, err)
		assert.True(t, e.Name() == "example.org.zone" || info.Size() < 2, "%s of %d octets is left", e.Name(), info.Size())
	}

	assert.NoError(t, sync(20), "with room again, work goes on")
}
