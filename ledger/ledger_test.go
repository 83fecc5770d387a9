package ledger_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

var ctx = context.Background()

const example = zone.Name("example.com.")

var _ provider.Ledger = (*ledger.Ledger)(nil)

func open(t testing.TB, path string) *ledger.Ledger {
	t.Helper()
	db, err := sql.Open("sqlite", ledger.SQLite.Source(path))
	require.NoError(t, err)
	l, err := ledger.Open(ctx, db, ledger.SQLite)
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	return l
}

func fresh(t testing.TB) *ledger.Ledger { return open(t, filepath.Join(t.TempDir(), "ledger.db")) }

func parse(t testing.TB, text string) *zone.Zone {
	t.Helper()
	z, err := zone.Parse(example, text)
	require.NoError(t, err)
	return z
}

func acquire(t testing.TB, l *ledger.Ledger) (context.Context, string) {
	t.Helper()
	held, lease, err := l.Acquire(ctx, "dns", example)
	require.NoError(t, err)
	return held, lease
}

func commit(t *testing.T, l *ledger.Ledger, lease string, base *zone.Base, settled bool, repaired ...zone.Key) []zone.Name {
	t.Helper()
	roused, err := l.Commit(ctx, lease, base, settled, repaired...)
	require.NoError(t, err)
	return roused
}

func TestTheBaseComesBackAsItWas(t *testing.T) {
	l := fresh(t)
	base, err := l.Base(ctx, "dns", example)
	require.NoError(t, err)
	assert.Nil(t, base)
	_, lease := acquire(t, l)
	wrote, stored := parse(t, "www 300 A 192.0.2.1\n@ 300 TXT \"a\" \"b\""), parse(t, "www 600 A 192.0.2.1\n@ 300 TXT \"ab\"")
	commit(t, l, lease, &zone.Base{Wrote: wrote, Stored: stored}, true)
	base, err = l.Base(ctx, "dns", example)
	require.NoError(t, err)
	assert.True(t, base.Wrote.Equal(wrote))
	assert.True(t, base.Stored.Equal(stored))
	commit(t, l, lease, nil, true)
	base, err = l.Base(ctx, "dns", example)
	require.NoError(t, err)
	assert.Nil(t, base)
}

func TestTheFirstContactIsNeverOverwritten(t *testing.T) {
	l := fresh(t)
	_, lease := acquire(t, l)
	first := parse(t, "www 300 A 192.0.2.1")
	require.NoError(t, l.Meet(ctx, lease, first))
	require.NoError(t, l.Meet(ctx, lease, parse(t, "")))
	commit(t, l, lease, nil, true)
	met, err := l.Met(ctx, "dns", example)
	require.NoError(t, err)
	assert.True(t, met.Equal(first))
}

func TestTheLastPlansAreKeptAndNoMore(t *testing.T) {
	l := fresh(t)
	_, lease := acquire(t, l)
	for i := range 60 { // each is begun twice
		require.NoError(t, l.Begin(ctx, lease, zone.Diff(nil, parse(t, fmt.Sprintf("www 300 A 192.0.2.%d", i/2+1)))))
	}
	plans, err := l.Begun(ctx, "dns", example)
	require.NoError(t, err)
	require.Len(t, plans, 30, "of these nobody knows what was done")
	assert.True(t, plans[0].Recent)
	commit(t, l, lease, nil, true)
	require.NoError(t, l.Begin(ctx, lease, plans[0].Plan))
	all, err := l.Plans(ctx, "dns", example)
	require.NoError(t, err)
	require.Len(t, all, 21)
	assert.WithinDuration(t, time.Now(), all[20].At, time.Minute)
	assert.NotEmpty(t, all[20].Run)
	l.Now = func() time.Time { return time.Now().Add(2 * time.Minute) }
	plans, err = l.Begun(ctx, "dns", example)
	require.NoError(t, err)
	require.Len(t, plans, 1)
	assert.False(t, plans[0].Recent)
	assert.True(t, parse(t, "www 300 A 192.0.2.1").Apply(plans[0].Plan.Invert()) == nil, "an old plan can be undone")
}

func TestALeaseHasOneHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	one, two := open(t, path), open(t, path)
	held, lease := acquire(t, one)
	soon, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	_, _, err := two.Acquire(soon, "dns", example)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	_, other, err := two.Acquire(ctx, "dns", "other.example.")
	require.NoError(t, err, "other zones do not wait")
	require.NoError(t, two.Release(ctx, other))
	again, lent, err := one.Acquire(held, "dns", example)
	require.NoError(t, err, "who has it gets it again")
	require.NoError(t, one.Release(again, lent))
	_, err = one.Commit(held, lease, nil, true)
	require.NoError(t, err, "and keeps it when the loan is given back")
	require.NoError(t, one.Release(held, lease))
	_, lease = acquire(t, two)
	require.NoError(t, two.Release(ctx, lease))
}

func TestALeaseLastsAsLongAsItsHolder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "ledger.db")
		one, two := open(t, path), open(t, path)
		one.Now, two.Now = time.Now, time.Now
		held, lease := acquire(t, one)
		soon, cancel := context.WithTimeout(ctx, time.Hour)
		defer cancel()
		_, _, err := two.Acquire(soon, "dns", example)
		assert.ErrorIs(t, err, context.DeadlineExceeded, "it is renewed")
		require.NoError(t, held.Err())

		require.NoError(t, one.Close()) // as good as dead
		_, taken := acquire(t, two)
		select {
		case <-held.Done():
			assert.ErrorIs(t, context.Cause(held), ledger.ErrLeaseLost)
		default:
			t.Error("the first holder should have stopped before anybody else began")
		}
		_, err = two.Commit(ctx, lease, nil, true)
		assert.ErrorIs(t, err, ledger.ErrLeaseLost, "who lost it can change nothing")
		require.NoError(t, two.Release(ctx, taken))
	})
}

func TestManyProcessesOpenANewLedgerAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	ids := make([]string, 20)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			l := open(t, path)
			ids[i] = l.ID()
		})
	}
	wg.Wait()
	for _, id := range ids {
		assert.Equal(t, ids[0], id)
	}
}

func TestTheFileOfALedgerMayHaveAnyName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "50% of #1? yes.db")
	open(t, path)
	assert.FileExists(t, path)
}

func TestAnOlderProgramWorksWithANewerSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := open(t, path)
	db, err := sql.Open("sqlite", ledger.SQLite.Source(path))
	require.NoError(t, err)
	_, err = db.Exec(`UPDATE ledger SET version = 99`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	assert.Equal(t, l.ID(), open(t, path).ID())
}

func TestACorruptLedgerIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	require.NoError(t, open(t, path).Close())
	require.NoError(t, writeNoise(path))
	db, err := sql.Open("sqlite", ledger.SQLite.Source(path))
	require.NoError(t, err)
	defer db.Close()
	began := time.Now()
	_, err = ledger.Open(ctx, db, ledger.SQLite)
	assert.ErrorContains(t, err, "ledger: ")
	assert.WithinDuration(t, began, time.Now(), time.Second, "waiting does not help")
}
