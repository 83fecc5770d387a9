package route53

import (
	"database/sql"
	"iter"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// panel is what a panel says of all its zones at once, of which some have changed.
func panel(t testing.TB, zones, changed int) iter.Seq2[zone.Intent, error] {
	return func(yield func(zone.Intent, error) bool) {
		for i := range zones {
			lines := panelZone
			if i < changed {
				lines = strings.Replace(panelZone, "ipv4 3600 A 192.0.2.1", "ipv4 3600 A 192.0.2.9", 1)
			}
			if !yield(intent(numbered(t, i, lines)), nil) {
				return
			}
		}
	}
}

func TestWithALedgerAZoneThatHasNotChangedCostsNothing(t *testing.T) {
	s := &route53test.Service{}
	db, err := sql.Open("sqlite", ledger.SQLite.Source(filepath.Join(t.TempDir(), "ledger.db")))
	require.NoError(t, err)
	defer db.Close()
	l, err := ledger.Open(t.Context(), db, ledger.SQLite)
	require.NoError(t, err)
	e := engine.Engine{Ledger: l, Targets: []engine.Target{{Syncer: provider.Syncer{Target: "r53", Provider: open(t, s, owned), Owner: "zonecast"}}}}

	const zones = 40
	require.NoError(t, e.Run(t.Context(), panel(t, zones, 0)))
	assert.Equal(t, 5*zones, s.Count())
	s.ForgetCalls()
	require.NoError(t, e.Run(t.Context(), panel(t, zones, 0)))
	assert.Zero(t, s.Count())
	require.NoError(t, e.Run(t.Context(), panel(t, zones, 3)))
	assert.Equal(t, 3*2, s.Count(), "written, read back")
}

// A zone that Plesk's own extension has made, with the records of the panel.
func TestAZoneOfExtRoute53IsTakenOverWithoutAWrite(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com.")
	fill(s, id, parsed(t, "example.com.", panelZone))
	s.Put(id, route53test.Simple("www.example.com.", "CNAME", 3600, "Example.com"), // as the extension spells it
		route53test.Simple("hand.example.com.", "A", 60, "192.0.2.77"))
	before := s.Sets(id)
	syncer := &provider.Syncer{Provider: open(t, s, owned), Ledger: &provider.MemoryLedger{}, Owner: "zonecast"}
	res := syncs(t, syncer, parsed(t, "example.com.", panelZone))
	assert.True(t, res.Plan.Empty())
	assert.Zero(t, s.Count("ChangeResourceRecordSets"))
	assert.Equal(t, before, s.Sets(id))
	syncs(t, syncer, parsed(t, "example.com.", strings.Replace(panelZone, "ftp 3600 CNAME @\n", "", 1)))
	_, gone := s.Get(id, "ftp.example.com.", "CNAME")
	_, kept := s.Get(id, "hand.example.com.", "A")
	assert.Equal(t, []bool{false, true}, []bool{gone, kept}, "what was equal is ours now")
}
