package rest_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func parse(t *testing.T, text string) *zone.Zone {
	z, err := zone.Parse("example.com.", text)
	require.NoError(t, err)
	return z
}

// A plan of four changes; the second and the third are of one name.
func swap(t *testing.T) zone.Plan {
	p := zone.Diff(parse(t, "www 600 A 192.0.2.1"), parse(t, "a 600 A 192.0.2.1\nwww 600 CNAME x.example.net.\nz 600 A 192.0.2.1"))
	require.Len(t, p.Changes, 4)
	require.Equal(t, p.Changes[2].Key().Name, p.Changes[3].Key().Name)
	return p
}

var (
	lost    = &rest.UnsettledError{Err: errors.New("no answer")}
	refused = &provider.ServiceError{Kind: provider.KindRefused, Err: errors.New("no")}
)

func TestWhatNobodyKnowsIsUnknown(t *testing.T) {
	p := swap(t)
	for name, c := range map[string]struct {
		errs    []error // of each do
		done    []int
		unknown []int
		failed  []int
		calls   int
	}{
		"all is well":               {errs: []error{nil, nil, nil, nil}, calls: 4},
		"one is lost":               {errs: []error{nil, lost}, done: []int{0}, unknown: []int{1}, calls: 2},
		"the last is lost":          {errs: []error{nil, nil, nil, lost}, done: []int{0, 1, 2}, unknown: []int{3}, calls: 4},
		"lost, and then refused":    {errs: []error{nil, nil, nil, &rest.UnsettledError{Err: refused}}, done: []int{0, 1, 2}, unknown: []int{3}, calls: 4},
		"refused and undone":        {errs: []error{nil, nil, nil, refused, nil}, done: []int{0, 1}, failed: []int{3, 2}, calls: 5},
		"refused and the undo lost": {errs: []error{nil, nil, nil, refused, lost}, done: []int{0, 1}, unknown: []int{2}, failed: []int{3}, calls: 5},
		"lost in the first names":   {errs: []error{nil, refused, lost}, unknown: []int{0}, failed: []int{1}, calls: 3},
		"an undo that fails":        {errs: []error{nil, nil, nil, refused, errors.New("x")}, done: []int{0, 1, 2}, failed: []int{3}, calls: 5},
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			p := p
			if name == "lost in the first names" {
				p.Changes = p.Changes[2:]
				p.Changes = append(p.Changes, zone.Change{New: zone.RRset{Key: zone.Key{Name: "zz.example.com.", Type: zone.A}}})
			}
			err := rest.Each(p, func(zone.Change) error { calls++; return c.errs[calls-1] })
			assert.Equal(t, c.calls, calls)
			if c.done == nil && c.unknown == nil {
				assert.NoError(t, err)
				return
			}
			ae, ok := errors.AsType[*provider.ApplyError](err)
			require.True(t, ok)
			var failed []int
			for _, f := range ae.Failed {
				failed = append(failed, f.Index)
			}
			assert.Equal(t, fmt.Sprint(c.done, c.unknown, c.failed), fmt.Sprint(ae.Done, ae.Unknown, failed))
			assert.Equal(t, c.unknown != nil, rest.Unsettled(ae.Err))
			assert.Equal(t, c.failed == nil, provider.KindOf(ae) == provider.KindTransient, "what is not known is not refused")
		})
	}
}
