package zonecast

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/config"
	"github.com/zonecast/zonecast/provider"
)

var update = flag.Bool("update", false, "write the table of drivers anew")

const (
	tableBegins = "<!-- what the drivers say of themselves: go test . -run Table -update -->\n"
	tableEnds   = "<!-- end -->\n"
)

func TestTheTableOfDriversIsWhatTheySayOfThemselves(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(text), tableBegins)
	require.True(t, ok)
	is, after, ok := strings.Cut(rest, tableEnds)
	require.True(t, ok)
	if *update {
		require.NoError(t, os.WriteFile("README.md", []byte(before+tableBegins+tableOfDrivers()+tableEnds+after), 0o644))
		return
	}
	assert.Equal(t, tableOfDrivers(), is, "write it anew: go test . -run Table -update")
}

func tableOfDrivers() string {
	var b strings.Builder
	b.WriteString("| driver | service | types | TTL | whole or not at all | calls for a zone that changed | zones | mark | mind |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, name := range config.Drivers() {
		t := config.Traits(name)
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s | %s | %s |\n", name, t.Service, types(t), ttl(t), t.Whole, t.Calls,
			yes(config.Creates(name), "creates, deletes"), yes(config.Marks(name), "yes"), strings.Join(t.Traps, "; "))
	}
	return b.String()
}

func yes(is bool, word string) string {
	if is {
		return word
	}
	return "–"
}

func types(t provider.Traits) string {
	if len(t.Types) == 0 {
		return "all"
	}
	return strings.Trim(fmt.Sprint(t.Types), "[]")
}

func ttl(t provider.Traits) string {
	switch {
	case t.MaxTTL > 0:
		return fmt.Sprintf("%d–%d", t.MinTTL, t.MaxTTL)
	case t.MinTTL > 0:
		return fmt.Sprintf("from %d", t.MinTTL)
	}
	return "all"
}
