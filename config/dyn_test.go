package config

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/dyn"
)

func TestDynWantsItsAccount(t *testing.T) {
	t.Setenv("ZONECAST_TEST", "hunter2")
	open := func(options string) (*dyn.Provider, error) {
		c, err := Load(write(t, "ledger: none\ntargets: [{name: a, driver: dyn, options: "+options+"}]"))
		require.NoError(t, err)
		r, err := c.Open(t.Context(), nil)
		if err != nil {
			return nil, err
		}
		return r.Target("a").Syncer.Provider.(*dyn.Provider), nil
	}
	p, err := open(`{customer: acme, user: plesk, password: "${env:ZONECAST_TEST}", contact: a@example.net, serial_style: day, frozen: true}`)
	require.NoError(t, err)
	assert.Equal(t, "a@example.net", p.Contact)
	assert.Equal(t, "day", p.Style)
	assert.True(t, p.Frozen)
	assert.NotContains(t, fmt.Sprintf("%+v", p), "hunter2")
	for _, options := range []string{"{}", "{customer: a, user: b}", "{customer: a, password: c}", "{user: a, password: c}"} {
		_, err = open(options)
		assert.EqualError(t, err, "target a: options: dyn wants the options customer, user and password", options)
	}
	_, err = Load(write(t, "targets: [{name: a, driver: dyn, options: {customer: a, user: b, password: c}, policy: {apex_ns: [ns.test]}}]"))
	assert.ErrorContains(t, err, "name servers of its own")
	assert.Contains(t, Traits("dyn").Service, "2023-05-31", "zonecast drivers says it")
}
