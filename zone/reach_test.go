package zone

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// baseOf is that of somebody who wrote lines and found them kept as they were.
func baseOf(t *testing.T, lines string) *Base {
	z := parse(t, lines)
	return &Base{Wrote: z, Stored: z}
}

func TestTheReachOfAWish(t *testing.T) {
	const was = "www 300 A 192.0.2.1\nalias 300 CNAME www\nsub 300 NS ns1\n@ 300 TXT one\n@ 300 NS ns.example.net.\n@ 300 SOA ns.example.net. a. 1 1 2 3 4\n"
	for name, c := range map[string]struct {
		want   string
		reach  string // keys; "no" where the whole zone is needed
		shared bool
	}{
		"nothing changes":               {was, "[]", false},
		"a serial is no change":         {strings.Replace(was, "a. 1", "a. 2", 1), "[]", false},
		"a set changes":                 {was + "www 300 A 192.0.2.2", "[www.example.com. A]", false},
		"the name of an alias changes":  {strings.Replace(was, "CNAME www", "CNAME other", 1), "[alias.example.com. CNAME]", false},
		"a set goes":                    {strings.Replace(was, "www 300 A 192.0.2.1\n", "", 1), "[www.example.com. A]", false},
		"a name comes":                  {was + "a.b 300 A 192.0.2.1", "[a.b.example.com. A a.b.example.com. CNAME a.b.example.com. DNAME a.b.example.com. NS b.example.com. DNAME b.example.com. NS example.com. DNAME]", false},
		"an alias gives way to a set":   {strings.Replace(was, "CNAME www", "A 192.0.2.9", 1), "[alias.example.com. CNAME alias.example.com. A alias.example.com. DNAME alias.example.com. NS example.com. DNAME]", false},
		"a text changes":                {was + "@ 300 TXT two", "[example.com. TXT]", true},
		"the servers of the apex":       {was + "@ 300 NS ns2.example.net.", "[example.com. NS]", true},
		"the servers of a delegation":   {was + "sub 300 NS ns2", "no", false},
		"a delegation comes":            {was + "new 300 NS ns1", "no", false},
		"a delegation goes":             {strings.Replace(was, "sub 300 NS ns1\n", "", 1), "no", false},
		"a CNAME comes":                 {was + "new 300 CNAME www", "no", false},
		"a DNAME comes":                 {was + "new 300 DNAME x.example.net.", "no", false},
		"the SOA changes":               {strings.Replace(was, "SOA ns.example", "SOA ns2.example", 1), "no", false},
		"what signs a delegation comes": {was + "sub 300 DS 1 8 2 00", "no", false},
	} {
		t.Run(name, func(t *testing.T) {
			reach, ok := baseOf(t, was).Reach(parse(t, c.want), Rules{SOA: BySource, ApexNS: BySource})
			keys := "no"
			if ok {
				keys = fmtKeys(reach.Keys())
			}
			assert.Equal(t, c.reach, keys)
			assert.Equal(t, c.shared, reach.Shared && ok)
		})
	}
	b := baseOf(t, was)
	want := parse(t, was+"www 300 A 192.0.2.2\n@ 300 NS ns2.example.net.")
	reach, ok := b.Reach(want, Rules{})
	assert.True(t, ok)
	assert.Equal(t, "[www.example.com. A]", fmtKeys(reach.Keys()), "the servers of the apex are the provider's business")
	_, ok = b.Reach(want.Protect(Protected{Key: Key{Name: "x.example.com."}}), Rules{})
	assert.False(t, ok, "a source that could not be read in full")
	_, ok = (*Base)(nil).Reach(want, Rules{})
	assert.False(t, ok)
}

func fmtKeys(keys []Key) string {
	out := "["
	for i, k := range keys {
		if i > 0 {
			out += " "
		}
		out += k.String()
	}
	return out + "]"
}

func TestWhatWasReadIsAsTheBaseHasIt(t *testing.T) {
	b := baseOf(t, "www 300 A 192.0.2.1\n@ 300 TXT ours\nmail 300 A 192.0.2.2")
	www, txt, new := Key{Name: "www.example.com.", Type: A}, Key{Name: "example.com.", Type: TXT}, Key{Name: "new.example.com.", Type: TXT}
	reach := Reach{Changes: []Key{www, txt}, Beside: []Key{new}}
	for got, want := range map[string]string{
		"www 300 A 192.0.2.1\n@ 300 TXT ours":                       "www 300 A 192.0.2.1\n@ 300 TXT ours\nmail 300 A 192.0.2.2",
		"www 300 A 192.0.2.1\n@ 300 TXT ours\n@ 300 TXT token":      "www 300 A 192.0.2.1\n@ 300 TXT ours\n@ 300 TXT token\nmail 300 A 192.0.2.2",
		"www 300 A 192.0.2.9\n@ 300 TXT ours":                       "",
		"www 301 A 192.0.2.1\n@ 300 TXT ours":                       "",
		"@ 300 TXT ours":                                            "",
		"www 300 A 192.0.2.1\n@ 301 TXT ours":                       "",
		"www 300 A 192.0.2.1\n@ 300 TXT token":                      "",
		"www 300 A 192.0.2.1":                                       "",
		"www 300 A 192.0.2.1\n@ 300 TXT ours\nnew 300 TXT somebody": "",
	} {
		live, ok := b.Live(reach, parse(t, got))
		assert.Equal(t, want != "", ok, got)
		if ok {
			assert.True(t, live.Equal(parse(t, want)), "%s", live)
		}
	}
	whole := parse(t, "www 300 A 192.0.2.1\n@ 300 TXT ours")
	for _, p := range []Key{www, {Name: "example.com."}, {Type: A}, {}} {
		_, ok := b.Live(reach, whole.Protect(Protected{Key: p, Reason: "an alias"}))
		assert.False(t, ok, p)
	}
	_, ok := b.Live(reach, whole.Protect(Protected{Key: Key{Name: "mail.example.com."}, Reason: "an alias"}))
	assert.True(t, ok, "that is about another name")
}
