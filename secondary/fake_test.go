package secondary

import (
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

// A fakePrimary is a primary in memory, made of miekg/dns, which signs and verifies
// with code of its own. It keeps its zones as records, and each former version for
// differences.
type fakePrimary struct {
	n  *fakeNet
	at string

	mu       sync.Mutex
	zones    map[string][][]dns.RR // versions, each with its SOA first
	key      string                // name of the key that all has to be signed with; "": none
	each     int                   // records in a message
	expire   int                   // of the SOA of zones, in seconds
	journal  bool                  // differences are handed out
	rcode    map[string]int        // what zones are answered with
	asked    map[string]int        // SOA, AXFR, IXFR: how often
	hook     func(w dns.ResponseWriter, r *dns.Msg) bool
	shutdown func()
}

const testSecret = "c2VjcmV0IHNlY3JldCBzZWNyZXQ="

var testKey = Key{Name: "xfr-key.", Secret: testSecret}

func newFakePrimary(t testing.TB, n *fakeNet, at string) *fakePrimary {
	p := &fakePrimary{n: n, at: at, zones: map[string][][]dns.RR{}, each: 3, expire: 604800, rcode: map[string]int{}, asked: map[string]int{}, journal: true}
	p.start(t)
	t.Cleanup(p.stop)
	return p
}

func (p *fakePrimary) start(t testing.TB) {
	stream, err := p.n.Listen(t.Context(), "tcp", p.at)
	require.NoError(t, err)
	packets, err := p.n.ListenPacket(t.Context(), "udp", p.at)
	require.NoError(t, err)
	var wg sync.WaitGroup
	var stops []func()
	for _, s := range []*dns.Server{{Listener: stream}, {PacketConn: packets}} {
		s.Handler, s.TsigSecret = p, map[string]string{testKey.Name: testSecret}
		s.IdleTimeout = func() time.Duration { return 30 * time.Second }
		started := make(chan struct{})
		s.NotifyStartedFunc = func() { close(started) }
		wg.Go(func() { s.ActivateAndServe() })
		<-started
		stops = append(stops, func() { s.Shutdown() })
	}
	p.shutdown = func() {
		for _, stop := range stops {
			stop()
		}
		wg.Wait()
	}
}

func (p *fakePrimary) stop() {
	if p.shutdown != nil {
		p.shutdown()
		p.shutdown = nil
	}
}

// set makes a zone of a serial and of lines.
func (p *fakePrimary) set(t testing.TB, name string, serial uint32, lines ...string) {
	text := fmt.Sprintf("@ 3600 SOA ns1.example.net. hostmaster.example.net. %d 10800 3600 %d 3600\n@ 3600 NS ns1.example.net.\n%s\n", serial, p.expire, strings.Join(lines, "\n"))
	var rrs []dns.RR
	zp := dns.NewZoneParser(strings.NewReader(text), name, "")
	for rr, ok := zp.Next(); ok; rr, ok = zp.Next() {
		rrs = append(rrs, rr)
	}
	require.NoError(t, zp.Err())
	p.mu.Lock()
	defer p.mu.Unlock()
	p.zones[name] = append(p.zones[name], rrs)
}

func (p *fakePrimary) count(what string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[what]
}

func (p *fakePrimary) ServeDNS(w dns.ResponseWriter, r *dns.Msg) {
	p.mu.Lock()
	q := r.Question[0]
	p.asked[dns.TypeToString[q.Qtype]]++
	hook, versions, rcode := p.hook, p.zones[q.Name], p.rcode[q.Name]
	p.mu.Unlock()
	if hook != nil && hook(w, r) {
		return
	}
	m := new(dns.Msg).SetReply(r)
	m.Authoritative = true
	sign(m, r)
	switch sig := r.IsTsig(); {
	case rcode != 0:
		m.Rcode = rcode
	case p.key != "" && (sig == nil || sig.Hdr.Name != p.key || w.TsigStatus() != nil):
		m.Rcode = dns.RcodeRefused
	case versions == nil:
		m.Rcode, m.Authoritative = dns.RcodeRefused, false
	case q.Qtype == dns.TypeSOA:
		m.Answer = versions[len(versions)-1][:1]
	default:
		p.transfer(w, r, versions)
		return
	}
	w.WriteMsg(m)
}

func sign(m, r *dns.Msg) {
	if sig := r.IsTsig(); sig != nil {
		m.SetTsig(sig.Hdr.Name, sig.Algorithm, 300, time.Now().Unix())
	}
}

func (p *fakePrimary) transfer(w dns.ResponseWriter, r *dns.Msg, versions [][]dns.RR) {
	now := versions[len(versions)-1]
	all := append(now[:len(now):len(now)], now[0])
	if r.Question[0].Qtype == dns.TypeIXFR && p.journal {
		if d := differences(versions, r.Ns[0].(*dns.SOA).Serial); d != nil {
			all = d
		}
	}
	p.send(w, r, all)
}

func (p *fakePrimary) send(w dns.ResponseWriter, r *dns.Msg, all []dns.RR) {
	envelopes := make(chan *dns.Envelope)
	go func() {
		defer close(envelopes)
		for len(all) > 0 {
			n := min(p.each, len(all))
			envelopes <- &dns.Envelope{RR: all[:n]}
			all = all[n:]
		}
	}()
	t := &dns.Transfer{TsigSecret: map[string]string{testKey.Name: testSecret}}
	if err := t.Out(w, r, envelopes); err != nil {
		for range envelopes {
		}
	}
}

// differences is what a transfer from a serial consists of, nil where that is not
// known any more.
func differences(versions [][]dns.RR, from uint32) []dns.RR {
	serial := func(v []dns.RR) uint32 { return v[0].(*dns.SOA).Serial }
	last := versions[len(versions)-1]
	if serial(last) == from || zone.SerialBefore(serial(last), from) {
		return last[:1]
	}
	for i, v := range versions {
		if serial(v) != from {
			continue
		}
		out := []dns.RR{last[0]}
		for ; i+1 < len(versions); i++ {
			out = append(append(out, versions[i][0]), missing(versions[i], versions[i+1])...)
			out = append(append(out, versions[i+1][0]), missing(versions[i+1], versions[i])...)
		}
		return append(out, last[0])
	}
	return nil
}

// missing gives the records but for the SOA that another version does not have.
func missing(v, other []dns.RR) (out []dns.RR) {
	has := map[string]bool{}
	for _, rr := range other {
		has[rr.String()] = true
	}
	for _, rr := range v[1:] {
		if !has[rr.String()] {
			out = append(out, rr)
		}
	}
	return out
}

// mustZone is a zone as set makes it.
func mustZone(t testing.TB, name zone.Name, lines ...string) *zone.Zone {
	z, err := zone.Parse(name, "@ 3600 SOA ns1.example.net. hostmaster.example.net. 1 10800 3600 604800 3600\n@ 3600 NS ns1.example.net.\n"+strings.Join(lines, "\n"))
	require.NoError(t, err)
	return z
}

var _ net.Conn = (*fakePacketConn)(nil)
