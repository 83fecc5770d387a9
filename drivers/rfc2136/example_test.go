package rfc2136

import (
	"context"
	"fmt"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// The server of this example is in memory. Dial is not needed for a real one.
func Example() {
	server, _, stop := startPeer(`
@   3600 SOA ns1.example.net. hostmaster.example.net. 7 10800 3600 604800 3600
@   3600 NS  ns1.example.net.
www 300  A   192.0.2.1`)
	defer stop()
	p := &Provider{
		Primaries: []string{"ns1.example.net"},
		Key:       Key{Name: "k.example", Secret: testSecret},
		Dial:      server.dial,
	}
	want, err := zone.Parse("example.com.", "www 300 A 192.0.2.1\nmail 300 A 192.0.2.2\n@ 300 MX 10 mail")
	if err != nil {
		fmt.Println(err)
		return
	}
	s := provider.Syncer{Provider: p}
	res, err := s.Plan(context.Background(), zone.Intent{Zone: want.Name(), Wish: zone.Replace{Zone: want}})
	if err != nil {
		fmt.Println(err)
	}
	fmt.Print(res)
	// Output:
	// example.com.: pending
	// + example.com. 300 MX 10 mail.example.com.
	// + mail.example.com. 300 A 192.0.2.2
}
