package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/zone"
)

func TestCopiesOfZonesAreKeptForTheirSource(t *testing.T) {
	l := fresh(t)
	z, err := zone.Parse("example.com.", "@ 300 SOA a. b. 7 1 2 3 4\n@ 300 NS ns1.example.net.\nwww 300 A 192.0.2.1")
	require.NoError(t, err)
	now := time.Unix(1_800_000_000, 500_000_000).UTC()
	c := ledger.Copy{Zone: "example.com.", Serial: 1<<32 - 1, From: "192.0.2.53:53", Got: now, Compared: now.Add(-time.Hour), Member: "m", Content: z}
	other := ledger.Copy{Zone: "example.org.", Content: z}
	require.NoError(t, l.KeepCopies(ctx, "crm", c, other))
	require.NoError(t, l.KeepCopies(ctx, "another", other))

	c.Content, other.Content = nil, nil
	list, err := l.Copies(ctx, "crm")
	require.NoError(t, err)
	assert.Equal(t, []ledger.Copy{c, other}, list)
	got, err := l.CopyOf(ctx, "crm", "example.com.")
	require.NoError(t, err)
	assert.True(t, got.Equal(z))
	assert.EqualValues(t, 7, got.Serial())

	c.Gone, c.Suspect, c.Doubted, c.Force = now, "the serial went backwards", "192.0.2.53:53", true
	c.Parent, c.Secured, c.Bare = now, now.Add(48*time.Hour), true
	require.NoError(t, l.KeepCopies(ctx, "crm", c))
	list, err = l.Copies(ctx, "crm")
	require.NoError(t, err)
	assert.Equal(t, []ledger.Copy{c, other}, list)
	got, err = l.CopyOf(ctx, "crm", "example.com.")
	require.NoError(t, err)
	assert.True(t, got.Equal(z), "what it held stays")

	require.NoError(t, l.KeepCopies(ctx, "crm", ledger.Copy{Zone: "a.example.", Suspect: "x"}, ledger.Copy{Zone: "b.example."}))
	n, err := l.ForceCopies(ctx, "crm")
	require.NoError(t, err)
	assert.Equal(t, 2, n)
	n, err = l.ForceCopies(ctx, "crm", "b.example.", "nothing.")
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	list, err = l.Copies(ctx, "crm")
	require.NoError(t, err)
	assert.Equal(t, []bool{true, true, true, false}, []bool{list[0].Force, list[1].Force, list[2].Force, list[3].Force})

	forced, err := l.ForcedCopies(ctx, "crm")
	require.NoError(t, err)
	assert.Equal(t, []zone.Name{"a.example.", "b.example.", "example.com."}, forced)
	require.NoError(t, l.KeepCopies(ctx, "crm", ledger.Copy{Zone: "a.example."}, ledger.Copy{Zone: "b.example.", Heeded: true}))
	forced, err = l.ForcedCopies(ctx, "crm")
	require.NoError(t, err)
	assert.Equal(t, []zone.Name{"a.example.", "example.com."}, forced, "who does not know that it was said does not put it aside")

	untold, err := l.Untold(ctx, "crm", "local")
	require.NoError(t, err)
	assert.Equal(t, []zone.Name{"example.org."}, untold, "example.com is gone, and the others have no content")

	require.NoError(t, l.ForgetCopies(ctx, "crm", "example.com.", "nothing."))
	got, err = l.CopyOf(ctx, "crm", "example.com.")
	require.NoError(t, err)
	assert.Nil(t, got)
	list, err = l.Copies(ctx, "another")
	require.NoError(t, err)
	assert.Len(t, list, 1)
}
