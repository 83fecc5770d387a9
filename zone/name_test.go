package zone

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestANameHasOneSpelling(t *testing.T) {
	for in, out := range map[string]Name{
		"example.com":                 "example.com.",
		"example.com.":                "example.com.",
		"WWW.Example.COM":             "www.example.com.",
		".":                           ".",
		"*.example.com":               "*.example.com.",
		`\*.example.com`:              "*.example.com.",
		`\042.example.com`:            "*.example.com.",
		"_dmarc.example.com":          "_dmarc.example.com.",
		"bücher.example":              "xn--bcher-kva.example.",
		"Bücher.EXAMPLE":              "xn--bcher-kva.example.",
		"_dmarc.bücher.example":       "_dmarc.xn--bcher-kva.example.",
		"*.bücher.example":            "*.xn--bcher-kva.example.",
		"xn--bcher-kva.example":       "xn--bcher-kva.example.",
		"bücher。example":              "xn--bcher-kva.example.",
		`a\.b.example.com`:            `a\.b.example.com.`,
		`a\046b.example.com`:          `a\.b.example.com.`,
		`\065.example.com`:            "a.example.com.",
		`a\ b.example.com`:            `a\032b.example.com.`,
		`\000.example.com`:            `\000.example.com.`,
		`\255.example.com`:            `\255.example.com.`,
		`a\\.example.com`:             `a\\.example.com.`,
		`host;master.example.com`:     `host\;master.example.com.`,
		"0/25.2.0.192.in-addr.arpa":   "0/25.2.0.192.in-addr.arpa.",
		strings.Repeat("a", 63) + ".": Name(strings.Repeat("a", 63) + "."),
	} {
		got, err := ParseName(in)
		assert.NoError(t, err, in)
		assert.Equal(t, out, got, in)
	}
}

func TestANameThatIsNoneIsRefusedWithItsValue(t *testing.T) {
	long := strings.Repeat("a23456789.", 26)
	for in, word := range map[string]string{
		"":                            "is empty",
		"..":                          "empty label",
		".example.com":                "empty label",
		"a..example.com":              "empty label",
		"\u00ad":                      "empty label", // IDNA leaves nothing of a soft hyphen
		"www.\u00ad":                  "empty label",
		"@":                           "apex",
		"a b.example.com":             "blank",
		"a\tb.example.com":            "blank",
		"a\x00b.example.com":          "control",
		"a\x7fb.example.com":          "control",
		`a\25.example.com`:            "escape",
		`a\256.example.com`:           "escape",
		`a\`:                          "escape",
		"\xff.example.com":            "UTF-8",
		`\042bü.example.com`:          "mixes",
		`＼046x.example.com`:           "mixes", // a wide backslash becomes a plain one
		strings.Repeat("a", 64) + ".": "63",
		strings.Repeat("A", 64):       "63",
		long:                          "255",
		strings.ToUpper(long):         "255",
	} {
		_, err := ParseName(in)
		require.Error(t, err, in)
		assert.Contains(t, err.Error(), word)
		assert.Contains(t, err.Error(), "name "+quote(in))
	}
}

func TestAnErrorIsShortWhateverTheInput(t *testing.T) {
	_, err := ParseName(strings.Repeat("x", 10<<20))
	require.Error(t, err)
	assert.Less(t, len(err.Error()), 300)
	assert.Contains(t, err.Error(), "10485760 octets")
}

func TestANameOf255OctetsIsTheLongest(t *testing.T) {
	longest := strings.Repeat(strings.Repeat("a", 63)+".", 3) + strings.Repeat("b", 61) + "."
	for _, s := range []string{longest, strings.ToUpper(longest)} {
		n, err := ParseName(s)
		require.NoError(t, err)
		assert.Len(t, n, 254) // on the wire one octet more, for the root
		_, err = ParseName("c" + s[:62] + "c" + s[62:])
		assert.Error(t, err)
		_, err = ParseName(s[:len(s)-1] + "b.")
		assert.ErrorContains(t, err, "255")
	}
}

func TestInLooksAtLabels(t *testing.T) {
	zone := Name("example.com.")
	for n, want := range map[Name]bool{
		"example.com.":         true,
		"www.example.com.":     true,
		"notexample.com.":      false,
		`a\.example.com.`:      false,
		`a\\.example.com.`:     true,
		`\.example.com.`:       false,
		"com.":                 false,
		".":                    false,
		"example.com.test.":    false,
		"www.example.com.net.": false,
	} {
		assert.Equal(t, want, n.In(zone), n)
		assert.True(t, n.In(Root), n)
	}
}

func TestRelativeAndJoinAreInverses(t *testing.T) {
	assert.Equal(t, "www", Name("www.example.com.").Relative("example.com."))
	assert.Equal(t, "@", Name("example.com.").Relative("example.com."))
	assert.Equal(t, "www.example.net.", Name("www.example.net.").Relative("example.com."))
	assert.Equal(t, "example", Name("example.").Relative(Root))
	n, err := Name("example.com.").Join("WWW")
	require.NoError(t, err)
	assert.Equal(t, Name("www.example.com."), n)
	_, err = Name("example.com.").Join("")
	assert.ErrorContains(t, err, "is empty")

	rapid.Check(t, func(t *rapid.T) {
		zone, n := anyName().Draw(t, "zone"), anyName().Draw(t, "name")
		if rapid.Bool().Draw(t, "below") {
			n, _ = ParseName(string(n) + string(zone))
		}
		if n == "" {
			t.Skip("too long")
		}
		back, err := zone.Join(n.Relative(zone))
		require.NoError(t, err)
		require.Equal(t, n, back)
	})
}

func TestParentDropsOneLabel(t *testing.T) {
	assert.Equal(t, Name("example.com."), Name("www.example.com.").Parent())
	assert.Equal(t, Name("com."), Name(`a\.b.com.`).Parent())
	assert.Equal(t, Root, Name("com.").Parent())
	assert.Equal(t, Root, Root.Parent())
}

func TestCanonicalOrderIsThatOfTheRFC(t *testing.T) {
	ordered := []Name{ // RFC 4034 section 6.1
		"example.", "a.example.", "yljkjljk.a.example.", "z.a.example.",
		"zabc.a.example.", "z.example.", `\001.z.example.`, "*.z.example.", `\200.z.example.`,
	}
	got := slices.Clone(ordered)
	slices.Reverse(got)
	slices.SortFunc(got, Compare)
	assert.Equal(t, ordered, got)
}

// The quick comparison and the plain one by octets have to agree.
func TestCompareIsACompareOfOctets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyName().Draw(t, "a"), anyName().Draw(t, "b")
		if rapid.Bool().Draw(t, "related") {
			b, _ = ParseName(rapid.SampledFrom([]string{"", "x", "x.", "0."}).Draw(t, "before") + string(a))
		}
		if b == "" {
			t.Skip("too long")
		}
		require.Equal(t, sign(compareLabels(a, b)), sign(Compare(a, b)))
		require.Equal(t, sign(Compare(a, b)), -sign(Compare(b, a)))
	})
}

func sign(n int) int { return min(max(n, -1), 1) }

// anyName draws names with few different octets, so that they meet.
func anyName() *rapid.Generator[Name] {
	label := rapid.StringOfN(rapid.RuneFrom([]rune(`abz09-_*.\ @A`)), 1, 4, -1)
	return rapid.Custom(func(t *rapid.T) Name {
		var out []byte
		for _, l := range rapid.SliceOfN(label, 1, 4).Draw(t, "labels") {
			for i := range len(l) {
				out = appendNameOctet(out, l[i])
			}
			out = append(out, '.')
		}
		return Name(out)
	})
}

func FuzzParseName(f *testing.F) {
	for _, s := range []string{"www.example.com", `a\.b.`, `\042.x`, "bücher.example", "..", "xn--a.", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseName(s)
		if err != nil {
			return
		}
		again, err := ParseName(string(n))
		require.NoError(t, err)
		require.Equal(t, n, again)
		require.True(t, n.In(n) && n.In(Root))
		require.Zero(t, Compare(n, again))
	})
}
