package rfc2136

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/miekg/dns"

	"github.com/zonecast/zonecast/zone"
)

// This file writes and reads messages (RFC 1035 section 4.1), and is all that the
// package knows of miekg/dns. Records are octets here, not the types of that
// library: what it has no form for, or another one than ours, passes as it is.

const (
	maxMessage = 65535
	headerSize = 12
	recordSize = 10 // type, class, TTL and length
)

// The sections of a message, as its header counts them; in an update they are the
// zone, the prerequisites and the update (RFC 2136 section 2).
const (
	inQuestion = iota
	inAnswer
	inAuthority
	inAdditional
)

const (
	inPrerequisites = inAnswer
	inUpdate        = inAuthority
)

// rr is a record as a message carries it, its data without compression.
type rr struct {
	name  zone.Name
	typ   uint16
	class uint16
	ttl   uint32
	data  []byte
}

// size is how many octets a record takes in a message about zone apex, at most: its
// name points at least at that of the zone.
func (r rr) size(apex zone.Name) int {
	return len(r.name) - len(apex) + 2 + recordSize + len(r.data)
}

// record is the record as zones have it.
func (r rr) record() (zone.Record, error) {
	typ, data, err := zone.Unpack(r.typ, r.data)
	if err != nil {
		return zone.Record{}, fmt.Errorf("%s: %w", r.name, err)
	}
	return zone.Record{Name: r.name, Type: typ, TTL: r.ttl, Data: data}, nil
}

// message is one that is being written.
type message struct {
	buf   []byte
	names map[string]int // where the names stand that others can point at
}

var errTooLarge = errors.New("does not fit a message of 65535 octets")

// newMessage begins a message of an opcode with one question, which in an update is
// the zone.
func newMessage(id uint16, opcode int, name zone.Name, typ uint16) (*message, error) {
	m := &message{buf: make([]byte, headerSize, 512), names: map[string]int{}}
	binary.BigEndian.PutUint16(m.buf, id)
	binary.BigEndian.PutUint16(m.buf[2:], uint16(opcode)<<11)
	if err := m.name(name); err != nil {
		return nil, err
	}
	m.buf = binary.BigEndian.AppendUint16(m.buf, typ)
	m.buf = binary.BigEndian.AppendUint16(m.buf, dns.ClassINET)
	m.count(inQuestion)
	return m, nil
}

func (m *message) id() uint16 { return binary.BigEndian.Uint16(m.buf) }

func (m *message) count(section int) {
	at := m.buf[4+2*section:]
	binary.BigEndian.PutUint16(at, binary.BigEndian.Uint16(at)+1)
}

// name writes a name, as short as pointers allow where there may be any.
func (m *message) name(n zone.Name) error {
	from := len(m.buf)
	m.buf = append(m.buf, make([]byte, len(n)+2)...)
	end, err := dns.PackDomainName(string(n), m.buf, from, m.names, m.names != nil)
	if err != nil {
		return fmt.Errorf("name %s: %w", n, err)
	}
	m.buf = m.buf[:end]
	return nil
}

// add writes a record behind those of its section, which must be the last one so
// far.
func (m *message) add(section int, r rr) error {
	if err := m.name(r.name); err != nil {
		return err
	}
	m.buf = binary.BigEndian.AppendUint16(m.buf, r.typ)
	m.buf = binary.BigEndian.AppendUint16(m.buf, r.class)
	m.buf = binary.BigEndian.AppendUint32(m.buf, r.ttl)
	if len(m.buf)+2+len(r.data) > maxMessage {
		return errTooLarge
	}
	m.buf = binary.BigEndian.AppendUint16(m.buf, uint16(len(r.data)))
	m.buf = append(m.buf, r.data...)
	m.count(section)
	return nil
}

// reply is a message that came.
type reply struct {
	raw       []byte
	question  []rr // without TTL and data
	answer    []rr
	authority []rr
	sig       *signature // nil: it has none
	sigAt     int        // where that begins
}

func (r *reply) id() uint16          { return binary.BigEndian.Uint16(r.raw) }
func (r *reply) bits() uint16        { return binary.BigEndian.Uint16(r.raw[2:]) }
func (r *reply) isReply() bool       { return r.bits()>>15 == 1 }
func (r *reply) opcode() int         { return int(r.bits() >> 11 & 15) }
func (r *reply) authoritative() bool { return r.bits()>>10&1 == 1 }
func (r *reply) truncated() bool     { return r.bits()>>9&1 == 1 }
func (r *reply) rcode() int          { return int(r.bits() & 15) }

var (
	errShort   = errors.New("a message ends in the middle")
	errTrailer = errors.New("a message has octets behind its end")
	errSigLast = errors.New("a message has a signature that is not its last record")
)

// parse reads a message whole.
func parse(raw []byte) (*reply, error) {
	if len(raw) < headerSize {
		return nil, errShort
	}
	r := &reply{raw: raw}
	at := headerSize
	for section, into := range []*[]rr{&r.question, &r.answer, &r.authority, nil} {
		for range binary.BigEndian.Uint16(raw[4+2*section:]) {
			if r.sig != nil {
				return nil, errSigLast
			}
			record, next, err := readRecord(raw, at, section == inQuestion)
			if err != nil {
				return nil, err
			}
			switch {
			case into != nil:
				*into = append(*into, record)
			case record.typ == dns.TypeTSIG:
				r.sigAt = at
				if r.sig, err = readSignature(record); err != nil {
					return nil, err
				}
			}
			at = next
		}
	}
	if at != len(raw) {
		return nil, errTrailer
	}
	return r, nil
}

// readRecord reads the record at a place, of which a question is only the
// beginning.
func readRecord(raw []byte, at int, isQuestion bool) (r rr, next int, err error) {
	if r.name, at, err = readName(raw, at); err != nil {
		return r, 0, err
	}
	if len(raw)-at < 4 {
		return r, 0, errShort
	}
	r.typ, r.class, at = binary.BigEndian.Uint16(raw[at:]), binary.BigEndian.Uint16(raw[at+2:]), at+4
	if isQuestion {
		return r, at, nil
	}
	if len(raw)-at < 6 {
		return r, 0, errShort
	}
	r.ttl = binary.BigEndian.Uint32(raw[at:])
	next = at + 6 + int(binary.BigEndian.Uint16(raw[at+4:]))
	if next > len(raw) {
		return r, 0, errShort
	}
	r.data, err = plainData(raw, at+6, next, r.typ)
	return r, next, err
}

func readName(raw []byte, at int) (zone.Name, int, error) {
	text, next, err := dns.UnpackDomainName(raw, at)
	if err != nil {
		return "", 0, fmt.Errorf("a message has a name that cannot be read: %w", err)
	}
	name, err := zone.ParseName(text)
	return name, next, err
}

// layouts says where in data names may be compressed (RFC 1035, RFC 3597 section
// 4): a digit stands for so many octets, n for a name, s for a character-string.
// What follows is plain.
var layouts = map[uint16]string{
	dns.TypeNS: "n", dns.TypeMD: "n", dns.TypeMF: "n", dns.TypeCNAME: "n", dns.TypeSOA: "nn", dns.TypeMB: "n", dns.TypeMG: "n", dns.TypeMR: "n",
	dns.TypePTR: "n", dns.TypeMINFO: "nn", dns.TypeMX: "2n", dns.TypeRP: "nn", dns.TypeAFSDB: "2n", dns.TypeRT: "2n", dns.TypeSIG: "99n",
	dns.TypePX: "2nn", dns.TypeNXT: "n", dns.TypeSRV: "6n", dns.TypeNAPTR: "4sssn", dns.TypeKX: "2n", dns.TypeDNAME: "n",
}

var errData = errors.New("a message has a record whose data is shorter or longer than what is in it")

// plainData gives the data of a record with the names in it written out.
func plainData(raw []byte, at, end int, typ uint16) (data []byte, err error) {
	layout, ok := layouts[typ]
	if !ok || at == end {
		return raw[at:end:end], nil
	}
	for _, field := range layout {
		if at >= end {
			return nil, errData
		}
		from := at
		switch field {
		case 'n':
			if data, at, err = appendName(data, raw, at); err != nil {
				return nil, err
			}
			continue
		case 's':
			at += 1 + int(raw[at])
		default:
			at += int(field - '0')
		}
		if at > end {
			return nil, errData
		}
		data = append(data, raw[from:at]...)
	}
	if at > end {
		return nil, errData
	}
	return append(data, raw[at:end]...), nil
}

// appendName writes out the name at a place.
func appendName(data, raw []byte, at int) ([]byte, int, error) {
	name, next, err := readName(raw, at)
	if err != nil {
		return nil, 0, err
	}
	wire, err := wireName(name)
	return append(data, wire...), next, err
}

// wireName is a name without compression.
func wireName(n zone.Name) ([]byte, error) {
	wire := make([]byte, len(n)+1)
	end, err := dns.PackDomainName(string(n), wire, 0, nil, false)
	return wire[:end], err
}
