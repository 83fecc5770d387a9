package pdns_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/authority"
	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/zone"
)

const head = "@ 60 SOA ns.example.net. admin 7 1 2 3 4\n@ 60 NS ns.example.net.\n"

func parse(t *testing.T, text string) *zone.Zone {
	t.Helper()
	z, err := zone.Parse("example.com.", text)
	require.NoError(t, err)
	return z
}

func TestWhatCannotBeServedStaysOut(t *testing.T) {
	long := strings.Repeat(`"`+strings.Repeat("z", 255)+`" `, 251)
	for line, why := range map[string]string{
		`a\200b 60 A 192.0.2.1`:                                      "answers no questions",
		"*.x 60 NS ns.example.net.":                                  "a wildcard cannot be delegated",
		"@ 60 DS 1 8 2 " + strings.Repeat("ab", 32):                  "belongs to the parent",
		"@ 60 CDS 0 0 0 00":                                          "from the keys that it signs with",
		"@ 60 DNSKEY 257 3 8 AwEAAQ==":                               "from the keys that it signs with",
		"x 60 TYPE18 \\# 5 0001016100":                               "not every server reads",
		"x 60 TYPE65401 \\# 3 016100":                                "a type of its own",
		"x 60 TLSA 3 1 1":                                            "has no digest",
		`x 60 NAPTR 1 1 "u" "s" "nonsense" .`:                        "has a regexp",
		"x 60 LOC 1 2 3 N 4 5 6 E 0m 90000000m":                      "another size or precision",
		"x 60 TXT " + long:                                           "longer than the 64000",
		"x 60 TXT " + long[:240*258] + "\nx 60 TXT " + long[:20*258]: "does not fit a message",
	} {
		want, fs := pdns.Fitter{}.Adjust(nil, parse(t, head+line))
		if assert.Len(t, fs, 1, "%.100s", line) {
			assert.Equal(t, zone.Blocked, fs[0].Level)
			assert.Contains(t, fs[0].Text, why)
			assert.Less(t, len(fs[0].Text), 400)
			_, ok := want.Protection(fs[0].Key)
			assert.True(t, ok)
		}
	}
	for _, line := range []string{"_a.x 60 SRV 0 0 0 .", "*.x 60 A 192.0.2.1", "x 60 TYPE65280 \\# 0", "x 60 TXT \"\"", "x 60 LOC 1 2 3 N 4 5 6 E 0m"} {
		_, fs := pdns.Fitter{}.Adjust(nil, parse(t, head+line))
		assert.Empty(t, fs, line)
	}
}

func TestAZoneThatCannotBeAnsweredForIsRefused(t *testing.T) {
	_, fs := pdns.Fitter{}.Adjust(nil, parse(t, "www 60 A 192.0.2.1"))
	assert.Equal(t, []zone.Finding{{Level: zone.Refused, Text: "the zone has no name servers: want NS records at its apex, or name servers in the settings"}}, fs)

	configured := pdns.Fitter{Defaults: authority.Defaults{NameServers: []zone.Name{"ns.example.net."}}}
	want, fs := configured.Adjust(nil, parse(t, "www 60 A 192.0.2.1"))
	assert.Empty(t, fs)
	assert.Equal(t, 3, want.Len())

	live := parse(t, head)
	_, fs = pdns.Fitter{}.Adjust(live, parse(t, "www 60 A 192.0.2.1"))
	assert.Empty(t, fs, "it has some already, which stay")

	guarded := parse(t, "@ 60 SOA ns.example.net. admin 7 1 2 3 4").Protect(zone.Protected{Key: zone.Key{Name: "example.com.", Type: zone.NS}, Reason: "a bad row"})
	_, fs = pdns.Fitter{}.Adjust(nil, guarded)
	assert.Equal(t, []zone.Finding{{Level: zone.Refused, Text: "the zone cannot be made without the NS set of its apex"}}, fs)

	_, fs = pdns.Fitter{Defaults: authority.Defaults{MName: "a..b"}}.Adjust(nil, parse(t, head))
	assert.ErrorContains(t, errorOf(fs), `settings: name "a..b"`)
}

type textError string

func (e textError) Error() string { return string(e) }

func errorOf(fs []zone.Finding) error {
	for _, f := range fs {
		return textError(f.Text)
	}
	return nil
}
