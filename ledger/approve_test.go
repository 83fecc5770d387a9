package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// hold lets a wish end with everything held, and gives the plan.
func hold(t *testing.T, l *ledger.Ledger, name zone.Name, live, want string) zone.Plan {
	t.Helper()
	was, err := zone.Parse(name, live)
	require.NoError(t, err)
	z, err := zone.Parse(name, want)
	require.NoError(t, err)
	accept(t, l, entry(name, zone.Replace{Zone: z}))
	held, lease, err := l.Acquire(ctx, "dns", name)
	require.NoError(t, err)
	ins, err := l.Owed(held, "dns", name)
	require.NoError(t, err)
	plan := zone.Diff(was, z)
	require.NoError(t, l.Settle(held, lease, provider.Account{UpTo: ins[0].Order, Wish: ins[0].Wish, Source: "plesk",
		Result: provider.Result{State: provider.Held, Held: plan}}))
	require.NoError(t, l.Release(held, lease))
	return plan
}

func TestOneApprovalIsForAllZonesThatChangeAlike(t *testing.T) {
	l := fresh(t)
	a := hold(t, l, "a.example.", "@ 300 MX 10 old", "@ 300 MX 10 mail")
	b := hold(t, l, "b.example.", "@ 300 MX 10 old", "@ 300 MX 10 mail")
	hold(t, l, "c.example.", "@ 300 MX 10 old", "@ 300 MX 20 mail")

	_, err := l.ApproveLike(ctx, "other", a.Shape())
	assert.ErrorIs(t, err, ledger.ErrNotHeld)
	approved, err := l.ApproveLike(ctx, "", a.Shape())
	require.NoError(t, err)
	assert.Equal(t, []ledger.Held{{"dns", "a.example.", a}, {"dns", "b.example.", b}}, approved)
	due, _, err := l.Due(ctx, "dns", 10)
	require.NoError(t, err)
	assert.Equal(t, []zone.Name{"a.example.", "b.example."}, due)
}

// Whoever is at work on the zone just then ends with the same plan held, and does not take
// the approval away.
func TestAnApprovalOutlivesARunThatBeganBeforeIt(t *testing.T) {
	l := fresh(t)
	plan := hold(t, l, "a.example.", "@ 300 MX 10 old", "@ 300 MX 10 mail")
	z, err := zone.Parse("a.example.", "@ 300 MX 10 mail")
	require.NoError(t, err)
	accept(t, l, entry("a.example.", zone.Replace{Zone: z}))
	run, lease, err := l.Acquire(ctx, "dns", "a.example.")
	require.NoError(t, err)
	settled := func(known ...zone.Digest) (approved []zone.Digest, due []zone.Name) {
		ins, err := l.Owed(run, "dns", "a.example.")
		require.NoError(t, err)
		require.NoError(t, l.Settle(run, lease, provider.Account{UpTo: ins[0].Order, Wish: ins[0].Wish, Source: "plesk",
			Result: provider.Result{State: provider.Held, Held: plan}, Approved: known}))
		approved, err = l.Approved(run, "dns", "a.example.")
		require.NoError(t, err)
		due, _, err = l.Due(ctx, "dns", 10)
		require.NoError(t, err)
		return approved, due
	}
	require.NoError(t, l.Approve(ctx, "dns", "a.example.", plan.Digest()))
	approved, due := settled()
	assert.Equal(t, []zone.Digest{plan.Digest()}, approved)
	assert.Equal(t, []zone.Name{"a.example."}, due, "the wish is owed for it")
	approved, due = settled(plan.Digest())
	assert.Empty(t, approved, "what was known and changed nothing is over")
	assert.Empty(t, due)
}

func TestAStandingTellsTheShapeOfWhatIsHeld(t *testing.T) {
	l := fresh(t)
	plan := hold(t, l, "a.example.", "@ 300 MX 10 old", "@ 300 MX 10 mail")
	list, err := l.Standings(ctx, false)
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, []string{plan.Digest().String(), plan.Shape().String()}, []string{list[0].Held, list[0].Shape})
}
