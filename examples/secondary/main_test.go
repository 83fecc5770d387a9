package main

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/internal/testbed"
)

func TestTheScriptShowsAChangeArrive(t *testing.T) {
	testbed.Need(t, "sh", "named", "nsupdate", "dig", "mariadbd", "mariadb-install-db", "mariadb", "pdns_server")
	cmd := exec.Command("sh", "run.sh")
	cmd.Env = os.Environ()
	for _, port := range []string{"PORT", "NOTIFY_PORT", "METRICS_PORT", "SERVED_PORT", "WEB_PORT"} {
		cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", port, servers.FreePort(t)))
	}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "and so is the change:\nwww.example.com.\t300\tIN\tA\t192.0.2.2\n")
	assert.Contains(t, string(out), "which PowerDNS serves, too: www has 192.0.2.2\n")
}
