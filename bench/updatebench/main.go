// Command updatebench times what an RFC 2136 server makes of one record a
// message, one RRset a message and one zone (or 64 KiB) a message, and what a
// zone transfer costs the client: with miekg/dns directly, and with the
// libdns/rfc2136 provider. The server is somebody else's: point it at loopback.
//
//	updatebench -server 127.0.0.1:15399 -key k. -secret BASE64 -zones 1000 -big big.example.
//
// The zones are those of gen many (d0.example. ...) and gen zone.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/libdns/libdns"
	"github.com/libdns/rfc2136"
	"github.com/miekg/dns"

	"github.com/zonecast/zonecast/bench/internal/zgen"
)

var (
	server = flag.String("server", "127.0.0.1:15399", "server")
	key    = flag.String("key", "k.", "TSIG key name")
	secret = flag.String("secret", "", "TSIG secret")
	zones  = flag.Int("zones", 1000, "panel zones")
	big    = flag.String("big", "big.example.", "big zone")
	bigN   = flag.Int("n", 100000, "records of the big zone")
	conns  = flag.Int("conns", 1, "connections")
)

func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func rr(r zgen.Rec) dns.RR {
	x, err := dns.NewRR(fmt.Sprintf("%s %d IN %s %s", r.Owner, r.TTL, r.Type, r.Data))
	if err != nil {
		panic(err)
	}
	return x
}

func managed(i int) (string, []dns.RR) {
	o, recs := zgen.Panel(i)
	var out []dns.RR
	for _, r := range recs {
		if r.Type != "SOA" && r.Type != "NS" {
			out = append(out, rr(r))
		}
	}
	return o, out
}

type sender struct {
	c    *dns.Client
	conn *dns.Conn
	keep bool
}

func newSender(keep bool) *sender {
	return &sender{c: &dns.Client{Net: "tcp", TsigSecret: map[string]string{*key: *secret}, Timeout: time.Minute}, keep: keep}
}

func (s *sender) send(m *dns.Msg) error {
	m.SetTsig(*key, dns.HmacSHA256, 300, time.Now().Unix())
	if !s.keep || s.conn == nil {
		c, err := s.c.Dial(*server)
		if err != nil {
			return err
		}
		if s.keep {
			s.conn = c
		} else {
			defer c.Close()
			r, _, err := s.c.ExchangeWithConn(m, c)
			return check(r, err)
		}
	}
	// A dns.Conn remembers the last request's MAC and would mix it into the next
	// request's: each message needs a fresh dns.Conn over the same connection.
	r, _, err := s.c.ExchangeWithConn(m, &dns.Conn{Conn: s.conn.Conn})
	if err = check(r, err); err != nil {
		s.conn = nil
	}
	return err
}

func check(r *dns.Msg, err error) error {
	if err != nil {
		return err
	}
	if r.Rcode != dns.RcodeSuccess {
		return errors.New(dns.RcodeToString[r.Rcode])
	}
	return nil
}

func upd(zone string) *dns.Msg {
	m := new(dns.Msg)
	m.SetUpdate(zone)
	return m
}

var round atomic.Uint32

// touched gives the records with another TTL, so that the server has something to change.
func touched(rrs []dns.RR, ttl uint32) []dns.RR {
	out := make([]dns.RR, len(rrs))
	for i, r := range rrs {
		c := dns.Copy(r)
		c.Header().Ttl = ttl
		out[i] = c
	}
	return out
}

func panel(name string, f func(s *sender, zone string, rrs []dns.RR) (int, error), keep bool) {
	ttl := 1000 + round.Add(1)
	type z struct {
		o string
		r []dns.RR
	}
	var zs []z
	for i := range *zones {
		o, r := managed(i)
		zs = append(zs, z{o, touched(r, ttl)})
	}
	var wg sync.WaitGroup
	var next, msgs, bad atomic.Int64
	c0, t := cpu(), time.Now()
	for range *conns {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s := newSender(keep)
			for {
				i := next.Add(1) - 1
				if i >= int64(len(zs)) {
					return
				}
				n, err := f(s, zs[i].o, zs[i].r)
				msgs.Add(int64(n))
				if err != nil {
					if bad.Add(1) == 1 {
						fmt.Println("first error:", zs[i].o, err)
					}
				}
			}
		}()
	}
	wg.Wait()
	d, dc := time.Since(t), cpu()-c0
	fmt.Printf("%-44s zones=%d msgs=%d errors=%d wall=%.2f s  %.2f ms/zone  %.3f ms/msg  client cpu %.3f ms/zone\n", name, len(zs), msgs.Load(), bad.Load(), d.Seconds(), d.Seconds()*1e3/float64(len(zs)), d.Seconds()*1e3/float64(msgs.Load()), dc.Seconds()*1e3/float64(len(zs)))
}

func main() {
	flag.Parse()
	one := func(s *sender, zone string, rrs []dns.RR) (int, error) {
		for i, r := range rrs {
			m := upd(zone)
			m.RemoveRRset([]dns.RR{r})
			m.Insert([]dns.RR{r})
			if err := s.send(m); err != nil {
				return i + 1, err
			}
		}
		return len(rrs), nil
	}
	batch := func(s *sender, zone string, rrs []dns.RR) (int, error) {
		m := upd(zone)
		m.RemoveRRset(rrs)
		m.Insert(rrs)
		return 1, s.send(m)
	}
	panel("one record a message, a connection each", one, false)
	panel("one record a message, connection kept", one, true)
	panel("one zone a message, a connection each", batch, false)
	panel("one zone a message, connection kept", batch, true)
	p := &rfc2136.Provider{KeyName: *key, KeyAlg: dns.HmacSHA256, Key: *secret, Server: *server}
	ctx := context.Background()
	lib := func(per bool) func(s *sender, zone string, rrs []dns.RR) (int, error) {
		return func(_ *sender, zone string, rrs []dns.RR) (int, error) {
			var recs []libdns.Record
			for _, r := range rrs {
				h := r.Header()
				recs = append(recs, libdns.RR{Name: libdns.RelativeName(h.Name, zone), Type: dns.TypeToString[h.Rrtype], TTL: time.Duration(h.Ttl) * time.Second, Data: strings.TrimPrefix(r.String(), h.String())})
			}
			if !per {
				_, err := p.SetRecords(ctx, zone, recs)
				return 1, err
			}
			for i := range recs {
				if _, err := p.SetRecords(ctx, zone, recs[i:i+1]); err != nil {
					return i + 1, err
				}
			}
			return len(recs), nil
		}
	}
	panel("libdns/rfc2136 SetRecords, record by record", lib(true), false)
	panel("libdns/rfc2136 SetRecords, whole zone", lib(false), false)

	// Transfers of the big zone.
	for range 3 {
		c0, t := cpu(), time.Now()
		tr := &dns.Transfer{TsigSecret: map[string]string{*key: *secret}, ReadTimeout: time.Minute, DialTimeout: time.Second}
		m := new(dns.Msg)
		m.SetAxfr(*big)
		m.SetTsig(*key, dns.HmacSHA256, 300, time.Now().Unix())
		ch, err := tr.In(m, *server)
		if err != nil {
			panic(err)
		}
		n := 0
		for e := range ch {
			if e.Error != nil {
				panic(e.Error)
			}
			n += len(e.RR)
		}
		d, dc := time.Since(t), cpu()-c0
		fmt.Printf("AXFR miekg/dns v1      records=%d wall=%.2f s %.0f ns/rec, client cpu %.0f ns/rec\n", n, d.Seconds(), float64(d.Nanoseconds())/float64(n), float64(dc.Nanoseconds())/float64(n))
	}
	for range 3 {
		c0, t := cpu(), time.Now()
		recs, err := p.GetRecords(ctx, *big)
		d, dc := time.Since(t), cpu()-c0
		n := max(len(recs), 1)
		fmt.Printf("libdns GetRecords      records=%d err=%v wall=%.2f s %.0f ns/rec, client cpu %.0f ns/rec\n", len(recs), err, d.Seconds(), float64(d.Nanoseconds())/float64(n), float64(dc.Nanoseconds())/float64(n))
	}

	// 1 % of the big zone's records, by message size.
	a := zgen.Zone(*big, *bigN, 1)
	var ch []dns.RR
	seen := map[string]bool{}
	for i := 50; i < len(a); i += 100 {
		if a[i].Type == "A" && !seen[a[i].Owner] {
			seen[a[i].Owner] = true
			ch = append(ch, rr(a[i]))
		}
	}
	for _, size := range []int{1, 10, 100, 500, 100000} {
		rrs := touched(ch, 2000+round.Add(1))
		if size == 1 {
			rrs = rrs[:min(300, len(rrs))]
		}
		s := newSender(true)
		msgs := 0
		var serr error
		t := time.Now()
		for i := 0; i < len(rrs); i += size {
			e := min(i+size, len(rrs))
			m := upd(*big)
			m.RemoveRRset(rrs[i:e])
			m.Insert(rrs[i:e])
			if serr = s.send(m); serr != nil {
				break
			}
			msgs++
		}
		d := time.Since(t)
		fmt.Printf("big zone, %d RRsets, up to %d a message: msgs=%d wall=%.3f s %.3f ms/msg %.1f us/RRset err=%v\n", len(rrs), size, msgs, d.Seconds(), d.Seconds()*1e3/float64(max(msgs, 1)), d.Seconds()*1e6/float64(len(rrs)), serr)
	}
}
