package zonefile_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/zonefile"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestACommandRunsAfterAChange(t *testing.T) {
	d := &zonefile.Dir{Path: t.TempDir()}
	log := filepath.Join(d.Path, "log")
	d.After = []string{"sh", "-c", "echo $0 $1 >> " + log, "{zone}", "{file}"}
	mirror(t, d, parse(t, good))
	mirror(t, d, parse(t, good))
	mirror(t, d, parse(t, strings.Replace(good, "192.0.2.1", "192.0.2.2", 1)))
	s := provider.Syncer{Provider: d, Rules: zone.Mirror()}
	_, err := s.Sync(ctx, zone.Intent{Zone: "example.com.", Wish: zone.Remove{}})
	require.NoError(t, err)
	file := filepath.Join(d.Path, "example.com.zone")
	assert.Equal(t, strings.Repeat("example.com "+file+"\n", 3), text(t, d, "log"))

	d.After = []string{"sh", "-c", "echo no reload >&2; exit 7"}
	res := mirror(t, d, parse(t, good))
	assert.Equal(t, provider.Failed, res.State)
	assert.ErrorContains(t, res.Err, "the file is changed, but sh: exit status 7: no reload")
	assert.FileExists(t, file)
}

func TestACommandThatFailedRunsAgainUntilItWorks(t *testing.T) {
	d := &zonefile.Dir{Path: t.TempDir(), After: []string{"false"}}
	res := mirror(t, d, parse(t, good))
	assert.Equal(t, provider.Failed, res.State)
	res = mirror(t, d, parse(t, good))
	assert.Equal(t, provider.Failed, res.State, "there is nothing to change, but the server does not know of the last change")
	log := filepath.Join(d.Path, "log")
	d.After = []string{"sh", "-c", "echo x >> " + log}
	for range 3 {
		require.Equal(t, provider.Agreed, mirror(t, d, parse(t, good)).State)
	}
	assert.Equal(t, "x\n", text(t, d, "log"))
	left, _ := filepath.Glob(filepath.Join(d.Path, ".*.changed"))
	assert.Empty(t, left)
}

func TestAProcessThatEndsBeforeTheCommandLeavesItToTheNext(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	d := &zonefile.Dir{Path: t.TempDir(), After: []string{"sh", "-c", "echo x >> " + log}}
	_, err := d.CreateZone(ctx, parse(t, good)) // and here it ends
	require.NoError(t, err)
	require.Equal(t, provider.Agreed, mirror(t, d, parse(t, good)).State)
	assert.FileExists(t, log)
}
