package verify

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

// An internet is a network in memory, so that time may be virtual: addresses with
// what answers there. Nobody listens at others, and those of IPv6 cannot be reached.
type internet struct {
	mu    sync.Mutex
	at    map[string]*authority
	asked map[string]int // questions to each address
}

func newInternet() *internet { return &internet{at: map[string]*authority{}, asked: map[string]int{}} }

func (n *internet) count(address string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.asked[address]
}

func (n *internet) all() (sum int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.asked {
		sum += c
	}
	return sum
}

func (n *internet) dial(_ context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil || port != "53" {
		return nil, fmt.Errorf("dial %s", address)
	}
	if strings.Contains(host, ":") {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ENETUNREACH}
	}
	n.mu.Lock()
	a := n.at[host]
	n.mu.Unlock()
	if a == nil && network == "tcp" {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		for a != nil {
			raw, err := receive(theirs, network)
			if err != nil {
				return
			}
			n.mu.Lock()
			n.asked[host]++
			n.mu.Unlock()
			for _, out := range a.handle(raw, network) {
				if network == "tcp" {
					out = append(binary.BigEndian.AppendUint16(nil, uint16(len(out))), out...)
				}
				theirs.Write(out)
			}
		}
	}()
	return ours, nil
}

func receive(c net.Conn, network string) ([]byte, error) {
	buf := make([]byte, 65535)
	if network == "udp" {
		n, err := c.Read(buf)
		return buf[:n], err
	}
	if _, err := io.ReadFull(c, buf[:2]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint16(buf)
	_, err := io.ReadFull(c, buf[:n])
	return buf[:n], err
}

// An authority is a name server made of miekg/dns, with what servers do wrong.
type authority struct {
	mu    sync.Mutex
	zones map[string]*contents

	silent  bool // over UDP
	dead    bool // over TCP, too
	rcode   int
	noEDNS  bool // FORMERR for who says EDNS
	notAA   bool
	refers  string // to this zone, whatever it is asked
	beside  string // a record that it adds to referrals
	forged  bool   // somebody is quicker with packets of his own
	delay   time.Duration
	after   int // questions that are answered before it falls silent; 0: all
	handled int
}

// contents is a zone as records by name and type.
type contents struct {
	apex  string
	nodes map[string]map[uint16][]dns.RR
}

// serving makes an authority for zones, each as text behind its name.
func serving(t testing.TB, zones ...string) *authority {
	a := &authority{zones: map[string]*contents{}}
	for i := 0; i < len(zones); i += 2 {
		a.set(t, zones[i], zones[i+1])
	}
	return a
}

func (a *authority) set(t testing.TB, apex, text string) {
	c := &contents{apex: apex, nodes: map[string]map[uint16][]dns.RR{}}
	zp := dns.NewZoneParser(strings.NewReader(parse(t, zone.Name(apex), text).String()), ".", "")
	for rr, ok := zp.Next(); ok; rr, ok = zp.Next() {
		n := strings.ToLower(rr.Header().Name)
		if c.nodes[n] == nil {
			c.nodes[n] = map[uint16][]dns.RR{}
		}
		c.nodes[n][rr.Header().Rrtype] = append(c.nodes[n][rr.Header().Rrtype], rr)
	}
	require.NoError(t, zp.Err())
	a.mu.Lock()
	defer a.mu.Unlock()
	a.zones[apex] = c
}

func (a *authority) handle(raw []byte, network string) (out [][]byte) {
	time.Sleep(a.delay)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.handled++
	if a.dead || a.silent && network == "udp" || a.after > 0 && a.handled > a.after {
		return nil
	}
	q := new(dns.Msg)
	if q.Unpack(raw) != nil {
		return nil
	}
	m := a.answer(q)
	if a.forged && network == "udp" {
		wrong := m.Copy()
		wrong.Id++
		wrong.Answer = nil
		packed, _ := wrong.Pack()
		out = append(out, []byte("no message"), packed)
	}
	m.Compress = true
	if network == "udp" {
		size := 512
		if o := q.IsEdns0(); o != nil {
			size = int(o.UDPSize())
		}
		m.Truncate(size)
	}
	packed, err := m.Pack()
	if err != nil {
		panic(err)
	}
	return append(out, packed)
}

func (a *authority) answer(q *dns.Msg) *dns.Msg {
	m := new(dns.Msg).SetReply(q)
	switch {
	case a.noEDNS && q.IsEdns0() != nil:
		m.Question, m.Rcode = nil, dns.RcodeFormatError
		return m
	case a.rcode != 0:
		m.Rcode = a.rcode
		return m
	}
	name, typ := strings.ToLower(q.Question[0].Name), q.Question[0].Qtype
	if a.refers != "" {
		m.Ns = []dns.RR{&dns.NS{Hdr: dns.RR_Header{Name: a.refers, Rrtype: dns.TypeNS, Class: dns.ClassINET}, Ns: "ns.elsewhere.example."}}
		return m
	}
	z := a.zoneOf(name, typ)
	if z == nil {
		m.Rcode = dns.RcodeRefused
		return m
	}
	z.lookup(m, name, typ)
	if a.beside != "" && !m.Authoritative {
		rr, err := dns.NewRR(a.beside)
		if err != nil {
			panic(err)
		}
		m.Extra = append(m.Extra, rr)
	}
	m.Authoritative = m.Authoritative && !a.notAA
	return m
}

// zoneOf finds the lowest zone with a name; that of a DS set is the one above.
func (a *authority) zoneOf(name string, typ uint16) (best *contents) {
	for apex, z := range a.zones {
		if dns.IsSubDomain(apex, name) && !(apex == name && typ == dns.TypeDS) && (best == nil || len(apex) > len(best.apex)) {
			best = z
		}
	}
	return best
}

// lookup is RFC 1034 section 4.3.2, by somebody who has never seen expect.
func (z *contents) lookup(m *dns.Msg, name string, typ uint16) {
	labels := dns.SplitDomainName(name)
	for i := dns.CountLabel(z.apex) + 1; i <= len(labels); i++ {
		n := dns.Fqdn(strings.Join(labels[len(labels)-i:], "."))
		up := z.apex
		if i > 1 {
			up = dns.Fqdn(strings.Join(labels[len(labels)-i+1:], "."))
		}
		if d := z.nodes[up][dns.TypeDNAME]; d != nil {
			z.redirect(m, d[0].(*dns.DNAME), name)
			return
		}
		if ns := z.nodes[n][dns.TypeNS]; ns != nil && !(n == name && typ == dns.TypeDS) {
			m.Ns = ns
			for _, rr := range ns {
				host := strings.ToLower(rr.(*dns.NS).Ns)
				m.Extra = append(append(m.Extra, z.nodes[host][dns.TypeA]...), z.nodes[host][dns.TypeAAAA]...)
			}
			return
		}
	}
	m.Authoritative = true
	source := name
	if !z.has(name) {
		up := labels
		for up = up[1:]; !z.has(dns.Fqdn(strings.Join(up, "."))); up = up[1:] {
		}
		source = "*." + strings.TrimPrefix(dns.Fqdn(strings.Join(up, ".")), ".")
		if !z.has(source) {
			m.Rcode = dns.RcodeNameError
			m.Ns = z.nodes[z.apex][dns.TypeSOA]
			return
		}
	}
	set := z.nodes[source][typ]
	if c := z.nodes[source][dns.TypeCNAME]; c != nil {
		set = c
		defer func() { // and what it leads to
			if to := strings.ToLower(c[0].(*dns.CNAME).Target); dns.IsSubDomain(z.apex, to) {
				m.Answer = append(m.Answer, z.nodes[to][typ]...)
			}
		}()
	}
	for _, rr := range set {
		rr = dns.Copy(rr)
		rr.Header().Name = name
		m.Answer = append(m.Answer, rr)
	}
	if set == nil {
		m.Ns = z.nodes[z.apex][dns.TypeSOA]
	}
}

func (z *contents) redirect(m *dns.Msg, d *dns.DNAME, name string) {
	m.Authoritative = true
	to := strings.TrimSuffix(name, d.Hdr.Name) + d.Target
	m.Answer = []dns.RR{d, &dns.CNAME{Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypeCNAME, Class: dns.ClassINET, Ttl: d.Hdr.Ttl}, Target: to}}
}

// has reports whether a name exists, if only on the way to others.
func (z *contents) has(name string) bool {
	if z.nodes[name] != nil || name == z.apex {
		return true
	}
	return slices.ContainsFunc(slices.Collect(maps.Keys(z.nodes)), func(n string) bool { return dns.IsSubDomain(name, n) })
}

// parse makes a zone of text, whose lines may be indented.
func parse(t testing.TB, name zone.Name, text string) *zone.Zone {
	t.Helper()
	z, err := zone.Parse(name, "$TTL 300\n"+strings.ReplaceAll(text, "\n\t\t", "\n"))
	require.NoError(t, err)
	return z
}
