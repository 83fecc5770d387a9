package provider_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// signed is a service that does not let go of a zone with DNSSEC.
type signed struct{ *provider.Memory }

func (signed) DeleteZone(context.Context, zone.Name) error {
	return &provider.ServiceError{Kind: provider.KindRefused, Err: errors.New("DNSSEC is on")}
}

func TestAZoneThatTheServiceDoesNotLetGoStaysAndSaysWhy(t *testing.T) {
	s := newStage(t, "")
	s.sync("www 300 A 192.0.2.1")
	s.Rules = zone.Mirror()
	s.Provider = signed{s.Memory}
	res, err := s.Sync(context.Background(), zone.Intent{Zone: example, Wish: zone.Remove{}})
	require.NoError(t, err)
	says(t, res, provider.Blocked, "blocked: the service does not let it go: refused: DNSSEC is on")
	assert.NotNil(t, s.Get(example))
}
