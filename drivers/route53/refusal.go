package route53

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// The service's words vary over time, so that they are but a hint: whom they
// accuse is tried alone, and what they say of a conflict makes us look again.

// isConflict reports whether a refusal says that a set is not what the plan was
// made from.
func isConflict(text string) bool {
	return strings.Contains(text, "do not match the current values") ||
		strings.Contains(text, "but it already exists") || strings.Contains(text, "but it was not found")
}

// countOf finds how a refusal counts the changes of a batch, from 1.
var countOf = regexp.MustCompile(`\bchanges\.(\d+)\.member\b`)

// accused parts the names that a refusal speaks of from the others.
func accused(apex zone.Name, batch []group, refusal error) (named, others []group) {
	text := strings.ReplaceAll(refusal.Error(), "in zone "+spellName(apex), "")
	words, from := wordsOf(text), 1
	for _, g := range batch {
		name := spellName(g.changes[0].Key().Name)
		if slices.Contains(words, name) || slices.Contains(words, strings.TrimSuffix(name, ".")) || counts(text, from, len(g.wire)) {
			named = append(named, g)
		} else {
			others = append(others, g)
		}
		from += len(g.wire)
	}
	return named, others
}

// counts reports whether a refusal counts one of n changes from a place on.
func counts(text string, from, n int) bool {
	for _, m := range countOf.FindAllStringSubmatch(text, -1) {
		if i, err := strconv.Atoi(m[1]); err == nil && i >= from && i < from+n {
			return true
		}
	}
	return false
}

// wordsOf takes a text apart at what no spelled name holds.
func wordsOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return r > 0x7f || !isPlain(byte(r)) && r != '.' && r != '\\'
	})
}
