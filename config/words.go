package config

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// wrong is an error that knows where it stands.
func wrong(n ast.Node, format string, args ...any) error {
	return &yaml.SyntaxError{Message: fmt.Sprintf(format, args...), Token: n.GetToken()}
}

// A choice is one of some words.
type choice interface {
	~string
	words() []string
}

func choose[T choice](n ast.Node, v *T) error {
	words := (*v).words()
	s, ok := n.(*ast.StringNode)
	if !ok || !slices.Contains(words, s.Value) {
		return wrong(n, "want %s", strings.Join(words, " or "))
	}
	*v = T(s.Value)
	return nil
}

// Mode is how a target is dealt with.
type Mode string

func (Mode) words() []string { return []string{"write", "hold", "observe"} }

// UnmarshalYAML reads a mode.
func (m *Mode) UnmarshalYAML(n ast.Node) error { return choose(n, m) }

// Foreign is what happens to sets that are not ours and that the source does not
// have.
type Foreign string

func (Foreign) words() []string { return []string{"keep", "purge"} }

// UnmarshalYAML reads the word.
func (f *Foreign) UnmarshalYAML(n ast.Node) error { return choose(n, f) }

// Adopt is what happens to sets that are not ours and that the source has
// otherwise.
type Adopt string

func (Adopt) words() []string { return []string{"hold", "take"} }

// UnmarshalYAML reads the word.
func (a *Adopt) UnmarshalYAML(n ast.Node) error { return choose(n, a) }

// Drift is what happens to our sets that somebody changed.
type Drift string

func (Drift) words() []string { return []string{"repair", "keep"} }

// UnmarshalYAML reads the word.
func (d *Drift) UnmarshalYAML(n ast.Node) error { return choose(n, d) }

// Missing is what happens to zones that the target does not have.
type Missing string

func (Missing) words() []string { return []string{"create", "skip"} }

// UnmarshalYAML reads the word.
func (m *Missing) UnmarshalYAML(n ast.Node) error { return choose(n, m) }

// OnRemove is what happens to zones that the source removed.
type OnRemove string

func (OnRemove) words() []string { return []string{"delete-created", "empty", "keep"} }

// UnmarshalYAML reads the word.
func (r *OnRemove) UnmarshalYAML(n ast.Node) error { return choose(n, r) }

// Delegation is who names the servers where a zone delegates to one below it that the
// same target holds.
type Delegation string

func (Delegation) words() []string { return []string{"follow", "source"} }

// UnmarshalYAML reads the word.
func (d *Delegation) UnmarshalYAML(n ast.Node) error { return choose(n, d) }

// Owner marks zones as ours: a word that every service has room for.
type Owner string

const ownerLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/=+-@"

// UnmarshalYAML reads the word.
func (o *Owner) UnmarshalYAML(n ast.Node) error {
	s, ok := n.(*ast.StringNode)
	if !ok || s.Value == "" || len(s.Value) > 100 || strings.Trim(s.Value, ownerLetters) != "" {
		return wrong(n, "want one word of letters, digits and _.:/=+-@")
	}
	*o = Owner(s.Value)
	return nil
}

// A Duration is a time as in 90s, 5m, 24h, or 0.
type Duration time.Duration

// UnmarshalYAML reads a duration.
func (d *Duration) UnmarshalYAML(n ast.Node) error {
	t, err := time.ParseDuration(n.GetToken().Value)
	if err != nil || t < 0 {
		return wrong(n, "want a time as in 90s, 5m or 24h")
	}
	*d = Duration(t)
	return nil
}

// FileMode is the mode of a file in octal digits.
type FileMode fs.FileMode

// UnmarshalYAML reads the digits, with or without quotes.
func (m *FileMode) UnmarshalYAML(n ast.Node) error {
	bits, err := strconv.ParseUint(strings.TrimPrefix(n.GetToken().Value, "0o"), 8, 32)
	if err != nil || bits > 0o777 || bits&0o600 != 0o600 {
		return wrong(n, "want a mode as in 0660, which lets the owner read and write")
	}
	*m = FileMode(bits)
	return nil
}
