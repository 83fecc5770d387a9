package secondary

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

// A fakeNet is a network in memory, for virtual time: streams are pipes, and packets
// arrive, or not, as the test says.
type fakeNet struct {
	mu      sync.Mutex
	streams map[string]*fakeListener
	packets map[string]*fakePackets
	next    int
	from    string // the address that is dialled from next
	dials   int
	open    int // streams
	most    int // streams at a time
	lose    func(to string, packet []byte) bool
	wrap    func(address string, c net.Conn) net.Conn // of the side that dials
}

func newFakeNet() *fakeNet {
	return &fakeNet{streams: map[string]*fakeListener{}, packets: map[string]*fakePackets{}}
}

// count gives how often somebody has dialled.
func (n *fakeNet) count() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.dials
}

// left gives how many streams are open, and from how many addresses packets are sent.
func (n *fakeNet) left() (streams, packets int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for at := range n.packets {
		if strings.HasPrefix(at, "127.0.0.1:") {
			packets++
		}
	}
	return n.open, packets
}

type fakeAddr string

func (fakeAddr) Network() string  { return "fake" }
func (a fakeAddr) String() string { return string(a) }

func (n *fakeNet) Listen(_ context.Context, _, address string) (net.Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := &fakeListener{n: n, at: address, conns: make(chan net.Conn), done: make(chan struct{})}
	n.streams[address] = l
	return l, nil
}

func (n *fakeNet) ListenPacket(_ context.Context, _, address string) (net.PacketConn, error) {
	return n.bind(address), nil
}

func (n *fakeNet) bind(address string) *fakePackets {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := &fakePackets{n: n, at: fakeAddr(address), in: make(chan fakePacket, 1000), done: make(chan struct{}), wake: make(chan struct{})}
	n.packets[address] = p
	return p
}

func (n *fakeNet) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	n.mu.Lock()
	n.dials++
	n.next++
	from := fmt.Sprintf("127.0.0.1:%d", 40000+n.next)
	if n.from != "" {
		from, n.from = n.from, ""
	}
	l := n.streams[address]
	n.mu.Unlock()
	if network == "udp" {
		return &fakePacketConn{n.bind(from), fakeAddr(address)}, nil
	}
	if l == nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: os.ErrNotExist}
	}
	ours, theirs := net.Pipe()
	select {
	case l.conns <- &fakeStream{Conn: theirs, from: fakeAddr(from)}:
		n.opened(1)
		var c net.Conn = &fakeStream{Conn: ours, closed: func() { n.opened(-1) }}
		if n.wrap != nil {
			c = n.wrap(address, c)
		}
		return c, nil
	case <-l.done:
		return nil, &net.OpError{Op: "dial", Net: network, Err: os.ErrClosed}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// opened notes that as many streams more are open; a dial that is given up opens none.
func (n *fakeNet) opened(more int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.open += more
	n.most = max(n.most, n.open)
}

type fakeStream struct {
	net.Conn
	from   net.Addr
	once   sync.Once
	closed func()
}

func (s *fakeStream) RemoteAddr() net.Addr { return s.from }

func (s *fakeStream) Close() error {
	if s.closed != nil {
		s.once.Do(s.closed)
	}
	return s.Conn.Close()
}

type fakeListener struct {
	n     *fakeNet
	at    string
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func (l *fakeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *fakeListener) Close() error {
	l.once.Do(func() { close(l.done) })
	l.n.mu.Lock()
	defer l.n.mu.Unlock()
	if l.n.streams[l.at] == l {
		delete(l.n.streams, l.at)
	}
	return nil
}

func (l *fakeListener) Addr() net.Addr { return fakeAddr(l.at) }

type fakePacket struct {
	from net.Addr
	data []byte
}

type fakePackets struct {
	n    *fakeNet
	at   fakeAddr
	in   chan fakePacket
	once sync.Once
	done chan struct{}

	mu       sync.Mutex
	deadline time.Time
	wake     chan struct{}
}

func (p *fakePackets) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		p.mu.Lock()
		deadline, wake := p.deadline, p.wake
		p.mu.Unlock()
		var late <-chan time.Time
		if !deadline.IsZero() {
			t := time.NewTimer(time.Until(deadline))
			defer t.Stop()
			late = t.C
		}
		select {
		case packet := <-p.in:
			return copy(b, packet.data), packet.from, nil
		case <-late:
			return 0, nil, os.ErrDeadlineExceeded
		case <-wake:
		case <-p.done:
			return 0, nil, net.ErrClosed
		}
	}
}

func (p *fakePackets) WriteTo(b []byte, to net.Addr) (int, error) {
	p.n.mu.Lock()
	other := p.n.packets[to.String()]
	lost := p.n.lose != nil && p.n.lose(to.String(), b)
	p.n.mu.Unlock()
	if other == nil || lost {
		return len(b), nil
	}
	select {
	case other.in <- fakePacket{p.at, append([]byte(nil), b...)}:
	default:
	}
	return len(b), nil
}

func (p *fakePackets) Close() error {
	p.once.Do(func() { close(p.done) })
	p.n.mu.Lock()
	defer p.n.mu.Unlock()
	if p.n.packets[string(p.at)] == p {
		delete(p.n.packets, string(p.at))
	}
	return nil
}

func (p *fakePackets) LocalAddr() net.Addr { return p.at }

func (p *fakePackets) SetDeadline(t time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deadline = t
	close(p.wake)
	p.wake = make(chan struct{})
	return nil
}

func (p *fakePackets) SetReadDeadline(t time.Time) error { return p.SetDeadline(t) }
func (p *fakePackets) SetWriteDeadline(time.Time) error  { return nil }

type fakePacketConn struct {
	*fakePackets
	to net.Addr
}

func (c *fakePacketConn) Read(b []byte) (int, error) {
	n, _, err := c.ReadFrom(b)
	return n, err
}
func (c *fakePacketConn) Write(b []byte) (int, error) { return c.WriteTo(b, c.to) }
func (c *fakePacketConn) RemoteAddr() net.Addr        { return c.to }
