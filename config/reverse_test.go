package config

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestReverseZonesAreAsThePolicySays(t *testing.T) {
	r := runtime(t, `targets:
- {name: a, driver: zonefile, options: {dir: a}, policy: {ptr: replace}}
- {name: b, driver: zonefile, options: {dir: b}}
policy: {ptr: add, reverse_zones: [0/26.2.0.192.IN-ADDR.arpa], reverse_create: {ipv4: 16, ipv6: 48}}
`)
	zones := []zone.Name{"0/26.2.0.192.in-addr.arpa."}
	assert.Equal(t, provider.Reverse{PTR: provider.PTRReplace, Zones: zones, Create4: 16, Create6: 48}, r.Target("a").Syncer.Reverse)
	assert.Equal(t, provider.PTRAdd, r.Target("b").Syncer.Reverse.PTR)
	r = runtime(t, "targets: [{name: a, driver: zonefile, options: {dir: a}}]")
	assert.Zero(t, r.Target("a").Syncer.Reverse)
}
