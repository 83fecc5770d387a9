package secondary

import (
	"context"
	"errors"
	"net"
	"os"
	"time"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/zone"
)

// Serial asks a primary for the serial of a zone, over UDP, and over TCP where there
// was no room or no answer.
func (c Client) Serial(ctx context.Context, p Primary, name zone.Name) (uint32, error) {
	l := line{Client: c}
	defer l.close()
	start, err := l.serial(ctx, p, name)
	if errors.Is(err, errNotByUDP) {
		start, err = l.serialByStream(ctx, p, name)
	}
	if err != nil {
		return 0, p.failed(name, err)
	}
	return start.Serial, nil
}

// errNotByUDP says that the question has to be asked over a stream.
var errNotByUDP = errors.New("the primary does not answer over UDP")

// tries are how long an answer over UDP is waited for each time the question is
// sent.
var tries = [...]time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second}

// A line is what one goroutine has open to primaries. It keeps connections for the
// next question.
type line struct {
	Client
	packets map[string]net.Conn
	streams map[string]*stream
}

func (l *line) close() {
	for _, c := range l.packets {
		c.Close()
	}
	for _, s := range l.streams {
		s.Close()
	}
	l.packets, l.streams = nil, nil
}

// serial asks over UDP.
func (l *line) serial(ctx context.Context, p Primary, name zone.Name) (zone.Start, error) {
	if p.TLS != nil {
		return zone.Start{}, errNotByUDP
	}
	conn, err := l.packet(ctx, p)
	if err != nil {
		return zone.Start{}, err
	}
	var start zone.Start
	err = under(ctx, conn, func() (err error) {
		start, err = askByPackets(conn, p, name)
		return err
	})
	if _, broken := errors.AsType[*net.OpError](err); broken && ctx.Err() == nil {
		err = errNotByUDP // nobody listens there, say
	}
	if err != nil {
		conn.Close()
		delete(l.packets, p.at())
	}
	return start, err
}

func (l *line) packet(ctx context.Context, p Primary) (net.Conn, error) {
	if conn, ok := l.packets[p.at()]; ok {
		return conn, nil
	}
	conn, err := l.dial(ctx, "udp", p)
	if err != nil {
		return nil, err
	}
	if l.packets == nil {
		l.packets = map[string]net.Conn{}
	}
	l.packets[p.at()] = conn
	return conn, nil
}

// askByPackets sends the question until an answer comes. What is no answer to it, or
// not signed as it has to be, is passed over: anybody can send a packet.
func askByPackets(conn net.Conn, p Primary, name zone.Name) (zone.Start, error) {
	var other error
	for _, patience := range tries {
		q, err := newQuestion(p, name, message.TypeSOA, nil)
		if err != nil {
			return zone.Start{}, err
		}
		if _, err := conn.Write(q.raw); err != nil {
			return zone.Start{}, err
		}
		conn.SetDeadline(time.Now().Add(patience))
		start, err := q.readPacket(conn, &other)
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return start, err
		}
	}
	if other != nil {
		return zone.Start{}, other
	}
	return zone.Start{}, errNotByUDP
}

// readPacket waits for the answer; other is what else came and was passed over.
func (q *question) readPacket(conn net.Conn, other *error) (zone.Start, error) {
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return zone.Start{}, err
		}
		m, err := message.Parse(append([]byte(nil), buf[:n]...))
		if err != nil || q.isOther(m) != nil {
			continue
		}
		if err := q.dialog.Check(m); err != nil {
			*other = err
			continue
		}
		if m.Truncated() {
			return zone.Start{}, errNotByUDP
		}
		return q.start(m)
	}
}

// serialByStream asks over TCP or TLS.
func (l *line) serialByStream(ctx context.Context, p Primary, name zone.Name) (start zone.Start, err error) {
	err = l.byStream(ctx, p, func(s *stream) error {
		q, err := newQuestion(p, name, message.TypeSOA, nil)
		if err != nil {
			return err
		}
		if err := s.send(q.raw); err != nil {
			return err
		}
		m, err := s.receive()
		if err != nil {
			return err
		}
		s.used = true
		if err := errors.Join(q.isOther(m), q.dialog.Check(m)); err != nil {
			return err
		}
		start, err = q.start(m)
		return err
	})
	return start, err
}

// byStream runs do with a connection to the primary; with another one, should the
// primary have closed the one that there was.
func (l *line) byStream(ctx context.Context, p Primary, do func(*stream) error) error {
	for {
		s, err := l.open(ctx, p)
		if err != nil {
			return err
		}
		reused := s.used
		s.used, s.octets = false, 0
		err = under(ctx, s, func() error { return do(s) })
		if err == nil {
			return nil
		}
		s.Close()
		delete(l.streams, p.at())
		if !reused || s.used || ctx.Err() != nil || errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
	}
}

func (l *line) open(ctx context.Context, p Primary) (*stream, error) {
	if s, ok := l.streams[p.at()]; ok {
		return s, nil
	}
	s, err := l.stream(ctx, p)
	if err != nil {
		return nil, err
	}
	if l.streams == nil {
		l.streams = map[string]*stream{}
	}
	l.streams[p.at()] = s
	return s, nil
}
