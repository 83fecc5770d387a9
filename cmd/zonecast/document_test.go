package main

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestADocumentIsReadWholeAndAgain(t *testing.T) {
	for _, size := range []int{0, 1, pieceSize, pieceSize + 1, 3*pieceSize - 1} {
		text := bytes.Repeat([]byte{'x'}, size)
		d, err := readDocument(iotest.HalfReader(bytes.NewReader(text)))
		require.NoError(t, err)
		for range 2 {
			got, err := io.ReadAll(d.Reader())
			require.NoError(t, err)
			assert.Equal(t, size, len(got))
		}
		assert.Equal(t, size, len(d.Bytes()))
	}
	_, err := readDocument(iotest.ErrReader(errors.New("the pipe broke")))
	assert.EqualError(t, err, "the pipe broke")
}
