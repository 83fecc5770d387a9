package config

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/godaddy"
)

func TestTheCredentialDecidesTheVersionOfGodaddy(t *testing.T) {
	t.Setenv("ZONECAST_TEST", "hunter2")
	open := func(options string) (*godaddy.Provider, error) {
		c, err := Load(write(t, "ledger: none\ntargets: [{name: a, driver: godaddy, options: "+options+"}]"))
		require.NoError(t, err)
		r, err := c.Open(t.Context(), nil)
		if err != nil {
			return nil, err
		}
		return r.Target("a").Syncer.Provider.(*godaddy.Provider), nil
	}
	p, err := open(`{token: "${env:ZONECAST_TEST}", ote: true, shopper: "1"}`)
	require.NoError(t, err)
	assert.Equal(t, "GoDaddy", p.Traits().Service)
	assert.True(t, p.OTE)
	assert.Equal(t, "1", p.Shopper)
	assert.NotContains(t, fmt.Sprintf("%+v", p), "hunter2")
	p, err = open(`{key: x, secret: "${env:ZONECAST_TEST}"}`)
	require.NoError(t, err)
	assert.Equal(t, "GoDaddy (API v1)", p.Traits().Service)
	for _, options := range []string{"{}", "{key: x}", "{secret: x}", "{token: x, key: y, secret: z}", "{token: x, secret: z}"} {
		_, err = open(options)
		assert.EqualError(t, err, "target a: options: godaddy wants the option token, or the options key and secret", options)
	}
	_, err = Load(write(t, "targets: [{name: a, driver: godaddy, options: {token: x}, policy: {apex_ns: [ns.test]}}]"))
	assert.ErrorContains(t, err, "its API cannot write others")
}
