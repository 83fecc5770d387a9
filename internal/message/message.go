package message

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/zonecast/zonecast/zone"
)

// A Record is one as a message carries it, the names in its data written out.
type Record struct {
	Name  zone.Name
	Type  uint16
	Class uint16
	TTL   uint32
	Data  []byte
}

// Zone is the record as zones have it.
func (r Record) Zone() (zone.Record, error) {
	typ, data, err := zone.Unpack(r.Type, r.Data)
	if err != nil {
		return zone.Record{}, fmt.Errorf("%s: %w", r.Name, err)
	}
	return zone.Record{Name: r.Name, Type: typ, TTL: r.TTL, Data: data}, nil
}

// A Message is one that came.
type Message struct {
	Question   []Record // without TTL and data
	Answer     []Record
	Authority  []Record
	Additional []Record // but for the signature

	raw   []byte
	sig   *signature // nil: it has none
	sigAt int        // where that begins
}

func (m *Message) bits() uint16 { return binary.BigEndian.Uint16(m.raw[2:]) }

// ID is the number that an answer has in common with its question.
func (m *Message) ID() uint16 { return binary.BigEndian.Uint16(m.raw) }

// IsReply holds for answers.
func (m *Message) IsReply() bool { return m.bits()>>15 == 1 }

// Opcode is what kind of message it is.
func (m *Message) Opcode() int { return int(m.bits() >> 11 & 15) }

// Authoritative holds where who answers has the zone.
func (m *Message) Authoritative() bool { return m.bits()>>10&1 == 1 }

// Truncated holds where there was no room for the rest.
func (m *Message) Truncated() bool { return m.bits()>>9&1 == 1 }

// RecursionAvailable holds where who answers asks others.
func (m *Message) RecursionAvailable() bool { return m.bits()>>7&1 == 1 }

// Code is the RCODE.
func (m *Message) Code() int { return int(m.bits() & 15) }

// Signed reports whether the message has a signature, right or wrong.
func (m *Message) Signed() bool { return m.sig != nil }

var (
	errTrailer = errors.New("a message has octets behind its end")
	errSigLast = errors.New("a message has a signature that is not its last record")
	errData    = errors.New("a message has a record whose data is shorter or longer than what is in it")
)

// Parse reads a message whole. The message keeps raw.
func Parse(raw []byte) (*Message, error) {
	if len(raw) < HeaderSize {
		return nil, errShort
	}
	m := &Message{raw: raw}
	r := reader{raw: raw}
	at := HeaderSize
	for section, into := range []*[]Record{&m.Question, &m.Answer, &m.Authority, &m.Additional} {
		for range binary.BigEndian.Uint16(raw[4+2*section:]) {
			if m.sig != nil {
				return nil, errSigLast
			}
			record, next, err := r.record(at, section == Question)
			if err != nil {
				return nil, err
			}
			if section == Additional && record.Type == TypeTSIG {
				m.sigAt = at
				if m.sig, err = readSignature(record); err != nil {
					return nil, err
				}
			} else {
				*into = append(*into, record)
			}
			at = next
		}
	}
	if at != len(raw) {
		return nil, errTrailer
	}
	return m, nil
}

// record reads the record at a place, of which a question is only the beginning.
func (r *reader) record(at int, isQuestion bool) (rr Record, next int, err error) {
	if rr.Name, at, err = r.name(at); err != nil {
		return rr, 0, err
	}
	if len(r.raw)-at < 4 {
		return rr, 0, errShort
	}
	rr.Type, rr.Class, at = binary.BigEndian.Uint16(r.raw[at:]), binary.BigEndian.Uint16(r.raw[at+2:]), at+4
	if isQuestion {
		return rr, at, nil
	}
	if len(r.raw)-at < 6 {
		return rr, 0, errShort
	}
	rr.TTL = binary.BigEndian.Uint32(r.raw[at:])
	next = at + 6 + int(binary.BigEndian.Uint16(r.raw[at+4:]))
	if next > len(r.raw) {
		return rr, 0, errShort
	}
	rr.Data, err = r.data(at+6, next, rr.Type)
	return rr, next, err
}

// layouts says where in data names may be compressed (RFC 1035, RFC 3597 section
// 4): a digit stands for so many octets, n for a name, s for a character-string.
// What follows is plain.
var layouts = map[uint16]string{
	2: "n", 3: "n", 4: "n", 5: "n", 6: "nn", 7: "n", 8: "n", 9: "n", 12: "n", 14: "nn", 15: "2n", 17: "nn", 18: "2n", 21: "2n",
	24: "99n", 26: "2nn", 30: "n", 33: "6n", 35: "4sssn", 36: "2n", 39: "n",
}

// data gives the data of a record with the names in it written out.
func (r *reader) data(at, end int, typ uint16) (data []byte, err error) {
	layout, ok := layouts[typ]
	if !ok || at == end {
		return r.raw[at:end:end], nil
	}
	for _, field := range layout {
		if at >= end {
			return nil, errData
		}
		from := at
		switch field {
		case 'n':
			name, next, err := r.name(at)
			if err != nil {
				return nil, err
			}
			data, at = AppendName(data, name), next
			continue
		case 's':
			at += 1 + int(r.raw[at])
		default:
			at += int(field - '0')
		}
		if at > end {
			return nil, errData
		}
		data = append(data, r.raw[from:at]...)
	}
	if at > end {
		return nil, errData
	}
	return append(data, r.raw[at:end]...), nil
}
