package ledger

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// The storms of package engine have the power cut. This says which waits for the disk.
func TestWhatWasTakenInAndWhatIsBegunLastsAndTheRestIsThereSoon(t *testing.T) {
	ctx := context.Background()
	l := openAt(t, filepath.Join(t.TempDir(), "ledger.db"))
	z, err := zone.Parse("example.com.", "www 300 A 192.0.2.1")
	require.NoError(t, err)
	in := zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: z}}
	var lease string
	for _, step := range []struct {
		what string
		do   func() error
		want ending
	}{
		{"accept", func() error {
			_, err := l.Accept(ctx, func(yield func(provider.Entry, error) bool) {
				yield(provider.Entry{Target: "dns", Queue: in.Zone, Intent: in}, nil)
			})
			return err
		}, lasting},
		{"acquire", func() (err error) { _, lease, err = l.Acquire(ctx, "dns", in.Zone); return err }, soon},
		{"begin", func() error { return l.Begin(ctx, lease, zone.Diff(nil, z)) }, lasting},
		{"keep", func() error { return l.Shared("dns", "").Keep(ctx, "token", "x") }, lasting},
		{"take", func() error { _, err := l.Shared("dns", "").Take(ctx, "calls", 1, 1); return err }, soon},
		{"commit", func() error {
			_, err := l.Commit(ctx, lease, &zone.Base{Wrote: z, Stored: z}, true)
			return err
		}, soon},
		{"settle", func() error { return l.Settle(ctx, lease, provider.Account{Wish: in.Wish}) }, soon},
		{"release", func() error { return l.Release(ctx, lease) }, soon},
		{"failed", func() error { _, err := l.Failed(ctx, "dns", "down"); return err }, soon},
		{"unblock", func() error { return l.Unblock(ctx, "dns") }, lasting},
		{"copies", func() error { return l.KeepCopies(ctx, "crm", Copy{Zone: in.Zone, Content: z}) }, lasting},
		{"force", func() error { _, err := l.ForceCopies(ctx, "crm"); return err }, lasting},
	} {
		require.NoError(t, step.do(), step.what)
		var level int
		require.NoError(t, l.db.QueryRowContext(ctx, `PRAGMA synchronous`).Scan(&level))
		assert.Equal(t, map[ending]int{lasting: 2, soon: 1}[step.want], level, step.what)
	}
}
