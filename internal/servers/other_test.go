package servers

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/zonecast/zonecast/zone"
)

func TestTheServerOfSomebodyElseIsNotReadyForUs(t *testing.T) {
	zones := []*zone.Zone{Bare("example.com.")}
	for _, s := range []*NameServer{BIND(t, Setup{Zones: zones}), Knot(t, Setup{Zones: zones}), PowerDNS(t, Setup{Zones: zones})} {
		assert.NoError(t, s.ready())
		other := *s
		other.Key.Secret = s.Stranger.Secret
		assert.Error(t, other.answers(zones)(), s.Software)
	}
}
