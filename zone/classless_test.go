package zone_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/zonecast/zonecast/zone"
)

func TestAnAddressHasItsPlaceInTheZoneOfItsPartOfANetwork(t *testing.T) {
	zones := []zone.Name{"0/26.2.0.192.in-addr.arpa.", "64-127.2.0.192.in-addr.arpa.", "128/25.2.0.192.in-addr.arpa.",
		"300/26.3.0.192.in-addr.arpa.", "9-1.3.0.192.in-addr.arpa.", "x/y.3.0.192.in-addr.arpa.", "0/8.3.0.192.in-addr.arpa."}
	for _, c := range []struct{ name, want zone.Name }{
		{"0.2.0.192.in-addr.arpa.", "0.0/26.2.0.192.in-addr.arpa."},
		{"63.2.0.192.in-addr.arpa.", "63.0/26.2.0.192.in-addr.arpa."},
		{"64.2.0.192.in-addr.arpa.", "64.64-127.2.0.192.in-addr.arpa."},
		{"255.2.0.192.in-addr.arpa.", "255.128/25.2.0.192.in-addr.arpa."},
		{"5.3.0.192.in-addr.arpa.", "5.3.0.192.in-addr.arpa."},
		{"2.0.192.in-addr.arpa.", "2.0.192.in-addr.arpa."},
		{"256.2.0.192.in-addr.arpa.", "256.2.0.192.in-addr.arpa."},
		{"5.2.0.192.example.", "5.2.0.192.example."},
	} {
		assert.Equal(t, c.want, zone.Classless(c.name, zones))
	}
}
