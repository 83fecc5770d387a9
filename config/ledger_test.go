package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func modeOf(t *testing.T, path string) os.FileMode {
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Mode()
}

func TestALedgerAndWhatIsBesideItHaveTheModeThatIsWanted(t *testing.T) {
	dir := t.TempDir()
	c, err := parse("x", dir, []byte(local+"ledger: {path: state/l.db, mode: 0660}"))
	require.NoError(t, err)
	r, err := c.Open(t.Context(), nil)
	require.NoError(t, err)
	defer r.Close()
	path := filepath.Join(dir, "state", "l.db")
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		assert.Equal(t, os.FileMode(0o660), modeOf(t, name).Perm(), name)
	}
	assert.Equal(t, os.FileMode(0o770), modeOf(t, filepath.Dir(path)).Perm())
	assert.Equal(t, os.FileMode(0o770), modeOf(t, path+".spool").Perm())
	left, err := filepath.Glob(filepath.Join(dir, "state", ".ledger*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestALedgerIsItsOwnersAloneUnlessTheFileSaysOtherwise(t *testing.T) {
	dir := t.TempDir()
	r, err := standard(t, dir).Open(t.Context(), nil)
	require.NoError(t, err)
	defer r.Close()
	assert.Equal(t, os.FileMode(0o600), modeOf(t, filepath.Join(dir, "zonecast.db")).Perm())
	assert.Equal(t, os.FileMode(0o700), modeOf(t, filepath.Join(dir, "zonecast.db.spool")).Perm())
}

func TestALedgerThatCannotBeUsedIsSaidToBe(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "zonecast.db"), []byte("this is no database at all, whatever its name says"), 0o600))
	_, err := standard(t, dir).Open(t.Context(), nil)
	var le *LedgerError
	require.ErrorAs(t, err, &le)
	assert.Equal(t, filepath.Join(dir, "zonecast.db"), le.Path)

	c, err := parse("x", dir, []byte(local+"ledger: {path: other.db, group: no-such-group}"))
	require.NoError(t, err)
	_, err = c.Open(t.Context(), nil)
	assert.ErrorAs(t, err, &le)
	assert.NoFileExists(t, filepath.Join(dir, "other.db"))
}
