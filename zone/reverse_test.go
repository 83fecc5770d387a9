package zone

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestReverseNamesAnAddress(t *testing.T) {
	for addr, want := range map[string]Name{
		"203.0.113.10":                            "10.113.0.203.in-addr.arpa.",
		"::ffff:203.0.113.10":                     "10.113.0.203.in-addr.arpa.",
		"2001:0db8:00aa:000c:0001:0002:0003:0004": "4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.c.0.0.0.a.a.0.0.8.b.d.0.1.0.0.2.ip6.arpa.",
	} {
		assert.Equal(t, want, Reverse(netip.MustParseAddr(addr)))
	}
	assert.Empty(t, Reverse(netip.Addr{}))
}
