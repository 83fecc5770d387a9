package planisys_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/drivers/planisys"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A service may take the records with the zone: those that are the source's, and as
// they would be written one by one.
func TestAZoneMayBeCreatedWithItsRecords(t *testing.T) {
	got := ""
	b := newBed(t, func(o *planisys.Options) {
		o.Profile.Create.Body = `{"name": {{json .Zone}}, "records": {{.Rows}}}`
		o.Transport = &resttest.Transport{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			got = string(body)
			say(w, 200, map[string]any{"status": "ok", "name_servers": []any{"ns1.pdns.example", "b..d", 7}})
		})}
	})
	c, ok := provider.As[provider.Creator](b.Provider)
	require.True(t, ok)
	want := parse(t, "example.com.", `
@   300 SOA ns.example.net. a.example.net. 1 2 3 4 5
@   300 NS  ns.example.net.
@   300 MX  10 mail
sub 300 NS  ns.example.net.
@   300 TXT 12345
odd 300 A   192.0.2.1
`).Protect(zone.Protected{Key: zone.Key{Name: "odd.example.com.", Type: zone.A}})
	servers, err := c.CreateZone(ctx, want)
	require.NoError(t, err)
	assert.Equal(t, []zone.Name{"ns1.pdns.example."}, servers, "what is a name")
	assert.JSONEq(t, `{"name": "example.com", "records": [
		{"name": "@", "type": "MX", "ttl": 300, "prio": 10, "content": "mail.example.com."},
		{"name": "@", "type": "TXT", "ttl": 300, "content": "12345"},
		{"name": "sub", "type": "NS", "ttl": 300, "content": "ns.example.net."}]}`, got)
}

func TestAProfileThatOnlyCreatesDoesNotDelete(t *testing.T) {
	b := newBed(t, func(o *planisys.Options) { o.Profile.Delete = nil })
	c, ok := provider.As[provider.Creator](b.Provider)
	require.True(t, ok)
	err := c.DeleteZone(ctx, "example.com.")
	assert.ErrorIs(t, err, provider.ErrUnsupported)
	assert.EqualError(t, err, "the driver cannot do this: the profile does not say how to delete zones")
	assert.Empty(t, b.net.Log())
}

// A question leaves nothing open, whatever its method.
func TestAReadingByPOSTLeavesNothingOpen(t *testing.T) {
	s := newShelf(t)
	subject := s.subject(t, setProfile, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "3600")
		say(w, 503, map[string]string{"why": "away"})
	})
	_, err := subject.Provider.Zone(ctx, "example.com.")
	assert.ErrorContains(t, err, "away")
	assert.False(t, rest.Unsettled(err))
}
