package powerdns_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/zonecast/zonecast/drivers/powerdns"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func Example() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"name": "example.com.", "kind": "Master", "soa_edit_api": "DEFAULT", "rrsets": [
			{"name": "example.com.", "type": "NS", "ttl": 3600, "records": [{"content": "ns1.example.net."}]},
			{"name": "example.com.", "type": "SOA", "ttl": 3600, "records": [{"content": "ns1.example.net. admin.example.com. 7 1 2 3 4"}]},
			{"name": "www.example.com.", "type": "A", "ttl": 60, "records": [{"content": "192.0.2.1"}]}]}`)
	}))
	defer server.Close()

	p := &powerdns.Provider{URL: server.URL, Key: powerdns.Key("changeme")}
	s := provider.Syncer{Provider: p, Rules: zone.Mirror()}
	want, _ := zone.Parse("example.com.", `
		@   3600 NS ns1.example.net.
		www 300  A  192.0.2.1
		www 300  A  192.0.2.2
	`)
	result, err := s.Plan(context.Background(), zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: want}})
	fmt.Print(result.Plan)
	fmt.Println(err)
	// Output:
	// + www.example.com. 300 A 192.0.2.2
	// ~ www.example.com. TTL 60 -> 300 A 192.0.2.1
	// <nil>
}
