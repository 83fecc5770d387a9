package config

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/zonefile"
	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// write makes a configuration file.
func write(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "zonecast.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

// runtime opens what a text says.
func runtime(t *testing.T, text string) *Runtime {
	c, err := Load(write(t, text))
	require.NoError(t, err)
	r, err := c.Open(t.Context(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, r.Close()) })
	return r
}

func TestWhatIsWrongIsSaidWithLineAndColumn(t *testing.T) {
	for text, want := range map[string]string{
		"targets:\n  - name: a\n    driver: zonefile\n    colour: red":       `:4:5: unknown field "colour"`,
		local + "policy:\n  adopt: perhaps":                                  ":3:10: want hold or take",
		local + "ledger: none\npolicy: {remove_after: 168h}":                 ": target a: remove_after wants a ledger: without one nobody remembers what to remove",
		local + "policy: {on_remove: burn}":                                  ":2:21: want delete-created or empty or keep",
		"targets:\n- name: a\n  driver: zonefile\n  mode: perhaps":           ":4:9: want write or hold or observe",
		"targets:\n- name: a\n  driver: zonefile\n  options:\n    folder: x": `:5:5: unknown field "folder"`,
		local + "ledger: postgres:x":                                         ":2:9: want sqlite:PATH or none",
		local + "targets: []":                                                ":2:1: mapping key \"targets\" already defined at [1:1]",
		local + "---\nledger: none":                                          ":3:7: a second document: want one",
		"targets: [{name: a, driver: zonefile, options: {dir: [x]}}]":        ":1:54: want a text",
		"targets: [{name: a, driver: zonefile, options: {stock_bind: yes}}]": ":1:61: want true or false",
		"targets: [":                                                          ":1:10: sequence end token ']' not found",
		"policy: {foreign: keep}":                                             ": there are no targets",
		"policy: {ptr: last}":                                                 ":1:15: want first or add or replace or off",
		"policy: {verify: on}":                                                ":1:18: want off or served",
		"verify: {roots: [a.example]}":                                        ":1:18: want an address, with or without a port",
		"verify: {wait: long}":                                                ":1:16: want a time as in 90s, 5m or 24h",
		"policy: {reverse_create: {ipv4: 20}}":                                ":1:33: want a multiple of 8 up to 24",
		"policy: {reverse_zones: x}":                                          ":1:25: want a list of names",
		"targets: [{name: a, driver: zonefile, owner: two words}]":            ":1:46: want one word of letters, digits and _.:/=+-@",
		"targets: [{name: a, driver: nothing}]":                               `: target a: there is no driver "nothing"; the drivers are ` + strings.Join(Drivers(), ", "),
		"targets: [{name: a b, driver: zonefile}]":                            `: target "a b": a name is letters, digits, hyphens and underscores`,
		"targets: [{name: a, driver: zonefile}, {name: a, driver: zonefile}]": ": target a: the name is there twice",
		"targets: [{name: a, driver: zonefile, policy: {refresh: 1h}}]":       ": target a: refresh is for all targets alike: it stands in the policy of the file",
		"targets: [{name: a, driver: zonefile, policy: {apex_ns: provider}}]": ": target a: such a target has no name servers of its own: want the apex_ns source or a list of names",
		local + "policy: {limits: {free: 0}}":                                 ":2:25: want a number, 1 at least",
		"targets: [{name: a, driver: zonefile, options: {name_servers: [a]}}]\npolicy: {apex_ns: [b]}": ": target a: name servers stand in apex_ns and in the option name_servers: want one of them",
	} {
		path := write(t, text)
		_, err := Load(path)
		assert.EqualError(t, err, path+want)
	}
}

func TestAFileThatCannotBeReadIsAnError(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "nothing.yaml"))
	assert.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, "configuration: ")
}

func TestWithoutAFileThereIsAFolderOfZoneFilesAndALedgerBesideIt(t *testing.T) {
	dir := t.TempDir()
	c := standard(t, dir)
	r, err := c.Open(t.Context(), nil)
	require.NoError(t, err)
	defer r.Close()
	assert.FileExists(t, filepath.Join(dir, "zonecast.db"))
	assert.Equal(t, filepath.Join(dir, "zonecast.db.spool"), r.Spool.Dir)
	assert.Equal(t, filepath.Join(dir, "zones"), r.Target("local").Syncer.Provider.(*zonefile.Dir).Path)
	assert.Equal(t, "zonecast", r.Target("local").Syncer.Owner)
	assert.Equal(t, 5*time.Second, c.Wait())
	assert.Nil(t, r.Target("other"))
}

func TestWhoOnlyLooksMakesNoLedger(t *testing.T) {
	dir := t.TempDir()
	r, err := standard(t, dir).Look(t.Context(), nil)
	require.NoError(t, err)
	assert.Nil(t, r.Ledger)
	assert.True(t, r.Engine.Ledger == nil)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries)
}

func TestThePolicyOfATargetStandsOverThatOfAll(t *testing.T) {
	r := runtime(t, `
ledger: none
targets:
- {name: a, driver: zonefile, options: {dir: a}}
- {name: b, driver: zonefile, options: {dir: b}, mode: observe, policy: {foreign: keep, missing: skip, apex_ns: [ns9.example.net]}}
policy: {foreign: purge, adopt: take, drift: keep, apex_ns: source, limits: {share: 0.5, free: 6}, refresh: 1h}
plesk: {wait: 1s}
`)
	a, b := r.Target("a"), r.Target("b")
	assert.Equal(t, zone.Rules{Foreign: zone.ForeignPurge, Adopt: zone.AdoptTake, Drift: zone.DriftKeep, ApexNS: zone.BySource}, a.Syncer.Rules)
	assert.Equal(t, zone.Limits{Share: 0.5, Free: 6}, a.Syncer.Limits)
	assert.Equal(t, zone.ForeignKeep, b.Syncer.Rules.Foreign)
	assert.Equal(t, provider.MissingSkip, b.Syncer.Missing)
	assert.Equal(t, []zone.Name{"ns9.example.net."}, b.Syncer.Provider.(*zonefile.Dir).NameServers)
	assert.Equal(t, []bool{false, true}, []bool{a.Observe, b.Observe})
	assert.Equal(t, time.Hour, r.Engine.Refresh)
	assert.Nil(t, r.Ledger)
}

func TestRefreshZeroRelysOnNothing(t *testing.T) {
	assert.Negative(t, runtime(t, local+"policy: {refresh: 0}").Engine.Refresh)
	assert.Zero(t, runtime(t, local).Engine.Refresh, "the engine's own")
}

func TestARemovedZoneIsServedForAWeekUnlessTheFileSaysOtherwise(t *testing.T) {
	first := func(text string) engine.Target { return runtime(t, text).Engine.Targets[0] }
	assert.Equal(t, 168*time.Hour, first(local).Delay)
	assert.Equal(t, time.Hour, first(local+"policy: {remove_after: 1h}").Delay)
	assert.Zero(t, first(local+"policy: {remove_after: 0}").Delay)
	assert.Zero(t, first(local+"ledger: none").Delay, "nobody could wait")
	assert.Equal(t, provider.RemovalDelete, first(local).Syncer.Removal)
	assert.Equal(t, provider.RemovalEmpty, first(local+"policy: {on_remove: empty}").Syncer.Removal)
	assert.Equal(t, provider.RemovalKeep, first(local+"policy: {on_remove: keep}").Syncer.Removal)
}

func TestAChangedPolicyIsSeenAsSuch(t *testing.T) {
	of := func(text string) string { return runtime(t, text).Engine.Targets[0].Policy }
	const again = "targets: [{name: a, driver: zonefile, mode: write, zones: ['*'], options: {dir: x}}]\n"
	assert.Equal(t, of(local), of(again), "what is said anew is no change")
	assert.Equal(t, of(local), of(local+"policy: {foreign: keep, refresh: 1h}"))
	seen := map[string]bool{of(local): true}
	for _, text := range []string{
		local + "policy: {foreign: purge}",
		local + "policy: {limits: {free: 1}}",
		local + "policy: {apex_ns: [ns1.example.net]}",
		"targets: [{name: a, driver: zonefile, mode: observe, options: {dir: x}}]",
		"targets: [{name: a, driver: zonefile, options: {dir: y}}]",
	} {
		assert.False(t, seen[of(text)], text)
		seen[of(text)] = true
	}
}

func FuzzNoTextMakesItPanic(f *testing.F) {
	for _, text := range append(good, bad...) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := parse("x", "/x", []byte(text)); err == nil {
			assert.NotEmpty(t, c.Targets)
		}
	})
}

func TestTheConfigurationOfTheReadmeIsOne(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	require.Len(t, blocks, 2, "a panel's, and what makes it follow a CRM's name server")
	_, err = parse("README.md", ".", []byte(blocks[0][1]+blocks[1][1]))
	assert.NoError(t, err)
}

func standard(t *testing.T, dir string) *Config {
	t.Helper()
	c, err := Default(dir)
	require.NoError(t, err)
	return c
}
