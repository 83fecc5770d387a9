package ledger

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/zonecast/zonecast/internal/durable"
)

// A Spool is a folder that keeps documents which the ledger could not take. Its
// files may be read and written by whoever may read and write the folder.
type Spool struct {
	Dir string // made when it is needed
}

const spooled = ".doc"

// Put keeps a document. When it returns nil the document is on the disk.
func (s Spool) Put(doc []byte) error {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return err
	}
	names, err := s.names()
	if err != nil {
		return err
	}
	return durable.Write(filepath.Join(s.Dir, after(names)), doc, func(f *os.File) error { return s.share(f.Name()) })
}

// after makes a name that stands behind all others, whatever the clock says.
func after(names []string) string {
	n := time.Now().UnixNano()
	if len(names) > 0 {
		var last int64
		fmt.Sscanf(names[len(names)-1], "%d", &last)
		n = max(n, last+1)
	}
	return fmt.Sprintf("%020d-%s%s", n, rand.Text()[:8], spooled)
}

// Each hands all documents to do, oldest first, and removes each that do returns
// nil for; it ends with the first error. Nobody else does the same meanwhile.
func (s Spool) Each(do func(doc []byte) error) error {
	if names, err := s.names(); err != nil || len(names) == 0 {
		return err
	}
	lock := filepath.Join(s.Dir, ".lock")
	unlock, err := lockedfile.MutexAt(lock).Lock()
	if err != nil {
		return err
	}
	defer unlock()
	s.share(lock) // it may be another user's, who has done so
	durable.Sweep(s.Dir)
	names, err := s.names()
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := s.hand(filepath.Join(s.Dir, name), do); err != nil {
			return err
		}
	}
	return nil
}

func (s Spool) hand(file string, do func([]byte) error) error {
	doc, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := do(doc); err != nil {
		return err
	}
	return durable.Remove(file)
}

// Len is how many documents there are.
func (s Spool) Len() (int, error) {
	names, err := s.names()
	return len(names), err
}

// names gives the files of the documents, oldest first.
func (s Spool) names() (names []string, err error) {
	entries, err := os.ReadDir(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), spooled) {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// share gives a file the mode of the folder.
func (s Spool) share(file string) error {
	dir, err := os.Stat(s.Dir)
	if err != nil {
		return err
	}
	return os.Chmod(file, dir.Mode().Perm()&0o666)
}
