package ledger

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// hosts is a large zone, of which each change is another one.
func hosts(t testing.TB, changes ...string) *zone.Zone {
	var lines strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&lines, "h%d 300 A 192.0.2.1\n", i)
	}
	z, err := zone.Parse("example.com.", lines.String()+"@ 300 SOA a b 7 1 2 3 4\n"+strings.Join(changes, "\n"))
	require.NoError(t, err)
	return z.Protect(zone.Protected{Key: zone.Key{Name: "bad.example.com."}, Reason: "a bad row"})
}

// some counts the rows of a query.
func (l *Ledger) some(t testing.TB, query string) (n int) {
	require.NoError(t, l.db.QueryRowContext(context.Background(), `SELECT count(*) FROM `+query).Scan(&n))
	return n
}

// owed has a ledger accept that a target shall have a zone.
func (l *Ledger) owed(t testing.TB, target string, z *zone.Zone) zone.Intent {
	in := zone.Intent{Zone: z.Name(), Source: "crm", Wish: zone.Replace{Zone: z}}
	_, err := l.Accept(context.Background(), func(yield func(provider.Entry, error) bool) {
		yield(provider.Entry{Target: target, Queue: z.Name(), Intent: in}, nil)
	})
	require.NoError(t, err)
	return in
}

// wish has a ledger accept that a target shall have a zone, and settle that it has it.
func (l *Ledger) wish(t testing.TB, target string, z *zone.Zone) {
	ctx, in := context.Background(), l.owed(t, target, z)
	held, lease, err := l.Acquire(ctx, target, z.Name())
	require.NoError(t, err)
	defer l.Release(ctx, lease)
	ins, err := l.Owed(held, target, z.Name())
	require.NoError(t, err)
	require.Len(t, ins, 1)
	require.True(t, ins[0].Wish.(zone.Replace).Zone.Same(z))
	_, err = l.Commit(held, lease, &zone.Base{Wrote: z, Stored: z}, true)
	require.NoError(t, err)
	require.NoError(t, l.Settle(held, lease, provider.Account{UpTo: ins[0].Order, Wish: in.Wish, Source: "crm", Result: provider.Result{State: provider.Agreed}}))
}

func TestALargeZoneIsKeptOnceAndItsChangesAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := openAt(t, path)
	first, second := hosts(t), hosts(t, "new 300 A 192.0.2.7", "@ 300 SOA a b 8 1 2 3 4")
	l.wish(t, "dns", first)
	l.wish(t, "other", first)
	require.NoError(t, l.KeepCopies(t.Context(), "crm", Copy{Zone: "example.com.", Content: first}))
	all := l.some(t, "piece")
	assert.InDelta(t, 5000/perPiece, all, 25)

	l.wish(t, "dns", second)
	assert.LessOrEqual(t, l.some(t, "piece"), all+3, "the pieces with the SOA and the new name")
	for _, l := range []*Ledger{l, openAt(t, path)} {
		base, err := l.Base(t.Context(), "dns", "example.com.")
		require.NoError(t, err)
		assert.True(t, base.Wrote.Same(second))
		assert.True(t, base.Stored.Same(second))
		base, err = l.Base(t.Context(), "other", "example.com.")
		require.NoError(t, err)
		assert.True(t, base.Wrote.Same(first))
		is, err := l.CopyOf(t.Context(), "crm", "example.com.")
		require.NoError(t, err)
		assert.True(t, is.Same(first))
		assert.Equal(t, first.Protected(), is.Protected())
		w, _, err := l.Wish(t.Context(), "dns", "example.com.")
		require.NoError(t, err)
		assert.True(t, w.(zone.Replace).Zone.Same(second))
	}

	require.NoError(t, l.KeepCopies(t.Context(), "crm", Copy{Zone: "example.com.", Content: second}))
	l.wish(t, "other", second)
	assert.LessOrEqual(t, l.some(t, "piece"), all+1, "what nobody has any more is gone")
}

func TestNothingIsLeftOfALargeZoneThatIsGone(t *testing.T) {
	l := openAt(t, filepath.Join(t.TempDir(), "ledger.db"))
	require.NoError(t, l.KeepCopies(t.Context(), "crm", Copy{Zone: "example.com.", Content: hosts(t)}))
	assert.NotZero(t, l.some(t, "piece"))
	require.NoError(t, l.ForgetCopies(t.Context(), "crm", "example.com."))
	assert.Zero(t, l.some(t, "piece"))
}

func TestAPieceThatIsMissingOrDamagedIsAnErrorAndNoZone(t *testing.T) {
	for statement, want := range map[string]error{`DELETE FROM piece WHERE rowid = 3`: errPiece, `UPDATE piece SET body = '{}' WHERE rowid = 3`: nil} {
		path := filepath.Join(t.TempDir(), "ledger.db")
		require.NoError(t, openAt(t, path).KeepCopies(t.Context(), "crm", Copy{Zone: "example.com.", Content: hosts(t)}))
		l := openAt(t, path)
		_, err := l.db.db.ExecContext(t.Context(), statement)
		require.NoError(t, err)
		z, err := l.CopyOf(t.Context(), "crm", "example.com.")
		assert.Nil(t, z)
		require.Error(t, err)
		if want != nil {
			assert.ErrorIs(t, err, want)
		} else {
			assert.ErrorContains(t, err, "is not what was written")
		}
	}
}

// Whoever writes and reads, a process that has just begun among them, and however large
// zones are: each is what was written, and no piece is kept that nobody has.
func TestPropertyPiecesAreTheirZones(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := openAt(t, path)
	others := []*Ledger{openAt(t, path), openAt(t, path)}
	rapid.Check(t, func(r *rapid.T) {
		l.Large, others[0].Large = rapid.IntRange(1, 4).Draw(r, "large"), rapid.IntRange(1, 4).Draw(r, "large")
		want := map[string]*zone.Zone{}
		for range rapid.IntRange(1, 8).Draw(r, "steps") {
			by := rapid.SampledFrom([]*Ledger{l, others[0]}).Draw(r, "by")
			source := rapid.SampledFrom([]string{"crm", "panel"}).Draw(r, "source")
			var records []zone.Record
			for _, n := range rapid.SliceOfN(rapid.IntRange(0, 300), 0, 40).Draw(r, "names") {
				records = append(records, zone.Record{Name: zone.Name(fmt.Sprintf("h%d.example.com.", n)), Type: zone.A, TTL: 300, Data: fmt.Sprintf("192.0.2.%d", n%3)})
			}
			z, err := zone.New("example.com.", records...)
			require.NoError(r, err)
			switch rapid.IntRange(0, 4).Draw(r, "step") {
			case 4:
				by.owed(t, "later", z)
				want["owed"] = z
			case 0:
				require.NoError(r, by.ForgetCopies(context.Background(), source, "example.com."))
				delete(want, source)
			case 1:
				by.wish(t, source, z)
				want["at "+source] = z
			default:
				require.NoError(r, by.KeepCopies(context.Background(), source, Copy{Zone: "example.com.", Content: z}))
				want[source] = z
			}
		}
		others[1].large = known{}
		for _, by := range append(others, l) {
			ins, err := by.Owed(context.Background(), "later", "example.com.")
			require.NoError(r, err)
			require.True(r, want["owed"] == nil || len(ins) == 1 && ins[0].Wish.(zone.Replace).Zone.Same(want["owed"]))
			for _, source := range []string{"crm", "panel"} {
				is, err := by.CopyOf(context.Background(), source, "example.com.")
				require.NoError(r, err)
				require.True(r, is.Same(want[source]))
				if base, err := by.Base(context.Background(), source, "example.com."); want["at "+source] != nil {
					require.NoError(r, err)
					require.True(r, base.Wrote.Same(want["at "+source]))
				}
			}
		}
		require.NoError(r, l.ForgetCopies(context.Background(), "crm", "example.com."))
		require.NoError(r, l.ForgetCopies(context.Background(), "panel", "example.com."))
	})
}
