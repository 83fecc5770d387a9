//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/testbed"
)

// runAs runs the program as a user.
func runAs(t *testing.T, uid uint32, program, zones, payload string) (code int, out string) {
	in, err := os.Open(payload)
	require.NoError(t, err)
	defer in.Close()
	cmd := exec.Command(program, "-dir", zones)
	cmd.Stdin = in
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	var all bytes.Buffer
	cmd.Stdout, cmd.Stderr = &all, &all
	cmd.Dir = filepath.Dir(program)
	if err := cmd.Run(); err != nil {
		assert.IsType(t, &exec.ExitError{}, err)
	}
	return cmd.ProcessState.ExitCode(), all.String()
}

func TestAUserWhoMayNotWriteIsToldSoAndNothingChanges(t *testing.T) {
	testbed.NeedRoot(t)
	program, dir := testbed.Build(t)
	zones := filepath.Join(dir, "zones")
	code, out := runAs(t, 0, program, zones, "testdata/new-domain.json")
	require.Zero(t, code, out)
	require.NoError(t, os.Chmod(zones, 0o755))
	before := snapshot(t, zones)

	code, out = runAs(t, testbed.Nobody, program, zones, "testdata/new-domain.json")
	assert.Zero(t, code, "who only reads and has nothing to do needs no right to write\n%s", out)
	code, out = runAs(t, testbed.Nobody, program, zones, "testdata/new-address.json")
	assert.Equal(t, 1, code, out)
	assert.Contains(t, out, "permission denied")
	assert.Contains(t, out, "example.net.")
	code, out = runAs(t, testbed.Nobody, program, zones, "testdata/delete-domain.json")
	assert.Equal(t, 1, code, out)
	assert.Equal(t, before, snapshot(t, zones))

	code, out = runAs(t, testbed.Nobody, program, filepath.Join(dir, "other"), "testdata/new-domain.json")
	assert.Equal(t, 1, code, out)
	assert.NoDirExists(t, filepath.Join(dir, "other"))
}

func TestUsersOfOneFolderTakeTurns(t *testing.T) {
	testbed.NeedRoot(t)
	program, dir := testbed.Build(t)
	zones := filepath.Join(dir, "zones")
	require.NoError(t, os.Mkdir(zones, 0o777))
	require.NoError(t, os.Chmod(zones, 0o777)) // whatever the umask
	for _, turn := range []struct {
		uid     uint32
		payload string
	}{{0, "new-domain"}, {testbed.Nobody, "new-address"}, {0, "new-domain"}, {testbed.Nobody, "delete-domain"}} {
		code, out := runAs(t, turn.uid, program, zones, "testdata/"+turn.payload+".json")
		assert.Zero(t, code, out)
	}
	assert.Empty(t, snapshot(t, zones))
}
