package message

import (
	"crypto/hmac"
	"encoding/binary"
	"time"
)

// NotAuth is the code of an answer to who is not who it says (RFC 8945 section 5.2).
const NotAuth = 9

// Verify finds the key that a message is signed with and verifies it. For a message
// without a signature key is none and err is nil.
func Verify(m *Message, keys []Key) (key Key, err error) {
	s := m.sig
	if s == nil {
		return Key{}, nil
	}
	for _, k := range keys {
		if k.name != s.name || k.algorithm != s.algorithm {
			continue
		}
		switch {
		case !hmac.Equal(k.sum(m.covered(), s.variables(nil)), s.mac):
			return k, k.wrong("BADSIG", "the signature of the message is wrong")
		case !s.fresh(time.Now()):
			return k, k.wrong("BADTIME", "the message was signed at %s, and it is %s here", clock(time.Unix(int64(s.time), 0)), clock(time.Now()))
		}
		return k, nil
	}
	return Key{}, Key{name: s.name}.wrong("BADKEY", "is not known here with %s", s.algorithm)
}

// Sign gives the answer to a message whose verdict is verified, as Verify gave it. To
// who could not show that it has the key it says so, section 5.2.
func (d *Draft) Sign(to *Message, key Key, verdict error) ([]byte, error) {
	if to.sig == nil {
		return d.buf, nil
	}
	now := time.Now()
	s := &signature{name: to.sig.name, algorithm: to.sig.algorithm, time: uint64(now.Unix()) & sixOctets, fudge: fudge, id: d.ID()}
	if e, ok := verdict.(*SignatureError); ok {
		s.code = map[string]uint16{"BADSIG": badSig, "BADKEY": badKey, "BADTIME": badTime}[e.Code]
		if s.code != badTime {
			return d.seal(s)
		}
		s.other = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint16(nil, uint16(s.time>>32)), uint32(s.time))
		s.time = to.sig.time
	}
	s.mac = key.sum(sized(to.sig.mac), d.buf, s.variables(nil))
	return d.seal(s)
}
