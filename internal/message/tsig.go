package message

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"strings"
	"time"

	"github.com/zonecast/zonecast/zone"
)

const (
	fudge     = 300 // seconds that clocks may differ
	rawTSIG   = 16  // octets of a signature's data beside names, MAC and other data
	badSig    = 16
	badKey    = 17
	badTime   = 18
	badTrunc  = 22
	sixOctets = 1<<48 - 1
)

var algorithms = map[zone.Name]func() hash.Hash{
	"hmac-sha1.":   sha1.New,
	"hmac-sha224.": sha256.New224,
	"hmac-sha256.": sha256.New,
	"hmac-sha384.": sha512.New384,
	"hmac-sha512.": sha512.New,
}

// A Key is a secret that both sides have. The zero Key is none.
type Key struct {
	name, algorithm zone.Name
	hash            func() hash.Hash
	secret          []byte
	now             func() time.Time // nil: the clock of the machine
}

// NewKey reads a key: its name, its algorithm as in hmac-sha256, which "" stands
// for, and its secret in base64. No error shows the secret.
func NewKey(name, algorithm, secret string) (Key, error) {
	n, err := zone.ParseName(name)
	if err != nil {
		return Key{}, fmt.Errorf("key: %w", err)
	}
	a := zone.Name(strings.TrimSuffix(strings.ToLower(algorithm), ".") + ".")
	if algorithm == "" {
		a = "hmac-sha256."
	}
	h, ok := algorithms[a]
	if !ok {
		return Key{}, fmt.Errorf("key %s: there is no algorithm %q: want hmac-sha256, hmac-sha384 or hmac-sha512", n, algorithm)
	}
	octets, err := base64.StdEncoding.DecodeString(secret)
	if err != nil || len(octets) == 0 {
		return Key{}, fmt.Errorf("key %s: the secret is not base64", n)
	}
	return Key{name: n, algorithm: a, hash: h, secret: octets}, nil
}

// Name is the name of the key, "" of none.
func (k Key) Name() zone.Name { return k.name }

// IsZero holds for no key.
func (k Key) IsZero() bool { return k.hash == nil }

// At gives the key with another clock.
func (k Key) At(now func() time.Time) Key {
	k.now = now
	return k
}

func (k Key) clock() time.Time {
	if k.now == nil {
		return time.Now()
	}
	return k.now()
}

// Size is how many octets a signature takes in a message.
func (k Key) Size() int {
	if k.IsZero() {
		return 0
	}
	return len(k.name) + 1 + RecordSize + len(k.algorithm) + 1 + rawTSIG + k.hash().Size()
}

// signature is the data of a TSIG record.
type signature struct {
	name, algorithm zone.Name
	time            uint64 // seconds since 1970
	fudge           uint16
	mac             []byte
	id              uint16 // of the message when it was signed
	code            uint16 // what was wrong with the signature of the question
	other           []byte
}

var errSignature = errors.New("a message has a signature that cannot be read")

// readSignature reads a TSIG record, in which no name is compressed.
func readSignature(r Record) (s *signature, err error) {
	s = &signature{name: r.Name}
	at := 0
	if s.algorithm, at, err = (&reader{raw: r.Data}).name(0); err != nil || r.Class != ClassAny {
		return nil, errSignature
	}
	b := r.Data[at:]
	if len(b) < rawTSIG {
		return nil, errSignature
	}
	s.time = uint64(binary.BigEndian.Uint16(b))<<32 | uint64(binary.BigEndian.Uint32(b[2:]))
	s.fudge = binary.BigEndian.Uint16(b[6:])
	n := int(binary.BigEndian.Uint16(b[8:]))
	if len(b) < rawTSIG+n {
		return nil, errSignature
	}
	s.mac, b = b[10:10+n:10+n], b[10+n:]
	s.id, s.code = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	if s.other = b[6:]; len(s.other) != int(binary.BigEndian.Uint16(b[4:])) {
		return nil, errSignature
	}
	return s, nil
}

// data is the signature as a record has it.
func (s *signature) data() []byte {
	out := AppendName(nil, s.algorithm)
	out = binary.BigEndian.AppendUint16(s.timers(out), uint16(len(s.mac)))
	out = binary.BigEndian.AppendUint16(append(out, s.mac...), s.id)
	out = binary.BigEndian.AppendUint16(out, s.code)
	return append(binary.BigEndian.AppendUint16(out, uint16(len(s.other))), s.other...)
}

// timers is what every signature covers of itself.
func (s *signature) timers(out []byte) []byte {
	out = binary.BigEndian.AppendUint16(out, uint16(s.time>>32))
	out = binary.BigEndian.AppendUint32(out, uint32(s.time))
	return binary.BigEndian.AppendUint16(out, s.fudge)
}

// variables is what the first signature of a dialog covers of itself, section
// 4.3.3.
func (s *signature) variables(out []byte) []byte {
	out = binary.BigEndian.AppendUint16(AppendName(out, s.name), ClassAny)
	out = AppendName(binary.BigEndian.AppendUint32(out, 0), s.algorithm)
	out = binary.BigEndian.AppendUint16(s.timers(out), s.code)
	return append(binary.BigEndian.AppendUint16(out, uint16(len(s.other))), s.other...)
}

// new is a signature of now.
func (k Key) new(now time.Time, id uint16) *signature {
	return &signature{name: k.name, algorithm: k.algorithm, time: uint64(now.Unix()) & sixOctets, fudge: fudge, id: id}
}

// seal puts a signature under a draft.
func (d *Draft) seal(s *signature) ([]byte, error) {
	err := d.Add(Additional, Record{Name: s.name, Type: TypeTSIG, Class: ClassAny, Data: s.data()})
	return d.buf, err
}

// covered is what a signature covers of the message that bears it.
func (m *Message) covered() []byte {
	out := append([]byte(nil), m.raw[:m.sigAt]...)
	binary.BigEndian.PutUint16(out, m.sig.id)
	binary.BigEndian.PutUint16(out[10:], binary.BigEndian.Uint16(out[10:])-1)
	return out
}

// sum computes a signature over parts.
func (k Key) sum(parts ...[]byte) []byte {
	mac := hmac.New(k.hash, k.secret)
	for _, p := range parts {
		mac.Write(p)
	}
	return mac.Sum(nil)
}

func sized(b []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...)
}
