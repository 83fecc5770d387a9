package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/zonefile"
)

func TestASecretThatWasExchangedIsUsedWithoutARestart(t *testing.T) {
	path := write(t, `targets: [{name: a, driver: zonefile, options: {dir: x, owner: "${file:./secret}"}}, {name: b, driver: zonefile, options: {dir: y}}]`)
	secret := filepath.Join(filepath.Dir(path), "secret")
	require.NoError(t, os.WriteFile(secret, []byte("hunter2\n"), 0o600))
	c, err := Load(path)
	require.NoError(t, err)
	r, err := c.Open(t.Context(), nil)
	require.NoError(t, err)
	defer r.Close()
	was, other, dir := r.Target("a").Secrets, r.Target("b").Secrets, r.Target("a").Syncer.Provider

	require.NoError(t, r.Renew())
	assert.Equal(t, was, r.Target("a").Secrets)
	assert.Same(t, dir, r.Target("a").Syncer.Provider, "what has not changed stays")
	require.NoError(t, os.Remove(secret))
	assert.ErrorIs(t, r.Renew(), os.ErrNotExist)
	assert.Same(t, dir, r.Target("a").Syncer.Provider)

	require.NoError(t, os.WriteFile(secret, []byte("correct"), 0o600))
	require.NoError(t, r.Renew())
	assert.NotEqual(t, was, r.Target("a").Secrets)
	assert.Equal(t, other, r.Target("b").Secrets)
	assert.Equal(t, "correct", r.Target("a").Syncer.Provider.(*zonefile.Dir).ID)
}

func TestTheNextProcessWithOtherCredentialsLiftsABlock(t *testing.T) {
	text := `targets: [{name: a, driver: zonefile, options: {dir: "${env:ZONECAST_TEST}"}}]`
	t.Setenv("ZONECAST_TEST", t.TempDir())
	c, err := Load(write(t, text))
	require.NoError(t, err)
	blocked := func(block bool) bool {
		r, err := c.Open(t.Context(), nil)
		require.NoError(t, err)
		defer r.Close()
		if block {
			require.NoError(t, r.Ledger.Block(t.Context(), "a", r.Target("a").Secrets, "403"))
		}
		_, err = r.Engine.Drain(t.Context())
		require.NoError(t, err)
		list, err := r.Ledger.Breaks(t.Context())
		require.NoError(t, err)
		return len(list) > 0
	}
	assert.True(t, blocked(true))
	assert.True(t, blocked(false))
	t.Setenv("ZONECAST_TEST", t.TempDir())
	assert.False(t, blocked(false))
}

func TestTheLedgerLearnsNothingOfASecret(t *testing.T) {
	t.Setenv("ZONECAST_TEST", "hunter2")
	dir := t.TempDir()
	c, err := parse("x", dir, []byte(`targets: [{name: a, driver: zonefile, options: {dir: x, owner: "${env:ZONECAST_TEST}"}}]`))
	require.NoError(t, err)
	r, err := c.Open(t.Context(), nil)
	require.NoError(t, err)
	require.NoError(t, r.Ledger.Block(t.Context(), "a", r.Target("a").Secrets, "403"))
	require.NoError(t, r.Close())
	files, err := filepath.Glob(filepath.Join(dir, "zonecast.db*"))
	require.NoError(t, err)
	for _, f := range files {
		if text, err := os.ReadFile(f); err == nil {
			assert.NotContains(t, string(text), "hunter2")
		}
	}
}
