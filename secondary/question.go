package secondary

import (
	"errors"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/zone"
)

// A question is one that waits for its answers.
type question struct {
	name   zone.Name
	typ    uint16
	id     uint16
	raw    []byte
	dialog *message.Dialog
}

// newQuestion makes a question; have is the SOA that a question for what is newer
// says (RFC 1995 section 3), nil where that is not asked.
func newQuestion(p Primary, name zone.Name, typ uint16, have *message.Record) (*question, error) {
	key, err := p.Key.key()
	if err != nil {
		return nil, err
	}
	d := message.New(message.Query, name, typ)
	if have != nil {
		if err := d.Add(message.Authority, *have); err != nil {
			return nil, err
		}
	}
	q := &question{name: name, typ: typ, id: d.ID()}
	q.raw, q.dialog, err = message.Ask(d, key)
	return q, err
}

var (
	errOther        = errors.New("an answer came that is none to the question")
	errNotAuthority = errors.New("the primary is not authoritative for the zone")
	errNoSOA        = errors.New("the answer has no SOA of the zone")
)

// isOther finds what is no answer to the question. Only the first message of many
// has to repeat the question, and of those that are errors not even that.
func (q *question) isOther(m *message.Message) error {
	if m.ID() != q.id || !m.IsReply() || m.Opcode() != message.Query {
		return errOther
	}
	for _, asked := range m.Question {
		if asked.Name != q.name || asked.Type != q.typ {
			return errOther
		}
	}
	return nil
}

// start reads the answer to the question for the SOA.
func (q *question) start(m *message.Message) (zone.Start, error) {
	switch {
	case m.Code() != 0:
		return zone.Start{}, refused(m.Code())
	case !m.Authoritative():
		return zone.Start{}, errNotAuthority
	}
	for _, r := range m.Answer {
		if r.Type == message.TypeSOA && r.Name == q.name && r.Class == message.ClassIN {
			return startOf(r)
		}
	}
	return zone.Start{}, errNoSOA
}

func startOf(r message.Record) (zone.Start, error) {
	record, err := r.Zone()
	if err != nil {
		return zone.Start{}, err
	}
	return zone.ParseStart(record.Data)
}
