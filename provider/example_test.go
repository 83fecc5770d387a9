package provider_test

import (
	"context"
	"fmt"
	"time"

	"github.com/libdns/libdns"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func ExampleSyncer() {
	s := provider.Syncer{Provider: &provider.Memory{}, Ledger: &provider.MemoryLedger{}}
	for _, text := range []string{"www 300 A 192.0.2.1", "www 300 A 192.0.2.2\nshop 300 CNAME www"} {
		want, _ := zone.Parse("example.com.", text)
		result, _ := s.Sync(context.Background(), zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: want}})
		fmt.Print(result)
	}
	// Output:
	// example.com.: agreed
	// + zone example.com.
	// + www.example.com. 300 A 192.0.2.1
	// example.com.: agreed
	// + shop.example.com. 300 CNAME www.example.com.
	// - www.example.com. 300 A 192.0.2.1
	// + www.example.com. 300 A 192.0.2.2
}

func ExampleFromLibdns() {
	p := provider.FromLibdns(newShelf(), provider.LibdnsTraits{SetReplaces: true})
	s := provider.Syncer{Provider: p}
	want, _ := zone.Parse("example.com.", `www 300 TXT "hello"`)
	result, err := s.Sync(context.Background(), zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: want}})
	fmt.Print(result)
	fmt.Println(err)
	// Output:
	// example.com.: agreed
	// + www.example.com. 300 TXT "hello"
	// <nil>
}

// What certmagic wants of a libdns package, and gets of a driver.
func ExampleToLibdns() {
	driver := &provider.Memory{}
	live, _ := zone.Parse("example.com.", "www 300 A 192.0.2.1")
	driver.Put(live)

	var solver interface {
		libdns.RecordAppender
		libdns.RecordDeleter
	} = provider.ToLibdns(driver)
	challenge := []libdns.Record{libdns.TXT{Name: "_acme-challenge.www", TTL: time.Minute, Text: "token"}}
	made, err := solver.AppendRecords(context.Background(), "example.com.", challenge)
	fmt.Println(driver.Get("example.com."), err)
	_, err = solver.DeleteRecords(context.Background(), "example.com.", made)
	fmt.Println(driver.Get("example.com."), err)
	// Output:
	// www.example.com.	300	IN	A	192.0.2.1
	// _acme-challenge.www.example.com.	60	IN	TXT	"token"
	//  <nil>
	// www.example.com.	300	IN	A	192.0.2.1
	//  <nil>
}
