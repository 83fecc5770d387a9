package rfc2136_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestAZoneThatTheServerSignsIsKeptAsAnyOther(t *testing.T) {
	for name, start := range map[string]func() *servers.NameServer{
		"BIND": func() *servers.NameServer {
			return servers.BIND(t, bare("dnssec-policy default;", "key-directory \".\";"))
		},
		"Knot": func() *servers.NameServer { return servers.Knot(t, bare("dnssec-signing: on")) },
	} {
		t.Run(name, func(t *testing.T) {
			s := start()
			for end := time.Now().Add(20 * time.Second); len(s.Ask(t, apex, "DNSKEY").Answer) == 0; {
				require.True(t, time.Now().Before(end), "the server does not sign")
			}
			p := driver(s)
			for _, text := range []string{
				"www 300 A 192.0.2.1\nmail 300 MX 10 www\n*.wild 300 TXT x\nsub 300 NS ns.example.net.",
				"www 300 CNAME mail\nmail 300 A 192.0.2.2\n*.wild 300 TXT y",
				"www 300 A 192.0.2.3",
			} {
				res := mirror(p, parse(t, text))
				require.Equal(t, provider.Agreed, res.State, res)
				again := mirror(p, parse(t, text))
				assert.True(t, again.Plan.Empty(), again)
				got := s.Transfer(t, apex).Only(func(s zone.RRset) bool { return !ofDNSSEC[s.Type] })
				assert.Empty(t, zone.Diff(got, parse(t, text)).Changes)
			}
			assert.NotEmpty(t, s.Ask(t, apex, "DNSKEY").Answer, "and it is still signed")
		})
	}
}

// ofDNSSEC are the types that a server adds.
var ofDNSSEC = map[zone.Type]bool{"RRSIG": true, "NSEC": true, "NSEC3": true, "NSEC3PARAM": true, "DNSKEY": true, "CDS": true, "CDNSKEY": true, "TYPE65534": true}
