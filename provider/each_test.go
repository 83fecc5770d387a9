package provider_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestTheChangesOfANameStandOrFallTogether(t *testing.T) {
	live := parse(t, "a 300 CNAME x.\nb 300 A 192.0.2.1\nz 300 A 192.0.2.1")
	want := parse(t, "a 300 A 192.0.2.1\na 300 MX 1 y.\nb 300 A 192.0.2.2")
	plan := zone.Diff(live, want)
	refuse := func(k zone.Key, err error) error {
		z := live
		err = provider.Each(plan, func(c zone.Change) error {
			if c.Key() == k && c.Op() != zone.Delete {
				return err
			}
			z = z.Apply(zone.Plan{Zone: example, Changes: []zone.Change{c}})
			return nil
		})
		live = z
		return err
	}
	err := refuse(zone.Key{Name: "a.example.com.", Type: zone.MX}, &provider.ServiceError{Kind: provider.KindRefused})
	ae, ok := errors.AsType[*provider.ApplyError](err)
	require.True(t, ok)
	assert.Equal(t, []int{3, 4}, ae.Done, "%s", plan)
	assert.Len(t, ae.Failed, 3)
	assert.True(t, live.Equal(parse(t, "a 300 CNAME x.\nb 300 A 192.0.2.2")), "the CNAME is back:\n%s", live)
}

func TestAnyOtherErrorEndsTheWork(t *testing.T) {
	plan := zone.Diff(parse(t, ""), parse(t, "a 300 A 192.0.2.1\nb 300 A 192.0.2.1\nc 300 A 192.0.2.1"))
	calls := 0
	err := provider.Each(plan, func(c zone.Change) error {
		if calls++; calls == 2 {
			return errors.New("gone away")
		}
		return nil
	})
	assert.EqualError(t, err, "1 changes done; change 1: gone away")
	assert.Equal(t, 2, calls)
	assert.NoError(t, provider.Each(plan, func(zone.Change) error { return nil }))
}

func TestStatusesAreSorted(t *testing.T) {
	for status, want := range map[int]provider.Kind{401: provider.KindAuth, 403: provider.KindAuth, 404: provider.KindNotFound, 422: provider.KindRefused,
		429: provider.KindThrottled, 402: provider.KindQuota, 409: provider.KindTransient, 500: provider.KindTransient, 503: provider.KindTransient} {
		assert.Equal(t, want, provider.KindOfStatus(status), status)
	}
}
