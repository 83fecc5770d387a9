package planisys_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/planisystest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/drivers/planisys"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

const key = "a8dkd9Nk-s3cret"

var ctx = context.Background()

// example is the profile of example.yaml, for a service without a limit.
func example(t testing.TB) planisys.Profile {
	t.Helper()
	text, err := os.ReadFile("example.yaml")
	require.NoError(t, err)
	p, err := planisys.ParseProfile(text)
	require.NoError(t, err)
	p.Calls = 1e7
	return p
}

func fixed(text string) func() (string, error) { return func() (string, error) { return text, nil } }

// bed is a driver over the fake. Each has an account of its own, and so a limiter.
type bed struct {
	provider.Provider
	reseller string
	fake     *planisystest.Service
	net      *resttest.Transport
}

func newBed(t testing.TB, edit ...func(*planisys.Options)) bed {
	t.Helper()
	name := fmt.Sprintf("plan%d", accounts.Add(1))
	fake := planisystest.New(name, key)
	net := &resttest.Transport{Handler: fake}
	o := planisys.Options{Reseller: name, Key: fixed(key), Profile: example(t), Transport: net}
	for _, e := range edit {
		e(&o)
	}
	p, err := planisys.New(o)
	require.NoError(t, err)
	return bed{p, name, fake, net}
}

var accounts atomic.Int32

func parse(t testing.TB, name zone.Name, text string) *zone.Zone {
	t.Helper()
	z, err := zone.Parse(name, text)
	require.NoError(t, err)
	return z
}

// mirror syncs a zone.
func (b bed) mirror(want *zone.Zone) (provider.Result, error) {
	s := provider.Syncer{Provider: b.Provider, Rules: zone.Rules{Foreign: zone.ForeignPurge, Adopt: zone.AdoptTake}, Limits: zone.Limits{Off: true}}
	return s.Sync(ctx, zone.Intent{Zone: want.Name(), Wish: zone.Replace{Zone: want}})
}

// own is a zone without what the service decides.
func own(z *zone.Zone) string {
	return z.Only(func(s zone.RRset) bool { return !s.Key.IsAuthority(z.Name()) }).String()
}

func isWrite(r *http.Request) bool { return r.Method != http.MethodGet }

// path matches the requests whose path has this in it.
func path(part string) func(*http.Request) bool {
	return func(r *http.Request) bool { return strings.Contains(r.URL.Path, part) }
}
