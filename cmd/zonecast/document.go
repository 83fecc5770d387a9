package main

import (
	"bytes"
	"io"
	"slices"
)

// A document is what came in, in pieces: the largest have tens of megabytes, and a
// buffer that grows has them three times.
type document [][]byte

const pieceSize = 256 << 10

// readDocument reads to the end.
func readDocument(r io.Reader) (d document, err error) {
	for {
		piece := make([]byte, pieceSize)
		n, err := io.ReadFull(r, piece)
		d = append(d, piece[:n])
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			return d, nil
		default:
			return nil, err
		}
	}
}

// Reader reads it from its beginning.
func (d document) Reader() io.Reader {
	pieces := make([]io.Reader, len(d))
	for i, p := range d {
		pieces[i] = bytes.NewReader(p)
	}
	return io.MultiReader(pieces...)
}

// Bytes gives it in one piece.
func (d document) Bytes() []byte { return slices.Concat(d...) }
