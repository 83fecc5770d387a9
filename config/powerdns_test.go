package config

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/powerdns"
	"github.com/zonecast/zonecast/drivers/powerdnssql"
	"github.com/zonecast/zonecast/zone"
)

// openedWith opens a target with a driver and options.
func openedWith(t *testing.T, driver, options string) (*Runtime, error) {
	c, err := Load(write(t, "ledger: none\ntargets: [{name: a, driver: "+driver+", options: "+options+"}]"))
	if err != nil {
		return nil, err
	}
	r, err := c.Open(t.Context(), nil)
	if err == nil {
		t.Cleanup(func() { assert.NoError(t, r.Close()) })
	}
	return r, err
}

func TestPowerDNSIsOpenedAsTheOptionsSay(t *testing.T) {
	t.Setenv("ZONECAST_TEST", "hunter2")
	r, err := openedWith(t, "powerdns", `{url: "http://127.0.0.1:1", key: "${env:ZONECAST_TEST}", kind: native, name_servers: [NS1.example.net], mname: ns0.example.net}`)
	require.NoError(t, err)
	p := r.Target("a").Syncer.Provider.(*powerdns.Provider)
	assert.Equal(t, powerdns.Native, p.Kind)
	assert.Equal(t, []zone.Name{"ns1.example.net."}, p.NameServers)
	assert.Equal(t, zone.Name("ns0.example.net."), p.MName)
	key, err := p.Key()
	require.NoError(t, err)
	assert.Equal(t, "hunter2", key)

	r, err = openedWith(t, "powerdnssql", `{database: sqlite, dsn: x.db, kind: native, name_servers: [ns1.example.net], api: {url: "http://127.0.0.1:1", key: "${env:ZONECAST_TEST}"}, control: [pdns_control]}`)
	require.NoError(t, err)
	d := r.Target("a").Syncer.Provider.(*powerdnssql.Database)
	assert.Equal(t, powerdnssql.Native, d.Kind)
	assert.Equal(t, []zone.Name{"ns1.example.net."}, d.NameServers)
	assert.Equal(t, []string{"pdns_control"}, d.Control)
	key, err = d.API.Key()
	require.NoError(t, err)
	assert.Equal(t, "hunter2", key)
	r, err = openedWith(t, "powerdnssql", `{database: mysql, dsn: "u:${env:ZONECAST_TEST}@tcp(127.0.0.1:1)/pdns"}`)
	require.NoError(t, err)
	assert.Nil(t, r.Target("a").Syncer.Provider.(*powerdnssql.Database).API)
	_, err = r.Target("a").Syncer.Provider.Zone(t.Context(), "example.com.")
	assert.NotContains(t, fmt.Sprint(err), "hunter2")
}

func TestOptionsOfPowerDNSThatMakeNoSenseAreErrors(t *testing.T) {
	for options, want := range map[string]string{
		"{}":                                     "powerdns wants the options url and key",
		"{url: x}":                               "powerdns wants the options url and key",
		"{url: x, key: y, kind: slave}":          "want master or native",
		"{url: x, key: y, name_servers: [a..b]}": `name "a..b"`,
		"{url: x, key: y, mname: a..b}":          `name "a..b"`,
	} {
		_, err := openedWith(t, "powerdns", options)
		assert.ErrorContains(t, err, want, options)
	}
	for options, want := range map[string]string{
		"{database: sqlite}":                                "powerdnssql wants the options database and dsn",
		"{database: oracle, dsn: x}":                        "want mysql or postgres or sqlite",
		"{database: mysql, dsn: hunter2}":                   "the DSN cannot be read",
		"{database: sqlite, dsn: x, api: {url: x}}":         "api wants url and key",
		"{database: sqlite, dsn: x, name_servers: ['a b']}": `name "a b"`,
		"{database: sqlite, dsn: x, mname: 'a b'}":          `name "a b"`,
	} {
		_, err := openedWith(t, "powerdnssql", options)
		assert.ErrorContains(t, err, want, options)
		assert.NotContains(t, fmt.Sprint(err), "hunter2")
	}
}
