package zonefile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/zonecast/zonecast/internal/durable"
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
func (d *Dir) write(z *zone.Zone) error {
	if err := d.unloadable(z); err != nil {
		return refused(z.Name(), err)
	}
	if err := d.mark(z.Name()); err != nil {
		return err
	}
	return replaceFile(d.file(z.Name()), header+d.id()+"\n; Changes by hand are overwritten.\n"+z.String())
}

// replaceFile replaces a file, or the one elsewhere that it is a link to.
func replaceFile(path, text string) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	return durable.Write(path, []byte(text), func(f *os.File) error { return asBefore(f, path) })
}

// asBefore gives a new file the mode and the owner of the one it replaces.
func asBefore(f *os.File, path string) error {
	old, err := os.Stat(path)
	if err != nil {
		return f.Chmod(0o644) // name servers run as users of their own
	}
	giveTo(f, old)
	return f.Chmod(old.Mode().Perm())
}
