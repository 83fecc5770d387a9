package godaddy_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/drivers/godaddy"
	"github.com/zonecast/zonecast/drivers/internal/godaddytest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

var ctx = context.Background()

// parse reads lines of a master file, however they are indented.
func parse(t require.TestingT, text string) *zone.Zone {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	z, err := zone.Parse("example.com.", strings.Join(lines, "\n"))
	require.NoError(t, err)
	return z
}

// lines draws a zone of a few names, so that much of it meets.
func lines(rt *rapid.T, label string, caa bool) string {
	var b strings.Builder
	twin := "x" // version 1 takes records for one that differ in nothing but their numbers
	if !caa {
		twin = "z"
	}
	ttl := rapid.SampledFrom([]int{600, 3600})
	some := func(name, typ string, values ...string) {
		n := rapid.IntRange(0, 3).Draw(rt, label+name+typ)
		at := ttl.Draw(rt, label+name+typ+"ttl")
		for _, v := range values[:min(n, len(values))] {
			fmt.Fprintf(&b, "%s %d %s %s\n", name, at, typ, v)
		}
	}
	shuffled := func(of ...string) []string { return rapid.Permutation(of).Draw(rt, label+of[0]) }
	for _, name := range []string{"@", "a", "b.c"} {
		if name != "@" && rapid.IntRange(0, 3).Draw(rt, label+name) == 0 {
			fmt.Fprintf(&b, "%s %d CNAME %s\n", name, ttl.Draw(rt, label+"c"), shuffled("x.example.net.", "@")[0])
			continue
		}
		some(name, "A", shuffled("192.0.2.1", "192.0.2.2", "192.0.2.3")...)
		some(name, "MX", shuffled("0 x.example.net.", "10 "+twin+".example.net.", "10 y.example.net.")...)
		some(name, "TXT", shuffled(`"one"`, `"two"`, `"3 \"3\" \\3"`)...)
		if caa {
			some(name, "CAA", shuffled(`0 issue "ca.example"`, `0 iodef "mailto:a@b"`)...)
		}
	}
	some("_sip._tcp", "SRV", shuffled("0 0 5060 x.example.net.", "1 2 5060 "+twin+".example.net.")...)
	some("_xmpp._tcp", "SRV", shuffled("0 0 5222 x.example.net.")...)
	some("_sip._tcp.a", "SRV", shuffled("0 0 5060 y.example.net.", "0 0 5061 "+twin+".example.net.")...)
	return b.String()
}

// A stage is a driver with its service, and what both sides of a plan have.
type stage struct {
	service   *godaddytest.Service
	transport *resttest.Transport
	driver    *godaddy.Provider
}

func newStage(t testing.TB, version string) stage {
	s := godaddytest.New("example.com")
	s.PerMinute = 1e9
	tr := &resttest.Transport{Handler: s}
	p := &godaddy.Provider{Credential: credentials(t, s)[version], Transport: tr}
	godaddy.Hurry(p)
	return stage{s, tr, p}
}

func (s stage) read(t require.TestingT) *zone.Zone {
	z, err := s.driver.Zone(ctx, "example.com.")
	require.NoError(t, err)
	return z
}

// plan is the plan from what is live to what the service can hold of want.
func (s stage) plan(t require.TestingT, want *zone.Zone) zone.Plan {
	live := s.read(t)
	want, _ = s.driver.Adjust(live, want)
	return zone.Diff(live, want).Only(func(c zone.Change) bool { return !c.Key().IsAuthority("example.com.") })
}

// held is what a domain holds, read as the driver reads it, from records of the
// store.
func held(t require.TestingT, records []godaddytest.Record) *zone.Zone {
	other := godaddytest.New()
	other.Token = "watch"
	other.Put("example.com", slices.DeleteFunc(slices.Clone(records), func(r godaddytest.Record) bool { return r.Type == "NS" || r.Type == "SOA" })...)
	p := &godaddy.Provider{Credential: godaddy.Token("watch"), Transport: &resttest.Transport{Handler: other}}
	godaddy.Hurry(p)
	other.PerMinute = 1e9
	z, err := p.Zone(ctx, "example.com.")
	require.NoError(t, err)
	return z
}

// faults are what may happen to the nth write.
var faults = map[string]resttest.Fault{
	"none":    nil,
	"refused": resttest.Status(http.StatusUnprocessableEntity, `{"code":"INVALID_BODY","message":"no","name":"VALIDATION_ERROR"}`),
	"away":    resttest.Refused,
	"lost":    resttest.Lost,
	"dropped": resttest.Dropped,
	"broken":  resttest.Status(http.StatusInternalServerError, "{}"),
	"page":    resttest.Status(http.StatusBadGateway, resttest.Page),
	"cut":     resttest.Cut(1),
	"denied":  resttest.Status(http.StatusForbidden, `{"code":"ACCESS_DENIED","message":"no"}`),
}

// In every prefix of the work, whatever fails and when: a set that both sides have is
// never empty, but a CNAME; the error is exact; the next run finishes.
func TestWhateverFailsNothingIsLostAndTheErrorIsExact(t *testing.T) {
	for _, version := range []string{"v1", "v3"} {
		t.Run(version, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				s := newStage(t, version)
				s.service.NarrowIdentity = rapid.Bool().Draw(rt, "narrow")
				s.service.Fill(parse(rt, lines(rt, "live", version == "v3")))
				want := parse(rt, lines(rt, "want", version == "v3"))
				plan := s.plan(rt, want)
				s.service.Watch = func(_ string, records []godaddytest.Record) { neverEmpty(rt, plan, held(rt, records)) }
				fault := rapid.SampledFrom(slices.Sorted(mapsKeys(faults))).Draw(rt, "fault")
				nth, still := rapid.IntRange(1, 8).Draw(rt, "nth"), rapid.Bool().Draw(rt, "still")
				before := s.read(rt)
				if f := faults[fault]; f != nil {
					n := 0
					s.transport.SetFault(func(r *http.Request) resttest.Fault {
						if r.Method == http.MethodGet {
							return nil
						}
						if n++; n == nth || still && n > nth {
							return f
						}
						return nil
					})
				}
				err := s.driver.Apply(ctx, plan)
				s.transport.SetFault(nil)
				exact(rt, plan, before, s.read(rt), err)

				if s.service.NarrowIdentity {
					return // what it refuses then is not what is to be shown here
				}
				require.NoError(rt, s.driver.Apply(ctx, s.plan(rt, want)))
				rest := s.plan(rt, want)
				require.True(rt, rest.Empty(), "left is\n%s", rest)
				require.Zero(rt, s.service.Wiped())
			})
		})
	}
}

func mapsKeys(m map[string]resttest.Fault) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func neverEmpty(t require.TestingT, plan zone.Plan, now *zone.Zone) {
	for _, c := range plan.Changes {
		if _, ok := now.Get(c.Key()); c.Op() == zone.Update && c.Key().Type != zone.CNAME {
			require.True(t, ok, "%s is empty for a moment", c.Key())
		}
	}
}

// exact compares an error with what became of the zone.
func exact(t require.TestingT, plan zone.Plan, before, after *zone.Zone, err error) {
	ae, ok := errors.AsType[*provider.ApplyError](err)
	if err == nil {
		ae = &provider.ApplyError{}
		for i := range plan.Changes {
			ae.Done = append(ae.Done, i)
		}
	} else {
		require.True(t, ok, "%v", err)
	}
	goal := map[zone.Key]zone.RRset{}
	for i, c := range plan.Changes {
		if slices.Contains(ae.Done, i) {
			goal[c.Key()] = c.New
		} else {
			goal[c.Key()] = c.Old
		}
		if slices.Contains(ae.Unknown, i) {
			delete(goal, c.Key())
		}
	}
	for k, want := range goal {
		is, _ := after.Get(k)
		require.True(t, is.Equal(want), "%s is %q and should be %q after %v", k, is, want, err)
	}
	planned := func(s zone.RRset) bool {
		return !slices.ContainsFunc(plan.Changes, func(c zone.Change) bool { return c.Key() == s.Key })
	}
	require.True(t, before.Only(planned).Equal(after.Only(planned)), "other sets have changed")
}
