//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/testbed"
)

// An outcome is what came of a process.
type outcome struct {
	code int
	text string // all that it said
}

// as runs a program in a folder as a user, whose group has the same number.
func as(uid uint32, dir, program, stdin string, args ...string) outcome {
	return asMember(uid, uid, dir, program, stdin, args...)
}

func asMember(uid, gid uint32, dir, program, stdin string, args ...string) outcome {
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(stdin)
	if uid != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: gid}}
	}
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &text, &text
	if err := cmd.Run(); cmd.ProcessState == nil {
		return outcome{-1, err.Error()}
	}
	return outcome{cmd.ProcessState.ExitCode(), text.String()}
}

// payload is an update of a zone to an address, sent at a time.
func payload(zone, address string, serial int64) string {
	return fmt.Sprintf(`[{"command":"update","zone":{"name":"%s.","soa":{"email":"hostmaster@example.net","ttl":"300","refresh":"10800","retry":"3600","expire":"604800","minimum":"10800","serial":"%d"},
 "rr":[{"host":"%s.","type":"NS","opt":"","value":"ns1.example.net.","ttl":"300"},
 {"host":"www.%s.","type":"A","opt":"","value":"%s","ttl":"300"}]}}]`, zone, serial, zone, zone, address)
}

func TestFiftyProcessesAtOnceEndWithTheNewestStateOfEachZone(t *testing.T) {
	program, dir := testbed.Build(t)
	now := time.Now().Unix()
	outcomes := make([]outcome, 50)
	var wg sync.WaitGroup
	for i := range outcomes {
		zone, turn := i%10, i/10
		wg.Go(func() {
			outcomes[i] = as(0, dir, program, payload(fmt.Sprintf("z%d.example", zone), fmt.Sprintf("192.0.2.%d", turn), now+int64(turn)), "plesk")
		})
	}
	wg.Wait()
	for _, o := range outcomes {
		assert.Contains(t, []int{0, 4}, o.code, o.text)
		assert.NotContains(t, o.text, "locked")
	}
	assert.Equal(t, 0, as(0, dir, program, "", "run", "--once").code)
	for zone := range 10 {
		text, err := os.ReadFile(filepath.Join(dir, "zones", fmt.Sprintf("z%d.example.zone", zone)))
		require.NoError(t, err)
		assert.Contains(t, string(text), "192.0.2.4\n", "the newest state wins")
	}
}

func TestWhatTheLedgerCannotTakeIsSpooledAndDoneFirstLater(t *testing.T) {
	testbed.NeedRoot(t)
	program, dir := testbed.Build(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "zonecast.yaml"), []byte(`
ledger: {path: state/ledger.db, mode: 0666}
targets: [{name: local, driver: zonefile, options: {dir: ./zones}}]
`), 0o644))
	state := filepath.Join(dir, "state")
	zones := filepath.Join(dir, "zones")
	require.NoError(t, os.Mkdir(zones, 0o777))
	require.NoError(t, os.Chmod(zones, 0o777))
	now := time.Now().Unix()
	root, other := uint32(0), uint32(testbed.Nobody)

	o := as(root, dir, program, payload("a.example", "192.0.2.1", now), "plesk")
	require.Zero(t, o.code, o.text)
	o = as(other, dir, program, payload("a.example", "192.0.2.2", now+1), "plesk")
	require.Zero(t, o.code, "both users work with one ledger: %s", o.text)

	require.NoError(t, os.Chmod(state, 0o755))
	for i, address := range []string{"192.0.2.3", "192.0.2.4"} {
		o = as(other, dir, program, payload("a.example", address, now+2+int64(i)), "plesk")
		assert.Equal(t, 4, o.code, o.text)
		assert.Contains(t, o.text, "the document waits in "+state)
	}
	assert.Contains(t, fileOf(t, zones, "a.example"), "192.0.2.2\n", "nothing is done that is not in the ledger")

	o = as(root, dir, program, "", "status", "--check")
	assert.Equal(t, 4, o.code, o.text)
	assert.Contains(t, o.text, "2 documents wait in")
	o = as(root, dir, program, payload("b.example", "192.0.2.9", now), "plesk")
	assert.Zero(t, o.code, o.text)
	assert.Contains(t, fileOf(t, zones, "a.example"), "192.0.2.4\n")
	assert.Zero(t, as(root, dir, program, "", "status", "--check").code)
}

func TestTheUsersOfOneGroupShareALedger(t *testing.T) {
	testbed.NeedRoot(t)
	daemon, err := user.LookupGroup("daemon")
	require.NoError(t, err)
	gid, err := strconv.Atoi(daemon.Gid)
	require.NoError(t, err)
	program, dir := testbed.Build(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "zonecast.yaml"), []byte(`
ledger: {path: state/ledger.db, mode: 0660, group: daemon}
targets: [{name: local, driver: zonefile, options: {dir: ./zones}}]
`), 0o644))
	zones := filepath.Join(dir, "zones")
	require.NoError(t, os.Mkdir(zones, 0o777))
	require.NoError(t, os.Chmod(zones, 0o777))
	now := time.Now().Unix()
	for i, uid := range []uint32{0, 60001, 60002, 0, 60002, 60001} {
		address := fmt.Sprintf("192.0.2.%d", i)
		o := asMember(uid, uint32(gid), dir, program, payload("a.example", address, now+int64(i)), "plesk")
		assert.Zero(t, o.code, o.text)
		assert.Contains(t, fileOf(t, zones, "a.example"), address+"\n")
	}
	o := as(testbed.Nobody, dir, program, payload("a.example", "192.0.2.77", now+9), "plesk")
	assert.Equal(t, 1, o.code, o.text)
	assert.Contains(t, o.text, "permission denied")
}

func TestWhatNobodyCanTakeIsAnError(t *testing.T) {
	testbed.NeedRoot(t)
	program, dir := testbed.Build(t)
	o := as(testbed.Nobody, dir, program, payload("a.example", "192.0.2.1", 1), "plesk")
	assert.Equal(t, 1, o.code)
	assert.Contains(t, o.text, "the document is lost: ")
	assert.NoDirExists(t, filepath.Join(dir, "zones"))
}

func fileOf(t *testing.T, zones, name string) string {
	text, err := os.ReadFile(filepath.Join(zones, name+".zone"))
	require.NoError(t, err)
	return string(text)
}

func TestABrokenLedgerCostsNothingButTime(t *testing.T) {
	program, dir := testbed.Build(t)
	path := filepath.Join(dir, "zonecast.db")
	require.NoError(t, os.WriteFile(path, bytes.Repeat([]byte("no database "), 1000), 0o600))
	o := as(0, dir, program, payload("a.example", "192.0.2.1", time.Now().Unix()), "plesk")
	assert.Equal(t, 4, o.code, o.text)
	assert.NoDirExists(t, filepath.Join(dir, "zones"))
	assert.Equal(t, 1, as(0, dir, program, "", "run", "--once").code)

	require.NoError(t, os.Remove(path))
	assert.Zero(t, as(0, dir, program, "", "run", "--once").code)
	assert.FileExists(t, filepath.Join(dir, "zones", "a.example.zone"))
	n, err := standard(t, dir).Spool().Len()
	require.NoError(t, err)
	assert.Zero(t, n)
}

func TestAPanelThatNoLongerListensDoesNotEndTheWork(t *testing.T) {
	program, dir := testbed.Build(t)
	r, w, err := os.Pipe()
	require.NoError(t, err)
	require.NoError(t, r.Close())
	cmd := exec.Command(program, "plesk")
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, strings.NewReader(payload("a.example", "192.0.2.1", 1)), w, w
	require.NoError(t, cmd.Run())
	assert.FileExists(t, filepath.Join(dir, "zones", "a.example.zone"))
}

func TestRunTakesWhatOthersLeaveAndEndsWithASignal(t *testing.T) {
	program, dir := testbed.Build(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "hasty.yaml"), []byte(
		"targets: [{name: local, driver: zonefile, options: {dir: ./zones}}]\nplesk: {wait: 0}"), 0o644))
	assert.Equal(t, 4, as(0, dir, program, payload("a.example", "192.0.2.1", 1), "plesk", "--config", "hasty.yaml").code)
	cmd := exec.Command(program, "run")
	cmd.Dir = dir
	require.NoError(t, cmd.Start())
	assert.Eventually(t, func() bool {
		_, err := os.Stat(filepath.Join(dir, "zones", "a.example.zone"))
		return err == nil
	}, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	assert.NoError(t, cmd.Wait())
	assert.Contains(t, as(0, dir, program, "", "status").text, "zonecast run was alive at")
}
