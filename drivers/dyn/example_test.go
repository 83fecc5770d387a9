package dyn_test

import (
	"context"
	"fmt"

	"github.com/zonecast/zonecast/drivers/dyn"
	"github.com/zonecast/zonecast/drivers/internal/dyntest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func Example() {
	service := dyntest.New("example.com") // in place of the real one
	p := &dyn.Provider{
		Credential: dyn.Password(dyntest.Customer, dyntest.User, dyntest.Password),
		Transport:  &resttest.Transport{Handler: service},
	}
	defer p.Close()
	s := provider.Syncer{Provider: p}
	want, _ := zone.Parse("example.com.", "www 300 A 192.0.2.1\nmail 300 A 192.0.2.2")
	res, _ := s.Sync(context.Background(), zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: want}})
	fmt.Print(res)
	fmt.Println("published:", service.Seen().Publishes["example.com"])
	// Output:
	// example.com.: agreed
	// + mail.example.com. 300 A 192.0.2.2
	// + www.example.com. 300 A 192.0.2.1
	// published: 1
}
