package planisys_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/drivers/planisys"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestAnAccountThatIsNotFitIsNoDriver(t *testing.T) {
	noPath := planisys.Profile{Read: &planisys.Read{}, Records: planisys.Records{Name: "/n", Type: "/t", Data: "/d", DefaultTTL: 1, Names: "dotted", Targets: "dotted", Texts: "plain"}}
	for _, c := range []struct {
		want string
		is   planisys.Options
	}{
		{"want either a reseller or a company", planisys.Options{}},
		{"want either a reseller or a company", planisys.Options{Reseller: "a", Company: "b"}},
		{"the short name of a reseller or a company has no spaces and nothing that cannot be printed", planisys.Options{Reseller: "My Plan SA"}},
		{"the short name of a reseller or a company has no spaces and nothing that cannot be printed", planisys.Options{Company: "a\r\nX: y"}},
		{"the address of the service does not begin with https:// and a host", planisys.Options{Reseller: "a", URL: "http://pdns.example/api/v1"}},
		{"the address of the service does not begin with https:// and a host", planisys.Options{Reseller: "a", URL: "https://"}},
		{"the address of the service is none", planisys.Options{Reseller: "a", URL: "https://a b/"}},
		{"the address of the service has more than a host and a path", planisys.Options{Reseller: "a", URL: "https://user:" + key + "@pdns.example/"}},
		{"the address of the service has more than a host and a path", planisys.Options{Reseller: "a", URL: "https://pdns.example/?key=" + key}},
		{"profile: read.path: there is none", planisys.Options{Reseller: "a", Profile: noPath}},
	} {
		c.is.Key = fixed(key)
		_, err := planisys.New(c.is)
		assert.EqualError(t, err, "planisys: "+c.want)
	}
	_, err := planisys.New(planisys.Options{Reseller: "a"})
	assert.EqualError(t, err, "planisys: there is no key")
}

// The two headers of each identity, and the key without the word of a scheme.
func TestEveryCallSaysWhoItIsFrom(t *testing.T) {
	for _, c := range []struct {
		edit func(*planisys.Options)
		want map[string]string
	}{
		{func(o *planisys.Options) { o.Reseller = "myplan" }, map[string]string{"Reseller": "myplan", "Company": ""}},
		{func(o *planisys.Options) { o.Reseller, o.Company = "", "acme" }, map[string]string{"Reseller": "", "Company": "acme"}},
		{func(o *planisys.Options) { o.Reseller, o.Company, o.Profile.Company = "", "acme", "X-Company" }, map[string]string{"Reseller": "", "Company": "", "X-Company": "acme"}},
	} {
		calls := 0
		b := newBed(t, c.edit, func(o *planisys.Options) {
			o.Transport = &resttest.Transport{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				calls++
				assert.Equal(t, key, r.Header.Get("Authorization"))
				for name, want := range c.want {
					assert.Equal(t, want, r.Header.Get(name))
				}
				assert.Equal(t, planisys.Cloud+"/domain_list", r.URL.String())
				fmt.Fprint(w, "[]")
			})}
		})
		l, _ := provider.As[provider.Lister](b.Provider)
		for range l.Zones(ctx) {
			t.Error("there are none")
		}
		assert.Equal(t, 1, calls)
	}
}

func TestACompanySeesWhatIsItsOwn(t *testing.T) {
	b := newBed(t, func(o *planisys.Options) { o.Reseller, o.Company, o.Key = "", "acme", fixed("k2") })
	b.fake.Company("acme", "k2")
	b.fake.PutFor("acme", parse(t, "acme.example.", "www 300 A 192.0.2.1"))
	b.fake.Put(parse(t, "other.example.", "www 300 A 192.0.2.1"))
	l, _ := provider.As[provider.Lister](b.Provider)
	for n, err := range l.Zones(ctx) {
		assert.NoError(t, err)
		assert.Equal(t, zone.Name("acme.example."), n)
	}
	_, err := b.Zone(ctx, "acme.example.")
	assert.NoError(t, err)
	_, err = b.Zone(ctx, "other.example.")
	assert.NotErrorIs(t, err, provider.ErrNoZone, "it is there, and somebody else's")
	assert.Equal(t, provider.KindRefused, provider.KindOf(err), "the key is good for all others")
}

// Twenty zones at once, under a limit that the service refuses to see exceeded.
func TestTwentyZonesAtOnceKeepTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t, func(o *planisys.Options) { o.Profile.Calls = 60 })
		b.fake.Limit(60)
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				name := zone.Name(fmt.Sprintf("z%d.example.", i))
				for _, text := range []string{"www 300 A 192.0.2.1\n@ 300 MX 10 mail.example.net.", "www 300 A 192.0.2.2\nwww 300 A 192.0.2.3"} {
					want := parse(t, name, text)
					res, err := b.mirror(want)
					assert.NoError(t, err)
					assert.Equal(t, provider.Agreed, res.State)
					z, err := b.Zone(t.Context(), name)
					assert.NoError(t, err)
					assert.Equal(t, own(want), own(z))
				}
			})
		}
		wg.Wait()
		assert.Zero(t, b.fake.Denied())
		assert.Greater(t, b.fake.Calls(), 200)
	})
}

// Many plans for one zone that is written as a whole do not lose each other.
func TestAWholeZoneIsWrittenByOneAtATime(t *testing.T) {
	s := newShelf(t)
	p := s.subject(t, zoneProfile, s.whole).Provider
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			assert.NoError(t, p.Apply(ctx, plan(change("", fmt.Sprintf("h%d 300 A 192.0.2.1", i)))))
		})
	}
	wg.Wait()
	assert.Equal(t, 21, s.zone.Len())
}
