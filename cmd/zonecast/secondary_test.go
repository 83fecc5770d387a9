package main

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/miekg/dns"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/secondary"
	"github.com/zonecast/zonecast/zone"
)

// primary serves the master files of a folder, as they are when somebody asks, and
// writes its address into the file address.
func primary(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	address := answering(ts, dns.HandlerFunc(func(w dns.ResponseWriter, r *dns.Msg) { serveFile(w, r, dir) }))
	ts.Check(os.WriteFile(ts.MkAbs("address"), []byte(address), 0o644))
}

// answering answers over UDP and TCP at one address until the story is over.
func answering(ts *testscript.TestScript, handler dns.Handler) (address string) {
	packets, stream, err := listen()
	for range 20 { // somebody else may have the other port of this number
		if err != nil {
			packets, stream, err = listen()
		}
	}
	ts.Check(err)
	for _, s := range []*dns.Server{{Listener: stream, Handler: handler}, {PacketConn: packets, Handler: handler}} {
		started := make(chan struct{})
		s.NotifyStartedFunc = func() { close(started) }
		go s.ActivateAndServe()
		<-started
		ts.Defer(func() { s.Shutdown() })
	}
	return stream.Addr().String()
}

func listen() (net.PacketConn, net.Listener, error) {
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	stream, err := net.Listen("tcp", packets.LocalAddr().String())
	if err != nil {
		packets.Close()
	}
	return packets, stream, err
}

func serveFile(w dns.ResponseWriter, r *dns.Msg, dir string) {
	m := new(dns.Msg).SetReply(r)
	m.Authoritative = true
	defer func() { w.WriteMsg(m) }()
	text, err := os.ReadFile(filepath.Join(dir, strings.TrimSuffix(r.Question[0].Name, ".")+".zone"))
	if err != nil {
		m.Rcode = dns.RcodeRefused
		return
	}
	zp := dns.NewZoneParser(strings.NewReader(string(text)), r.Question[0].Name, "")
	for rr, ok := zp.Next(); ok; rr, ok = zp.Next() {
		m.Answer = append(m.Answer, rr)
	}
	if r.Question[0].Qtype == dns.TypeSOA {
		m.Answer = m.Answer[:1]
		return
	}
	m.Answer = append(m.Answer, m.Answer[0])
}

// A zone is of the source that listed it first, until that one's catalog says that
// another one is to have it, and that one lists it.
func TestWhoseAZoneIs(t *testing.T) {
	catalog := func(name zone.Name) *secondary.Secondary {
		return &secondary.Secondary{Name: string(name[:1]), List: &secondary.Catalog{Name: name}}
	}
	a, b, c, list := catalog("a.example."), catalog("b.example."), catalog("c.example."), &secondary.Secondary{Name: "l", List: secondary.Static{}}
	d := &desk{program: &program{problems: io.Discard}, claims: map[zone.Name]claim{}}
	for i, step := range []struct {
		by   *secondary.Secondary
		heir zone.Name
		want bool
	}{
		{a, "", true}, {b, "", false}, {list, "", false},
		{a, "c.example.", true}, {b, "", false}, {a, "", true}, {c, "", false}, // what is withdrawn does not count
		{a, "b.example.", true}, {c, "", false}, {list, "", false}, {b, "", true},
		{a, "b.example.", false}, {a, "", false}, {b, "", true}, // and it does not go back by itself
	} {
		e := secondary.Entry{Name: "z.example.", Member: "x", Heir: step.heir}
		require.Equal(t, step.want, d.claim(e, step.by), "step %d", i)
		require.Equal(t, step.want, d.claim(secondary.Entry{Name: "z.example."}, step.by), "asked by name alone in step %d", i)
	}
	d.release([]zone.Intent{{Zone: "z.example.", Wish: zone.Remove{}}})
	require.True(t, d.claim(secondary.Entry{Name: "z.example."}, list))
}
