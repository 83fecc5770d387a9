package config

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/zonecast/zonecast/provider"
)

func TestDelegationsFollowUnlessThePolicySaysOtherwise(t *testing.T) {
	r := runtime(t, `targets:
- {name: a, driver: zonefile, options: {dir: a}}
- {name: b, driver: zonefile, options: {dir: b}, policy: {delegation: source}}
`)
	assert.Equal(t, provider.DelegationFollow, r.Target("a").Syncer.Delegation)
	assert.Equal(t, provider.DelegationSource, r.Target("b").Syncer.Delegation)
}
