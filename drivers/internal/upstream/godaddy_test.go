package upstream

import (
	"context"
	"io"
	"log"
	"net/http"
	"testing"
	"time"

	"github.com/libdns/godaddy"
	"github.com/libdns/libdns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/godaddytest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/provider/providertest"
	"github.com/zonecast/zonecast/zone"
)

func rr(typ, name, data string) libdns.RR {
	return libdns.RR{Type: typ, Name: name, TTL: time.Hour, Data: data}
}

var ctx = context.Background()

const zoneName = "example.com."

// upstreamGodaddy is the published package, and the service that it talks to. It
// writes every record to the log, and only http.DefaultTransport leads elsewhere
// than to GoDaddy.
func upstreamGodaddy(t testing.TB) (*godaddy.Provider, *godaddytest.Service, *resttest.Transport) {
	log.SetOutput(io.Discard)
	s := godaddytest.New()
	s.PerMinute, s.OffsetIsPage = 1e9, true // as the package wants it
	tr := &resttest.Transport{Handler: s}
	real := http.DefaultTransport
	http.DefaultTransport = tr
	t.Cleanup(func() { http.DefaultTransport = real })
	s.Put("example.com")
	return &godaddy.Provider{APIToken: s.Key + ":" + s.Secret}, s, tr
}

func record(typ, name, data string) godaddytest.Record {
	return godaddytest.Record{Type: typ, Name: name, Data: data, TTL: godaddytest.Num(3600)}
}

func TestGodaddySetKeepsOnlyTheLastOfASet(t *testing.T) {
	p, s, _ := upstreamGodaddy(t)
	_, err := p.SetRecords(ctx, zoneName, []libdns.Record{rr("A", "www", "192.0.2.1"), rr("A", "www", "192.0.2.2"), rr("A", "www", "192.0.2.3")})
	require.NoError(t, err)
	assert.Equal(t, []string{"192.0.2.3"}, s.Values("example.com", "A", "www"))
}

func TestGodaddyAppendReplaces(t *testing.T) {
	p, s, _ := upstreamGodaddy(t)
	s.Add("example.com", record("TXT", "@", "v=spf1 -all"))
	_, err := p.AppendRecords(ctx, zoneName, []libdns.Record{rr("TXT", "@", "token")})
	require.NoError(t, err)
	assert.Equal(t, []string{"token"}, s.Values("example.com", "TXT", "@"), "the SPF is gone")
}

func TestGodaddyDeleteIgnoresTheValue(t *testing.T) {
	p, s, _ := upstreamGodaddy(t)
	s.Add("example.com", record("A", "www", "192.0.2.1"))
	_, err := p.DeleteRecords(ctx, zoneName, []libdns.Record{rr("A", "www", "192.0.2.99")})
	require.NoError(t, err)
	assert.Empty(t, s.Values("example.com", "A", "www"), "another record was named")
}

func TestGodaddyTakesAnErrorForAnEmptyZone(t *testing.T) {
	p, _, tr := upstreamGodaddy(t)
	tr.SetFault(resttest.Always(resttest.Any, resttest.Status(http.StatusUnprocessableEntity, "{}")))
	records, err := p.GetRecords(ctx, zoneName)
	assert.NoError(t, err)
	assert.Empty(t, records)
	_, err = provider.FromLibdns(p, provider.LibdnsTraits{}).Zone(ctx, zoneName)
	assert.ErrorContains(t, err, "not believed", "our adapter does not take it for one")
}

func TestGodaddyLosesTheFirstRecordWhereOffsetSkips(t *testing.T) {
	p, s, _ := upstreamGodaddy(t)
	s.OffsetIsPage = false // as the documentation has it
	s.Add("example.com", record("A", "www", "192.0.2.1"))
	records, err := p.GetRecords(ctx, zoneName)
	require.NoError(t, err)
	assert.Len(t, records, 3, "the service has two NS, an SOA and an A")
}

func TestGodaddyLosesThePreferenceOfAnMX(t *testing.T) {
	p, s, _ := upstreamGodaddy(t)
	mx := record("MX", "@", "mail.example.net.")
	mx.Priority = godaddytest.Num(10)
	s.Add("example.com", mx)
	records, err := p.GetRecords(ctx, zoneName)
	require.NoError(t, err)
	assert.Equal(t, "mail.example.net", records[len(records)-1].RR().Data)
	_, err = p.SetRecords(ctx, zoneName, []libdns.Record{rr("MX", "x", "10 mail.example.net.")})
	assert.ErrorContains(t, err, "INVALID_BODY")
}

func TestGodaddyWritesAllOfATypeForTheApex(t *testing.T) {
	p, s, tr := upstreamGodaddy(t)
	_, err := p.SetRecords(ctx, zoneName, []libdns.Record{rr("A", zoneName, "192.0.2.2")})
	assert.Equal(t, []string{"PUT /v1/domains/example.com/records/A/"}, tr.Log())
	assert.ErrorContains(t, err, "MISMATCH_FORMAT", "that its records have no names saves those of the zone")
	assert.Zero(t, s.Wiped())
}

func TestGodaddyForgetsItsContext(t *testing.T) {
	p, s, _ := upstreamGodaddy(t)
	done, cancel := context.WithCancel(ctx)
	cancel()
	_, err := p.SetRecords(done, zoneName, []libdns.Record{rr("A", "www", "192.0.2.1")})
	assert.NoError(t, err)
	assert.Len(t, s.Values("example.com", "A", "www"), 1)
}

func TestGodaddyRaisesTheTTLInSilence(t *testing.T) {
	p, s, _ := upstreamGodaddy(t)
	r := rr("A", "www", "192.0.2.1")
	r.TTL = time.Minute
	_, err := p.SetRecords(ctx, zoneName, []libdns.Record{r})
	require.NoError(t, err)
	assert.Equal(t, 600, *s.Records("example.com")[0].TTL)
}

// walkGodaddy is the conformance walk, to be run where it may fail.
func walkGodaddy(t *testing.T) {
	p, s, _ := upstreamGodaddy(t)
	providertest.Run(t, providertest.Subject{
		Provider: provider.FromLibdns(p, provider.LibdnsTraits{
			SetReplaces: true, NotFound: func(err error) bool { return hasText(err, "NOT_FOUND") },
			Traits: provider.Traits{MinTTL: 600, Types: []zone.Type{zone.A, zone.AAAA, zone.CAA, zone.CNAME, zone.MX, zone.NS, zone.SRV, zone.TXT}},
		}),
		Zone: zoneName, Fill: s.Fill, FailAfter: s.FailAfter, Calls: s.Requests,
	})
}
