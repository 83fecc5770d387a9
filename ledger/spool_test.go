package ledger_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/ledger"
)

func spooled(t *testing.T, s ledger.Spool) (docs []string) {
	require.NoError(t, s.Each(func(doc []byte) error {
		docs = append(docs, string(doc))
		return nil
	}))
	return docs
}

func TestASpoolGivesWhatItGotOldestFirstAndOnce(t *testing.T) {
	s := ledger.Spool{Dir: filepath.Join(t.TempDir(), "spool")}
	assert.Empty(t, spooled(t, s), "a spool that nobody made is empty")
	for i := range 12 {
		require.NoError(t, s.Put(fmt.Appendf(nil, "%02d", i)))
	}
	docs := spooled(t, s)
	assert.Len(t, docs, 12)
	assert.IsIncreasing(t, docs)
	assert.Empty(t, spooled(t, s))
}

func TestASpoolKeepsWhatIsNotTaken(t *testing.T) {
	s := ledger.Spool{Dir: t.TempDir()}
	require.NoError(t, s.Put([]byte("first")))
	require.NoError(t, s.Put([]byte("second")))
	locked := errors.New("locked")
	assert.ErrorIs(t, s.Each(func([]byte) error { return locked }), locked)
	n, err := s.Len()
	require.NoError(t, err)
	assert.Equal(t, 2, n)
	assert.Equal(t, []string{"first", "second"}, spooled(t, s))
}

func TestAClockThatGoesBackDoesNotChangeTheOrderOfASpool(t *testing.T) {
	s := ledger.Spool{Dir: t.TempDir()}
	future := filepath.Join(s.Dir, "08888888888888888888-x.doc")
	require.NoError(t, os.WriteFile(future, []byte("before"), 0o600))
	require.NoError(t, s.Put([]byte("after")))
	assert.Equal(t, []string{"before", "after"}, spooled(t, s))
}

func TestManyWhoEmptyASpoolGetEachDocumentOnce(t *testing.T) {
	s := ledger.Spool{Dir: t.TempDir()}
	for range 20 {
		require.NoError(t, s.Put([]byte("x")))
	}
	var mu sync.Mutex
	n := 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			assert.NoError(t, s.Each(func([]byte) error {
				mu.Lock()
				defer mu.Unlock()
				n++
				return nil
			}))
		})
	}
	wg.Wait()
	assert.Equal(t, 20, n)
}

func TestTheFilesOfASpoolAreForWhoeverMayUseTheFolder(t *testing.T) {
	s := ledger.Spool{Dir: t.TempDir()}
	require.NoError(t, os.Chmod(s.Dir, 0o770))
	require.NoError(t, s.Put([]byte("x")))
	files, err := filepath.Glob(filepath.Join(s.Dir, "*.doc"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	info, err := os.Stat(files[0])
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o660), info.Mode().Perm())
}

func TestADocumentThatWasHalfWrittenWhenItsProcessWasKilledDoesNotStayForEver(t *testing.T) {
	s := ledger.Spool{Dir: t.TempDir()}
	left := filepath.Join(s.Dir, ".zonecast-1")
	require.NoError(t, os.WriteFile(left, []byte("half a doc"), 0o600))
	long := time.Now().Add(-25 * time.Hour)
	require.NoError(t, os.Chtimes(left, long, long))
	require.NoError(t, s.Put([]byte("whole")))
	assert.Equal(t, []string{"whole"}, spooled(t, s))
	assert.NoFileExists(t, left)
}
