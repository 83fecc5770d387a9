package secondary_test

import (
	"context"
	"fmt"
	"time"

	"github.com/zonecast/zonecast/secondary"
	"github.com/zonecast/zonecast/zone"
)

// A Secondary is told of its primaries and its list; the handler gets what has
// changed. Nobody answers here, so that there is nothing to hand on.
func Example() {
	s := secondary.Secondary{
		Name:      "crm",
		Primaries: []secondary.Primary{{Address: "127.0.0.1:1", Key: secondary.Key{Name: "xfr-key.", Secret: "c2VjcmV0"}}},
		List:      secondary.Static{"example.com"},
		Client:    secondary.Client{Timeout: time.Second},
	}
	err := s.Once(context.Background(), func(_ context.Context, ins []zone.Intent) error {
		for _, in := range ins {
			fmt.Println(in.Zone)
		}
		return nil
	})
	fmt.Println(err != nil)
	// Output: true
}

func ExampleParseList() {
	entries, err := secondary.ParseList([]byte("Example.com\n# a comment\nexample.org.\n"))
	fmt.Println(entries[0].Name, entries[1].Name, err)
	_, err = secondary.ParseList([]byte("example.com\nexample.o"))
	fmt.Println(err)
	// Output:
	// example.com. example.org. <nil>
	// the last line has no end: the list was cut, or is being written
}
