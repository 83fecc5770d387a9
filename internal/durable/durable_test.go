package durable

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

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
