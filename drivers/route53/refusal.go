package route53

import (
	"slices"
	"strings"
)

// The service's words vary over time, so that they are but a hint: whom they
// accuse is tried alone, and what they say of a conflict makes us look again.

// isConflict reports whether a refusal says that a set is not what the plan was
// made from.
func isConflict(text string) bool {
	return strings.Contains(text, "do not match the current values") ||
		strings.Contains(text, "but it already exists") || strings.Contains(text, "but it was not found")
}

// accused parts the names that a refusal speaks of from the others.
func accused(batch []group, refusal error) (named, others []group) {
	words := wordsOf(refusal.Error())
	for _, g := range batch {
		if name := spellName(g.changes[0].Key().Name); slices.Contains(words, name) || slices.Contains(words, strings.TrimSuffix(name, ".")) {
			named = append(named, g)
		} else {
			others = append(others, g)
		}
	}
	return named, others
}

// wordsOf takes a text apart at what no spelled name holds.
func wordsOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return r > 0x7f || !isPlain(byte(r)) && r != '.' && r != '\\'
	})
}
