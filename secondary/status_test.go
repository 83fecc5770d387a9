package secondary

import (
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

func get(s *Secondary, path string) (code int, body string) {
	w := httptest.NewRecorder()
	StatusHandler(s).ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Code, w.Body.String()
}

func zoneStatus(t *testing.T, s *Secondary, name zone.Name) ZoneStatus {
	_, body := get(s, "/zones")
	var all []ZoneStatus
	require.NoError(t, json.Unmarshal([]byte(body), &all))
	for _, one := range all {
		if one.Zone == name {
			return one
		}
	}
	t.Fatalf("%s is not in %s", name, body)
	return ZoneStatus{}
}

func TestTheStatusSaysWhyAZoneIsStale(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, z, "other.example.", "gone.example.", "never.example.")
		b.primary.rcode["never.example."] = dns.RcodeRefused
		code, _ := get(b.Secondary, "/readyz")
		assert.Equal(t, 503, code, "nobody is at work yet")
		stop := b.run(t)
		time.Sleep(time.Minute)
		code, _ = get(b.Secondary, "/readyz")
		assert.Equal(t, 200, code)
		code, _ = get(b.Secondary, "/healthz")
		assert.Equal(t, 200, code)

		b.list.set(z, "other.example.", "never.example.")
		b.primary.mu.Lock()
		b.primary.rcode["other.example."] = dns.RcodeServerFailure
		b.primary.mu.Unlock()
		b.restore(t, 0, "www 300 A 192.0.2.9")
		time.Sleep(5 * time.Minute)

		s := zoneStatus(t, b.Secondary, "other.example.")
		assert.Equal(t, Stale, s.Condition)
		assert.Equal(t, at, s.Address)
		assert.Equal(t, "SERVFAIL", s.Code)
		assert.Equal(t, "zone other.example.: 192.0.2.53:53: SERVFAIL: the primary failed, or its zone is not loaded", s.Reason)
		assert.True(t, s.Next.After(time.Now()))
		assert.EqualValues(t, 1, *s.Serial)

		s = zoneStatus(t, b.Secondary, z)
		assert.Equal(t, Suspect, s.Condition)
		assert.EqualValues(t, 1, *s.Serial)
		assert.EqualValues(t, 0, *s.Theirs)
		assert.Equal(t, Gone, zoneStatus(t, b.Secondary, "gone.example.").Condition)
		assert.Equal(t, Waiting, zoneStatus(t, b.Secondary, "never.example.").Condition)
		assert.Equal(t, "REFUSED", zoneStatus(t, b.Secondary, "never.example.").Code)

		_, text := get(b.Secondary, "/metrics")
		for _, line := range []string{
			`zonecast_secondary_zones{source="crm",condition="suspect"} 1`,
			`zonecast_secondary_zones{source="crm",condition="stale"} 1`,
			`zonecast_secondary_zones{source="crm",condition="fresh"} 0`,
			`zonecast_secondary_list_readable{source="crm"} 1`,
			`zonecast_secondary_primary_up{source="crm",primary="192.0.2.53:53"} 1`,
			`zonecast_secondary_transfers_total{source="crm",kind="axfr"} 4`,
			`# TYPE zonecast_secondary_transfers_total counter`,
		} {
			assert.Contains(t, text, line+"\n")
		}

		b.list.set()
		b.primary.stop()
		time.Sleep(8 * 24 * time.Hour)
		_, text = get(b.Secondary, "/metrics")
		assert.Contains(t, text, `zonecast_secondary_list_readable{source="crm"} 0`)
		assert.Contains(t, text, `zonecast_secondary_primary_up{source="crm",primary="192.0.2.53:53"} 0`)
		assert.Equal(t, Expired, zoneStatus(t, b.Secondary, "other.example.").Condition)
		stop()
		assert.Nil(t, b.Zones())
	})
}
