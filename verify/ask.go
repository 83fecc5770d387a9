package verify

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/zone"
)

// packet is how many octets an answer over UDP may have, so that nothing on the way
// cuts it into pieces (https://www.dnsflagday.net/2020/).
const packet = 1232

// A question is asked of one server after another.
type question struct {
	name  zone.Name
	typ   zone.Type
	plain bool // without EDNS, for servers that do not know it
}

// draft writes the question as a message. Nobody is asked to look for the answer
// elsewhere.
func (q question) draft() *message.Draft {
	d := message.New(message.Query, q.name, q.typ.Number())
	if !q.plain {
		d.Add(message.Additional, message.Record{Name: zone.Root, Type: message.TypeOPT, Class: packet}) // there is room
	}
	return d
}

// raw is the message.
func raw(d *message.Draft) []byte {
	octets, _, _ := message.Ask(d, message.Key{}) // which fails only for keys
	return octets
}

// isAnswered reports whether a message is an answer to the question with this id. An
// answer that is an error need not repeat the question.
func (q question) isAnswered(m *message.Message, id uint16) bool {
	if m.ID() != id || !m.IsReply() || m.Opcode() != message.Query {
		return false
	}
	for _, asked := range m.Question {
		if asked.Name != q.name || asked.Type != q.typ.Number() || asked.Class != message.ClassIN {
			return false
		}
	}
	return len(m.Question) > 0 || m.Code() != 0
}

// A hereError is why an address cannot be asked from this machine: nothing was sent.
type hereError struct{ err error }

func (e *hereError) Error() string { return e.err.Error() }
func (e *hereError) Unwrap() error { return e.err }

// over reports whether there is no time left: who dials may know before ctx does.
func over(ctx context.Context) bool {
	end, ok := ctx.Deadline()
	return ctx.Err() != nil || ok && !time.Now().Before(end)
}

// ask puts a question to an address: over UDP, and over TCP where there was no room
// or no answer.
func (w Walk) ask(ctx context.Context, address string, q question) (*message.Message, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, w.timeout(), fmt.Errorf("no answer in %v", w.timeout()))
	defer cancel()
	m, err := w.byPacket(ctx, address, q)
	if err == nil && (m.Code() == formErr || m.Code() == notImp) {
		q.plain = true
		m, err = w.byPacket(ctx, address, q)
	}
	if err == nil && !m.Truncated() {
		return m, nil
	}
	if _, here := errors.AsType[*hereError](err); here || over(ctx) {
		return nil, err
	}
	return w.byStream(ctx, address, q)
}

// patience is the share of a server's time that each packet with the question is
// given. What is left is for TCP.
var patience = [...]float64{0.2, 0.4}

func (w Walk) byPacket(ctx context.Context, address string, q question) (*message.Message, error) {
	conn, err := w.dial(ctx, "udp", address)
	switch {
	case err != nil && over(ctx):
		return nil, context.DeadlineExceeded
	case err != nil:
		return nil, &hereError{err}
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	for _, share := range patience {
		d := q.draft()
		conn.SetDeadline(time.Now().Add(time.Duration(share * float64(w.timeout()))))
		if _, err = conn.Write(raw(d)); err == nil {
			var m *message.Message
			if m, err = q.receive(conn, d.ID()); err == nil {
				return m, nil
			}
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			break // nobody listens there, say
		}
	}
	return nil, err
}

// receive waits for the answer. What else comes is passed over: anybody can send a
// packet.
func (q question) receive(conn net.Conn, id uint16) (*message.Message, error) {
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return nil, err
		}
		if m, err := message.Parse(append([]byte(nil), buf[:n]...)); err == nil && q.isAnswered(m, id) {
			return m, nil
		}
	}
}

var errOther = errors.New("what it says is no answer to the question")

func (w Walk) byStream(ctx context.Context, address string, q question) (m *message.Message, err error) {
	defer func() {
		if err != nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
	}()
	conn, err := w.dial(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	return q.exchange(conn)
}

// exchange asks over a stream, in which each message has its length before it.
func (q question) exchange(conn net.Conn) (*message.Message, error) {
	d := q.draft()
	if err := message.Send(conn, raw(d)); err != nil {
		return nil, err
	}
	octets, err := message.Receive(bufio.NewReader(conn))
	if err != nil {
		return nil, err
	}
	m, err := message.Parse(octets)
	if err == nil && !q.isAnswered(m, d.ID()) {
		err = errOther
	}
	return m, err
}
