package secondary

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/zone"
)

const (
	mostCallers = 64               // connections at a time of primaries that have something to say
	callTime    = 10 * time.Second // that each has for a message
)

// An ear listens for primaries that say that a zone has changed (RFC 1996). What they
// say of it besides is not believed: it is a reason to ask.
type ear struct {
	*run
	keys    []message.Key
	allowed []netip.Prefix
	packets net.PacketConn
	streams net.Listener
}

// listen opens what Notify says.
func (r *run) listen(ctx context.Context) (ears []func(context.Context), err error) {
	e := ear{run: r, allowed: append(r.primaryAddresses(), r.Allow...)}
	for _, p := range r.Primaries {
		if k, _ := p.Key.key(); !k.IsZero() {
			e.keys = append(e.keys, k)
		}
	}
	for _, address := range r.Notify {
		address = message.Address(address, port)
		e.packets, err = r.listenPacket(ctx, address)
		if err == nil {
			if e.streams, err = r.listenStream(ctx, address); err != nil {
				e.packets.Close()
			}
		}
		if err != nil {
			for _, ear := range ears {
				done, cancel := context.WithCancel(ctx)
				cancel()
				ear(done)
			}
			return nil, fmt.Errorf("notify: %w", err)
		}
		one := e
		ears = append(ears, one.hear)
	}
	return ears, nil
}

func (s *Secondary) listenPacket(ctx context.Context, address string) (net.PacketConn, error) {
	if s.ListenPacket != nil {
		return s.ListenPacket(ctx, "udp", address)
	}
	return (&net.ListenConfig{}).ListenPacket(ctx, "udp", address)
}

func (s *Secondary) listenStream(ctx context.Context, address string) (net.Listener, error) {
	if s.Listen != nil {
		return s.Listen(ctx, "tcp", address)
	}
	return (&net.ListenConfig{}).Listen(ctx, "tcp", address)
}

// primaryAddresses are those of the primaries that are given by address.
func (s *Secondary) primaryAddresses() (out []netip.Prefix) {
	for _, p := range s.Primaries {
		host, _, _ := net.SplitHostPort(p.at())
		if a, err := netip.ParseAddr(host); err == nil {
			a = a.Unmap().WithZone("")
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
		}
	}
	return out
}

// hear listens until ctx ends.
func (e *ear) hear(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() { e.packets.Close(); e.streams.Close() })
	defer stop()
	var wg sync.WaitGroup
	wg.Go(func() { e.hearPackets(ctx) })
	wg.Go(func() { e.hearStreams(ctx) })
	wg.Wait()
}

func (e *ear) hearPackets(ctx context.Context) {
	buf := make([]byte, message.Size)
	for ctx.Err() == nil {
		n, from, err := e.packets.ReadFrom(buf)
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			e.sleep(ctx, time.Second/10) // an error of one packet, as ICMP brings
			continue
		}
		if answer := e.answer(append([]byte(nil), buf[:n]...), from); answer != nil {
			e.packets.WriteTo(answer, from)
		}
	}
}

func (e *ear) hearStreams(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	seats := make(chan struct{}, mostCallers)
	for ctx.Err() == nil {
		conn, err := e.streams.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			e.sleep(ctx, time.Second/10) // as without file descriptors
			continue
		}
		select {
		case seats <- struct{}{}:
			wg.Go(func() {
				defer func() { <-seats }()
				e.call(ctx, conn)
			})
		default:
			conn.Close()
		}
	}
}

// call answers what comes over one connection.
func (e *ear) call(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	s := &stream{Conn: conn, in: bufio.NewReader(conn), timeout: callTime}
	_ = under(ctx, conn, func() error {
		for {
			raw, err := s.receiveRaw()
			if err != nil {
				return err
			}
			answer := e.answer(raw, conn.RemoteAddr())
			if answer == nil {
				return nil
			}
			if err := s.send(answer); err != nil {
				return err
			}
		}
	})
}

const (
	codeFormat         = 1
	codeNotImplemented = 4
	codeRefused        = 5
)

// answer is what is said to a message, nil: nothing.
func (e *ear) answer(raw []byte, from net.Addr) []byte {
	m, err := message.Parse(raw)
	if err != nil || m.IsReply() {
		return nil
	}
	key, verdict := message.Verify(m, e.keys)
	code := e.judge(m, from, !key.IsZero(), verdict)
	d := message.Reply(m, code)
	if code == 0 {
		d.SetAuthoritative()
	}
	answer, err := d.Sign(m, key, verdict)
	if err != nil {
		return nil
	}
	return answer
}

// judge hears a message, if it is one to hear, and gives the code of the answer.
func (e *ear) judge(m *message.Message, from net.Addr, signed bool, verdict error) (code int) {
	switch {
	case m.Opcode() != message.Notify:
		return codeNotImplemented
	case len(m.Question) != 1 || m.Question[0].Type != message.TypeSOA || m.Question[0].Class != message.ClassIN:
		return codeFormat
	case verdict != nil:
		e.turnedAway(m.Question[0].Name, from, verdict)
		return message.NotAuth
	case !signed && !e.mayCall(from):
		e.turnedAway(m.Question[0].Name, from, errStranger)
		return codeRefused
	}
	if !e.notified(m.Question[0].Name) {
		return message.NotAuth
	}
	return 0
}

var errStranger = errors.New("is neither a primary nor allowed")

func (e *ear) turnedAway(name zone.Name, from net.Addr, why error) {
	if e.counts.strangers.Add(1)%1000 == 1 { // anybody can send any number
		e.log(slog.LevelWarn, "a notification is turned away", "zone", name, "from", from.String(), "error", why)
	}
}

// mayCall holds for addresses of primaries and for those that are allowed.
func (e *ear) mayCall(from net.Addr) bool {
	at, err := netip.ParseAddrPort(from.String())
	if err != nil {
		return false
	}
	a := at.Addr().Unmap().WithZone("")
	for _, p := range e.allowed {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// notified has a zone looked at before others. One that is not known may be new: the
// list is read again.
func (r *run) notified(name zone.Name) (known bool) {
	r.counts.notifies.Add(1)
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.zones[name]
	if f != nil && f.listed {
		r.look(f, true)
		return true
	}
	select {
	case r.relist <- struct{}{}:
	default:
	}
	w, ok := r.List.(interface{ watches(zone.Name) bool })
	return ok && w.watches(name)
}
