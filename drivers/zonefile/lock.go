package zonefile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/zonecast/zonecast/internal/durable"
)

// locked runs do while no other process of ours writes to the folder.
func (d *Dir) locked(ctx context.Context, do func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := os.MkdirAll(d.Path, 0o755); err != nil {
		return err
	}
	unlock, err := d.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	return do()
}

// lock waits for the lock as long as ctx allows.
func (d *Dir) lock(ctx context.Context) (unlock func() error, err error) {
	type got struct {
		unlock func() error
		err    error
	}
	done := make(chan got)
	go func() {
		f, err := d.lockFile()
		g := got{err: err}
		if err == nil {
			g.unlock = f.Close
		}
		select {
		case done <- g:
		case <-ctx.Done():
			if err == nil {
				f.Close() // nobody waits any more
			}
		}
	}()
	select {
	case g := <-done:
		return g.unlock, g.err
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for the lock of the folder: %w", ctx.Err())
	}
}

// lockFile opens the file that is the lock, and waits for it. Who may write to
// the folder may open it and nobody else may: to read a file is enough to lock
// it, and so to stop us.
func (d *Dir) lockFile() (*lockedfile.File, error) {
	path := filepath.Join(d.Path, ".zonecast.lock")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := d.makeLockFile(path); err != nil {
			return nil, err
		}
	}
	f, err := lockedfile.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		d.sweep(f)
	}
	return f, err
}

// sweep removes, once a day, what killed processes were writing. The time of the
// lock file says when that was done last: to look through a folder of many zones is
// too much for each change of one.
func (d *Dir) sweep(lock *lockedfile.File) {
	info, err := lock.Stat()
	if err != nil || info.Size() > 0 && time.Since(info.ModTime()) < durable.Old {
		return
	}
	durable.Sweep(d.Path)
	_, _ = lock.WriteAt([]byte("\n"), 0) // on a full disk it is done again
}

func (d *Dir) makeLockFile(path string) error {
	folder, err := os.Stat(d.Path)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	giveTo(f, folder)
	writers := folder.Mode().Perm() & 0o022
	return errors.Join(f.Chmod(0o600|writers|writers<<1), f.Close())
}
