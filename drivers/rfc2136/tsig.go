package rfc2136

import (
	"crypto/hmac"
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

// This file signs messages and verifies them (RFC 8945). The code of miekg/dns for
// it takes an unsigned answer for a good one, a second question at a connection for
// a bad one, cannot verify the answer NOTAUTH, and refuses transfers of which not
// every message is signed.

// A Key is a secret that is shared with the server.
type Key struct {
	Name      string // as the server knows it
	Algorithm string // hmac-sha256, hmac-sha384 or hmac-sha512; "": the first
	Secret    string // in base64
}

const (
	typeTSIG  = 250
	classANY  = 255
	fudge     = 300 // seconds that clocks may differ
	unsigned  = 99  // messages in a row that need no signature, section 5.3.1
	rawTSIG   = 16  // octets of a signature's data beside names, MAC and other data
	badSig    = 16
	badKey    = 17
	badTime   = 18
	badTrunc  = 22
	sixOctets = 1<<48 - 1
)

var algorithms = map[string]func() hash.Hash{
	"hmac-sha256.": sha256.New,
	"hmac-sha384.": sha512.New384,
	"hmac-sha512.": sha512.New,
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

// readSignature reads a TSIG record.
func readSignature(r rr) (s *signature, err error) {
	s = &signature{name: r.name}
	at := 0
	if s.algorithm, at, err = readName(r.data, 0); err != nil || r.class != classANY {
		return nil, errSignature
	}
	b := r.data[at:]
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

// timers is what every signature covers of itself.
func (s *signature) timers(out []byte) []byte {
	out = binary.BigEndian.AppendUint16(out, uint16(s.time>>32))
	out = binary.BigEndian.AppendUint32(out, uint32(s.time))
	return binary.BigEndian.AppendUint16(out, s.fudge)
}

// variables is what the first signature of a dialog covers of itself, section
// 4.3.3.
func (s *signature) variables(out []byte) []byte {
	name, _ := wireName(s.name)
	algorithm, _ := wireName(s.algorithm)
	out = binary.BigEndian.AppendUint16(append(out, name...), classANY)
	out = append(binary.BigEndian.AppendUint32(out, 0), algorithm...)
	out = binary.BigEndian.AppendUint16(s.timers(out), s.code)
	return append(binary.BigEndian.AppendUint16(out, uint16(len(s.other))), s.other...)
}

// dialog is a question and its answers, of which a transfer has many. Each
// signature covers the one before it.
type dialog struct {
	key     *signer // nil: nothing is signed
	now     func() time.Time
	prior   []byte // the signature before
	between []byte // messages since then
	skipped int    // as many
	answers int    // signed ones
	bare    bool   // the answer is a refusal that nobody signed
}

// sign gives a question with its signature.
func (d *dialog) sign(m *message) ([]byte, error) {
	if d.key == nil {
		return m.buf, nil
	}
	s := &signature{name: d.key.name, algorithm: d.key.algorithm, time: uint64(d.now().Unix()) & sixOctets, fudge: fudge, id: m.id()}
	mac := hmac.New(d.key.hash, d.key.secret)
	mac.Write(m.buf)
	mac.Write(s.variables(nil))
	s.mac = mac.Sum(nil)
	d.prior, m.names = s.mac, nil // in a signature nothing is compressed
	err := m.add(inAdditional, rr{name: s.name, typ: typeTSIG, class: classANY, data: s.data()})
	return m.buf, err
}

// data is the signature as a record has it.
func (s *signature) data() []byte {
	out, _ := wireName(s.algorithm)
	out = binary.BigEndian.AppendUint16(s.timers(out), uint16(len(s.mac)))
	out = binary.BigEndian.AppendUint16(append(out, s.mac...), s.id)
	out = binary.BigEndian.AppendUint16(out, s.code)
	return append(binary.BigEndian.AppendUint16(out, uint16(len(s.other))), s.other...)
}

// A SignatureError says why a question or its answer is not taken for what it
// claims to be.
type SignatureError struct {
	Code string // as the server has it, BADSIG, BADKEY, BADTIME; "" where it is the answer that is not to be trusted
	Key  string // its name
	Text string
}

func (e *SignatureError) Error() string {
	if e.Code == "" {
		return fmt.Sprintf("key %s: %s", e.Key, e.Text)
	}
	return fmt.Sprintf("%s: key %s: %s", e.Code, e.Key, e.Text)
}

func (d *dialog) wrong(code, format string, args ...any) error {
	return &SignatureError{code, string(d.key.name), fmt.Sprintf(format, args...)}
}

// check verifies an answer. One without a signature is let through where more
// follow: no use may be made of it before settled says that it was covered. So is a
// refusal, since a server that does not have the zone need not have its key; then
// bare is set, and nothing else may be concluded.
func (d *dialog) check(r *reply) error {
	switch s := r.sig; {
	case d.key == nil:
		return nil
	case s == nil && d.answers == 0 && r.rcode() != 0:
		d.bare = true
		return nil
	case s == nil && d.answers == 0:
		return d.wrong("", "the answer is not signed")
	case s == nil && d.skipped == unsigned:
		return d.wrong("", "more than %d messages in a row are not signed", unsigned)
	case s == nil:
		d.between = append(d.between, r.raw...)
		d.skipped++
		return nil
	case s.name != d.key.name || s.algorithm != d.key.algorithm:
		return d.wrong("", "the answer is signed with key %s (%s)", s.name, s.algorithm)
	case s.code == badKey:
		return d.wrong("BADKEY", "the server does not know it, or not with %s, or not for this zone", strings.TrimSuffix(string(d.key.algorithm), "."))
	case s.code == badSig:
		return d.wrong("BADSIG", "the server has another secret for it")
	case s.code == badTrunc:
		return d.wrong("BADTRUNC", "the server wants a signature of another length")
	case !hmac.Equal(d.mac(r), s.mac):
		return d.wrong("", "the signature of the answer is wrong")
	}
	return d.accept(r.sig)
}

// accept takes a signature that is right, if its time is.
func (d *dialog) accept(s *signature) error {
	here := d.now()
	switch there := time.Unix(int64(s.time), 0); {
	case s.code == badTime:
		if len(s.other) == 6 {
			there = time.Unix(int64(binary.BigEndian.Uint16(s.other))<<32|int64(binary.BigEndian.Uint32(s.other[2:])), 0)
		}
		return d.wrong("BADTIME", "the clocks differ: it is %s at the server and %s here", clock(there), clock(here))
	case s.code != 0:
		return d.wrong("", "the server says error %d", s.code)
	case there.Sub(here).Abs() > time.Duration(s.fudge)*time.Second:
		return d.wrong("", "the answer was signed at another time: it is %s at the server and %s here", clock(there), clock(here))
	}
	d.prior, d.between, d.skipped = s.mac, nil, 0
	d.answers++
	return nil
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

// mac computes what the signature of an answer has to be, sections 4.3 and 5.3.1.
func (d *dialog) mac(r *reply) []byte {
	mac := hmac.New(d.key.hash, d.key.secret)
	mac.Write(binary.BigEndian.AppendUint16(nil, uint16(len(d.prior))))
	mac.Write(d.prior)
	mac.Write(d.between)
	head := append([]byte(nil), r.raw[:headerSize]...)
	binary.BigEndian.PutUint16(head, r.sig.id)
	binary.BigEndian.PutUint16(head[10:], binary.BigEndian.Uint16(head[10:])-1)
	mac.Write(head)
	mac.Write(r.raw[headerSize:r.sigAt])
	if d.answers == 0 {
		mac.Write(r.sig.variables(nil))
	} else {
		mac.Write(r.sig.timers(nil))
	}
	return mac.Sum(nil)
}

// settled reports whether every answer so far is covered by a signature.
func (d *dialog) settled() error {
	if d.skipped > 0 {
		return d.wrong("", "the last message is not signed")
	}
	return nil
}
