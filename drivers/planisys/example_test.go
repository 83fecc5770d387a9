package planisys_test

import (
	"context"
	"fmt"
	"os"

	"github.com/zonecast/zonecast/drivers/internal/planisystest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/drivers/planisys"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func ExampleNew() {
	text, _ := os.ReadFile("example.yaml")
	profile, _ := planisys.ParseProfile(text)
	key := func() (string, error) { return "a8dkd9Nk", nil }
	net := &resttest.Transport{Handler: planisystest.New("myplan", "a8dkd9Nk")}

	p, err := planisys.New(planisys.Options{Reseller: "myplan", Key: key, Profile: profile, Transport: net})
	s := provider.Syncer{Provider: p}
	want, _ := zone.Parse("example.com.", "www 300 A 192.0.2.1\n@ 300 MX 10 mail.example.net.")
	result, _ := s.Sync(context.Background(), zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: want}})
	fmt.Print(result)
	fmt.Println(err)
	// Output:
	// example.com.: agreed
	// + zone example.com.
	// + example.com. 300 MX 10 mail.example.net.
	// + www.example.com. 300 A 192.0.2.1
	// name servers: ns1.pdns.example. ns2.pdns.example.
	// <nil>
}

func ExampleParseProfile() {
	_, err := planisys.ParseProfile([]byte(`
records: {name: /name, type: type, ttl: /ttl, data: /content, names: relativ, targets: dotted, texts: plain}
read: {path: "domain/{{.Zone}/records", rows: /records}
`))
	fmt.Println(err)
	// Output:
	// profile: records: "type" is no JSON pointer: it does not begin with /
	// records.names: "relativ" is none of [relative absolute dotted]
	// read.path: in line 1: bad character U+007D '}'
}

func ExampleWriteContract() {
	profile, err := planisys.ParseProfile([]byte(`
answers: {success: [{status: [200]}]}
records: {id: /id, name: /name, type: /type, ttl: /ttl, data: /data, names: relative, targets: dotted, texts: plain}
read: {path: "domain/{{.Zone}}", rows: ""}
write:
  by: record
  types: [AAAA]
  add: {path: "domain/{{.Zone}}", body: '{"do": "add", "record": {{.Row}}}'}
  change: {path: "record/{{.ID}}", body: "{{.Row}}"}
  remove: {method: DELETE, path: "record/{{.ID}}"}
`))
	if err != nil {
		fmt.Println(err)
	}
	err = planisys.WriteContract(context.Background(), os.Stdout, planisys.Options{Company: "acme", Profile: profile}, "example.com.")
	fmt.Println(err)
	// Output:
	// # list
	// GET https://pdns-app.planisys.net:8443/api/v1/domain_list
	// Accept: application/json
	// Authorization: [secret]
	// Company: acme
	// User-Agent: zonecast
	//
	// # the profile does not say how to create zones
	//
	// # read
	// GET https://pdns-app.planisys.net:8443/api/v1/domain/example.com
	// Accept: application/json
	// Authorization: [secret]
	// Company: acme
	// User-Agent: zonecast
	//
	// # write.add
	// POST https://pdns-app.planisys.net:8443/api/v1/domain/example.com
	// Accept: application/json
	// Authorization: [secret]
	// Company: acme
	// Content-Type: application/json
	// User-Agent: zonecast
	//
	// {"do":"add","record":{"data":"2001:db8::1","name":"www","ttl":3600,"type":"AAAA"}}
	//
	// # the profile does not say how to delete zones
	//
	// <nil>
}
