package message

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAServerGetsAPortWhereItHasNone(t *testing.T) {
	for server, want := range map[string]string{
		"192.0.2.1": "192.0.2.1:53", "192.0.2.1:5300": "192.0.2.1:5300", "ns.example.": "ns.example.:53",
		"2001:db8::1": "[2001:db8::1]:53", "[2001:db8::1]": "[2001:db8::1]:53", "[2001:db8::1]:853": "[2001:db8::1]:853",
	} {
		assert.Equal(t, want, Address(server, "53"))
	}
}
