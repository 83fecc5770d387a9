package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/route53"
)

func TestARoute53TargetNeedsNoOptions(t *testing.T) {
	r := runtime(t, "ledger: none\ntargets: [{name: a, driver: route53}]")
	assert.IsType(t, &route53.Provider{}, r.Target("a").Syncer.Provider)
	assert.Empty(t, r.Target("a").Syncer.Owner, "there is no ledger that zones could be marked for")
	assert.False(t, Traits("route53").Authority)
	assert.Contains(t, Traits("route53").Types, Traits("route53").Types[0])
}

func TestARoute53TargetTakesAllItsOptions(t *testing.T) {
	t.Setenv("R53_SECRET", "s3cret")
	text := `ledger: none
targets:
- name: a
  driver: route53
  options:
    access_key_id: AKID
    secret_access_key: ${env:R53_SECRET}
    assume_role: arn:aws:iam::123456789012:role/dns
    external_id: x
    region: eu-central-1
    endpoint: http://127.0.0.1:4566
    hosted_zones: [{zone: Example.com, id: Z123}]
    delegation_set: N123
    wait: 90s
    limits: {account: {rate: 5, burst: 5}, changes: {rate: 100.5, burst: 1000}}
  policy: {apex_ns: [ns1.hoster.example]}
  owner: box7
`
	r := runtime(t, text)
	assert.Equal(t, "box7", r.Target("a").Syncer.Owner)
	assert.True(t, r.Target("a").Syncer.Provider.(*route53.Provider).Traits().Authority)
	assert.NoError(t, validate(t, compiled(t), text))
}

func TestWhatRoute53CannotUseIsSaidAtOnce(t *testing.T) {
	t.Setenv("AWS_CONFIG_FILE", t.TempDir()+"/none")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", t.TempDir()+"/none")
	for options, want := range map[string]string{
		"{access_key_id: a}":                       "come together",
		"{profile: there-is-none}":                 "there-is-none",
		"{hosted_zones: [{zone: a..b, id: Z1}]}":   "hosted_zones: name",
		"{endpoint: localhost}":                    "no URL",
		"{limits: {account: {rate: 0, burst: 1}}}": "want a number above 0",
		"{limits: {account: {rate: 1, burst: 0}}}": "want a number, 1 at least",
	} {
		c, err := Load(write(t, "ledger: none\ntargets: [{name: a, driver: route53, options: "+options+"}]"))
		if err == nil {
			_, err = c.Open(t.Context(), nil)
		}
		assert.ErrorContains(t, err, want, options)
	}
	c, err := Load(write(t, "ledger: none\ntargets: [{name: a, driver: route53}]\npolicy: {apex_ns: [ns1.hoster.example]}"))
	require.NoError(t, err)
	_, err = c.Open(t.Context(), nil)
	assert.ErrorContains(t, err, "want a reusable delegation set")
}
