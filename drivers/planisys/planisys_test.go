package planisys_test

import (
	"testing"

	"github.com/zonecast/zonecast/provider/providertest"
	"github.com/zonecast/zonecast/zone"
)

func TestTheExampleProfileWalks(t *testing.T) {
	b := newBed(t)
	providertest.Run(t, providertest.Subject{
		Provider: b.Provider, Zone: "example.com.",
		Fill: b.fake.Put, FailAfter: b.fake.FailAfter, Calls: b.fake.Calls,
		Protect: func(k zone.Key) { b.fake.Disable(k, "192.0.2.99") },
	})
}
