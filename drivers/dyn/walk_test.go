package dyn_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/zonecast/zonecast/drivers/dyn"
	"github.com/zonecast/zonecast/drivers/internal/dyntest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider/providertest"
	"github.com/zonecast/zonecast/zone"
)

func TestDynWalks(t *testing.T) {
	for name, make := range map[string]func(*dyntest.Service){
		"as the service was last": func(*dyntest.Service) {},
		"version 3.5.2":           func(s *dyntest.Service) { s.Old, s.OneList = true, true },
		"a change set that has only what comes": func(s *dyntest.Service) {
			s.HideDeletes = true
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := dyntest.New()
			s.PerSecond, s.PerMinute = 0, 0
			make(s)
			p := &dyn.Provider{Credential: dyn.Password(dyntest.Customer, dyntest.User, dyntest.Password), Transport: &resttest.Transport{Handler: s}}
			dyn.Hurry(p)
			providertest.Run(t, providertest.Subject{
				Provider: p, Zone: "example.com.", Fill: s.Fill, FailAfter: s.FailAfter, Calls: s.Calls,
				Protect: func(k zone.Key) {
					s.Add("example.com", dyntest.Record{FQDN: strings.TrimSuffix(string(k.Name), "."), Type: "ALIAS", TTL: 60, RData: map[string]any{"alias": "elsewhere.example.net."}})
				},
			})
			seen := s.Seen()
			assert.Zero(t, seen.Collisions, "a session does one thing at a time")
			assert.Zero(t, seen.Crossed, "and so does a zone")
			assert.Zero(t, seen.Sweeping, "nothing is deleted without its number")
			assert.Zero(t, seen.Pruned)
			assert.Zero(t, s.Staged(), "nothing is left that somebody could publish")
		})
	}
}
