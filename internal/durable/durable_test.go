package durable

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAFileIsReplacedWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	readable := func(f *os.File) error { return f.Chmod(0o644) }
	require.NoError(t, Write(path, []byte("one"), readable))
	wrong := errors.New("wrong")
	assert.ErrorIs(t, Write(path, []byte("two"), func(*os.File) error { return wrong }), wrong)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "one", string(text))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "nothing is left beside it")
	require.NoError(t, Remove(path))
	assert.NoFileExists(t, path)
	assert.ErrorIs(t, Remove(path), os.ErrNotExist)
}

func TestWhatWasLeftLongAgoIsSweptAwayAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{".zonecast-1", ".zonecast-2", ".zonecast.lock", "zone"} {
		require.NoError(t, os.WriteFile(path(name), nil, 0o600))
	}
	require.NoError(t, os.Mkdir(path(".zonecast-folder"), 0o700))
	long := time.Now().Add(-Old - time.Minute)
	for _, name := range []string{".zonecast-1", ".zonecast.lock", "zone", ".zonecast-folder"} {
		require.NoError(t, os.Chtimes(path(name), long, long))
	}
	Sweep(dir)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	assert.Equal(t, []string{".zonecast-2", ".zonecast-folder", ".zonecast.lock", "zone"}, names)
	Sweep(path("of nobody"))
}
