package secondary

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"time"

	"github.com/zonecast/zonecast/internal/message"
)

// A Client asks primaries. The zero value does, over the network.
type Client struct {
	// Timeout is how long a primary may take for one message; 0 is 10 seconds.
	Timeout time.Duration
	// Longest is how long a transfer may take; 0 is 10 minutes.
	Longest time.Duration
	// Largest is how many octets the messages of a transfer may have; 0 is 64 MiB. With
	// names written out, which in messages can be short, it may be twice as many.
	Largest int64
	// Dial makes connections, of the networks udp and tcp; nil: the usual way.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

const (
	defaultTimeout = 10 * time.Second
	defaultLongest = 10 * time.Minute
	defaultLargest = 64 << 20

	alpnDoT = "dot" // which a transfer over TLS has to ask for, RFC 9103 section 7.1
)

func (c Client) timeout() time.Duration { return cmp.Or(c.Timeout, defaultTimeout) }

// dial connects to a primary; of network tcp over TLS where it has that.
func (c Client) dial(ctx context.Context, network string, p Primary) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout())
	defer cancel()
	dial := c.Dial
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	conn, err := dial(ctx, network, p.at())
	if err != nil || p.TLS == nil {
		return conn, err
	}
	config := p.TLS.Clone()
	config.MinVersion, config.NextProtos = tls.VersionTLS13, []string{alpnDoT}
	if config.ServerName == "" {
		config.ServerName, _, _ = net.SplitHostPort(p.at())
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, fmt.Errorf("TLS: %w", err)
	}
	return secure, nil
}

// A stream is a connection that carries messages with their lengths.
type stream struct {
	net.Conn
	in      *bufio.Reader
	timeout time.Duration
	octets  int64 // that came
	used    bool  // an answer has come over it before
}

func (c Client) stream(ctx context.Context, p Primary) (*stream, error) {
	conn, err := c.dial(ctx, "tcp", p)
	if err != nil {
		return nil, err
	}
	return &stream{Conn: conn, in: bufio.NewReaderSize(conn, 32<<10), timeout: c.timeout()}, nil
}

// send sends a message within the time for one.
func (s *stream) send(raw []byte) error {
	s.SetDeadline(time.Now().Add(s.timeout))
	return message.Send(s, raw)
}

// receive waits for a message, which has to be there whole within the time for one,
// however many pieces it comes in.
func (s *stream) receive() (*message.Message, error) {
	raw, err := s.receiveRaw()
	if err != nil {
		return nil, err
	}
	s.octets += int64(len(raw))
	return message.Parse(raw)
}

func (s *stream) receiveRaw() ([]byte, error) {
	s.SetDeadline(time.Now().Add(s.timeout))
	return message.Receive(s.in)
}

// under runs do while the connection lasts no longer than ctx; an error is that of
// ctx where that is why.
func under(ctx context.Context, conn net.Conn, do func() error) error {
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)); conn.Close() })
	defer stop()
	err := do()
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
