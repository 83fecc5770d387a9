package ledger

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"
)

func openAt(t *testing.T, path string) *Ledger {
	t.Helper()
	db, err := sql.Open("sqlite", SQLite.Source(path))
	require.NoError(t, err)
	l, err := Open(context.Background(), db, SQLite)
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	return l
}

func TestALedgerOfEveryVersionIsBroughtUpToDateWithWhatItHolds(t *testing.T) {
	all := schema
	defer func() { schema = all }()
	for version := range all {
		path := filepath.Join(t.TempDir(), "ledger.db")
		schema = all[:version+1]
		old := openAt(t, path)
		_, err := old.db.db.ExecContext(t.Context(), `INSERT INTO zone (target, name, wrote, stored) VALUES ('dns', 'example.com.', ?1, ?1)`,
			`{"version":1,"zone":"example.com.","sets":[]}`)
		require.NoError(t, err)
		schema = all
		l := openAt(t, path)
		assert.Equal(t, old.ID(), l.ID())
		base, err := l.Base(t.Context(), "dns", "example.com.")
		require.NoError(t, err, "version %d", version+1)
		require.NotNil(t, base)
		_, lease, err := old.Acquire(t.Context(), "dns", "example.com.")
		require.NoError(t, err, "who still runs the version before works on")
		require.NoError(t, old.Release(t.Context(), lease))
	}
}
