package rfc2136

import (
	"encoding/binary"
	"errors"

	"github.com/zonecast/zonecast/zone"
)

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

// data is the signature as a record has it.
func (s *signature) data() []byte {
	out, _ := wireName(s.algorithm)
	out = binary.BigEndian.AppendUint16(s.timers(out), uint16(len(s.mac)))
	out = binary.BigEndian.AppendUint16(append(out, s.mac...), s.id)
	out = binary.BigEndian.AppendUint16(out, s.code)
	return append(binary.BigEndian.AppendUint16(out, uint16(len(s.other))), s.other...)
}
