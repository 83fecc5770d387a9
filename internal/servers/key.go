package servers

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
)

// A Key signs messages (RFC 8945).
type Key struct {
	Name      string // with its final dot
	Algorithm string // as in hmac-sha256
	Secret    string // in base64
}

// The algorithms of keys that every server here knows.
var Algorithms = []string{"hmac-sha256", "hmac-sha384", "hmac-sha512"}

func newKey(name, algorithm string) Key {
	secret := make([]byte, 32)
	rand.Read(secret)
	return Key{name, algorithm, base64.StdEncoding.EncodeToString(secret)}
}

// dig is the key as dig and nsupdate take it.
func (k Key) dig() string { return fmt.Sprintf("%s:%s:%s", k.Algorithm, k.Name, k.Secret) }
