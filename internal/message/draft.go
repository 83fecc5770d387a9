package message

import (
	"crypto/rand"
	"encoding/binary"
	"errors"

	"github.com/zonecast/zonecast/zone"
)

// A Draft is a message that is being written. Names of records are as short as the
// name of the question, and names that came before, let them be.
type Draft struct {
	buf   []byte
	apex  zone.Name         // that the question is about
	names map[zone.Name]int // where those stand that others can point at
}

// ErrTooLarge says that there is no room for what was to be added.
var ErrTooLarge = errors.New("does not fit a message of 65535 octets")

// New begins a message of an opcode with one question.
func New(opcode int, name zone.Name, typ uint16) *Draft {
	d := &Draft{buf: make([]byte, HeaderSize, 128)}
	rand.Read(d.buf[:2])
	binary.BigEndian.PutUint16(d.buf[2:], uint16(opcode)<<11)
	d.question(name, typ, ClassIN)
	return d
}

// Reply begins the answer to a message.
func Reply(to *Message, code int) *Draft {
	d := &Draft{buf: make([]byte, HeaderSize, 128)}
	copy(d.buf, to.raw[:4])
	const kept = 0x7900 // the opcode, and that recursion was desired
	binary.BigEndian.PutUint16(d.buf[2:], 0x8000|to.bits()&kept|uint16(code))
	for _, q := range to.Question {
		d.question(q.Name, q.Type, q.Class)
	}
	return d
}

func (d *Draft) question(name zone.Name, typ, class uint16) {
	d.apex = name
	d.owner(name)
	d.buf = binary.BigEndian.AppendUint16(d.buf, typ)
	d.buf = binary.BigEndian.AppendUint16(d.buf, class)
	d.count(Question)
}

// owner writes a name that others may point at.
func (d *Draft) owner(n zone.Name) {
	if at, ok := d.names[n]; ok {
		d.point(at)
		return
	}
	if d.names == nil {
		d.names = map[zone.Name]int{}
	}
	const farthest = 1<<14 - 1 // that a pointer reaches
	if len(d.buf) <= farthest && n != zone.Root {
		d.names[n] = len(d.buf)
	}
	at, ok := d.names[d.apex]
	if !ok || n == d.apex || !n.In(d.apex) {
		d.buf = AppendName(d.buf, n)
		return
	}
	d.buf = AppendName(d.buf, n[:len(n)-len(d.apex)])
	d.buf = d.buf[:len(d.buf)-1] // which would be its end
	d.point(at)
}

func (d *Draft) point(at int) { d.buf = binary.BigEndian.AppendUint16(d.buf, 0xc000|uint16(at)) }

// ID is the number that the answer will have as well.
func (d *Draft) ID() uint16 { return binary.BigEndian.Uint16(d.buf) }

// Opcode is what kind of message it is.
func (d *Draft) Opcode() int { return int(d.buf[2] >> 3 & 15) }

// Len is how many octets it has so far.
func (d *Draft) Len() int { return len(d.buf) }

// SetRecursionDesired asks for what others know as well.
func (d *Draft) SetRecursionDesired() { d.buf[2] |= 1 }

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
	if r.Type == TypeTSIG {
		d.buf = AppendName(d.buf, r.Name) // in a signature nothing is compressed
	} else {
		d.owner(r.Name)
	}
	d.buf = binary.BigEndian.AppendUint16(d.buf, r.Type)
	d.buf = binary.BigEndian.AppendUint16(d.buf, r.Class)
	d.buf = binary.BigEndian.AppendUint32(d.buf, r.TTL)
	if len(d.buf)+2+len(r.Data) > Size {
		d.buf = d.buf[:before]
		if d.names[r.Name] == before {
			delete(d.names, r.Name)
		}
		return ErrTooLarge
	}
	d.buf = binary.BigEndian.AppendUint16(d.buf, uint16(len(r.Data)))
	d.buf = append(d.buf, r.Data...)
	d.count(section)
	return nil
}
