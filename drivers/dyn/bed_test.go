package dyn_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/dyn"
	"github.com/zonecast/zonecast/drivers/internal/dyntest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A bed is a provider, the service that it speaks with, and the way between them.
type bed struct {
	*dyn.Provider
	*dyntest.Service
	way *resttest.Transport
}

var beds atomic.Int64

// newBed makes a bed with one zone. Its limiter is its own.
func newBed(zones ...string) bed {
	if zones == nil {
		zones = []string{"example.com"}
	}
	s := dyntest.New(zones...)
	way := &resttest.Transport{Handler: s}
	p := &dyn.Provider{
		Credential: dyn.Password(dyntest.Customer, dyntest.User, dyntest.Password),
		URL:        fmt.Sprintf("https://bed%d.example.net/REST", beds.Add(1)),
		Transport:  way,
	}
	return bed{p, s, way}
}

func parse(t testing.TB, text string) *zone.Zone {
	z, err := zone.Parse("example.com.", text)
	require.NoError(t, err)
	return z
}

// mirror makes the zone hold what is wanted.
func (b bed) mirror(t testing.TB, text string) provider.Result {
	return b.mirrorOf(t, "example.com.", text)
}

func (b bed) mirrorOf(t testing.TB, name, text string) provider.Result {
	want, err := zone.Parse(zone.Name(name), text)
	require.NoError(t, err)
	s := provider.Syncer{Provider: b.Provider, Rules: zone.Rules{Foreign: zone.ForeignPurge, Adopt: zone.AdoptTake}, Limits: zone.Limits{Off: true}}
	res, _ := s.Sync(t.Context(), zone.Intent{Zone: want.Name(), Wish: zone.Replace{Zone: want}})
	return res
}

// serves gives what is published, in order, without what the service has at the apex.
func (b bed) serves(t testing.TB) string {
	var lines []string
	for _, r := range b.Records("example.com") {
		if r.Class == "" {
			lines = append(lines, fmt.Sprintf("%s %d %s %v", r.FQDN, r.TTL, r.Type, r.RData))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// plan leads from what is published to the lines.
func (b bed) plan(t testing.TB, text string) zone.Plan {
	live, err := b.Zone(t.Context(), "example.com.")
	require.NoError(t, err)
	return zone.Diff(live.Only(data), parse(t, text))
}

func data(s zone.RRset) bool { return !s.Key.IsAuthority("example.com.") }

// to matches the requests of a method to a resource.
func to(method, resource string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		return r.Method == method && strings.Contains(r.URL.Path+"?"+r.URL.RawQuery, resource)
	}
}

// publishing matches the publish.
func publishing(r *http.Request) bool {
	if r.Method != http.MethodPut || !strings.Contains(r.URL.Path, "/Zone/") || r.GetBody == nil {
		return false
	}
	body, err := r.GetBody()
	if err != nil {
		return false
	}
	text := make([]byte, r.ContentLength)
	_, _ = body.Read(text)
	return strings.Contains(string(text), `"publish":true`)
}

var numbers = regexp.MustCompile(`\d{6,}`)

// log gives the requests since it was asked last, shortened.
func (b bed) log() (out []string) {
	for _, line := range b.way.Log() {
		method, uri, _ := strings.Cut(line, " ")
		out = append(out, method+" "+numbers.ReplaceAllString(strings.TrimPrefix(uri, "/REST/"), "#"))
	}
	return out
}
