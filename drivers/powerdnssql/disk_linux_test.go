package powerdnssql_test

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/internal/testbed"
	"github.com/zonecast/zonecast/provider"
)

func TestAFullDiskLeavesTheZoneAsItWas(t *testing.T) {
	testbed.NeedRoot(t)
	s := servers.PowerDNS(t, bare())
	s.Stop(t)
	dir := t.TempDir()
	require.NoError(t, syscall.Mount("pdns", dir, "tmpfs", 0, "size=600k"))
	t.Cleanup(func() { assert.NoError(t, syscall.Unmount(dir, 0)) })
	text, err := os.ReadFile(s.Database.Name)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(dir+"/pdns.db", text, 0o644))
	db := *s.Database
	db.Name = dir + "/pdns.db"
	d := open(t, &db)

	few := parse(t, "www 60 A 192.0.2.1")
	require.Equal(t, provider.Agreed, mirror(t, d, few).State)
	var b strings.Builder
	for i := range 4000 {
		fmt.Fprintf(&b, "h%d 60 TXT %s\n", i, strings.Repeat("x", 200))
	}
	res := mirror(t, d, parse(t, b.String()))
	assert.Equal(t, provider.Failed, res.State)
	assert.ErrorContains(t, res.Err, "full")
	assert.Equal(t, provider.KindTransient, provider.KindOf(res.Err))
	assert.True(t, read(t, d).Equal(few))
	assert.Equal(t, provider.Agreed, mirror(t, d, parse(t, "www 60 A 192.0.2.2")).State, "with room again, work goes on")
	d.Close()
}
