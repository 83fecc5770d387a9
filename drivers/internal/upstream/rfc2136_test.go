package upstream

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/libdns/libdns"
	"github.com/libdns/rfc2136"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/provider/providertest"
	"github.com/zonecast/zonecast/zone"
)

// newBIND is a BIND with a zone, and the package that speaks to it.
func newBIND(t *testing.T) (*servers.NameServer, *rfc2136.Provider) {
	s := servers.BIND(t, servers.Setup{Zones: []*zone.Zone{servers.Bare(zoneName)}})
	return s, &rfc2136.Provider{KeyName: s.Key.Name, KeyAlg: s.Key.Algorithm, Key: s.Key.Secret, Server: s.Addr}
}

func TestRFC2136ReportsSuccessForWhatBINDIgnores(t *testing.T) {
	s, p := newBIND(t)
	_, err := p.AppendRecords(ctx, zoneName, []libdns.Record{rr("A", "www", "192.0.2.1")})
	require.NoError(t, err)
	for _, r := range []libdns.RR{rr("CNAME", "www", "host.example.net."), rr("DS", "sub", "1 8 2 "+strings.Repeat("ab", 32))} {
		got, err := p.SetRecords(ctx, zoneName, []libdns.Record{r})
		assert.NoError(t, err)
		assert.Len(t, got, 1, "it says that it is there")
		assert.Empty(t, s.Ask(t, zone.Name(r.Name+"."+zoneName), zone.Type(r.Type)).Data(zone.Type(r.Type)))
	}
}

func TestRFC2136LosesARace(t *testing.T) {
	s, p := newBIND(t)
	_, err := p.AppendRecords(ctx, zoneName, []libdns.Record{rr("TXT", "@", "v=spf1 -all")})
	require.NoError(t, err)
	seen, err := p.GetRecords(ctx, zoneName)
	require.NoError(t, err)
	_, err = p.AppendRecords(ctx, zoneName, []libdns.Record{rr("TXT", "@", "somebody-elses-token")})
	require.NoError(t, err)
	for _, r := range seen {
		if r.RR().Type == "TXT" {
			_, err = p.SetRecords(ctx, zoneName, []libdns.Record{rr("TXT", "@", "v=spf1 a -all")})
		}
	}
	assert.NoError(t, err)
	assert.Equal(t, []string{`"v=spf1 a -all"`}, s.Ask(t, zoneName, zone.TXT).Data(zone.TXT), "the token is gone")
}

func TestRFC2136ReadsTextsWithTheirEscapes(t *testing.T) {
	s, p := newBIND(t)
	text := `say "hi" \o/`
	_, err := p.AppendRecords(ctx, zoneName, []libdns.Record{libdns.TXT{Name: "t", Text: text, TTL: time.Hour}})
	require.NoError(t, err)
	require.Equal(t, []string{zone.Text(text)}, s.Ask(t, "t.example.com.", zone.TXT).Data(zone.TXT))
	var read libdns.Record
	records, err := p.GetRecords(ctx, zoneName)
	require.NoError(t, err)
	for _, r := range records {
		if r.RR().Name == "t" {
			read = r
		}
	}
	assert.Equal(t, `say \"hi\" \\o/`, read.RR().Data)
	_, err = p.DeleteRecords(ctx, zoneName, []libdns.Record{read})
	assert.NoError(t, err)
	assert.NotEmpty(t, s.Ask(t, "t.example.com.", zone.TXT).Answer, "what was read cannot be deleted")
}

func TestRFC2136WritesOtherTextsThanItWasGiven(t *testing.T) {
	s, p := newBIND(t)
	_, err := p.AppendRecords(ctx, zoneName, []libdns.Record{libdns.TXT{Name: "t", Text: "tab\there", TTL: time.Hour}})
	require.NoError(t, err)
	assert.Equal(t, []string{`"tabthere"`}, s.Ask(t, "t.example.com.", zone.TXT).Data(zone.TXT))
	_, err = p.AppendRecords(ctx, zoneName, []libdns.Record{libdns.TXT{Name: "e", TTL: time.Hour}})
	assert.ErrorContains(t, err, "FORMERR", "an empty text")
}

func TestRFC2136DeletesASetForAnEmptyText(t *testing.T) {
	s, p := newBIND(t)
	_, err := p.AppendRecords(ctx, zoneName, []libdns.Record{rr("TXT", "t", "one"), rr("TXT", "t", "two")})
	require.NoError(t, err)
	_, err = p.DeleteRecords(ctx, zoneName, []libdns.Record{libdns.TXT{Name: "t", TTL: time.Hour}})
	require.NoError(t, err)
	assert.Empty(t, s.Ask(t, "t.example.com.", zone.TXT).Answer)
}

func TestRFC2136ReadsSomeNamesWrongAndSomeZonesNotAtAll(t *testing.T) {
	s, p := newBIND(t)
	z, err := zone.Parse(zoneName, servers.Bare(zoneName).String()+"_8443._https.h.example.com. 3600 HTTPS 1 . alpn=h2\n")
	require.NoError(t, err)
	s.Fill(t, z)
	records, err := p.GetRecords(ctx, zoneName)
	require.NoError(t, err)
	var names []string
	soas := 0
	for _, r := range records {
		names = append(names, r.RR().Name)
		if r.RR().Type == "SOA" {
			soas++
		}
	}
	assert.Contains(t, names, "_8443.h")
	assert.NotContains(t, names, "_8443._https.h")
	assert.Equal(t, 2, soas, "both ends of the transfer")

	z, err = zone.Parse(zoneName, servers.Bare(zoneName).String()+"srv.example.com. 3600 SRV 1 2 3 host.example.net.\n")
	require.NoError(t, err)
	s.Fill(t, z)
	_, err = p.GetRecords(ctx, zoneName)
	assert.ErrorContains(t, err, "parse record", "one record, and the zone cannot be read")
}

func TestRFC2136DoesNotSplitItsMessages(t *testing.T) {
	_, p := newBIND(t)
	var many []libdns.Record
	for i := range 3000 {
		many = append(many, rr("A", fmt.Sprintf("a-name-of-some-length-%d", i), "192.0.2.1"))
	}
	_, err := p.AppendRecords(ctx, zoneName, many)
	assert.ErrorContains(t, err, "too large")
}

// walkRFC2136 is the conformance walk, to be run where it may fail.
func walkRFC2136(t *testing.T) {
	s, p := newBIND(t)
	providertest.Run(t, providertest.Subject{
		Provider: provider.FromLibdns(p, provider.LibdnsTraits{
			SetReplaces: true, // and it says of a zone that is not there what it says of a wrong key
		}),
		Zone: zoneName,
		Fill: func(z *zone.Zone) { s.Fill(t, z) },
	})
}
