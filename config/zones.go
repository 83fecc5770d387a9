package config

import (
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/zonecast/zonecast/zone"
)

// Zones says which zones a target gets: patterns in a list, or one a line in a
// file, where # begins a comment.
type Zones struct {
	Patterns []string
	File     string
}

// UnmarshalYAML reads a list or {file: path}.
func (z *Zones) UnmarshalYAML(decode func(any) error) error {
	var n node
	if err := decode(&n); err != nil {
		return err
	}
	if _, ok := n.Node.(*ast.SequenceNode); ok {
		return decode(&z.Patterns)
	}
	var in struct {
		File string `yaml:"file"`
	}
	err := decode(&in)
	if z.File = in.File; err == nil && z.File == "" {
		err = wrong(n.Node, "want a list of patterns or {file: path}")
	}
	return err
}

// A node is a part of the file as it is.
type node struct{ ast.Node }

func (n *node) UnmarshalYAML(is ast.Node) error {
	n.Node = is
	return nil
}

// takes makes the test that an engine's target wants, nil for all zones.
func (c *Config) takes(z Zones) (func(zone.Name) bool, error) {
	patterns := z.Patterns
	if z.File != "" {
		text, err := os.ReadFile(c.path(z.File))
		if err != nil {
			return nil, fmt.Errorf("zones: %w", err)
		}
		patterns = lines(string(text))
	} else if patterns == nil {
		return nil, nil
	}
	f := filter{names: map[zone.Name]bool{}}
	for _, p := range patterns {
		if err := f.add(p); err != nil {
			return nil, fmt.Errorf("zones: %q: %w", p, err)
		}
	}
	return f.takes, nil
}

func lines(text string) []string {
	out := []string{} // an empty file is no zone, and not all of them
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// A filter takes zones that one pattern names and no pattern with a ! does. The
// names of patterns are looked up: there may be many.
type filter struct {
	names      map[zone.Name]bool // false: not this one
	globs, not []string
	any        bool // there is nothing but what is left out
	positive   bool
}

var errPattern = errors.New("is no pattern")

func (f *filter) add(pattern string) error {
	text, excluded := strings.CutPrefix(pattern, "!")
	f.positive = f.positive || !excluded
	f.any = f.any || excluded
	if !strings.ContainsAny(text, "*?[\\") {
		name, err := zone.ParseName(text)
		if err == nil && (excluded || !f.has(name)) {
			f.names[name] = !excluded
		}
		return err
	}
	text = strings.ToLower(strings.TrimSuffix(text, "."))
	if _, err := path.Match(text, ""); err != nil {
		return errPattern
	}
	if excluded {
		f.not = append(f.not, text)
	} else {
		f.globs = append(f.globs, text)
	}
	return nil
}

func (f *filter) has(n zone.Name) bool { _, ok := f.names[n]; return ok }

func (f *filter) takes(n zone.Name) bool {
	names := zonesOf(n)
	return !slices.ContainsFunc(names, f.excludes) && slices.ContainsFunc(names, f.includes)
}

// zonesOf gives the zones that a name may be meant by: itself, and in the reverse
// trees those above it, since PTR records are wished by their own names.
func zonesOf(n zone.Name) []zone.Name {
	names := []zone.Name{n}
	for ; n.In("arpa.") && n != "arpa."; n = n.Parent() {
		names = append(names, n.Parent())
	}
	return names
}

func (f *filter) excludes(n zone.Name) bool {
	takes, known := f.names[n]
	return known && !takes || match(f.not, n)
}

func (f *filter) includes(n zone.Name) bool {
	return f.any && !f.positive || f.names[n] || match(f.globs, n)
}

func match(globs []string, n zone.Name) bool {
	text := strings.TrimSuffix(string(n), ".")
	for _, g := range globs {
		if ok, _ := path.Match(g, text); ok {
			return true
		}
	}
	return false
}
