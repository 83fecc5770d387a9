package rfc2136

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/miekg/dns"

	"github.com/zonecast/zonecast/zone"
)

// Records are octets in the messages of this package (RFC 1035 section 4.1), and not
// the types of miekg/dns, of which it has the numbers and the code for names: so what
// that library has no form for, or another one than we, passes as it is.

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
