package secondary

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// NamedConf is the configuration of a BIND, or a file that one includes. The zones
// are those of class IN whose type is among Types, without the ones that every server
// has for itself.
type NamedConf struct {
	Path  string
	Types []string // of zones; none: primary, or master as it was called
	Views []string // none: all
}

const (
	mostIncludes = 10_000   // files
	mostConf     = 64 << 20 // octets of them
)

// Zones implements List.
func (c NamedConf) Zones(context.Context) ([]Entry, error) {
	r := confReader{NamedConf: c, read: readQuiet, seen: map[zone.Name]bool{}}
	if len(r.Types) == 0 {
		r.Types = []string{"primary", "master"}
	}
	if err := r.file(c.Path, "", 0); err != nil {
		return nil, err
	}
	if len(r.entries) == 0 {
		return nil, fmt.Errorf("%s: %w", c.Path, errEmptyList)
	}
	return r.entries, nil
}

// A confReader collects the zones of a configuration.
type confReader struct {
	NamedConf
	read    func(path string) ([]byte, error)
	entries []Entry
	seen    map[zone.Name]bool
	files   int
	size    int
}

var (
	errDeep     = errors.New("includes are nested too deeply")
	errManyConf = errors.New("the configuration has too many files, or is too large")
	errNoType   = errors.New("has no type")
)

// file reads a file within a view.
func (r *confReader) file(path, view string, depth int) error {
	if depth > 16 {
		return errDeep
	}
	text, err := r.read(path)
	if err != nil {
		return err
	}
	if r.files, r.size = r.files+1, r.size+len(text); r.files > mostIncludes || r.size > mostConf {
		return errManyConf
	}
	statements, err := parseConf(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return r.block(statements, path, view, depth)
}

// block looks for zones, views and further files among statements. What else there
// may be is no matter here.
func (r *confReader) block(statements []statement, path, view string, depth int) (err error) {
	for _, s := range statements {
		switch {
		case s.is("include", 2):
			next := s[1].text
			if !filepath.IsAbs(next) {
				next = filepath.Join(filepath.Dir(path), next)
			}
			err = r.file(next, view, depth+1)
		case s.is("view", 2) && s.block() != nil:
			err = r.block(s.block(), path, s[1].text, depth)
		case s.is("zone", 2):
			err = r.zone(s, view)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// zone takes a zone in, if it is one to take.
func (r *confReader) zone(s statement, view string) error {
	class := "IN"
	if len(s) > 3 && s[2].statements == nil {
		class = strings.ToUpper(s[2].text)
	}
	kind := ""
	for _, option := range s.block() {
		switch {
		case option.is("type", 2):
			kind = option[1].text
		case option.is("in-view", 2):
			return nil // it is there already
		}
	}
	switch {
	case s.block() == nil || kind == "":
		return fmt.Errorf("zone %q: %w", s[1].text, errNoType)
	case class != "IN", !slices.Contains(r.Types, kind), len(r.Views) > 0 && !slices.Contains(r.Views, view):
		return nil
	}
	name, err := zone.ParseName(s[1].text)
	if err != nil {
		return err
	}
	if r.seen[name] || slices.Contains(everywhere, name) {
		return nil
	}
	if name, err = listed(s[1].text); err != nil {
		return err
	}
	r.seen[name] = true
	r.entries = append(r.entries, Entry{Name: name})
	return nil
}

// everywhere are zones that distributions have every BIND be primary for.
var everywhere = []zone.Name{"localhost.", "127.in-addr.arpa.", "0.in-addr.arpa.", "255.in-addr.arpa."}
