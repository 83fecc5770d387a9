package zone

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
)

// A Digest is a SHA-256 sum that identifies the content of a zone or a plan.
type Digest [sha256.Size]byte

// String is the digest in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// ParseDigest reads what String writes.
func ParseDigest(s string) (d Digest, err error) {
	if n, err := hex.Decode(d[:], []byte(s[:min(len(s), 2*len(d))])); err != nil || n != len(d) || len(s) != 2*n {
		return Digest{}, fmt.Errorf("digest %s: want %d hexadecimal digits", quote(s), 2*len(d))
	}
	return d, nil
}

// Digest sums up everything that Equal compares: equal zones have the same
// digest. The digest of a zone that does not exist is zero.
func (z *Zone) Digest() Digest {
	if z == nil {
		return Digest{}
	}
	h := summer{Hash: sha256.New(), buf: make([]byte, 0, 4096)}
	h.line(string(z.name))
	for _, s := range z.sets {
		for _, data := range s.Data {
			if s.Type == SOA {
				from, to := serialAt(data)
				data = data[:from] + data[to:]
			}
			h.room(len(s.Name) + len(s.Type) + len(data) + 32)
			h.buf = appendRecord(h.buf, s.Key, ownTTL(s.Type, s.TTL, data), data)
		}
	}
	for _, p := range z.protected {
		h.line("; " + p.Key.String() + " " + string(p.Type))
	}
	return h.sum()
}

// summer gathers small writes, which a hash takes badly.
type summer struct {
	hash.Hash
	buf []byte
}

// room makes sure that n more octets fit the buffer without growing it far.
func (h *summer) room(n int) {
	if len(h.buf)+n > cap(h.buf) {
		h.Write(h.buf)
		h.buf = h.buf[:0]
	}
}

func (h *summer) line(s string) {
	h.room(len(s) + 1)
	h.buf = append(append(h.buf, s...), '\n')
}

func (h *summer) sum() (d Digest) {
	h.Write(h.buf)
	h.Hash.Sum(d[:0])
	return d
}
