package rfc2136

import (
	"crypto/hmac"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// Messages are signed and verified here (RFC 8945). The code of miekg/dns for it takes
// an unsigned answer for a good one and a second question at a connection for a bad
// one, cannot verify the answer NOTAUTH, and refuses transfers of which not every
// message is signed.

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
