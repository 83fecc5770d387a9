package zone

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with a file, or writes the file.
func golden(t *testing.T, file, text string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), text, "if this is what shall be: go test ./zone -run %s -update", t.Name())
}

var rulesByName = map[string]Rules{
	"zero":   {},
	"purge":  {Foreign: ForeignPurge},
	"take":   {Adopt: AdoptTake},
	"keep":   {Drift: DriftKeep},
	"mirror": Mirror(),
}

const n = Name("n.example.com.")

// cell reads one cell of a truth table: sets of the name n.
func cell(t *testing.T, text string) *Zone {
	var records []Record
	var guards []Protected
	for _, word := range strings.Fields(text) {
		switch {
		case word == "-":
		case word[0] == '-':
			guards = append(guards, Protected{Key{Type: Type(word[1:])}, "a row without a readable owner"})
		case word == "!*":
			guards = append(guards, Protected{Key{Name: n}, "odd"})
		case word[0] == '!':
			guards = append(guards, Protected{Key{n, Type(word[1:])}, "odd"})
		default:
			typ, values, _ := strings.Cut(word, "=")
			values, ttl, _ := strings.Cut(values, "@")
			r := Record{Name: n, Type: Type(typ), TTL: 300}
			fmt.Sscan(ttl, &r.TTL)
			for _, v := range strings.Split(values, ",") {
				r.Data = cellData(typ, v)
				records = append(records, r)
			}
		}
	}
	z, err := New("example.com.", records...)
	require.NoError(t, err, text)
	return z.Protect(guards...)
}

func cellData(typ, v string) string {
	switch {
	case typ == "A":
		return "192.0.2." + v
	case typ == "MX":
		return v + " mail.example.com."
	case typ == "CNAME":
		return v + ".example.net."
	case typ == "CAA":
		return `0 issue "ca` + v + `"`
	case strings.HasPrefix(v, "spf"):
		return `"v=spf1 ip4:192.0.2.` + v[3:] + `"`
	case strings.HasPrefix(v, "dmarc"):
		return `"v=DMARC1; p=` + v[5:] + `"`
	}
	return `"` + strings.ReplaceAll(v, "+", `" "`) + `"`
}

// show is the inverse of cell.
func show(z *Zone) string {
	var words []string
	for s := range z.All() {
		var values []string
		for _, d := range s.Data {
			d = strings.NewReplacer("192.0.2.", "", " mail.example.com.", "", ".example.net.", "", `0 issue "ca`, "", `" "`, "+", `"`, "",
				"v=spf1 ip4:", "spf", "v=DMARC1; p=", "dmarc").Replace(d)
			values = append(values, d)
		}
		word := string(s.Type) + "=" + strings.Join(values, ",")
		if s.TTL != 300 {
			word += fmt.Sprint("@", s.TTL)
		}
		words = append(words, word)
	}
	if len(words) == 0 {
		return "-"
	}
	return strings.Join(words, " ")
}

// cellBase reads the cell of a base: what we wrote, or wrote>stored, and #n where
// that was put back n times in the last day.
func cellBase(t *testing.T, text string) *Base {
	if text == "-" {
		return nil
	}
	text, times, _ := strings.Cut(text, "#")
	repaired := 0
	fmt.Sscan(times, &repaired)
	wrote, stored, other := strings.Cut(text, ">")
	if !other {
		stored = wrote
	}
	base := &Base{Wrote: cell(t, wrote), Stored: cell(t, stored), Repaired: map[Key]int{}}
	for s := range base.Wrote.All() {
		base.Repaired[s.Key] = repaired
	}
	return base
}

// The golden file holds every decision about one set, for all rules at once: a
// reader can check it by eye.
func TestReconcileDecidesEachSetAsTheTableSays(t *testing.T) {
	var out bytes.Buffer
	fmt.Fprint(&out, `What Reconcile makes of one A set: the goal under each rule. The numbers are
addresses; a star is a note, ! is Blocked (awaits approval or an operator).

`)
	columns := []string{"zero", "purge", "take", "keep", "mirror"}
	w := tabwriter.NewWriter(&out, 0, 0, 3, ' ', 0)
	fmt.Fprintf(w, "base\tlive\twant\t%s\n", strings.Join(columns, "\t"))
	for _, base := range []string{"-", "A=1"} {
		for _, live := range []string{"-", "A=1", "A=9", "A=1,9"} {
			for _, want := range []string{"-", "A=1", "A=2", "A=9"} {
				fmt.Fprintf(w, "%s\t%s\t%s", bareCell(base), bareCell(live), bareCell(want))
				for _, c := range columns {
					goal, fs := Reconcile(cellBase(t, base), cell(t, live), cell(t, want), rulesByName[c])
					fmt.Fprintf(w, "\t%s%s", bareCell(show(goal)), marks(fs))
				}
				fmt.Fprintln(w)
			}
		}
	}
	w.Flush()
	golden(t, "testdata/sets.txt", trimRight(out.String()))
}

func bareCell(s string) string { return strings.TrimPrefix(s, "A=") }

func trimRight(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func marks(fs []Finding) (m string) {
	for _, f := range fs {
		m += map[Level]string{Note: " *", Blocked: " !", Refused: " x"}[f.Level]
	}
	return m
}

// The same for whole names, row by row, with what is found.
func TestReconcileDecidesEachNameAsTheTableSays(t *testing.T) {
	text, err := os.ReadFile("testdata/names.txt")
	require.NoError(t, err)
	var out strings.Builder
	for _, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		row, _, _ := strings.Cut(line, "->")
		if strings.HasPrefix(row, "#") || strings.TrimSpace(row) == "" {
			out.WriteString(line + "\n")
			continue
		}
		c := strings.Split(row, ";")
		require.Len(t, c, 4, line)
		for i := range c {
			c[i] = strings.TrimSpace(c[i])
		}
		rules, ok := rulesByName[c[3]]
		require.True(t, ok, line)
		live := cell(t, c[1])
		goal, fs := Reconcile(cellBase(t, c[0]), live, cell(t, c[2]), rules)
		requireSound(t, live, goal)
		fmt.Fprintf(&out, "%-58s-> %s", strings.Join(c, " ; "), show(goal))
		for _, f := range fs {
			fmt.Fprintf(&out, " ; %s", strings.ReplaceAll(f.String(), string(n)+" ", ""))
		}
		out.WriteString("\n")
	}
	golden(t, "testdata/names.txt", out.String())
}
