package rfc2136

import (
	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/zone"
)

// A Key is a secret that is shared with the server (RFC 8945).
type Key struct {
	Name      string // as the server knows it
	Algorithm string // hmac-sha256, hmac-sha384 or hmac-sha512; "": the first
	Secret    string // in base64
}

// Check says what of the key makes no sense; the zero key does.
func (k Key) Check() error {
	_, err := k.read()
	return err
}

// read reads the key; none of the zero one.
func (k Key) read() (message.Key, error) {
	if k == (Key{}) {
		return message.Key{}, nil
	}
	return message.NewKey(k.Name, k.Algorithm, k.Secret)
}

// A SignatureError says why a question or its answer is not taken for what it
// claims to be.
type SignatureError = message.SignatureError

// sizeOf is how many octets a record takes in a message about zone apex, at most: its
// name points at least at that of the zone.
func sizeOf(r message.Record, apex zone.Name) int {
	return len(r.Name) - len(apex) + 2 + message.RecordSize + len(r.Data)
}
