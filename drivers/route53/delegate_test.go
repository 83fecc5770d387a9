package route53

import (
	"database/sql"
	"iter"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// resolves asks as a resolver does that knows the servers of example.com: it goes
// where the zone sends it, and finds an address there or not. Plesk's own server has
// all that Plesk has.
func resolves(s *route53test.Service, name zone.Name) bool {
	id := s.Zones("example.com.")[0]
	for at := name; at != "example.com."; at = at.Parent() {
		cut, ok := s.Get(id, string(at), "NS")
		if !ok {
			continue
		}
		if cut.Values[0].Value == "ns1.plesk.example." {
			return true
		}
		for _, below := range s.Zones(string(at)) {
			if has, _ := s.Get(below, string(at), "NS"); sameServers(cut.Values, has.Values) {
				_, ok := s.Get(below, string(name), "A")
				return ok
			}
		}
		return false // nobody there knows of it
	}
	_, ok := s.Get(id, string(name), "A")
	return ok
}

func sameServers(a, b route53test.Values) bool {
	missing := func(v route53test.Value) bool { return !slices.Contains(b, v) }
	return len(a) == len(b) && !slices.ContainsFunc(a, missing)
}

func TestASubdomainGetsAHostedZoneOfItsOwnAndLosesItWithoutAGap(t *testing.T) {
	s := &route53test.Service{}
	db, err := sql.Open("sqlite", ledger.SQLite.Source(filepath.Join(t.TempDir(), "ledger.db")))
	require.NoError(t, err)
	defer db.Close()
	l, err := ledger.Open(t.Context(), db, ledger.SQLite)
	require.NoError(t, err)
	now := time.Now()
	l.Now = func() time.Time { return now }
	var order []zone.Name
	e := engine.Engine{Ledger: l, Report: func(r provider.Result) {
		assert.Contains(t, []provider.State{provider.Agreed, provider.Tombstoned}, r.State, r)
		order = append(order, r.Zone)
	}, Targets: []engine.Target{{Delay: 24 * time.Hour, Syncer: provider.Syncer{Target: "r53", Provider: open(t, s, owned), Owner: "zonecast"}}}}
	says := func(ins ...zone.Intent) []zone.Name {
		order = nil
		require.NoError(t, e.Run(t.Context(), all(ins)))
		return order
	}
	without := intent(parsed(t, "example.com.", "www 300 A 192.0.2.1\nshop 300 A 192.0.2.5\nwww.shop 300 A 192.0.2.6"))
	says(without)
	s.Fault = func(action string, _ route53test.Call) (none route53test.Fault) {
		assert.True(t, resolves(s, "www.shop.example.com."), "before %s", action)
		return none
	}

	with := intent(parsed(t, "example.com.", "www 300 A 192.0.2.1\nshop 300 NS ns1.plesk.example."))
	shop := intent(parsed(t, "shop.example.com.", "@ 300 A 192.0.2.5\nwww 300 A 192.0.2.6"))
	assert.Equal(t, []zone.Name{"shop.example.com.", "example.com."}, says(with, shop))
	hosted := s.Zones("shop.example.com.")[0]
	its, _ := s.Get(hosted, "shop.example.com.", "NS")
	cut, _ := s.Get(s.Zones("example.com.")[0], "shop.example.com.", "NS")
	assert.True(t, sameServers(its.Values, cut.Values), "%s, %s", its.Values, cut.Values)
	assert.NotEmpty(t, cut.Values)

	// As long as the zone is a tombstone everybody is sent there.
	s.ForgetCalls()
	says(without, zone.Intent{Zone: "shop.example.com.", Wish: zone.Remove{}})
	_, is := s.Get(s.Zones("example.com.")[0], "shop.example.com.", "NS")
	assert.True(t, is)
	now = now.Add(25 * time.Hour)
	order = nil
	_, err = e.Drain(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []zone.Name{"example.com.", "shop.example.com."}, order)
	assert.Empty(t, s.Zones("shop.example.com."))
	assert.True(t, resolves(s, "www.shop.example.com."))
	_, is = s.Get(s.Zones("example.com.")[0], "shop.example.com.", "NS")
	assert.False(t, is)
}

func all(ins []zone.Intent) iter.Seq2[zone.Intent, error] {
	return func(yield func(zone.Intent, error) bool) {
		for _, in := range ins {
			if !yield(in, nil) {
				return
			}
		}
	}
}
