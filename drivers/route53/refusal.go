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

// conflictOf finds the names that a refusal says this of.
var conflictOf = regexp.MustCompile(`resource record set \[name='([^']+)'[^]]*\] but (?:the values provided do not match|it already exists|it was not found)`)

// countOf finds how a refusal counts the changes of a batch, from 1.
var countOf = regexp.MustCompile(`\bchanges\.(\d+)\.member\b`)

// parts is a refused batch by what the refusal says of its names.
type parts struct{ conflicting, accused, others []group }

func part(apex zone.Name, batch []group, refusal error) (p parts) {
	text := strings.ReplaceAll(allThatIsSaid(refusal), "in zone "+spellName(apex), "")
	conflicts := map[string]bool{}
	for _, m := range conflictOf.FindAllStringSubmatch(text, -1) {
		conflicts[strings.TrimSuffix(m[1], ".")] = true
	}
	words, from := wordsOf(text), 1
	for _, g := range batch {
		switch name := strings.TrimSuffix(spellName(g.changes[0].Key().Name), "."); {
		case conflicts[name]:
			p.conflicting = append(p.conflicting, g)
		case slices.Contains(words, name), slices.Contains(words, name+"."), counts(text, from, len(g.wire)):
			p.accused = append(p.accused, g)
		default:
			p.others = append(p.others, g)
		}
		from += len(g.wire)
	}
	return p
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
