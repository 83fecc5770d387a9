package rfc2136

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

// A peer is a name server in memory, made of miekg/dns, which signs and verifies
// with code of its own. It serves one zone, and does no updates: it has them.
type peer struct {
	records []dns.RR
	each    int                                    // records in a message of a transfer
	mangle  func(n int, m []byte) []byte           // changes what is sent, nil: nothing is; by the number of the message
	updates []*dns.Msg                             // that came
	rcode   func(*dns.Msg) int                     // of an update; nil: NOERROR
	hook    func(w dns.ResponseWriter, r *dns.Msg) // instead of an answer; may be nil

	mu    sync.Mutex
	conns chan net.Conn
	sent  int
}

const testSecret = "c2VjcmV0IHNlY3JldCBzZWNyZXQ="

var testKey = Key{Name: "k.example.", Secret: testSecret}

// newPeer serves the records of a master file.
func newPeer(t *testing.T, text string) (*peer, *Provider) {
	p := &peer{conns: make(chan net.Conn), each: 2}
	zp := dns.NewZoneParser(newReader(text), "example.com.", "")
	for rr, ok := zp.Next(); ok; rr, ok = zp.Next() {
		p.records = append(p.records, rr)
	}
	require.NoError(t, zp.Err())
	server := &dns.Server{Listener: p, Handler: p, TsigSecret: map[string]string{"k.example.": testSecret}}
	server.MsgAcceptFunc = func(dns.Header) dns.MsgAcceptAction { return dns.MsgAccept } // updates, too
	started := make(chan struct{})
	server.NotifyStartedFunc = func() { close(started) }
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.ActivateAndServe()
	}()
	<-started
	t.Cleanup(func() {
		server.Shutdown()
		<-done
	})
	return p, &Provider{Primaries: []string{"peer"}, Key: testKey, Dial: p.dial, Timeout: 5 * time.Second}
}

func (p *peer) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- &peerConn{theirs, p}:
		return ours, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept, Close and Addr make the peer a listener.
func (p *peer) Accept() (net.Conn, error) {
	c, ok := <-p.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (p *peer) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.conns:
	default:
		close(p.conns)
	}
	return nil
}

func (p *peer) Addr() net.Addr { return &net.TCPAddr{} }

// peerConn sends what mangle makes of the messages.
type peerConn struct {
	net.Conn
	p *peer
}

func (c *peerConn) Write(b []byte) (int, error) {
	if c.p.mangle == nil {
		return c.Conn.Write(b)
	}
	c.p.mu.Lock()
	n := c.p.sent
	c.p.sent++
	c.p.mu.Unlock()
	m := c.p.mangle(n, append([]byte(nil), b...))
	if m == nil {
		c.Conn.Close()
		return 0, errors.New("cut")
	}
	if _, err := c.Conn.Write(m); err != nil || len(m) < len(b) {
		c.Conn.Close()
		return 0, errors.New("cut")
	}
	return len(b), nil
}

// ServeDNS answers transfers and updates.
func (p *peer) ServeDNS(w dns.ResponseWriter, r *dns.Msg) {
	if p.hook != nil {
		p.hook(w, r)
		return
	}
	switch {
	case r.Opcode == dns.OpcodeUpdate:
		p.update(w, r)
	case len(r.Question) == 1 && r.Question[0].Qtype == dns.TypeAXFR:
		p.transfer(w, r)
	}
}

func (p *peer) update(w dns.ResponseWriter, r *dns.Msg) {
	p.mu.Lock()
	p.updates = append(p.updates, r.Copy())
	p.mu.Unlock()
	m := new(dns.Msg).SetReply(r)
	if p.rcode != nil {
		m.Rcode = p.rcode(r)
	}
	sign(m, r)
	w.WriteMsg(m)
}

func sign(m, r *dns.Msg) {
	if sig := r.IsTsig(); sig != nil {
		m.SetTsig(sig.Hdr.Name, sig.Algorithm, 300, time.Now().Unix())
	}
}

// transfer sends the zone, its SOA once more at the end.
func (p *peer) transfer(w dns.ResponseWriter, r *dns.Msg) {
	envelopes := make(chan *dns.Envelope)
	go func() {
		defer close(envelopes)
		all := append(p.records[:len(p.records):len(p.records)], p.records[0])
		for len(all) > 0 {
			n := min(p.each, len(all))
			envelopes <- &dns.Envelope{RR: all[:n]}
			all = all[n:]
		}
	}()
	t := &dns.Transfer{TsigSecret: map[string]string{"k.example.": testSecret}}
	if err := t.Out(w, r, envelopes); err != nil {
		for range envelopes {
		}
	}
	w.Close()
}

const peerZone = `
@     3600 SOA   ns1.example.net. hostmaster.example.net. 7 1 2 3 4
@     3600 NS    ns1.example.net.
@     3600 MX    10 Mail
mail  3600 A     192.0.2.1
www   3600 CNAME mail
text  3600 TXT   "one" "two"
_s._t 3600 SRV   1 2 3 mail
n     3600 NAPTR 1 2 "u" "s" "!a!b!" mail
`

func wantPeerZone(t *testing.T) *zone.Zone {
	z, err := zone.Parse("example.com.", peerZone)
	require.NoError(t, err)
	return z
}
