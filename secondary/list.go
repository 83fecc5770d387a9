package secondary

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// A List says which zones there are. What cannot be read whole is an error, and an
// error changes nothing.
type List interface {
	Zones(ctx context.Context) ([]Entry, error)
}

// An Entry is a zone in a list.
type Entry struct {
	Name zone.Name
	// Serial is the one that the primary has, where the list tells; nil: it has to be
	// asked for.
	Serial *uint32
	// Member is what a catalog calls the zone. When that becomes another word, what
	// there is of the zone is dropped and got anew.
	Member string
	// Heir is the catalog that is to have the zone in the place of this one (coo, RFC
	// 9432 section 4.3.1); "": none is.
	Heir zone.Name
}

// Static is a list that does not change.
type Static []zone.Name

// Zones implements List.
func (s Static) Zones(context.Context) ([]Entry, error) {
	entries := make([]Entry, len(s))
	for i, n := range s {
		name, err := zone.ParseName(string(n))
		if err != nil {
			return nil, err
		}
		entries[i].Name = name
	}
	return entries, nil
}

// File is the path of a list with one name a line. What follows # is a comment. The
// last line has its end: one that has not was cut, or is being written.
type File string

// Zones implements List.
func (f File) Zones(context.Context) ([]Entry, error) {
	text, err := readQuiet(string(f))
	if err != nil {
		return nil, err
	}
	entries, err := ParseList(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", string(f), err)
	}
	return entries, nil
}

var errWritten = errors.New("is being written")

// readQuiet reads a file that nobody writes to meanwhile.
func readQuiet(path string) ([]byte, error) {
	before, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	after, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !os.SameFile(before, after) || before.Size() != after.Size() || before.ModTime() != after.ModTime() || int64(len(text)) != after.Size() {
		return nil, fmt.Errorf("%s: %w", path, errWritten)
	}
	return text, nil
}

var (
	errEmptyList = errors.New("the list has no zones")
	errCutList   = errors.New("the last line has no end: the list was cut, or is being written")
)

// ParseList reads a list with one name a line.
func ParseList(text []byte) ([]Entry, error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if len(text) > 0 && text[len(text)-1] != '\n' {
		return nil, errCutList
	}
	var entries []Entry
	seen := map[zone.Name]bool{}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, err := listed(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		if !seen[name] {
			entries = append(entries, Entry{Name: name})
		}
		seen[name] = true
	}
	if len(entries) == 0 {
		return nil, errEmptyList
	}
	return entries, nil
}

var errRoot = errors.New("the root is no zone to follow")

var errOdd = errors.New("has what no name of a zone has")

// listed reads the name of a zone in a list: what is none, as a page of HTML, is not
// to pass for one.
func listed(text string) (zone.Name, error) {
	name, err := zone.ParseName(text)
	switch {
	case err != nil:
		return "", err
	case name == zone.Root:
		return "", errRoot
	case strings.Trim(string(name), "abcdefghijklmnopqrstuvwxyz0123456789-_./") != "":
		return "", fmt.Errorf("%q: %w", text, errOdd)
	}
	return name, nil
}
