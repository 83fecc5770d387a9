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

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/provider/providertest"
)

func quiet() { log.SetOutput(io.Discard) } // the package writes every record to the log

func rr(typ, name, data string) libdns.RR {
	return libdns.RR{Type: typ, Name: name, TTL: time.Hour, Data: data}
}

var ctx = context.Background()

const zoneName = "example.com."

func TestGodaddySetKeepsOnlyTheLastOfASet(t *testing.T) {
	quiet()
	f := newGodaddy(t)
	_, err := (&godaddy.Provider{}).SetRecords(ctx, zoneName, []libdns.Record{rr("A", "www", "192.0.2.1"), rr("A", "www", "192.0.2.2"), rr("A", "www", "192.0.2.3")})
	require.NoError(t, err)
	assert.Equal(t, []string{"192.0.2.3"}, f.values("A", "www"))
}

func TestGodaddyAppendReplaces(t *testing.T) {
	quiet()
	f := newGodaddy(t)
	f.records = append(f.records, godaddyRecord{Type: "TXT", Name: "@", Data: "v=spf1 -all", TTL: 3600})
	_, err := (&godaddy.Provider{}).AppendRecords(ctx, zoneName, []libdns.Record{rr("TXT", "@", "token")})
	require.NoError(t, err)
	assert.Equal(t, []string{"token"}, f.values("TXT", "@"), "the SPF is gone")
}

func TestGodaddyDeleteIgnoresTheValue(t *testing.T) {
	quiet()
	f := newGodaddy(t)
	f.records = append(f.records, godaddyRecord{Type: "A", Name: "www", Data: "192.0.2.1", TTL: 3600})
	_, err := (&godaddy.Provider{}).DeleteRecords(ctx, zoneName, []libdns.Record{rr("A", "www", "192.0.2.99")})
	require.NoError(t, err)
	assert.Empty(t, f.values("A", "www"), "another record was named")
}

func TestGodaddyTakesAnErrorForAnEmptyZone(t *testing.T) {
	quiet()
	f := newGodaddy(t)
	f.faults = func(*http.Request) int { return http.StatusUnprocessableEntity }
	records, err := (&godaddy.Provider{}).GetRecords(ctx, zoneName)
	assert.NoError(t, err)
	assert.Empty(t, records)
	_, err = provider.FromLibdns(&godaddy.Provider{}, provider.LibdnsTraits{}).Zone(ctx, zoneName)
	assert.ErrorContains(t, err, "not believed", "our adapter does not take it for one")
}

func TestGodaddyLosesThePreferenceOfAnMX(t *testing.T) {
	quiet()
	f := newGodaddy(t)
	ten := 10
	f.records = append(f.records, godaddyRecord{Type: "MX", Name: "@", Data: "mail.example.net", TTL: 3600, Priority: &ten})
	records, err := (&godaddy.Provider{}).GetRecords(ctx, zoneName)
	require.NoError(t, err)
	assert.Equal(t, "mail.example.net", records[1].RR().Data)
	_, err = (&godaddy.Provider{}).SetRecords(ctx, zoneName, []libdns.Record{rr("MX", "x", "10 mail.example.net.")})
	assert.ErrorContains(t, err, "INVALID_RECORD")
}

func TestGodaddyForgetsItsContext(t *testing.T) {
	quiet()
	f := newGodaddy(t)
	done, cancel := context.WithCancel(ctx)
	cancel()
	_, err := (&godaddy.Provider{}).SetRecords(done, zoneName, []libdns.Record{rr("A", "www", "192.0.2.1")})
	assert.NoError(t, err)
	assert.Len(t, f.values("A", "www"), 1)
}

func TestGodaddyRaisesTheTTLInSilence(t *testing.T) {
	quiet()
	f := newGodaddy(t)
	r := rr("A", "www", "192.0.2.1")
	r.TTL = time.Minute
	_, err := (&godaddy.Provider{}).SetRecords(ctx, zoneName, []libdns.Record{r})
	require.NoError(t, err)
	assert.Equal(t, 600, f.records[1].TTL)
}

// walkGodaddy is the conformance walk, to be run where it may fail.
func walkGodaddy(t *testing.T) {
	quiet()
	f := newGodaddy(t)
	writes := 0
	providertest.Run(t, providertest.Subject{
		Provider: provider.FromLibdns(&godaddy.Provider{}, provider.LibdnsTraits{
			SetReplaces: true, NotFound: func(err error) bool { return hasText(err, "UNKNOWN_DOMAIN") },
			Traits: provider.Traits{MinTTL: 600},
		}),
		Zone: zoneName,
		Fill: f.fill,
		FailAfter: func(changes int) {
			writes = changes
			f.faults = func(r *http.Request) int {
				if r.Method == http.MethodGet || changes < 0 {
					return 0
				}
				if writes--; writes < 0 {
					return http.StatusInternalServerError
				}
				return 0
			}
		},
		Calls: func() int { return f.calls },
	})
}
