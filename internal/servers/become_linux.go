package servers

import (
	"os/exec"
	"syscall"
)

// become makes cmd run as u, and end with the test even if that is killed.
func become(cmd *exec.Cmd, u *user) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if u != nil {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: u.id, Gid: u.id}
	}
}
