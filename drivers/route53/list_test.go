package route53

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestAllPublicZonesAreListedOnce(t *testing.T) {
	for _, n := range []int{0, 1, 99, 100, 101, 1001} {
		s := &route53test.Service{}
		want := map[zone.Name]bool{}
		for i := range n {
			name := fmt.Sprintf("zone%d.example.", i)
			s.AddZone(name)
			want[zone.Name(name)] = true
		}
		s.AddPrivateZone("private.example.")
		if n > 0 {
			s.AddZone("zone0.example.")
		}
		got := map[zone.Name]bool{}
		for name, err := range open(t, s).Zones(t.Context()) {
			require.NoError(t, err)
			assert.False(t, got[name])
			got[name] = true
		}
		assert.Equal(t, want, got)
		assert.Equal(t, max(1, (len(s.Zones(""))+99)/100), s.Count())
	}
}

func TestAnErrorEndsTheList(t *testing.T) {
	s := &route53test.Service{}
	for i := range 150 {
		s.AddZone(fmt.Sprintf("zone%d.example.", i))
	}
	faulty(s, "ListHostedZones", route53test.Fault{}, route53test.AccessDenied)
	n := 0
	var last error
	for _, err := range open(t, s).Zones(t.Context()) {
		require.NoError(t, last)
		last = err
		n++
	}
	assert.Equal(t, provider.KindAuth, provider.KindOf(last))
	assert.Equal(t, 101, n)
}
