package rfc2136

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"hash"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// A Key is a secret that is shared with the server.
type Key struct {
	Name      string // as the server knows it
	Algorithm string // hmac-sha256, hmac-sha384 or hmac-sha512; "": the first
	Secret    string // in base64
}

var algorithms = map[string]func() hash.Hash{
	"hmac-sha256.": sha256.New,
	"hmac-sha384.": sha512.New384,
	"hmac-sha512.": sha512.New,
}

// Check says what of the key makes no sense; the zero key does.
func (k Key) Check() error {
	_, err := k.signer()
	return err
}

// signer is a key that is ready for use.
type signer struct {
	name, algorithm zone.Name
	hash            func() hash.Hash
	secret          []byte
}

// signer reads the key; nil where there is none.
func (k Key) signer() (*signer, error) {
	if k == (Key{}) {
		return nil, nil
	}
	name, err := zone.ParseName(k.Name)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	algorithm := strings.TrimSuffix(strings.ToLower(k.Algorithm), ".") + "."
	if k.Algorithm == "" {
		algorithm = "hmac-sha256."
	}
	h, ok := algorithms[algorithm]
	if !ok {
		return nil, fmt.Errorf("key %s: there is no algorithm %q: want hmac-sha256, hmac-sha384 or hmac-sha512", name, k.Algorithm)
	}
	secret, err := base64.StdEncoding.DecodeString(k.Secret)
	if err != nil || len(secret) == 0 {
		return nil, fmt.Errorf("key %s: the secret is not base64", name) // and is not shown
	}
	return &signer{name, zone.Name(algorithm), h, secret}, nil
}

// size is how many octets a signature takes in a message.
func (s *signer) size() int {
	if s == nil {
		return 0
	}
	return len(s.name) + 1 + recordSize + len(s.algorithm) + 1 + rawTSIG + s.hash().Size()
}
