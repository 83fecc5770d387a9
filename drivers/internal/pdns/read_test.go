package pdns_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/zone"
)

func TestWhatTheModelCannotHoldIsProtected(t *testing.T) {
	fine := pdns.Row{Name: "www.example.com", Type: "A", TTL: 60, Content: "192.0.2.1"}
	for name, c := range map[string]struct {
		row  pdns.Row
		want []zone.Key
	}{
		"switched off":    {pdns.Row{Name: "www.example.com", Type: "A", Content: "192.0.2.2", Disabled: true}, []zone.Key{{Name: "www.example.com.", Type: "A"}}},
		"an ALIAS":        {pdns.Row{Name: "www.example.com.", Type: "ALIAS", Content: "a.example.net."}, []zone.Key{{Name: "www.example.com.", Type: "A"}, {Name: "www.example.com.", Type: "AAAA"}, {Name: "www.example.com.", Type: "TYPE65401"}}},
		"a LUA record":    {pdns.Row{Name: "www.example.com", Type: "LUA", Content: `MX "return 1"`}, []zone.Key{{Name: "www.example.com.", Type: "MX"}, {Name: "www.example.com.", Type: "TYPE65402"}}},
		"a new type":      {pdns.Row{Name: "www.example.com", Type: "BRANDNEW", Content: "x"}, []zone.Key{{Name: "www.example.com."}}},
		"unreadable data": {pdns.Row{Name: "www.example.com", Type: "MX", Content: "mail"}, []zone.Key{{Name: "www.example.com.", Type: "MX"}}},
		"one of two":      {pdns.Row{Name: "www.example.com", Type: "A", Content: "192.0.2"}, []zone.Key{{Name: "www.example.com.", Type: "A"}}},
		"a bad TTL":       {pdns.Row{Name: "www.example.com", Type: "MX", TTL: -1, Content: "1 a"}, []zone.Key{{Name: "www.example.com.", Type: "MX"}}},
		"a bad name":      {pdns.Row{Name: "a..example.com", Type: "MX", Content: "1 a"}, []zone.Key{{Type: "MX"}}},
		"odd":             {pdns.Row{Name: "odd.example.com", Type: "MX", Content: "1 a", Odd: "x"}, []zone.Key{{Name: "odd.example.com."}}},
		"another zone":    {pdns.Row{Name: "www.example.net", Type: "MX", Content: "mail"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			z, err := pdns.Read("example.com.", slices.Values([]pdns.Row{fine, c.row}))
			require.NoError(t, err)
			var got []zone.Key
			for _, p := range z.Protected() {
				assert.NotEmpty(t, p.Reason)
				got = append(got, p.Key)
			}
			assert.ElementsMatch(t, c.want, got)
			for s := range z.All() {
				_, guarded := z.Protection(s.Key)
				assert.False(t, guarded, "of %s a part is shown", s.Key)
			}
		})
	}
}
