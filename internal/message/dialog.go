package message

import (
	"crypto/hmac"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// unsigned is how many messages in a row need no signature, RFC 8945 section 5.3.1.
const unsigned = 99

// A Dialog is a question and its answers, of which a transfer has many. Each
// signature covers the one before it.
type Dialog struct {
	key     Key
	prior   []byte // the signature before
	between []byte // messages since then
	skipped int    // as many
	answers int    // signed ones
	bare    bool   // the answer is a refusal that nobody signed
}

// Ask signs a question, unless the key is none, and gives it with the dialog for its
// answers.
func Ask(d *Draft, key Key) ([]byte, *Dialog, error) {
	if key.IsZero() {
		return d.buf, &Dialog{}, nil
	}
	s := key.new(key.clock(), d.ID())
	s.mac = key.sum(d.buf, s.variables(nil))
	raw, err := d.seal(s)
	return raw, &Dialog{key: key, prior: s.mac}, err
}

// A SignatureError says why a question or its answer is not taken for what it
// claims to be.
type SignatureError struct {
	Code string // as the server has it, BADSIG, BADKEY, BADTIME; "" where it is the answer that is not to be trusted
	Key  string // its name
	Text string
}

// Error names the key, and the code where the server gave one.
func (e *SignatureError) Error() string {
	if e.Code == "" {
		return fmt.Sprintf("key %s: %s", e.Key, e.Text)
	}
	return fmt.Sprintf("%s: key %s: %s", e.Code, e.Key, e.Text)
}

func (k Key) wrong(code, format string, args ...any) error {
	return &SignatureError{code, string(k.name), fmt.Sprintf(format, args...)}
}

// Check verifies an answer. One without a signature is let through where more
// follow: no use may be made of it before Settled says that it was covered. So is a
// refusal, since a server that does not have the zone need not have its key; then
// Bare holds, and nothing else may be concluded.
func (d *Dialog) Check(m *Message) error {
	switch s := m.sig; {
	case d.key.IsZero():
		return nil
	case s == nil && d.answers == 0 && m.Code() != 0:
		d.bare = true
		return nil
	case s == nil && d.answers == 0:
		return d.key.wrong("", "the answer is not signed")
	case s == nil && d.skipped == unsigned:
		return d.key.wrong("", "more than %d messages in a row are not signed", unsigned)
	case s == nil:
		d.between = append(d.between, m.raw...)
		d.skipped++
		return nil
	case s.name != d.key.name || s.algorithm != d.key.algorithm:
		return d.key.wrong("", "the answer is signed with key %s (%s)", s.name, s.algorithm)
	case s.code == badKey:
		return d.key.wrong("BADKEY", "the server does not know it, or not with %s, or not for this zone", strings.TrimSuffix(string(d.key.algorithm), "."))
	case s.code == badSig:
		return d.key.wrong("BADSIG", "the server has another secret for it")
	case s.code == badTrunc:
		return d.key.wrong("BADTRUNC", "the server wants a signature of another length")
	case !hmac.Equal(d.mac(m), s.mac):
		return d.key.wrong("", "the signature of the answer is wrong")
	}
	return d.accept(m.sig)
}

// Bare holds after an answer that was an error and that nobody signed.
func (d *Dialog) Bare() bool { return d.bare }

// accept takes a signature that is right, if its time is.
func (d *Dialog) accept(s *signature) error {
	here := d.key.clock()
	switch there := time.Unix(int64(s.time), 0); {
	case s.code == badTime:
		if len(s.other) == 6 {
			there = time.Unix(int64(binary.BigEndian.Uint16(s.other))<<32|int64(binary.BigEndian.Uint32(s.other[2:])), 0)
		}
		return d.key.wrong("BADTIME", "the clocks differ: it is %s at the server and %s here", clock(there), clock(here))
	case s.code != 0:
		return d.key.wrong("", "the server says error %d", s.code)
	case !s.fresh(here):
		return d.key.wrong("", "the answer was signed at another time: it is %s at the server and %s here", clock(there), clock(here))
	}
	d.prior, d.between, d.skipped = s.mac, nil, 0
	d.answers++
	return nil
}

func (s *signature) fresh(here time.Time) bool {
	return time.Unix(int64(s.time), 0).Sub(here).Abs() <= time.Duration(s.fudge)*time.Second
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

// mac computes what the signature of an answer has to be, sections 4.3 and 5.3.1.
func (d *Dialog) mac(m *Message) []byte {
	last := m.sig.timers(nil)
	if d.answers == 0 {
		last = m.sig.variables(nil)
	}
	return d.key.sum(sized(d.prior), d.between, m.covered(), last)
}

// Settled reports whether every answer so far is covered by a signature.
func (d *Dialog) Settled() error {
	if d.skipped > 0 {
		return d.key.wrong("", "the last message is not signed")
	}
	return nil
}
