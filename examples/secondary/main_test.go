package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/testbed"
)

// free finds a port that nobody listens at.
func free(t *testing.T) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func TestTheScriptShowsAChangeArrive(t *testing.T) {
	testbed.Need(t, "sh", "named", "nsupdate", "dig")
	cmd := exec.Command("sh", "run.sh")
	cmd.Env = append(os.Environ(), fmt.Sprintf("PORT=%d", free(t)), fmt.Sprintf("NOTIFY_PORT=%d", free(t)), fmt.Sprintf("METRICS_PORT=%d", free(t)))
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "and so is the change:\nwww.example.com.\t300\tIN\tA\t192.0.2.2\n")
}
