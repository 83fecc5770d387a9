package powerdnssql_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/powerdnssql"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestZonesComeAndGo(t *testing.T) {
	each(t, servers.Setup{}, func(t *testing.T, s *servers.NameServer, d *powerdnssql.Database) {
		names := []zone.Name{"0/25.2.0.192.in-addr.arpa.", "8.b.d.0.1.0.0.2.ip6.arpa.", "example.com.", "under_score.example.", "xn--mnchen-3ya.example."}
		for _, n := range names {
			_, err := d.CreateZone(ctx, servers.Bare(n))
			require.NoError(t, err)
			_, err = d.CreateZone(ctx, servers.Bare(n))
			assert.ErrorIs(t, err, provider.ErrZoneExists)
		}
		assert.Equal(t, "MASTER\n", run(t, s, "SELECT DISTINCT type FROM domains;"))
		run(t, s, "INSERT INTO domains (name, type) VALUES ('example.com..internal', 'MASTER');")
		var listed []zone.Name
		for n, err := range d.Zones(ctx) {
			require.NoError(t, err)
			listed = append(listed, n)
		}
		assert.ElementsMatch(t, names, listed, "what PowerDNS 5 shows to some alone is left out")
		run(t, s, "DELETE FROM domains WHERE name = 'example.com..internal';")
		for range d.Zones(ctx) {
			break // whoever has seen enough leaves no connection behind
		}
		run(t, s, "INSERT INTO comments (domain_id, name, type, modified_at, comment) SELECT id, name, 'A', 1, 'x' FROM domains;")
		for _, n := range names {
			z, err := d.Zone(ctx, n)
			require.NoError(t, err)
			assert.True(t, z.Equal(servers.Bare(n)))
			require.NoError(t, d.Claim(ctx, n, "me"))
			require.NoError(t, d.DeleteZone(ctx, n))
			assert.ErrorIs(t, d.DeleteZone(ctx, n), provider.ErrNoZone)
			_, err = d.Zone(ctx, n)
			assert.ErrorIs(t, err, provider.ErrNoZone)
			_, err = d.RRsets(ctx, n, zone.Key{Name: n, Type: zone.A})
			assert.ErrorIs(t, err, provider.ErrNoZone)
		}
		for _, table := range []string{"domains", "records", "comments", "domainmetadata"} {
			assert.Equal(t, "0\n", run(t, s, "SELECT count(*) FROM "+table+";"), table)
		}
		d.Kind = powerdnssql.Native
		_, err := d.CreateZone(ctx, servers.Bare(apex))
		require.NoError(t, err)
		assert.Equal(t, "NATIVE\n", run(t, s, "SELECT type FROM domains;"))
		d.Kind = "SLAVE"
		_, err = d.CreateZone(ctx, servers.Bare("other.example."))
		assert.ErrorContains(t, err, `zones of the kind "SLAVE" are not written`)
	})
}

func TestAZoneSaysWhoseItIs(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer, d *powerdnssql.Database) {
		who, err := d.Owner(ctx, apex)
		require.NoError(t, err)
		assert.Empty(t, who)
		require.NoError(t, d.Claim(ctx, apex, "ledger 1/plesk"))
		require.NoError(t, d.Claim(ctx, apex, "ledger 2/plesk"))
		who, err = d.Owner(ctx, apex)
		require.NoError(t, err)
		assert.Equal(t, "ledger 2/plesk", who)
		_, err = d.Owner(ctx, "nobody.example.")
		assert.ErrorIs(t, err, provider.ErrNoZone)
		assert.ErrorIs(t, d.Claim(ctx, "nobody.example.", "x"), provider.ErrNoZone)
		require.NoError(t, d.Claim(ctx, apex, `it's "mine" \ 100% ?`))
		who, err = d.Owner(ctx, apex)
		require.NoError(t, err)
		assert.Equal(t, `it's "mine" \ 100% ?`, who, "texts are bound, not pasted")
	})
}

func TestZonesOfSomebodyElseAreNotOursToWrite(t *testing.T) {
	s := servers.PowerDNS(t, bare())
	d := open(t, s.Database)
	plan := zone.Diff(read(t, d), parse(t, "www 60 A 192.0.2.1"))
	for kind, why := range map[string]string{"SLAVE": "is a SLAVE of 192.0.2.1: the next transfer", "CONSUMER": "is a CONSUMER of 192.0.2.1", "PRODUCER": "is of the type PRODUCER"} {
		run(t, s, "UPDATE domains SET type = '"+kind+"', master = '192.0.2.1';")
		_, err := d.Zone(ctx, apex)
		assert.ErrorContains(t, err, why)
		assert.Equal(t, provider.KindRefused, provider.KindOf(err))
		assert.ErrorContains(t, d.Apply(ctx, plan), why)
		assert.ErrorContains(t, d.DeleteZone(ctx, apex), why)
	}
	run(t, s, "UPDATE domains SET type = 'NATIVE'; INSERT INTO domainmetadata (domain_id, kind, content) SELECT id, 'PRESIGNED', '1' FROM domains;")
	assert.ErrorContains(t, d.Apply(ctx, plan), "is signed elsewhere")
	run(t, s, "UPDATE domainmetadata SET kind = 'NSEC3PARAM', content = 'nonsense'; INSERT INTO cryptokeys (domain_id, flags, active, content) SELECT id, 257, 1, '' FROM domains;")
	assert.ErrorContains(t, d.Apply(ctx, plan), `has NSEC3PARAM "nonsense", which cannot be read`)
	assert.Equal(t, "3\n", run(t, s, "SELECT count(*) FROM records;"))
}
