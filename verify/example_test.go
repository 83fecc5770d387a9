package verify_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/miekg/dns"

	"github.com/zonecast/zonecast/verify"
	"github.com/zonecast/zonecast/zone"
)

const text = `
$TTL 300
@   SOA ns1.example.net. hostmaster 13 10800 3600 604800 300
@   NS  ns1.example.net.
www A   192.0.2.80
`

func ExampleWalk_Zone() {
	want, _ := zone.Parse("example.com.", text)
	net := network{"192.0.2.1:53": want, "192.0.2.2:53": nil}

	walk := verify.Walk{Servers: []string{"192.0.2.1", "192.0.2.2"}, Dial: net.Dial}
	report, err := walk.Zone(context.Background(), verify.Want{Zone: want})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	fmt.Print(report)
	// Output:
	// 192.0.2.1: served, serial 13
	// 192.0.2.2: lame: REFUSED: it does not have the zone, or keeps it from us
}

func ExampleWalk_Await() {
	was, _ := zone.Parse("example.com.", text)
	www := zone.Key{Name: "www.example.com.", Type: zone.A}
	want, _ := was.Patch(zone.Patch{
		Drop: []zone.Record{{Name: www.Name, Type: www.Type, TTL: 300, Data: "192.0.2.80"}},
		Add:  []zone.Record{{Name: www.Name, Type: www.Type, TTL: 300, Data: "192.0.2.81"}},
	})
	net := network{"192.0.2.1:53": want, "192.0.2.2:53": was}

	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	walk := verify.Walk{Servers: []string{"192.0.2.1", "192.0.2.2"}, Dial: net.Dial}
	report, err := walk.Await(ctx, verify.Want{Zone: want, Was: was, Keys: []zone.Key{www}})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	fmt.Println(report.Summary())
	// Output: served by 1 of 2 servers; 192.0.2.2 still has 192.0.2.80 at www.example.com. A
}

// A network is servers in memory: addresses with the zone that each has.
type network map[string]*zone.Zone

func (n network) Dial(_ context.Context, _, address string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		for buf := make([]byte, 4096); ; {
			size, err := theirs.Read(buf)
			var q dns.Msg
			if err != nil || q.Unpack(buf[:size]) != nil {
				return
			}
			answer, _ := reply(&q, n[address]).Pack()
			theirs.Write(answer)
		}
	}()
	return ours, nil
}

func reply(q *dns.Msg, z *zone.Zone) *dns.Msg {
	m := new(dns.Msg).SetReply(q)
	if m.Authoritative = z != nil; z == nil {
		m.Rcode = dns.RcodeRefused
		return m
	}
	set, _ := z.Get(zone.Key{Name: zone.Name(q.Question[0].Name), Type: zone.Type(dns.TypeToString[q.Question[0].Qtype])})
	for _, r := range set.Records() {
		rr, _ := dns.NewRR(fmt.Sprintf("%s %d %s %s", r.Name, r.TTL, r.Type, r.Data))
		m.Answer = append(m.Answer, rr)
	}
	return m
}
