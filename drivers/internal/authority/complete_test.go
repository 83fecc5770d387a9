package authority_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/authority"
	"github.com/zonecast/zonecast/zone"
)

func parse(t *testing.T, text string) *zone.Zone {
	t.Helper()
	z, err := zone.Parse("example.com.", text)
	require.NoError(t, err)
	return z
}

var ours = authority.Defaults{NameServers: []zone.Name{"ns2.example.net.", "NS1.example.net"}}

func TestAZoneGetsWhatItDoesNotSay(t *testing.T) {
	live := "@ 60 SOA ns9.example.net. admin 7 1 2 3 4\n@ 60 NS ns9.example.net."
	for name, c := range map[string]struct {
		defaults         authority.Defaults
		live, want, gets string
	}{
		"nothing is said":            {ours, "", "www 60 A 192.0.2.1", "www 60 A 192.0.2.1\n@ 86400 NS ns1.example.net.\n@ 86400 NS ns2.example.net.\n@ 86400 SOA ns1.example.net. hostmaster 1 10800 3600 604800 10800"},
		"an SOA without its primary": {ours, "", "@ 300 SOA . admin 7 1 2 3 4", "@ 300 SOA ns1.example.net. admin 7 1 2 3 4\n@ 300 NS ns1.example.net.\n@ 300 NS ns2.example.net."},
		"all is said":                {ours, "", live, live},
		"the live SOA stays":         {ours, live, "www 60 A 192.0.2.1", "www 60 A 192.0.2.1\n@ 60 NS ns1.example.net.\n@ 60 NS ns2.example.net.\n@ 60 SOA ns1.example.net. admin 7 1 2 3 4"},
		"nobody names a server":      {authority.Defaults{}, "", "www 60 A 192.0.2.1", "www 60 A 192.0.2.1"},
		"the primary is configured":  {authority.Defaults{MName: "hidden.example.net"}, "", live, "@ 60 SOA hidden.example.net. admin 7 1 2 3 4\n@ 60 NS ns9.example.net."},
	} {
		t.Run(name, func(t *testing.T) {
			var there *zone.Zone
			if c.live != "" {
				there = parse(t, c.live)
			}
			got := c.defaults.Complete(there, parse(t, c.want))
			assert.Equal(t, parse(t, c.gets).String(), got.String())
		})
	}
}

func TestWhatTheSourceCouldNotReadStaysAsItIsLive(t *testing.T) {
	live := parse(t, "@ 60 SOA ns9.example.net. admin 7 1 2 3 4\n@ 60 NS ns9.example.net.")
	want := parse(t, "www 60 A 192.0.2.1").Protect(zone.Protected{Key: zone.Key{Name: "example.com.", Type: zone.NS}, Reason: "a bad row"})
	got, _ := ours.Complete(live, want).Get(zone.Key{Name: "example.com.", Type: zone.NS})
	assert.Equal(t, []string{"ns9.example.net."}, got.Data)
}

func TestANameThatIsNoneIsFound(t *testing.T) {
	assert.NoError(t, ours.Unfit())
	assert.ErrorContains(t, authority.Defaults{NameServers: []zone.Name{"a..b"}}.Unfit(), `name "a..b": has an empty label`)
	assert.ErrorContains(t, authority.Defaults{MName: "a b"}.Unfit(), `name "a b"`)
}

func TestTheSerialIsAnother(t *testing.T) {
	z := parse(t, "@ 60 SOA ns9.example.net. admin 7 1 2 3 4")
	assert.EqualValues(t, 8, authority.WithSerial(z, 8).Serial())
	assert.Same(t, z, authority.WithSerial(z, 7))
	assert.Equal(t, "www", authority.WithSerial(parse(t, "www 60 A 192.0.2.1"), 8).String()[:3])
}
