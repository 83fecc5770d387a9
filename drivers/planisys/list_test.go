package planisys_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/drivers/planisys"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestTheListIsReadInOneWayOrNotAtAll(t *testing.T) {
	named := planisys.List{Items: "/data", Name: "/domain"}
	for _, c := range []struct {
		list planisys.List
		body string
		want []zone.Name
		err  string
	}{
		{body: `["a.example", "B.example."]`, want: []zone.Name{"a.example.", "b.example."}},
		{body: `[]`},
		{body: `{"domains": ["a.example"]}`, err: `the list of domains is not as list of the profile says: "" is no array`},
		{body: `[{"name": "a.example"}]`, err: `the list of domains is not as list of the profile says: "" is no text`},
		{body: `["a.example", "b..example"]`, err: "the list of domains: name"},
		{list: named, body: `{"data": [{"domain": "a.example", "id": 1}]}`, want: []zone.Name{"a.example."}},
		{list: named, body: `{"data": [{"name": "a.example"}]}`, err: `"/domain": there is nothing`},
		{list: named, body: `["a.example"]`, err: `"/data": there is nothing`},
	} {
		b := newBed(t, func(o *planisys.Options) { o.Profile = planisys.Profile{List: c.list} })
		b.net.SetFault(resttest.Always(resttest.Any, resttest.Status(200, c.body)))
		l, _ := provider.As[provider.Lister](b.Provider)
		var got []zone.Name
		var errs []error
		for n, err := range l.Zones(ctx) {
			if err != nil {
				errs = append(errs, err)
				continue
			}
			got = append(got, n)
		}
		if c.err != "" {
			require.Len(t, errs, 1)
			assert.ErrorContains(t, errs[0], c.err)
			assert.Empty(t, got, "half a list is none")
			continue
		}
		assert.Empty(t, errs)
		assert.Equal(t, c.want, got)
	}
}

func TestWhoHasSeenEnoughOfTheListGetsNoMore(t *testing.T) {
	b := newBed(t)
	b.net.SetFault(resttest.Always(resttest.Any, resttest.Status(200, `["a.example", "b.example"]`)))
	l, _ := provider.As[provider.Lister](b.Provider)
	for n := range l.Zones(ctx) {
		assert.Equal(t, zone.Name("a.example."), n)
		break
	}
}
