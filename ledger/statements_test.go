package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatIsAskedAgainIsKeptPrepared(t *testing.T) {
	ctx := context.Background()
	l := openAt(t, filepath.Join(t.TempDir(), "ledger.db"))
	const query = `SELECT count(*) FROM heartbeat`
	count := func(q interface {
		QueryRowContext(context.Context, string, ...any) *sql.Row
	}) (n int) {
		require.NoError(t, q.QueryRowContext(ctx, query).Scan(&n))
		return n
	}
	require.NoError(t, l.tx(ctx, soon, func(tx *transaction) error { count(tx); return nil }))
	assert.NotContains(t, l.db.kept, query, "once is not again")
	require.NoError(t, l.tx(ctx, soon, func(tx *transaction) error { count(tx); count(tx); return nil }))
	assert.Contains(t, l.db.kept, query)
	assert.ErrorContains(t, l.tx(ctx, soon, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO heartbeat VALUES ('x', 1)`)
		require.NoError(t, err)
		assert.Equal(t, 1, count(tx), "in the transaction that asks")
		return fmt.Errorf("no")
	}), "no")
	assert.Equal(t, 0, count(l.db))
	for i := range 2 * manyStatements {
		for range 2 {
			_, err := l.one(ctx, soon, fmt.Sprintf(`DELETE FROM heartbeat WHERE at = %d`, i))
			require.NoError(t, err)
		}
	}
	assert.LessOrEqual(t, len(l.db.kept), manyStatements)
}
