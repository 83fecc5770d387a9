package zone

import (
	"fmt"
	"strings"
)

// A Level says how much a finding weighs.
type Level uint8

const (
	// Note is worth knowing; nothing that was wanted is missing.
	Note Level = iota
	// Contested is ours and wanted, but somebody keeps undoing it: it is left as
	// they have it.
	Contested
	// Blocked is wanted and sound, but cannot be written: something stands in
	// its way at the target, or it awaits approval.
	Blocked
	// Refused is not fit to be written: the source is wrong.
	Refused
)

var levels = [...]string{"note", "contested", "blocked", "refused"}

// String is the word for the level.
func (l Level) String() string {
	if int(l) < len(levels) {
		return levels[l]
	}
	return fmt.Sprintf("level %d", uint8(l))
}

// MarshalText writes the level as its word.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads a level's word.
func (l *Level) UnmarshalText(text []byte) error {
	for i, s := range levels {
		if s == string(text) {
			*l = Level(i)
			return nil
		}
	}
	return fmt.Errorf("level %s: is none of %s", quote(string(text)), strings.Join(levels[:], ", "))
}

// A Finding is something that a person should know about a zone or one of its
// sets. A finding without a key is about the zone as a whole; when that is
// Refused, nothing of the zone is written.
type Finding struct {
	Level Level  `json:"level"`
	Key   Key    `json:"key,omitzero"`
	Text  string `json:"text"`
}

// String is the finding in one line.
func (f Finding) String() string {
	if f.Key == (Key{}) {
		return f.Level.String() + ": " + f.Text
	}
	return f.Level.String() + ": " + f.Key.String() + ": " + f.Text
}
