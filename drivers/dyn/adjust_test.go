package dyn_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// addresses gives so many A records of a name.
func addresses(name string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s 300 A 192.0.2.%d\n", name, i+1)
	}
	return b.String()
}

func TestWhatTheServiceCannotHoldIsFoundBeforeItIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		res := b.mirror(t, addresses("many", 14)+addresses("most", 13)+"h 300 HINFO a b\nzero 0 A 192.0.2.1\nodd 300 A 192.0.2.1\nodd 300 TYPE65400 \\# 1 00")
		assert.Equal(t, provider.Blocked, res.State)
		var found []string
		for _, f := range res.Findings {
			found = append(found, f.String())
		}
		assert.Equal(t, []string{
			"blocked: h.example.com. HINFO: the service has no HINFO records",
			"blocked: odd.example.com. TYPE65400: the service has no TYPE65400 records",
			"note: zero.example.com. A: TTL 0 became 1, as the service allows",
			"blocked: many.example.com. A: the service takes 13 addresses at a name, and these are 14",
		}, found)
		assert.Equal(t, 15, strings.Count(b.serves(t), "address:"))
		assert.Equal(t, 1, b.Seen().Publishes["example.com"])
	})
}

func TestMoreThan13AddressesAreRefusedByTheServiceAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		var ae *provider.ApplyError
		require.ErrorAs(t, b.Apply(t.Context(), b.plan(t, addresses("many", 14)+"www 300 A 192.0.2.1")), &ae)
		require.Len(t, ae.Failed, 1)
		assert.ErrorContains(t, ae.Failed[0].Err, "up to 13 A records")
		assert.Equal(t, "www.example.com 300 A map[address:192.0.2.1]", b.serves(t), "of the 13 that were taken none is left")
	})
}

func TestTraitsSayThatTheEndWasAnnounced(t *testing.T) {
	traits := newBed().Traits()
	assert.Contains(t, traits.Service, "2023-05-31")
	assert.Contains(t, traits.Service, "OCI DNS")
	assert.False(t, traits.Authority)
	assert.Contains(t, traits.Types, zone.Type("NAPTR"))
}
