package godaddy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/zonecast/zonecast/drivers/godaddy"
	"github.com/zonecast/zonecast/drivers/internal/godaddytest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider/providertest"
	"github.com/zonecast/zonecast/zone"
)

// credentials are those of the fake account, one for each version; the limiters of
// a test are its own by them.
func credentials(t testing.TB, s *godaddytest.Service) map[string]godaddy.Credential {
	s.Key, s.Token = godaddytest.Key+t.Name(), godaddytest.Token+t.Name()
	return map[string]godaddy.Credential{"v1": godaddy.Key(s.Key, s.Secret), "v3": godaddy.Token(s.Token)}
}

func TestBothVersionsWalk(t *testing.T) {
	for _, version := range []string{"v1", "v3"} {
		t.Run(version, func(t *testing.T) {
			s := godaddytest.New("example.com")
			s.PerMinute = 1e9
			p := &godaddy.Provider{Credential: credentials(t, s)[version], Transport: &resttest.Transport{Handler: s}}
			godaddy.Hurry(p)
			providertest.Run(t, providertest.Subject{
				Provider: p, Zone: "example.com.", Fill: s.Fill, FailAfter: s.FailAfter, Calls: s.Requests,
				Protect: func(k zone.Key) {
					name, _, _ := strings.Cut(string(k.Name), ".")
					s.Add("example.com", godaddytest.Record{Type: "ALIAS", Name: name, Data: "elsewhere.example.net.", TTL: godaddytest.Num(600)})
				},
			})
			assert.Zero(t, s.Wiped())
		})
	}
}
