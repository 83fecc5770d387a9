package planisys

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The document and the pointers are those of RFC 6901 section 5.
func TestAPointerLeadsWhereTheStandardSays(t *testing.T) {
	doc, err := document([]byte(`{"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8, "null": null}`))
	require.NoError(t, err)
	for p, want := range map[Pointer]string{
		"/foo": `["bar","baz"]`, "/foo/0": `"bar"`, "/": "0", "/a~1b": "1", "/c%d": "2", "/e^f": "3",
		"/g|h": "4", `/i\j`: "5", `/k"l`: "6", "/ ": "7", "/m~0n": "8",
	} {
		require.NoError(t, p.judge())
		v, ok := p.in(doc)
		text, _ := toJSON(v)
		assert.True(t, ok, p)
		assert.Equal(t, want, text, p)
	}
	whole, ok := Pointer("").in(doc)
	assert.True(t, ok)
	assert.Equal(t, doc, whole)
	for _, p := range []Pointer{"/no", "/foo/2", "/foo/-1", "/foo/00", "/foo/x", "/foo/0/x", "/null", "/null/x"} {
		_, ok := p.in(doc)
		assert.False(t, ok, p)
	}
}

func TestWhatIsNoPointerIsRefused(t *testing.T) {
	for p, want := range map[Pointer]string{
		"foo": `"foo" is no JSON pointer: it does not begin with /`,
		"/~":  `"/~" is no JSON pointer: behind ~ want 0 or 1`,
		"/~2": `"/~2" is no JSON pointer: behind ~ want 0 or 1`,
	} {
		assert.EqualError(t, p.judge(), want)
	}
}

func TestWhatIsPutAtAPointerIsFoundThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Pointer(rapid.StringMatching(`(/([a-c%é "]|~0|~1){0,3}){1,4}`).Draw(t, "p"))
		doc, err := p.put(nil, "x")
		require.NoError(t, err)
		v, ok := p.in(doc)
		assert.True(t, ok)
		assert.Equal(t, "x", v)
		_, err = p.put(doc, "y")
		assert.ErrorIs(t, err, errNoRoom, "nothing is overwritten")
	})
}
