package verify

import (
	"cmp"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

var update = flag.Bool("update", false, "write the truth table anew")

// TestVerdicts holds the truth table: what is wanted, what was before, and what a
// server has, each beside the apex that all have in common; and what is said of the
// server then, about the one set that is asked for.
func TestVerdicts(t *testing.T) {
	const path = "testdata/verdicts.txtar"
	table, err := txtar.ParseFile(path)
	require.NoError(t, err)
	parts := map[string]string{}
	for i, f := range table.Files {
		title, part, _ := strings.Cut(f.Name, ": ")
		if part != "verdict" {
			parts[part] = string(f.Data)
			continue
		}
		got := verdictOf(t, title, parts)
		if *update {
			table.Files[i].Data = []byte(got)
		} else {
			assert.Equal(t, string(f.Data), got, title)
		}
		parts = map[string]string{}
	}
	if *update {
		require.NoError(t, os.WriteFile(path, txtar.Format(table), 0o644))
	}
}

func verdictOf(t *testing.T, title string, parts map[string]string) string {
	t.Helper()
	zoneOf := func(text, serial string) *zone.Zone {
		return parse(t, "t.example.", "@ SOA ns hostmaster "+serial+" 1 2 3 4\n@ NS ns.other.example.\n"+text)
	}
	serial, ok := strings.TrimSpace(parts["serial"]), parts["serial"] != ""
	if !ok {
		serial = "2"
	}
	n := newInternet()
	n.at["192.0.2.1"] = serving(t, "t.example.", zoneOf(parts["has"], serial).String())
	if child, ok := parts["child"]; ok {
		n.at["192.0.2.1"].set(t, "sub.t.example.", "@ SOA ns hostmaster 1 1 2 3 4\n"+child)
	}
	name, typ, ok := strings.Cut(strings.TrimSpace(parts["set"]), " ")
	require.True(t, ok, title)
	want := Want{Zone: zoneOf(parts["want"], "2"), Keys: []zone.Key{{Name: zone.Name(cmp.Or(name, "t.example.")), Type: zone.Type(typ)}}}
	if was, ok := parts["was"]; ok {
		want.Was = zoneOf(was, "1")
	}
	for p := range strings.Lines(parts["protected"]) {
		want.Zone = want.Zone.Protect(zone.Protected{Key: zone.Key{Name: zone.Name(strings.TrimSpace(p))}, Reason: "made up"})
	}
	r, err := Walk{Servers: []string{"192.0.2.1"}, Dial: n.dial}.Zone(t.Context(), want)
	require.NoError(t, err, title)
	return strings.TrimPrefix(r.String(), "192.0.2.1: ")
}
