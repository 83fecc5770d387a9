package message

import (
	"crypto/rand"
	"encoding/binary"
	"errors"

	"github.com/zonecast/zonecast/zone"
)

// A Draft is a message that is being written.
type Draft struct{ buf []byte }

var errTooLarge = errors.New("does not fit a message of 65535 octets")

// New begins a message of an opcode with one question.
func New(opcode int, name zone.Name, typ uint16) *Draft {
	d := &Draft{make([]byte, headerSize, 128)}
	rand.Read(d.buf[:2])
	binary.BigEndian.PutUint16(d.buf[2:], uint16(opcode)<<11)
	d.question(name, typ, ClassIN)
	return d
}

// Reply begins the answer to a message.
func Reply(to *Message, code int) *Draft {
	d := &Draft{make([]byte, headerSize, 128)}
	copy(d.buf, to.raw[:4])
	const kept = 0x7900 // the opcode, and that recursion was desired
	binary.BigEndian.PutUint16(d.buf[2:], 0x8000|to.bits()&kept|uint16(code))
	for _, q := range to.Question {
		d.question(q.Name, q.Type, q.Class)
	}
	return d
}

func (d *Draft) question(name zone.Name, typ, class uint16) {
	d.buf = AppendName(d.buf, name)
	d.buf = binary.BigEndian.AppendUint16(d.buf, typ)
	d.buf = binary.BigEndian.AppendUint16(d.buf, class)
	d.count(Question)
}

// ID is the number that the answer will have as well.
func (d *Draft) ID() uint16 { return binary.BigEndian.Uint16(d.buf) }

// SetAuthoritative says that who sends the message has the zone.
func (d *Draft) SetAuthoritative() { d.buf[2] |= 1 << 2 }

func (d *Draft) count(section int) {
	at := d.buf[4+2*section:]
	binary.BigEndian.PutUint16(at, binary.BigEndian.Uint16(at)+1)
}

// Add writes a record behind those of its section, which must be the last one so
// far.
func (d *Draft) Add(section int, r Record) error {
	before := len(d.buf)
	d.buf = AppendName(d.buf, r.Name)
	d.buf = binary.BigEndian.AppendUint16(d.buf, r.Type)
	d.buf = binary.BigEndian.AppendUint16(d.buf, r.Class)
	d.buf = binary.BigEndian.AppendUint32(d.buf, r.TTL)
	if len(d.buf)+2+len(r.Data) > Size {
		d.buf = d.buf[:before]
		return errTooLarge
	}
	d.buf = binary.BigEndian.AppendUint16(d.buf, uint16(len(r.Data)))
	d.buf = append(d.buf, r.Data...)
	d.count(section)
	return nil
}
