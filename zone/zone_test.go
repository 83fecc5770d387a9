package zone

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNewIsTheOneDoor(t *testing.T) {
	z, err := New("Example.COM",
		Record{"WWW.example.com", "a", 600, "192.0.2.2"},
		Record{"www.Example.com.", "A", 300, "192.0.2.1"},
		Record{"www.example.com.", "TYPE1", 900, "192.0.2.2"},
		Record{"example.com", "NS", 300, "ns2.example.net"},
		Record{"example.com", "NS", 300, "NS1.example.net."},
	)
	require.NoError(t, err)
	assert.Equal(t, Name("example.com."), z.Name())
	www, ok := z.Get(Key{"www.example.com.", A})
	require.True(t, ok)
	assert.Equal(t, []string{"192.0.2.1", "192.0.2.2"}, www.Data, "sorted, each once")
	assert.EqualValues(t, 300, www.TTL, "the lowest where they disagree")
	assert.Equal(t, 2, z.Len())
}

func TestNewGivesNoZoneButAllErrors(t *testing.T) {
	z, err := New("example.com.",
		Record{"www.example.com.", A, 300, "192.0.2.1"},
		Record{"www.example.com.", A, 300, "nonsense"},
		Record{"www.example.net.", A, 300, "192.0.2.1"},
		Record{"xexample.com.", A, 300, "192.0.2.1"},
		Record{"www.example.com.", A, 1 << 31, "192.0.2.1"},
		Record{"www.example.com.", "MASTER", 300, "192.0.2.1"},
		Record{"a..example.com.", A, 300, "192.0.2.1"},
	)
	require.Nil(t, z)
	require.ErrorIs(t, err, ErrOutOfZone)
	var re *RecordError
	require.True(t, errors.As(err, &re))
	assert.Equal(t, `zone example.com.: record "www.example.com.": A "nonsense": is not an IPv4 address`, strings.SplitN(err.Error(), "\n", 2)[0])
	assert.Equal(t, 6, len(strings.Split(err.Error(), "\n")))
	for _, bad := range []Name{"", "..", "a b"} {
		_, err = New(bad)
		assert.Error(t, err, bad)
	}
}

func TestEqualIgnoresOnlyTheSerial(t *testing.T) {
	a := parse(t, "@ 300 SOA ns1 admin 1 2 3 4 5")
	for text, want := range map[string]bool{
		"@ 300 SOA ns1 admin 99 2 3 4 5": true,
		"@ 300 SOA ns2 admin 1 2 3 4 5":  false,
		"@ 300 SOA ns1 admin 1 2 3 4 6":  false,
		"@ 301 SOA ns1 admin 1 2 3 4 5":  false,
		"":                               false,
	} {
		b := parse(t, text)
		assert.Equal(t, want, a.Equal(b), text)
		assert.Equal(t, want, a.Digest() == b.Digest(), text)
		assert.Equal(t, want, Diff(a, b).Empty(), text)
	}
	assert.EqualValues(t, 1, a.Serial())
}

func TestEqualAndDigestAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyZone().Draw(t, "a")
		b := related(a).Draw(t, "b")
		a, b = guarded(a).Draw(t, "a'"), guarded(b).Draw(t, "b'")
		require.Equal(t, a.Equal(b), a.Digest() == b.Digest())
		require.True(t, a.Equal(a))
	})
}

func TestAZoneThatDoesNotExistIsNil(t *testing.T) {
	var z *Zone
	assert.Empty(t, z.Name())
	assert.Zero(t, z.Len())
	assert.Zero(t, z.Digest())
	assert.Empty(t, z.String())
	assert.Nil(t, z.Conflicts())
	assert.Nil(t, z.Protected())
	assert.Nil(t, z.Protect(Protected{}))
	assert.Nil(t, z.Only(func(RRset) bool { return true }))
	assert.True(t, z.Equal(nil))
	_, ok := z.Get(Key{})
	assert.False(t, ok)
	for range z.All() {
		t.Fail()
	}
	b, err := json.Marshal(z)
	assert.NoError(t, err)
	assert.Equal(t, "null", string(b))
}

func TestProtectionIsFoundBySetAndByName(t *testing.T) {
	z := parse(t, "").Protect(
		Protected{Key{"www.example.com.", A}, "an alias\n to  somewhere"},
		Protected{Key{Name: "odd.example.com."}, "cannot be read"},
		Protected{Key{"www.example.com.", A}, "said again"},
	)
	p, ok := z.Protection(Key{"www.example.com.", A})
	assert.True(t, ok)
	assert.Equal(t, "an alias to somewhere", p.Reason)
	_, ok = z.Protection(Key{"www.example.com.", AAAA})
	assert.False(t, ok)
	_, ok = z.Protection(Key{Name: "www.example.com."})
	assert.False(t, ok)
	_, ok = z.Protection(Key{"odd.example.com.", MX})
	assert.True(t, ok)
	assert.Len(t, z.Protected(), 2)
	assert.Contains(t, z.String(), "; protected: www.example.com. A (an alias to somewhere)\n")
}

func TestConflictsAreWhatCannotBeServed(t *testing.T) {
	for text, want := range map[string]string{
		"www 1 CNAME a":                    "",
		"www 1 CNAME a\nwww 1 A 192.0.2.1": "www.example.com.",
		"www 1 CNAME a\nwww 1 CNAME b":     "www.example.com.",
		"@ 1 CNAME a\n@ 1 NS b":            "example.com. CNAME",
		"www 1 CNAME a\nwww 1 NSEC a A\nwww 1 RRSIG CNAME 13 3 1 0 0 1 a AAAA": "",
		"sub 1 DNAME a\nx.sub 1 A 192.0.2.1\ny.x.sub 1 TXT z":                  "x.sub.example.com., y.x.sub.example.com.",
		"sub 1 DNAME a\nsub 1 DNAME b":                                         "sub.example.com. DNAME",
		"sub 1 DNAME a\nsub 1 CNAME b":                                         "sub.example.com.",
		"sub 1 DNAME a\nsub 1 NS b\n@ 1 NS d":                                  "sub.example.com.",
		"sub 1 SOA a b 1 2 3 4 5":                                              "sub.example.com. SOA",
		"@ 1 SOA a b 1 2 3 4 5\n@ 1 SOA c b 1 2 3 4 5":                         "example.com. SOA",
		"sub 1 NS a.sub\na.sub 1 A 192.0.2.1\nsub 1 A 192.0.2.1":               "",
	} {
		var got []string
		for _, k := range parse(t, text).Conflicts() {
			got = append(got, k.String())
		}
		assert.Equal(t, want, strings.Join(got, ", "), text)
	}
}

func TestPatchDropsAndAddsSingleRecords(t *testing.T) {
	z := parse(t, "a 300 A 192.0.2.1\na 300 A 192.0.2.2\nb 300 TXT x")
	got, err := z.Patch(Patch{
		Drop: []Record{{"A.example.com", A, 0, "192.0.2.1"}, {"b.example.com.", TXT, 0, "never there"}},
		Add:  []Record{{"a.example.com.", A, 60, "192.0.2.9"}, {"c.example.com.", PTR, 60, "x.example.net"}},
	})
	require.NoError(t, err)
	assert.True(t, got.Equal(parse(t, "a 60 A 192.0.2.2\na 60 A 192.0.2.9\nb 300 TXT x\nc 60 PTR x.example.net.")), got)
	_, err = z.Patch(Patch{Add: []Record{{"a.example.net.", A, 0, "192.0.2.1"}}})
	assert.ErrorIs(t, err, ErrOutOfZone)
}

func TestTheJSONOfAZoneLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := anyZone().Draw(t, "zone")
		z = guarded(z).Draw(t, "guarded")
		b, err := json.Marshal(z)
		require.NoError(t, err)
		direct, err := z.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, string(direct), string(b), "the same bytes within a document")
		var back Zone
		require.NoError(t, json.Unmarshal(b, &back))
		require.True(t, z.Equal(&back))
		require.Equal(t, z.Serial(), back.Serial())
		again, err := json.Marshal(&back)
		require.NoError(t, err)
		require.Equal(t, b, again)
	})
}

func TestJSONThatIsNotOursIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		`{"zone":"example.com.","sets":[]}`:                                                "version 0",
		`{"version":2,"zone":"example.com.","sets":[]}`:                                    "version 2",
		`{"version":1,"zone":"example.com.","sets":[],"more":1}`:                           `unknown key "more"`,
		`{"VERSION":1,"zone":"example.com.","sets":[]}`:                                    "unknown key",
		`{"version":1,"version":1,"zone":"example.com.","sets":[]}`:                        "stands twice",
		`{"version":1,"zone":"example.com.","sets":[]} x`:                                  "behind the end",
		`{"version":1,"zone":"example.com."}`:                                              "has no sets",
		`{"version":1,"zone":"example.com.","sets":null}`:                                  "has no sets",
		`{"version":1,"zone":"a.","sets":[{"name":"a.","type":"A","data":["192.0.2.1"]}]}`: "has no ttl",
		`{"version":1,"zone":"a.","sets":[{"name":"a.","type":"A","ttl":1,"data":["192.0.2.1"]},{"name":"A.","type":"A","ttl":1,"data":["192.0.2.1"]}]}`: "stands twice",
		`{"version":1,"zone":"","sets":[]}`: "is empty",
		`{"version":1,"zone":"a.","sets":[{"name":"b.","type":"A","ttl":1,"data":["192.0.2.1"]}]}`:                            "not in the zone",
		`{"version":1,"zone":"a.","sets":[{"name":"a.","type":"A","ttl":1,"data":[]}]}`:                                       "no data",
		`{"version":1,"zone":"a.","sets":[{"name":"a.","type":"TXT","ttl":1,"data":["\"\ud800\""]}]}`:                         "escaped",
		"{\"version\":1,\"zone\":\"a.\",\"sets\":[{\"name\":\"a.\",\"type\":\"TXT\",\"ttl\":1,\"data\":[\"\\\"\xff\\\"\"]}]}": "UTF-8",
		`{"version":1,"zone":"a.","sets":[],"protected":[{"name":"..","type":"","reason":""}]}`:                               "protected 0",
		`{`: "EOF",
	} {
		var z Zone
		err := z.UnmarshalJSON([]byte(text))
		require.Error(t, err, text)
		assert.Contains(t, err.Error(), want)
	}
}

func FuzzZoneJSON(f *testing.F) {
	f.Add(`{"version":1,"zone":"a.","sets":[{"name":"a.","type":"A","ttl":1,"data":["192.0.2.1"]}],"protected":[{"name":"","type":"A","reason":"x"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		var z Zone
		if z.UnmarshalJSON([]byte(text)) != nil {
			return
		}
		b, err := z.MarshalJSON()
		require.NoError(t, err)
		var back Zone
		require.NoError(t, back.UnmarshalJSON(b))
		require.True(t, z.Equal(&back))
	})
}
