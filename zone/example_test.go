package zone_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

func ExampleNew() {
	z, err := zone.New("Example.COM",
		zone.Record{Name: "WWW.example.com", Type: "AAAA", TTL: 300, Data: "2001:DB8:0::1"})
	fmt.Println(strings.ReplaceAll(z.String(), "\t", " "), err)

	_, err = zone.New("example.com.", zone.Record{Name: "www.example.com.", Type: "A", TTL: 300, Data: "2001:db8::1"})
	fmt.Println(err)
	// Output:
	// www.example.com. 300 IN AAAA 2001:db8::1
	//  <nil>
	// zone example.com.: record "www.example.com.": A "2001:db8::1": is not an IPv4 address
}

func ExampleParse() {
	live, err := zone.Parse("example.com.", `
		@   3600 MX 10 mail
		www 300  A  192.0.2.1
	`)
	mx, _ := live.Get(zone.Key{Name: "example.com.", Type: zone.MX})
	fmt.Println(live.Len(), mx.Data, err)
	// Output: 2 [10 mail.example.com.] <nil>
}

// To unit-test a rule of one's own: two texts and one print, no mocks.
func ExampleDiff() {
	live, _ := zone.Parse("example.com.", `
		@   3600 MX 10 mail
		www 300  A  192.0.2.1
	`)
	want, _ := zone.Parse("example.com.", `
		www  600 A     192.0.2.1
		shop 300 CNAME www
	`)
	fmt.Print(zone.Diff(live, want))
	// Output:
	// + shop.example.com. 300 CNAME www.example.com.
	// ~ www.example.com. TTL 300 -> 600 A 192.0.2.1
	// - example.com. 3600 MX 10 mail.example.com.
}

func ExamplePlan() {
	live, _ := zone.Parse("example.com.", "www 300 A 192.0.2.1")
	want, _ := zone.Parse("example.com.", "www 300 A 192.0.2.2")
	plan := zone.Diff(live, want)
	text, _ := json.Marshal(plan)
	fmt.Println(string(text))
	fmt.Println(live.Apply(plan).Equal(want), want.Apply(plan.Invert()).Equal(live))
	// Output:
	// {"version":1,"zone":"example.com.","changes":[{"old":{"name":"www.example.com.","type":"A","ttl":300,"data":["192.0.2.1"]},"new":{"name":"www.example.com.","type":"A","ttl":300,"data":["192.0.2.2"]}}]}
	// true true
}

func ExampleReconcile() {
	wrote, _ := zone.Parse("example.com.", `
		www 300 A   192.0.2.1
		old 300 A   192.0.2.2
		@   300 TXT "v=spf1 mx -all"
	`)
	live, _ := zone.Parse("example.com.", `
		www  300 A   192.0.2.1
		old  300 A   192.0.2.2
		hand 300 A   192.0.2.9
		@    300 TXT "v=spf1 mx -all"
		@    300 TXT "verification=4f2a"
	`)
	want, _ := zone.Parse("example.com.", `
		www  300 A     192.0.2.5
		hand 300 CNAME www
		@    300 TXT   "v=spf1 mx a -all"
	`)
	base := &zone.Base{Wrote: wrote, Stored: wrote}
	goal, findings := zone.Reconcile(base, live, want, zone.Rules{})
	fmt.Print(zone.Diff(live, goal))
	for _, f := range findings {
		fmt.Println(f)
	}
	// Output:
	// - example.com. 300 TXT "v=spf1 mx -all"
	// + example.com. 300 TXT "v=spf1 mx a -all"
	// - www.example.com. 300 A 192.0.2.1
	// + www.example.com. 300 A 192.0.2.5
	// - old.example.com. 300 A 192.0.2.2
	// blocked: hand.example.com. CNAME: cannot stand beside what is not ours to remove: A
}

func ExampleLimits_Split() {
	live, _ := zone.Parse("example.com.", "a 300 A 192.0.2.1\nb 300 A 192.0.2.1\nc 300 A 192.0.2.1\nd 300 A 192.0.2.1\ne 300 A 192.0.2.1")
	want, _ := zone.Parse("example.com.", "a 300 A 192.0.2.2")
	now, held, why := zone.Limits{}.Split(live, zone.Diff(live, want))
	fmt.Print(now)
	fmt.Println(len(held.Changes), "held:", why)
	// Output:
	// - a.example.com. 300 A 192.0.2.1
	// + a.example.com. 300 A 192.0.2.2
	// 4 held: the plan would lose 4 of 5 sets, 3 may go
}

func ExampleText() {
	data := zone.Text(`say "hi"`)
	raw, _ := zone.RawText(data)
	fmt.Println(data, raw)
	// Output: "say \"hi\"" say "hi"
}
