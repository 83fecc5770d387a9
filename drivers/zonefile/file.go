package zonefile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// header begins the first line of a file and is followed by its owner.
const header = "; zonecast owner "

// file is a zone file as it was read.
type file struct {
	owner string // "": somebody else's
	zone  *zone.Zone
}

// load reads a file whole.
func (d *Dir) load(ctx context.Context, name zone.Name) (file, error) {
	if err := ctx.Err(); err != nil {
		return file{}, err
	}
	text, err := os.ReadFile(d.file(name))
	if err != nil {
		return file{}, noZone(err)
	}
	z, err := zone.Parse(name, string(text))
	if err != nil {
		return file{}, fmt.Errorf("%s: %w", d.file(name), err)
	}
	return file{ownerOf(string(text)), z}, nil
}

// ownerOf finds whose a file is by how it begins.
func ownerOf(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	owner, ok := strings.CutPrefix(line, header)
	if !ok {
		return ""
	}
	return strings.TrimSpace(owner)
}

// noZone tells a file that is not there from one that cannot be read.
func noZone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", provider.ErrNoZone, err)
	}
	return err
}

// loadOwn is load of a file that we may change.
func (d *Dir) loadOwn(ctx context.Context, name zone.Name) (file, error) {
	f, err := d.load(ctx, name)
	switch {
	case err != nil:
		return f, err
	case f.owner == "":
		return f, refused(name, fmt.Errorf("%s is not ours: its first line is not %q", d.file(name), header+d.id()))
	case f.owner != d.id():
		return f, refused(name, fmt.Errorf("%s belongs to %s", d.file(name), f.owner))
	}
	return f, nil
}

func refused(name zone.Name, err error) error {
	return &provider.ServiceError{Kind: provider.KindRefused, Err: fmt.Errorf("zone %s: %w", name, err)}
}

// write puts a zone's file in place: whole or not at all, and on the disk before
// anybody can see it.
func (d *Dir) write(ctx context.Context, z *zone.Zone) error {
	if err := unloadable(z); err != nil {
		return refused(z.Name(), err)
	}
	text := header + d.id() + "\n; Changes by hand are overwritten.\n" + z.String()
	if err := replaceFile(d.file(z.Name()), text); err != nil {
		return err
	}
	return d.after(ctx, z.Name())
}

// replaceFile writes beside the file and renames over it.
func replaceFile(path, text string) (err error) {
	mode := fs.FileMode(0o644) // name servers run as users of their own
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".zonecast-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(tmp.Name())
		}
	}()
	_, err = tmp.WriteString(text)
	if err = errors.Join(err, tmp.Chmod(mode), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes a rename or a removal last. Windows has no such call and needs
// none.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// locked runs do while no other process of ours writes to the folder.
func (d *Dir) locked(ctx context.Context, do func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := os.MkdirAll(d.Path, 0o755); err != nil {
		return err
	}
	unlock, err := lock(ctx, filepath.Join(d.Path, ".zonecast.lock"))
	if err != nil {
		return err
	}
	defer unlock()
	return do()
}

// lock waits for the lock as long as ctx allows.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	type got struct {
		unlock func()
		err    error
	}
	done := make(chan got)
	go func() {
		u, err := lockedfile.MutexAt(path).Lock()
		select {
		case done <- got{u, err}:
		case <-ctx.Done():
			if err == nil {
				u() // nobody waits any more
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

// after runs the command for a zone that has changed. The file stays as it is if
// the command fails.
func (d *Dir) after(ctx context.Context, name zone.Name) error {
	if len(d.After) == 0 {
		return nil
	}
	words := strings.NewReplacer("{zone}", strings.TrimSuffix(string(name), "."), "{file}", d.file(name))
	args := make([]string, len(d.After))
	for i, a := range d.After {
		args[i] = words.Replace(a)
	}
	out, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("the file is written, but %s: %w: %s", args[0], err, strings.TrimSpace(string(out)))
	}
	return nil
}
