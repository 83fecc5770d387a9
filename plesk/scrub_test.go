package plesk

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func scrub(r io.Reader) (string, error) {
	out, err := io.ReadAll(&scrubber{b: bufio.NewReaderSize(r, 16)})
	return string(out), err
}

func TestOnlyWhatBreaksAStringIsScrubbed(t *testing.T) {
	for in, want := range map[string]string{
		"{\n\t\"a\": \"b\"}":                "{\n\t\"a\": \"b\"}",
		"\"a\nb\x00\"":                      "\"a\xffb\xff\"",
		`"\" \\"` + "\n":                    `"\" \\"` + "\n",
		`"\u00e4 \n \/"`:                    `"\u00e4 \n \/"`,
		`"\x41 \' \u12g4 \uD8zz"`:           "\"\xffx41 \xff' \xffu12g4 \xffuD8zz\"",
		"\"\\\n\"":                          "\"\xff\xff\"",
		`\x`:                                `\x`,
		`"` + strings.Repeat("x", 14) + `\`: `"` + strings.Repeat("x", 14) + `\`,
	} {
		for _, r := range []io.Reader{strings.NewReader(in), iotest.OneByteReader(strings.NewReader(in))} {
			got, err := scrub(r)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		}
	}
	_, err := scrub(iotest.ErrReader(errors.New("out of order")))
	assert.EqualError(t, err, "out of order")
}

func TestPropertyWhatIsFineIsLeftAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOf(rapid.SampledFrom([]byte("\"\\\n\x00 u0a1nx[]{},:"))).Draw(t, "text")
		got, err := scrub(bytes.NewReader(text))
		require.NoError(t, err)
		require.Len(t, got, len(text))
		if jsontext.Value(text).IsValid() {
			require.Equal(t, string(text), got)
		}
	})
}
