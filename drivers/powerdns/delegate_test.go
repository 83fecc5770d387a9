package powerdns_test

import (
	"context"
	"database/sql"
	"net"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A crowd asks a server for one name without a pause and notes what it gets else.
type crowd struct {
	stop  context.CancelFunc
	wg    sync.WaitGroup
	asked int
	wrong []string
}

func ask(s *servers.NameServer, name, address string) *crowd {
	ctx, stop := context.WithCancel(context.Background())
	c := &crowd{stop: stop}
	r := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", s.Addr)
	}}
	r.LookupHost(context.Background(), name) // until then the server is not quite awake
	c.wg.Go(func() {
		for ctx.Err() == nil {
			got, err := r.LookupHost(context.Background(), name)
			if c.asked++; err != nil {
				c.wrong = append(c.wrong, err.Error())
			} else if !slices.Equal(got, []string{address}) {
				c.wrong = append(c.wrong, got...)
			}
		}
	})
	return c
}

// done ends the asking. So many answers may have been wrong.
func (c *crowd) done(t *testing.T, wrong int) {
	t.Helper()
	time.Sleep(50 * time.Millisecond)
	c.stop()
	c.wg.Wait()
	assert.LessOrEqual(t, len(c.wrong), wrong, c.wrong)
	assert.Greater(t, c.asked, 20)
}

// panel is what a panel says of a domain and of a subdomain of it: with a zone of its
// own or without.
func panel(t *testing.T, own bool) []zone.Intent {
	domain := zoneOf(t, "example.com.", "@ 60 NS ns1\nns1 60 A 192.0.2.53\nwww 60 A 192.0.2.1")
	shop := zoneOf(t, "shop.example.com.", "@ 60 NS ns1\nns1 60 A 192.0.2.53\nwww 60 A 192.0.2.6")
	remove := zone.Intent{Zone: "shop.example.com.", Wish: zone.Remove{}}
	if !own {
		return []zone.Intent{remove, whole(zoneOf(t, "example.com.", domain.String()+"www.shop 60 A 192.0.2.6\nshop 60 MX 10 www"))}
	}
	return []zone.Intent{whole(domain), whole(shop)}
}

func whole(z *zone.Zone) zone.Intent {
	return zone.Intent{Zone: z.Name(), Wish: zone.Replace{Zone: z}}
}

func zoneOf(t *testing.T, name zone.Name, lines string) *zone.Zone {
	t.Helper()
	z, err := zone.Parse(name, lines)
	require.NoError(t, err)
	return z
}

func TestASubdomainGetsAZoneOfItsOwnAndLosesItWhileEverybodyAsks(t *testing.T) {
	s, p, _ := start(t, servers.Setup{})
	db, err := sql.Open("sqlite", ledger.SQLite.Source(filepath.Join(t.TempDir(), "ledger.db")))
	require.NoError(t, err)
	defer db.Close()
	l, err := ledger.Open(ctx, db, ledger.SQLite)
	require.NoError(t, err)
	var order []zone.Name
	e := engine.Engine{Ledger: l, Targets: []engine.Target{{Syncer: provider.Syncer{Target: "dns", Provider: p, Owner: "zonecast"}}},
		Report: func(r provider.Result) {
			assert.Equal(t, provider.Agreed, r.State, r)
			order = append(order, r.Zone)
		}}
	tells := func(own bool) (_ []zone.Name) {
		order = nil
		require.NoError(t, e.Run(ctx, func(yield func(zone.Intent, error) bool) {
			for _, in := range panel(t, own) {
				if !yield(in, nil) {
					return
				}
			}
		}))
		return order
	}
	tells(false)
	coming := ask(s, "www.shop.example.com.", "192.0.2.6")
	assert.Equal(t, []zone.Name{"shop.example.com.", "example.com."}, tells(true), "the one below first")
	coming.done(t, 0)
	s.Admit(t, "example.com.")
	above := s.Transfer(t, "example.com.")
	for key, data := range map[zone.Key]string{{Name: "shop.example.com.", Type: zone.NS}: "ns1.shop.example.com.", {Name: "ns1.shop.example.com.", Type: zone.A}: "192.0.2.53"} {
		set, _ := above.Get(key)
		assert.Equal(t, []string{data}, set.Data, "%s", key)
	}
	a := s.Ask(t, "www.shop.example.com.", zone.A)
	assert.True(t, a.Authoritative)

	going := ask(s, "www.shop.example.com.", "192.0.2.6")
	assert.Equal(t, []zone.Name{"example.com.", "shop.example.com."}, tells(false), "the one above first")
	assert.Empty(t, s.Ask(t, "shop.example.com.", zone.NS).Answer)
	assert.Equal(t, []string{"10 www.example.com."}, s.Ask(t, "shop.example.com.", zone.MX).Data(zone.MX))
	going.done(t, 1) // PowerDNS drops the zone before it forgets that it has it: who asks just then is told that the name is not there
}
