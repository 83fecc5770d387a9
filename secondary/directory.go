package secondary

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
)

// Directory is a folder with one file for each zone, as those who write master files
// keep one. Its name is that of the file without Suffix; files with other names, and
// those that begin with a dot or end in ~, are no zones.
type Directory struct {
	Path   string
	Suffix string // as .zone; "": every file is one
}

var errNoFiles = errors.New("the folder has no zones")

// Zones implements List.
func (d Directory) Zones(context.Context) ([]Entry, error) {
	files, err := os.ReadDir(d.Path)
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for _, f := range files {
		text, ok := strings.CutSuffix(f.Name(), d.Suffix)
		if !ok || f.IsDir() || strings.HasPrefix(text, ".") || strings.HasSuffix(text, "~") {
			continue
		}
		name, err := listed(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.Path, err)
		}
		entries = append(entries, Entry{Name: name})
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("%s: %w", d.Path, errNoFiles)
	}
	return entries, nil
}
