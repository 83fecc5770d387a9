package zonefile

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// A change and the command after it are two steps, and a process may end between
// them. So a mark goes before the change and away after the command: whoever
// finds it runs the command.

func (d *Dir) markOf(name zone.Name) string {
	return filepath.Join(d.Path, "."+fileOf(name)+".changed")
}

// mark says that a zone is about to change. Each mark is another, so that the one
// of a later change is not taken for this one.
func (d *Dir) mark(name zone.Name) error {
	if len(d.After) == 0 {
		return nil
	}
	return replaceFile(d.markOf(name), rand.Text())
}

// Finish implements provider.Finisher: it runs the command for a zone that has
// changed, now or in an earlier process. The mark stays if the command fails.
func (d *Dir) Finish(ctx context.Context, name zone.Name) error {
	if len(d.After) == 0 {
		return nil
	}
	mark, err := os.ReadFile(d.markOf(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = d.after(ctx, name)
	}
	if err != nil {
		return err
	}
	return d.locked(ctx, func() error {
		if now, err := os.ReadFile(d.markOf(name)); err != nil || string(now) != string(mark) {
			return nil // it has changed again
		}
		return os.Remove(d.markOf(name))
	})
}

// after runs the command for a zone.
func (d *Dir) after(ctx context.Context, name zone.Name) error {
	words := strings.NewReplacer("{zone}", strings.TrimSuffix(string(name), "."), "{file}", d.file(name))
	args := make([]string, len(d.After))
	for i, a := range d.After {
		args[i] = words.Replace(a)
	}
	out, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("the file is changed, but %s: %w: %s", args[0], err, strings.TrimSpace(string(out)))
	}
	return nil
}
