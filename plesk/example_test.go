package plesk_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/zonecast/zonecast/plesk"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

const payload = `[{"command": "update", "zone": {"name": "example.com.",
	"soa": {"email": "hostmaster@example.com", "ttl": 86400},
	"rr": [{"host": "example.com.", "type": "NS", "opt": "", "value": "ns1.example.net."},
	       {"host": "example.com.", "type": "MX", "opt": "10", "value": "mail.example.com."},
	       {"host": "mail.example.com.", "type": "A", "opt": "", "value": "203.0.113.300"}]}}]`

func ExampleDecode() {
	syncer := provider.Syncer{Provider: &provider.Memory{}}
	for in, err := range plesk.Decode(strings.NewReader(payload)) {
		fmt.Println(err)
		if in.Wish == nil {
			continue // nothing to do, or the command could not be read
		}
		result, _ := syncer.Sync(context.Background(), in)
		fmt.Print(result)
	}
	// Output:
	// command 0: zone example.com.: row 2: mail.example.com. A: "203.0.113.300" is not an IPv4 address
	// example.com.: refused
	// + zone example.com.
	// + example.com. 86400 MX 10 mail.example.com.
	// refused: mail.example.com. A: row 2: "203.0.113.300" is not an IPv4 address
}

func ExampleEncode() {
	z, _ := zone.Parse("example.com.", "@ 300 MX 10 mail")
	err := plesk.Encode(os.Stdout, zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: z}})
	fmt.Println(err)
	// Output: [{"command":"update","zone":{"name":"example.com.","displayName":"example.com.","rr":[{"host":"example.com.","displayHost":"example.com.","type":"MX","displayValue":"mail.example.com.","opt":"10","value":"mail.example.com.","ttl":300}]}}]<nil>
}
