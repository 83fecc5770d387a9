package godaddy_test

import (
	"context"
	"fmt"

	"github.com/zonecast/zonecast/drivers/godaddy"
	"github.com/zonecast/zonecast/drivers/internal/godaddytest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func Example() {
	p := &godaddy.Provider{Credential: godaddy.Token(godaddytest.Token)}
	p.Transport = &resttest.Transport{Handler: godaddytest.New("example.com")} // not in life
	s := provider.Syncer{Provider: p}

	want, _ := zone.Parse("example.com.", "shop 3600 CNAME shops.example.net.\nmail 300 A 192.0.2.1")
	r, _ := s.Sync(context.Background(), zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: want}})
	fmt.Print(r)
	// Output:
	// example.com.: agreed
	// + mail.example.com. 600 A 192.0.2.1
	// + shop.example.com. 3600 CNAME shops.example.net.
	// note: mail.example.com. A: TTL 300 became 600, as the service allows
}
