package dyn_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// content draws a zone: a few names, with sets of which some are refused.
func content(t *rapid.T, label string) string {
	var b strings.Builder
	for _, name := range []string{"a", "b", "c.b", "d"} {
		switch ttl := rapid.IntRange(1, 3).Draw(t, label); rapid.IntRange(0, 5).Draw(t, label) {
		case 1:
			fmt.Fprintf(&b, "%s %d CNAME %s.example.net.\n", name, ttl, rapid.SampledFrom([]string{"x", "y"}).Draw(t, label))
		case 2, 3:
			for i := range rapid.IntRange(1, 3).Draw(t, label) {
				fmt.Fprintf(&b, "%s %d A 192.0.2.%d\n", name, ttl, i+rapid.IntRange(1, 3).Draw(t, label))
			}
		case 4:
			fmt.Fprintf(&b, "%s %d TXT %q\n%s %d MX 10 mail.example.net.\n", name, ttl, rapid.SampledFrom([]string{"x", `y\"`}).Draw(t, label), name, ttl)
		}
	}
	return b.String()
}

// trouble is what happens to one request of a plan.
func trouble(t *rapid.T, b bed) resttest.Fault {
	expire := func(r *http.Request, serve func() *http.Response) (*http.Response, error) {
		b.Expire()
		return serve(), nil
	}
	return rapid.SampledFrom([]resttest.Fault{
		resttest.Lost, resttest.Dropped, resttest.Status(500, resttest.Page), resttest.Status(429, ""), resttest.Status(400, failure("INVALID_DATA", "rdata: Bad")),
		resttest.Status(400, failure("ILLEGAL_OPERATION", "zone: Operation blocked by current task")), resttest.Instead("{"), resttest.Cut(3), expire, resttest.Hangs,
	}).Draw(t, "fault")
}

// Whatever happens to whichever request: the zone holds all of the plan that was not
// refused, or nothing of it, and the error tells which; no name holds half of what it
// shall; nothing is published twice, or left to be published; and the next sync gets
// everything right.
func TestAPlanIsDoneWholeOrNotAtAllAndToldAsItIs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		live, want := content(rt, "live"), content(rt, "want")
		refused := rapid.Bool().Draw(rt, "refused")
		nth := rapid.IntRange(1, 14).Draw(rt, "nth")
		forever := rapid.Bool().Draw(rt, "forever")
		synctest.Test(t, func(t *testing.T) {
			b := newBed()
			b.PerSecond, b.PerMinute, b.Task = 0, 0, time.Second
			require.Equal(t, provider.Agreed, b.mirror(t, live+"keep 1 A 192.0.2.1").State)
			text := want + "keep 1 A 192.0.2.1\n"
			if refused {
				text += "no 1 CAA 0 contactemail a@example.net\nno 1 A 192.0.2.1\n"
			}
			plan := b.plan(t, text)
			before := published(t, b)
			publishes := b.Seen().Publishes["example.com"]
			n, bad := 0, trouble(rt, b)
			b.way.SetFault(func(*http.Request) resttest.Fault {
				if n++; n == nth || forever && n > nth {
					return bad
				}
				return nil
			})
			err := b.Apply(t.Context(), plan)
			b.way.SetFault(nil)
			after := published(t, b)

			var ae *provider.ApplyError
			if err == nil {
				ae = &provider.ApplyError{}
				for i := range plan.Changes {
					ae.Done = append(ae.Done, i)
				}
			} else if !errors.As(err, &ae) {
				rt.Fatalf("no ApplyError: %v", err)
			}
			told := map[int]string{}
			for _, i := range ae.Done {
				told[i] += "done"
			}
			for _, i := range ae.Unknown {
				told[i] += "unknown"
			}
			for _, f := range ae.Failed {
				told[f.Index] += "failed"
			}
			count := 0
			for i, c := range plan.Changes {
				is, _ := after.Get(c.Key())
				was, _ := before.Get(c.Key())
				done := is.Equal(c.New)
				if done {
					count++
				}
				if !done && !is.Equal(was) {
					rt.Fatalf("%s is neither as it was nor as it shall be: %s", c.Key(), is)
				}
				switch told[i] {
				case "done":
					if !done {
						rt.Fatalf("%s is said to be done: %v", c.Key(), err)
					}
				case "failed", "":
					if done {
						rt.Fatalf("%s is done, and said not to be: %v", c.Key(), err)
					}
				case "unknown":
				default:
					rt.Fatalf("%s is %s", c.Key(), told[i])
				}
			}
			if left := len(plan.Changes) - len(ae.Failed); count != 0 && count != left {
				rt.Fatalf("%d of %d are done: %v", count, left, err)
			}
			if bad := len(after.Conflicts()); bad > 0 {
				rt.Fatalf("a conflict was published: %v", after.Conflicts())
			}
			if now := b.Seen().Publishes["example.com"] - publishes; now > 1 {
				rt.Fatalf("published %d times", now)
			}
			if b.Seen().Sweeping+b.Seen().Pruned+b.Seen().Collisions > 0 {
				rt.Fatalf("%+v", b.Seen())
			}
			res := b.mirror(t, text)
			want := provider.Agreed
			if refused {
				want = provider.Blocked
			}
			if res.State != want {
				rt.Fatalf("the next sync: %s", res)
			}
			if !refused && !zone.Diff(published(t, b), parse(t, text)).Empty() {
				rt.Fatalf("the next sync left %s", zone.Diff(published(t, b), parse(t, text)))
			}
		})
	})
}

// published reads what the service serves, behind the driver.
func published(t *testing.T, b bed) *zone.Zone {
	other := newBed()
	other.Provider.Transport = &resttest.Transport{Handler: b.Service}
	z, err := other.Zone(t.Context(), "example.com.")
	assert.NoError(t, err)
	return z.Only(data)
}
