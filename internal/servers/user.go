package servers

import (
	"os"
	"os/exec"
	"testing"

	"github.com/zonecast/zonecast/internal/testbed"
)

// user is somebody else than who runs the test.
type user struct{ id uint32 }

// nobody is for programs that refuse to run as root; where the test is not run by
// root, they run as who runs it.
func nobody() *user {
	if os.Getuid() != 0 {
		return nil
	}
	return &user{testbed.Nobody}
}

// command prepares a program to run as u, in a folder that u may enter.
func (u *user) command(dir string, argv ...string) *exec.Cmd {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "LC_ALL=C", "TZ=UTC")
	become(cmd, u)
	return cmd
}

// give makes u the owner of a folder.
func (u *user) give(t testing.TB, dir string) {
	t.Helper()
	if u == nil {
		return
	}
	if err := os.Chown(dir, int(u.id), int(u.id)); err != nil {
		t.Fatal(err)
	}
}
