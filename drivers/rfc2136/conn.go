package rfc2136

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/provider"
)

const (
	port    = "53"
	portTLS = "853" // RFC 9103 section 6.1
	alpnDoT = "dot" // which a transfer over TLS has to ask for, section 7.1
)

// longestDial is how long a server may take to accept a connection, where another
// one could.
const longestDial = 10 * time.Second

// conn is a connection to a server. It ends with its context.
type conn struct {
	net.Conn
	in      *bufio.Reader
	key     message.Key
	timeout time.Duration
	ctx     context.Context
	leave   func()
}

// lostError says that a question was, or may have been, sent, and that no answer to
// it came.
type lostError struct{ err error }

func (e *lostError) Error() string { return e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }

// toChange connects to where zones are changed.
func (p *Provider) toChange(ctx context.Context) (*conn, error) {
	return p.connect(ctx, p.Primaries, port, nil)
}

// toRead connects to where zones are read.
func (p *Provider) toRead(ctx context.Context) (*conn, error) {
	servers, at := p.Transfers, port
	if len(servers) == 0 {
		servers = p.Primaries
	}
	if p.TLS == nil {
		return p.connect(ctx, servers, at, nil)
	}
	if len(p.Transfers) == 0 {
		servers = hosts(servers)
	}
	return p.connect(ctx, servers, portTLS, p.TLS)
}

var errNoServers = errors.New("there is no server to speak to")

// connect tries one server after another until one takes the connection: then
// nothing has been said to any yet.
func (p *Provider) connect(ctx context.Context, servers []string, defaultPort string, secure *tls.Config) (*conn, error) {
	key, err := p.Key.read()
	if err != nil {
		return nil, err
	}
	leave, err := p.enter(ctx)
	if err != nil {
		return nil, err
	}
	errs := []error{}
	for _, s := range servers {
		c, err := p.dial(ctx, message.Address(s, defaultPort), secure)
		if err == nil {
			stop := context.AfterFunc(ctx, func() { c.Close() })
			return &conn{c, bufio.NewReaderSize(c, message.Size+2), key.At(p.now), p.timeout(), ctx, func() { stop(); leave() }}, nil
		}
		errs = append(errs, fmt.Errorf("%s: %w", message.Address(s, defaultPort), err))
	}
	leave()
	if len(servers) == 0 {
		return nil, errNoServers
	}
	return nil, &provider.ServiceError{Kind: provider.KindTransient, Err: errors.Join(errs...)}
}

// enter waits for a seat.
func (p *Provider) enter(ctx context.Context) (leave func(), err error) {
	p.once.Do(func() {
		n := p.Parallel
		if n <= 0 {
			n = 8
		}
		p.seats = make(chan struct{}, n)
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case p.seats <- struct{}{}:
		return func() { <-p.seats }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *Provider) dial(ctx context.Context, addr string, secure *tls.Config) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, min(p.timeout(), longestDial))
	defer cancel()
	dial := p.Dial
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	c, err := dial(ctx, "tcp", addr)
	if err != nil || secure == nil {
		return c, err
	}
	secure = secure.Clone()
	secure.MinVersion, secure.NextProtos = tls.VersionTLS13, []string{alpnDoT}
	if secure.ServerName == "" {
		secure.ServerName, _, _ = net.SplitHostPort(addr)
	}
	t := tls.Client(c, secure)
	if err := t.HandshakeContext(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return t, nil
}

// hosts are the servers without their ports.
func hosts(servers []string) (out []string) {
	for _, s := range servers {
		host, _, _ := net.SplitHostPort(message.Address(s, port))
		out = append(out, host)
	}
	return out
}

func (c *conn) close() {
	c.Conn.Close()
	c.leave()
}

// says completes an error with where it happened, and why.
func (c *conn) says(err error) error {
	if c.ctx.Err() != nil {
		err = c.ctx.Err()
	}
	return fmt.Errorf("%s: %w", c.RemoteAddr(), err)
}

// question sends a message. The dialog is for its answers.
func (c *conn) question(m *message.Draft) (*message.Dialog, error) {
	signed, d, err := message.Ask(m, c.key)
	if err != nil {
		return nil, err
	}
	c.SetDeadline(time.Now().Add(c.timeout))
	if err := c.ctx.Err(); err != nil {
		return nil, c.says(err)
	}
	if err := message.Send(c, signed); err != nil {
		return nil, &lostError{c.says(err)}
	}
	return d, nil
}

// answer waits for a message.
func (c *conn) answer() (*message.Message, error) {
	c.SetDeadline(time.Now().Add(c.timeout))
	raw, err := message.Receive(c.in)
	if err != nil {
		return nil, &lostError{c.says(err)}
	}
	r, err := message.Parse(raw)
	if err != nil {
		return nil, &lostError{c.says(err)}
	}
	return r, nil
}

var errOther = errors.New("an answer came that is none to the question")

// exchange sends a message and waits for its one answer, which is verified.
func (c *conn) exchange(m *message.Draft) (*message.Message, error) {
	opcode := m.Opcode()
	d, err := c.question(m)
	if err != nil {
		return nil, err
	}
	r, err := c.answer()
	if err != nil {
		return nil, err
	}
	if r.ID() != m.ID() || !r.IsReply() || r.Opcode() != opcode {
		return nil, &lostError{c.says(errOther)}
	}
	if err := d.Check(r); err != nil {
		return nil, untrusted(err)
	}
	if d.Bare() {
		return nil, &lostError{c.says(fmt.Errorf("%w, and does not sign it", refusal(r.Code())))}
	}
	return r, nil
}
