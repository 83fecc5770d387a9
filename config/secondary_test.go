package config

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/secondary"
	"github.com/zonecast/zonecast/zone"
)

func TestWhatIsWrongWithASecondaryIsSaid(t *testing.T) {
	const one = "primaries: [{address: a}]"
	for text, want := range map[string]string{
		"{name: plesk, " + one + ", list: {file: x}}":                               `secondary "plesk": a name is letters, digits, hyphens and underscores, is there once, and is neither plesk nor file`,
		"{name: a, " + one + ", list: {file: x}}, {name: a, " + one + ", list: {}}": `secondary "a": a name is letters, digits, hyphens and underscores, is there once, and is neither plesk nor file`,
		"{name: a, primaries: [], list: {file: x}}":                                 "secondary a: there are no primaries",
		"{name: a, " + one + ", list: {}}":                                          "secondary a: want one list: file, directory, namedconf, catalog, statistics or static",
		"{name: a, " + one + ", list: {file: x, static: [b]}}":                      "secondary a: want one list: file, directory, namedconf, catalog, statistics or static",
		"{name: a, " + one + ", list: {static: [b..c]}}":                            `secondary a: list: name "b..c": has an empty label`,
		"{name: a, " + one + ", list: {static: [b], rsync: {from: x}}, allow: [q]}": `secondary a: allow: "q": want a network as 192.0.2.0/24`,
		"{name: a, " + one + ", list: {rsync: {from: x, to: y}}}":                   "secondary a: rsync brings a file, a directory or a namedconf",
	} {
		path := write(t, local+"secondary: ["+text+"]")
		_, err := Load(path)
		assert.EqualError(t, err, path+": "+want)
	}
}

func TestASecondaryIsMadeOfItsConfiguration(t *testing.T) {
	path := write(t, `
ledger: sqlite:./l.db
targets: [{name: local, driver: zonefile, options: {dir: x}}]
secondary:
- name: crm
  primaries: [{address: 192.0.2.53, tsig: {name: k, algorithm: hmac-sha512, secret: "${file:./s}"}}, {address: b, tls: {name: n.example}}]
  list: {file: ./l.list, rsync: {from: "rsync://a/b", to: ./d}}
  notify: 127.0.0.1:53
  allow: [192.0.2.7, 10.1.2.3/8]
  transfers: 3
  dnssec: strip
  force_most: 7
  resolvers: 192.0.2.9
`)
	dir := filepath.Dir(path)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "s"), []byte("c2VjcmV0\n"), 0o600))
	c, err := Load(path)
	require.NoError(t, err)
	r, err := c.Open(t.Context(), nil)
	require.NoError(t, err)
	defer r.Close()
	list, err := r.Secondaries()
	require.NoError(t, err)
	s := list[0]
	assert.Equal(t, secondary.Key{Name: "k", Algorithm: "hmac-sha512", Secret: "c2VjcmV0"}, s.Primaries[0].Key)
	assert.Equal(t, "${file:./s}", c.Secondary[0].Primaries[0].TSIG.Secret, "the configuration does not have it")
	assert.Equal(t, "n.example", s.Primaries[1].TLS.ServerName)
	assert.Equal(t, []string{"127.0.0.1:53"}, s.Notify)
	assert.Equal(t, "[192.0.2.7/32 10.0.0.0/8]", fmt.Sprint(s.Allow))
	assert.Equal(t, secondary.Strip, s.DNSSEC)
	assert.Equal(t, 7, s.ForceMost)
	assert.Equal(t, []string{"192.0.2.9"}, s.Resolvers)
	rsync := s.List.(*secondary.Rsync)
	assert.Equal(t, filepath.Join(dir, "d"), rsync.To)
	assert.Equal(t, secondary.File(filepath.Join(dir, "l.list")), rsync.List)
	assert.Empty(t, rsync.PasswordFile)

	z, err := zone.Parse("example.com.", "@ 300 SOA a. b. 1 2 3 4 5")
	require.NoError(t, err)
	require.NoError(t, s.Store.Keep(t.Context(), "crm", secondary.Copy{Zone: "example.com.", Serial: 1, Suspect: "x", Content: z}))
	n, err := s.Store.Force(t.Context(), "crm")
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	copies, err := s.Store.Copies(t.Context(), "crm")
	require.NoError(t, err)
	assert.Equal(t, []secondary.Copy{{Zone: "example.com.", Serial: 1, Suspect: "x", Force: true}}, copies)
	got, err := s.Store.Content(t.Context(), "crm", "example.com.")
	require.NoError(t, err)
	assert.True(t, got.Equal(z))
	require.NoError(t, s.Store.Forget(t.Context(), "crm", "example.com."))
}
