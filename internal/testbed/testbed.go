// Package testbed is what tests share that run other programs.
package testbed

import (
	"os"
	"os/exec"
	"testing"
)

// Need skips a test that cannot do without a program which this machine does not
// have. On the machine that decides (CI is set) a program may not be missing.
func Need(t testing.TB, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err == nil {
			continue
		}
		if os.Getenv("CI") != "" {
			t.Fatalf("there is no %s on this machine, and CI has to have it", p)
		}
		t.Skipf("there is no %s on this machine", p)
	}
}

// NeedRoot skips a test that only root can set the stage for.
func NeedRoot(t testing.TB) {
	t.Helper()
	if os.Getuid() == 0 {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatal("CI has to run as root")
	}
	t.Skip("only root can set the stage")
}
