package config

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
)

// ownOptions are those of a driver that this package does not know.
type ownOptions struct {
	URL string `yaml:"url" need:"true" doc:"where the service is"`
	Key string `yaml:"key" doc:"who we are"`
}

func register(t *testing.T, open func(ownOptions) (provider.Provider, error)) {
	Register("own", provider.Traits{MinTTL: 60}, open)
	t.Cleanup(func() { delete(drivers, "own") })
}

func TestARegisteredDriverGetsItsOptionsAndSecrets(t *testing.T) {
	var got ownOptions
	memory := &provider.Memory{}
	register(t, func(o ownOptions) (provider.Provider, error) {
		got = o
		return memory, nil
	})
	t.Setenv("OWN_KEY", "secret")
	r := runtime(t, "ledger: none\ntargets: [{name: a, driver: own, options: {url: http://x, key: '${env:OWN_KEY}'}}]")
	assert.Same(t, memory, r.Target("a").Syncer.Provider)
	assert.Equal(t, ownOptions{"http://x", "secret"}, got)
	assert.Equal(t, uint32(60), Traits("own").MinTTL)
	assert.Equal(t, []string{"own", "rfc2136", "zonefile"}, Drivers())
}

func TestWhatARegisteredDriverDoesNotKnowIsAnError(t *testing.T) {
	register(t, func(ownOptions) (provider.Provider, error) { return nil, errors.New("no such place") })
	s := compiled(t)
	for text, want := range map[string]string{
		"targets: [{name: a, driver: own, options: {uri: x}}]":                               `unknown field "uri"`,
		"targets: [{name: a, driver: own, options: {url: x}, policy: {apex_ns: [ns.test]}}]": "the driver has no use for a list of name servers",
	} {
		_, err := Load(write(t, text))
		assert.ErrorContains(t, err, want)
	}
	assert.Error(t, validate(t, s, "targets: [{name: a, driver: own, options: {uri: x}}]"))
	assert.NoError(t, validate(t, s, "targets: [{name: a, driver: own, options: {url: x}}]"))
	c, err := Load(write(t, "ledger: none\ntargets: [{name: a, driver: own, options: {url: x}}]"))
	require.NoError(t, err)
	_, err = c.Open(t.Context(), nil)
	assert.EqualError(t, err, "target a: options: no such place")
}
