package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/miekg/dns"
	"github.com/rogpeppe/go-internal/testscript"
)

// authority serves the master files of a folder as a name server does, as they are
// when somebody asks, at what a variable of the environment has then.
func authority(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[1])
	ts.Setenv(args[0], answering(ts, dns.HandlerFunc(func(w dns.ResponseWriter, r *dns.Msg) { w.WriteMsg(answerFrom(dir, r)) })))
}

func answerFrom(dir string, r *dns.Msg) *dns.Msg {
	m, q := new(dns.Msg).SetReply(r), r.Question[0]
	labels := dns.SplitDomainName(q.Name)
	for i := range labels {
		apex := dns.Fqdn(strings.Join(labels[i:], "."))
		text, err := os.ReadFile(filepath.Join(dir, apex+"zone"))
		if err != nil {
			continue
		}
		m.Authoritative, m.Rcode = true, dns.RcodeNameError
		zp := dns.NewZoneParser(strings.NewReader(string(text)), apex, "")
		for rr, ok := zp.Next(); ok; rr, ok = zp.Next() {
			switch h := rr.Header(); {
			case h.Name == q.Name && h.Rrtype == q.Qtype:
				m.Answer, m.Rcode = append(m.Answer, rr), dns.RcodeSuccess
			case dns.IsSubDomain(q.Name, h.Name):
				m.Rcode = dns.RcodeSuccess
			case h.Rrtype == dns.TypeNS && h.Name != apex && dns.IsSubDomain(h.Name, q.Name):
				m.Ns = append(m.Ns, rr)
			}
		}
		if refers := slices.ContainsFunc(m.Ns, func(rr dns.RR) bool { return rr.Header().Rrtype == dns.TypeNS }); refers {
			m.Authoritative, m.Rcode = false, dns.RcodeSuccess
		}
		return m
	}
	m.Rcode = dns.RcodeRefused
	return m
}
