package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/miekg/dns"
	"github.com/rogpeppe/go-internal/testscript"
)

// primary serves the master files of a folder, as they are when somebody asks, and
// writes its address into the file address.
func primary(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	stream, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	packets, err := net.ListenPacket("udp", stream.Addr().String())
	ts.Check(err)
	handler := dns.HandlerFunc(func(w dns.ResponseWriter, r *dns.Msg) { serveFile(w, r, dir) })
	for _, s := range []*dns.Server{{Listener: stream, Handler: handler}, {PacketConn: packets, Handler: handler}} {
		started := make(chan struct{})
		s.NotifyStartedFunc = func() { close(started) }
		go s.ActivateAndServe()
		<-started
		ts.Defer(func() { s.Shutdown() })
	}
	ts.Check(os.WriteFile(ts.MkAbs("address"), []byte(stream.Addr().String()), 0o644))
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
