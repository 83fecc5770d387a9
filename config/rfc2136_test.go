package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/rfc2136"
)

func TestANameServerGetsItsSettings(t *testing.T) {
	t.Setenv("TSIG", "c2VjcmV0")
	r := runtime(t, `
ledger: none
targets:
  - name: a
    driver: rfc2136
    options:
      servers: [ns1.example.net, "192.0.2.1:5353"]
      key: {name: zonecast, algorithm: hmac-sha512, secret: "${env:TSIG}"}
      authority: true
      transfer: {servers: [ns2.example.net], tls: true, server_name: primary.example.net}
`)
	p := r.Target("a").Syncer.Provider.(*rfc2136.Provider)
	assert.Equal(t, []string{"ns1.example.net", "192.0.2.1:5353"}, p.Primaries)
	assert.Equal(t, rfc2136.Key{Name: "zonecast", Algorithm: "hmac-sha512", Secret: "c2VjcmV0"}, p.Key)
	assert.Equal(t, []string{"ns2.example.net"}, p.Transfers)
	assert.Equal(t, "primary.example.net", p.TLS.ServerName)
	assert.True(t, p.Authority)
	assert.Empty(t, r.Target("a").Syncer.Owner)
}

func TestANameServerThatCannotBeSpokenToIsSaidToBe(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "empty.pem"), nil, 0o644))
	for options, want := range map[string]string{
		"{servers: []}": "rfc2136 wants the option servers, a list of addresses",
		"{servers: [a], key: {name: k, secret: '!'}}":                      "key k.: the secret is not base64",
		"{servers: [a], key: {name: k, secret: AAAA, algorithm: md5}}":     `key k.: there is no algorithm "md5": want hmac-sha256, hmac-sha384 or hmac-sha512`,
		"{servers: [a], transfer: {ca: x.pem}}":                            "transfer: ca and server_name are for tls: true",
		"{servers: [a], transfer: {tls: true, ca: " + dir + "/empty.pem}}": "transfer: " + dir + "/empty.pem has no certificate",
		"{servers: [a], transfer: {tls: true, ca: " + dir + "/none.pem}}":  "transfer: open " + dir + "/none.pem: no such file or directory",
	} {
		c, err := Load(write(t, "ledger: none\ntargets: [{name: a, driver: rfc2136, options: "+options+"}]"))
		require.NoError(t, err)
		_, err = c.Open(t.Context(), nil)
		assert.EqualError(t, err, "target a: options: "+want)
	}
	_, err := Load(write(t, "targets: [{name: a, driver: rfc2136, options: {servers: [a]}, policy: {apex_ns: [ns.test]}}]"))
	assert.ErrorContains(t, err, "the driver has no use for a list of name servers")
}
