package provider_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/provider/providertest"
	"github.com/zonecast/zonecast/zone"
)

// subject gives the walk its hooks into a Memory.
func subject(m *provider.Memory) providertest.Subject {
	return providertest.Subject{
		Provider: m,
		Zone:     "example.com.",
		Fill:     m.Put,
		FailAfter: func(changes int) {
			m.Fault = func(step string, _ provider.Point) error {
				if step != "write" || changes < 0 {
					return nil
				}
				if changes == 0 {
					return errors.New("the service is out of order")
				}
				changes--
				return nil
			}
		},
		Protect: func(k zone.Key) {
			m.Put(m.Get("example.com.").Protect(zone.Protected{Key: k, Reason: "an alias"}))
		},
		Calls: m.Calls,
	}
}

func TestMemoryWalks(t *testing.T) {
	for name, m := range map[string]*provider.Memory{
		"plain":                      {},
		"with its own NS":            {NameServers: []zone.Name{"ns1.service.example.", "ns2.service.example."}},
		"of a lowest TTL":            {Can: provider.Traits{MinTTL: 600, MaxTTL: 5000}},
		"joining texts":              {Can: provider.Traits{JoinsTXT: true}},
		"of few types":               {Can: provider.Traits{Types: []zone.Type{zone.A, zone.AAAA, zone.CNAME, zone.MX, zone.NS, zone.TXT}}},
		"that we are over":           {Can: provider.Traits{Authority: true}},
		"that serves what is signed": {Can: provider.Traits{Authority: true, Presigned: true}},
		"exact":                      {Can: provider.Traits{Exact: true}},
		"seen from a wrapper":        {},
	} {
		t.Run(name, func(t *testing.T) {
			s := subject(m)
			if name == "seen from a wrapper" {
				s.Provider = wrapper{m}
			}
			providertest.Run(t, s)
		})
	}
}

// wrapper is a provider around another, as a limiter or a logger would be.
type wrapper struct{ provider.Provider }

func (w wrapper) Unwrap() provider.Provider { return w.Provider }

func TestAsLooksThroughWrappers(t *testing.T) {
	_, ok := provider.As[provider.Creator](wrapper{wrapper{&provider.Memory{}}})
	require.True(t, ok)
	_, ok = provider.As[provider.Creator](wrapper{nil})
	require.False(t, ok)
	_, ok = provider.As[provider.Creator](nil)
	require.False(t, ok)
}
