package godaddy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/godaddy"
	"github.com/zonecast/zonecast/zone"
)

// What is wanted and cannot be written, and why.
func TestWhatCannotBeWrittenIsProtectedAndSaid(t *testing.T) {
	const fine = ""
	for line, c := range map[string]struct{ one, three string }{
		"www 600 A 192.0.2.1":                      {fine, fine},
		"* 600 A 192.0.2.1":                        {fine, fine},
		"* 600 TXT x":                              {fine, "GoDaddy has wildcards for A, AAAA and CNAME only"},
		"@ 600 CAA 0 issue \"ca.example\"":         {"version 1 of GoDaddy's API cannot write CAA records; with a personal access token, version 3 can", fine},
		"@ 600 HTTPS 1 . alpn=h2":                  {"version 1 of GoDaddy's API cannot write HTTPS records; with a personal access token, version 3 can", fine},
		"_443._tcp 600 TLSA 3 1 1 aa":              {"GoDaddy's API cannot write TLSA records", "GoDaddy's API cannot write TLSA records"},
		"sub 600 NS ns.example.net.":               {"GoDaddy's API cannot write NS records, below the apex either", "GoDaddy's API cannot write NS records, below the apex either"},
		`a/b 600 A 192.0.2.1`:                      {"GoDaddy takes only names of letters, digits, hyphens and underscores", "GoDaddy takes only names of letters, digits, hyphens and underscores"},
		`a\.b 600 A 192.0.2.1`:                     {"GoDaddy takes only names of letters, digits, hyphens and underscores", "GoDaddy takes only names of letters, digits, hyphens and underscores"},
		`%2e%2e 600 A 192.0.2.1`:                   {"GoDaddy takes only names of letters, digits, hyphens and underscores", "GoDaddy takes only names of letters, digits, hyphens and underscores"},
		"_sip._tcp.a 600 SRV 0 0 1 x.example.":     {fine, fine},
		"sip 600 SRV 0 0 1 x.example.":             {"GoDaddy has SRV records only at names of the form _service._protocol", "GoDaddy has SRV records only at names of the form _service._protocol"},
		"_sip 600 SRV 0 0 1 x.example.":            {"GoDaddy has SRV records only at names of the form _service._protocol", "GoDaddy has SRV records only at names of the form _service._protocol"},
		`@ 600 TXT "\255"`:                         {"GoDaddy takes only texts in UTF-8", "GoDaddy takes only texts in UTF-8"},
		`@ 600 TXT "\239\191\189"`:                 {"GoDaddy takes only texts in UTF-8", "GoDaddy takes only texts in UTF-8"},
		`@ 600 TXT "\195\188" "x"`:                 {fine, fine},
		"@ 600 MX 0 .":                             {fine, fine},
		"@ 600 MX 10 localhost.":                   {"GoDaddy's API cannot write the target localhost.", fine},
		`www 600 CNAME a\.b.example.net.`:          {`GoDaddy's API cannot write the target a\.b.example.net.`, `GoDaddy's API cannot write the target a\.b.example.net.`},
		"_a._tcp 600 SRV 0 0 1 " + `a\ b.example.`: {`GoDaddy's API cannot write the target a\032b.example.`, `GoDaddy's API cannot write the target a\032b.example.`},
	} {
		for _, v := range []struct {
			cred godaddy.Credential
			why  string
		}{{godaddy.Key("a", "b"), c.one}, {godaddy.Token("a"), c.three}} {
			p := &godaddy.Provider{Credential: v.cred}
			want := parse(t, line+"\nstays 600 A 192.0.2.1\n@ 600 NS ns.example.net.")
			got, fs := p.Adjust(nil, want)
			if v.why == fine {
				assert.Empty(t, fs, line)
				assert.Empty(t, got.Protected(), line)
				assert.Equal(t, want.Len(), got.Len())
				continue
			}
			require.Len(t, fs, 1, line)
			require.Len(t, got.Protected(), 1, line)
			assert.Equal(t, zone.Finding{Level: zone.Blocked, Key: fs[0].Key, Text: v.why}, fs[0], line)
			assert.Equal(t, zone.Protected{Key: fs[0].Key, Reason: v.why}, got.Protected()[0])
			assert.Equal(t, 2, got.Len())
		}
	}
}

func TestTTLsComeIntoRange(t *testing.T) {
	for _, c := range []struct {
		cred    godaddy.Credential
		highest uint32
	}{{godaddy.Key("a", "b"), 604800}, {godaddy.Token("a"), 86400}} {
		got, fs := (&godaddy.Provider{Credential: c.cred}).Adjust(nil, parse(t, "a 60 A 192.0.2.1\nb 999999 A 192.0.2.1"))
		a, _ := got.Get(zone.Key{Name: "a.example.com.", Type: zone.A})
		b, _ := got.Get(zone.Key{Name: "b.example.com.", Type: zone.A})
		assert.Equal(t, []uint32{600, c.highest}, []uint32{a.TTL, b.TTL})
		assert.Len(t, fs, 2)
	}
}

// Version 3 would have to remove a single record for a moment to change its TTL.
func TestTheTTLOfASingleRecordStaysWhileItDoes(t *testing.T) {
	live := parse(t, "a 600 A 192.0.2.1\nb 600 A 192.0.2.1\nb 600 A 192.0.2.2\nc 600 A 192.0.2.1")
	want := parse(t, "a 900 A 192.0.2.1\nb 900 A 192.0.2.1\nb 900 A 192.0.2.2\nc 900 A 192.0.2.9\nd 900 A 192.0.2.1").
		Protect(zone.Protected{Key: zone.Key{Name: "e.example.com."}, Reason: "a bad row"})
	ttls := func(z *zone.Zone) (out []uint32) {
		for s := range z.All() {
			out = append(out, s.TTL)
		}
		return out
	}
	got, fs := (&godaddy.Provider{Credential: godaddy.Token("a")}).Adjust(live, want)
	assert.Equal(t, []uint32{600, 900, 900, 900}, ttls(got))
	assert.Len(t, got.Protected(), 1)
	require.Len(t, fs, 1)
	assert.Equal(t, "note: a.example.com. A: its TTL stays 600, not 900: GoDaddy would have to remove the record for a moment to change it", fs[0].String())
	got, fs = (&godaddy.Provider{Credential: godaddy.Key("a", "b")}).Adjust(live, want)
	assert.Equal(t, []uint32{900, 900, 900, 900}, ttls(got))
	assert.Empty(t, fs)
	got, _ = (&godaddy.Provider{Credential: godaddy.Token("a")}).Adjust(nil, want)
	assert.Equal(t, []uint32{900, 900, 900, 900}, ttls(got))
}

// A plan that does not come from Adjust is refused where it makes no sense.
func TestApplyRefusesWhatItCannotWrite(t *testing.T) {
	for _, version := range []string{"v1", "v3"} {
		s := newStage(t, version)
		s.service.Fill(parse(t, "single 600 A 192.0.2.1"))
		live := s.read(t)
		s.transport.Log()
		for _, lines := range []string{"sub 600 NS ns.example.net.", "a/b 600 A 192.0.2.1", "sip 600 SRV 0 0 1 x.example.", `@ 600 TXT "\255"`, "single 900 A 192.0.2.1"} {
			if version == "v1" && lines == "single 900 A 192.0.2.1" {
				continue
			}
			err := s.driver.Apply(ctx, zone.Diff(live, parse(t, lines)).Only(func(c zone.Change) bool {
				return !c.Key().IsAuthority("example.com.") && (c.Op() != zone.Delete)
			}))
			assert.Error(t, err, "%s %s", version, lines)
		}
		for _, c := range s.short() {
			assert.Contains(t, c, "GET")
		}
		err := s.driver.Apply(ctx, zone.Plan{Zone: "example.com.", Changes: []zone.Change{{Old: zone.RRset{Key: zone.Key{Name: `a/b.example.com.`, Type: zone.A}, TTL: 600, Data: []string{"192.0.2.1"}}}}})
		assert.Error(t, err)
		assert.Len(t, s.service.Records("example.com"), 1)
	}
}
