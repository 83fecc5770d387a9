package message

import (
	"encoding/binary"
	"errors"
	"io"
)

// Send writes a message as connections carry it: its length goes before it (RFC 1035
// section 4.2.2).
func Send(w io.Writer, raw []byte) error {
	framed := binary.BigEndian.AppendUint16(make([]byte, 0, len(raw)+2), uint16(len(raw)))
	_, err := w.Write(append(framed, raw...))
	return err
}

// Receive reads a message from a connection. One that ends within it is
// io.ErrUnexpectedEOF.
func Receive(r io.Reader) ([]byte, error) {
	var size [2]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, err
	}
	raw := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(r, raw); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return raw, nil
}
