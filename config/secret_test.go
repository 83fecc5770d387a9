package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStringsMayStandElsewhere(t *testing.T) {
	t.Setenv("ZONECAST_TEST", "one")
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "secret"), []byte("two\n"), 0o600))
	c := &Config{dir: dir}
	o := zonefileOptions{Dir: "/x/${env:ZONECAST_TEST}/${file:./secret}", After: []string{"a", "${env:ZONECAST_TEST}", "$HOME ${x}"}}
	require.NoError(t, c.fill(&o))
	assert.Equal(t, zonefileOptions{Dir: "/x/one/two", After: []string{"a", "one", "$HOME ${x}"}}, o)
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	c, err := parse("x", t.TempDir(), []byte(`targets: [{name: a, driver: zonefile, options: {dir: "${env:ZONECAST_NONE}", mname: "${file:./secret}"}}]`))
	require.NoError(t, err, "secrets are read when they are needed")
	_, err = c.Open(t.Context(), nil)
	assert.EqualError(t, err, "target a: options: there is no environment variable ZONECAST_NONE")
}

func TestTheDigestOfAPolicyDoesNotDependOnASecret(t *testing.T) {
	text := `targets: [{name: a, driver: zonefile, options: {dir: "${env:ZONECAST_TEST}"}}]`
	t.Setenv("ZONECAST_TEST", "one")
	one := runtime(t, text).Engine.Targets[0].Policy
	t.Setenv("ZONECAST_TEST", "two")
	assert.Equal(t, one, runtime(t, text).Engine.Targets[0].Policy)
}

func TestASecretIsLookedUpWhereItStands(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "token")
	require.NoError(t, os.WriteFile(path, []byte("old\n"), 0o600))
	c := &Config{dir: dir}
	o := godaddyOptions{}
	require.NoError(t, o.Token.UnmarshalYAML(func(v any) error { *v.(*string) = "${file:./token}"; return nil }))
	require.NoError(t, c.fill(&o))
	assert.Equal(t, "old", o.Token.Text)
	require.NoError(t, os.WriteFile(path, []byte("new\n"), 0o600))
	got, err := o.Token.source(c)()
	require.NoError(t, err)
	assert.Equal(t, "new", got)
}
