package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/planisys"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// planisysFile makes a configuration with the example profile beside it, cut off
// before a line.
func planisysFile(t *testing.T, options, profile string) string {
	t.Helper()
	path := write(t, "ledger: none\ntargets: [{name: p, driver: planisys, options: {reseller: myplan, key: '${file:./key}', "+options+"}}]")
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "key"), []byte("s3cret\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "profile.yaml"), []byte(profile), 0o600))
	return path
}

func exampleProfile(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../drivers/planisys/example.yaml")
	require.NoError(t, err)
	return string(text)
}

func opened(t *testing.T, path string) (*Runtime, error) {
	c, err := Load(path)
	require.NoError(t, err)
	return c.Open(t.Context(), nil)
}

const readOnly = `
records: {name: /name, type: /type, ttl: /ttl, data: /data, names: dotted, targets: dotted, texts: quoted}
read: {path: "zone/{{.Zone}}", rows: ""}
`

func TestPlanisysObservesUntilItsProfileWrites(t *testing.T) {
	for name, c := range map[string]struct {
		options, profile         string
		observes, creates, reads bool
	}{
		"no profile":           {"", "", true, false, false},
		"one that reads":       {"profile: '${file:./profile.yaml}'", readOnly, true, false, true},
		"one that writes":      {"profile: '${file:./profile.yaml}'", exampleProfile(t), false, true, true},
		"one that stands here": {"profile: '{calls_per_minute: 5}'", "", true, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := opened(t, planisysFile(t, c.options, c.profile))
			require.NoError(t, err)
			target := r.Target("p")
			assert.Equal(t, c.observes, target.Observe)
			_, creates := provider.As[provider.Creator](target.Syncer.Provider)
			assert.Equal(t, c.creates, creates)
			if !c.reads {
				_, err := target.Syncer.Provider.Zone(t.Context(), "example.com.")
				assert.ErrorIs(t, err, provider.ErrUnsupported)
			}
		})
	}
}

func TestPlanisysOptionsThatAreNotFitAreErrors(t *testing.T) {
	for options, want := range map[string]string{
		"profile: '${file:./profile.yaml}'": `target p: options: profile: read.path: there is none`,
		"profile: 'recrods: {}'":            `target p: options: profile:1:1: unknown field "recrods"`,
		"company: acme":                     "target p: options: planisys: want either a reseller or a company",
		"url: 'http://a/'":                  "target p: options: planisys: the address of the service does not begin with https:// and a host",
		"profile: '${file:./none.yaml}'":    "none.yaml: no such file",
	} {
		_, err := opened(t, planisysFile(t, options, "records: {name: /n, type: /t, ttl: /l, data: /d, names: dotted, targets: dotted, texts: plain}\nread: {rows: /a}"))
		assert.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "s3cret")
	}
	_, err := opened(t, write(t, "targets: [{name: p, driver: planisys, options: {reseller: a}}]\nledger: none"))
	assert.EqualError(t, err, "target p: options: planisys: there is no key")
}

func TestAContractIsAFileAndNothingElse(t *testing.T) {
	path := planisysFile(t, "contract: ./contract.txt, profile: '${file:./profile.yaml}'", exampleProfile(t))
	file := filepath.Join(filepath.Dir(path), "contract.txt")
	r, err := opened(t, path)
	require.NoError(t, err)
	assert.NoFileExists(t, file, "nobody has asked yet")
	target := r.Target("p")
	assert.True(t, target.Observe)

	l, ok := provider.As[provider.Lister](target.Syncer.Provider)
	require.True(t, ok)
	for _, err := range l.Zones(t.Context()) {
		assert.ErrorIs(t, err, planisys.ErrContract)
		assert.ErrorContains(t, err, "nothing was sent; what would be is in "+file)
	}
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Contains(t, string(text), "GET https://pdns-app.planisys.net:8443/api/v1/domain/example.com/records")
	assert.NotContains(t, string(text), "s3cret")

	_, err = target.Syncer.Sync(t.Context(), zone.Intent{Zone: "acme.example.", Wish: zone.Remove{}})
	assert.ErrorIs(t, err, planisys.ErrContract)
	assert.ErrorIs(t, target.Syncer.Provider.Apply(t.Context(), zone.Plan{Zone: "acme.example."}), planisys.ErrContract)
	text, err = os.ReadFile(file)
	require.NoError(t, err)
	assert.Contains(t, string(text), "/domain/acme.example/records")
}

func TestAnotherProfileIsSeenWhenSecretsAreReadAgain(t *testing.T) {
	path := planisysFile(t, "profile: '${file:./profile.yaml}'", readOnly)
	r, err := opened(t, path)
	require.NoError(t, err)
	assert.True(t, r.Target("p").Observe)
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "profile.yaml"), []byte(exampleProfile(t)), 0o600))
	require.NoError(t, r.Renew())
	assert.False(t, r.Target("p").Observe)
}
