//go:build unix

package zonefile

import (
	"os"
	"syscall"
)

// giveTo gives a new file the owner and group of another, as far as we may: so
// that root and the user of the panel can work in one folder.
func giveTo(f *os.File, like os.FileInfo) {
	if s, ok := like.Sys().(*syscall.Stat_t); ok && f.Chown(int(s.Uid), int(s.Gid)) != nil {
		f.Chown(-1, int(s.Gid))
	}
}
