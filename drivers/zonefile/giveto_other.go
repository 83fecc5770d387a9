//go:build !unix

package zonefile

import "os"

// giveTo does nothing where files have no owner and group of that kind.
func giveTo(*os.File, os.FileInfo) {}
