// Package providertest proves a driver by one call:
//
//	func TestDriver(t *testing.T) {
//		fake := newFakeService(t)
//		providertest.Run(t, providertest.Subject{
//			Provider: driver.New(fake.URL, "key"),
//			Zone:     "example.com.",
//			Fill:     fake.Fill, FailAfter: fake.FailAfter, Protect: fake.Protect, Calls: fake.Calls,
//		})
//	}
//
// The walk is a story of one zone. Each step says what the zone shall be, syncs
// it, and wants two things: that the zone read back is what was asked for, and
// that a second plan is empty. The steps stand in steps.go and read as a master
// file does. What a service is known not to hold, by its Traits, is left out and
// named in the log.
package providertest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A Subject is a driver to prove. The walk owns the zone and empties it. The
// hooks reach behind the driver, into the service: a fake supplies them all, a
// real server what it can. A nil hook skips only its own steps, by name, in the
// log.
type Subject struct {
	Provider provider.Provider
	Zone     zone.Name
	// Fill makes this the live zone, without the driver.
	Fill func(z *zone.Zone)
	// FailAfter lets so many more changes through and fails every one after
	// them; a negative number ends that.
	FailAfter func(changes int)
	// Protect puts something into the zone that the model cannot hold at this
	// key, as an alias, without the driver.
	Protect func(k zone.Key)
	// Calls counts the calls that the service got so far.
	Calls func() int
}

// Run walks the subject through its story.
func Run(t *testing.T, s Subject) {
	w := walker{Subject: s}
	t.Run("a zone that is not there", w.absent)
	t.Run("the zone comes to be", w.create)
	for _, st := range story {
		t.Run(st.name, func(t *testing.T) { w.step(t, st) })
	}
	t.Run("an unchanged zone costs its read only", w.unchanged)
	t.Run("a zone of many pages is read whole", w.pages)
	t.Run("an error in the middle is told truthfully", w.middle)
	t.Run("two writers at once", w.twoWriters)
	t.Run("a plan from yesterday", w.stale)
	t.Run("what does not fit is refused", w.exact)
	t.Run("a zone that is signed is kept as it is", w.presigned)
	t.Run("a protected set is left alone", w.protected)
	t.Run("a cancelled context", w.cancelled)
	t.Run("empty again", func(t *testing.T) { w.becomes(t, "") })
}

type walker struct{ Subject }

// always is what every zone of the walk holds: where the service is the
// authority it has its own in place of these.
const always = `
	@ 3600 SOA ns1.example.net. hostmaster.example.net. 1 10800 3600 604800 3600
	@ 3600 NS  ns1.example.net.
	@ 3600 NS  ns2.example.net.
`

func (w walker) traits() provider.Traits {
	if d, ok := provider.As[provider.Describer](w.Provider); ok {
		return d.Traits()
	}
	return provider.Traits{}
}

// zone reads lines of a master file, however they are indented.
func (w walker) zone(t *testing.T, text string) *zone.Zone {
	t.Helper()
	lines := strings.Split(always+text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	z, err := zone.Parse(w.Zone, strings.Join(lines, "\n"))
	require.NoError(t, err)
	return z
}

// syncer makes the zone a mirror of what is wanted.
func (w walker) syncer() *provider.Syncer {
	return &provider.Syncer{
		Provider: w.Provider,
		Rules:    zone.Rules{Foreign: zone.ForeignPurge, Adopt: zone.AdoptTake},
		Limits:   zone.Limits{Off: true},
	}
}

func (w walker) intent(z *zone.Zone) zone.Intent {
	return zone.Intent{Zone: w.Zone, Wish: zone.Replace{Zone: z}}
}

// becomes syncs the zone to the lines and wants it to be so.
func (w walker) becomes(t *testing.T, text string) {
	t.Helper()
	want := w.zone(t, text)
	res, err := w.syncer().Sync(context.Background(), w.intent(want))
	require.NoError(t, err, "the plan was\n%s", res.Plan)
	require.Contains(t, []provider.State{provider.Agreed, provider.Blocked}, res.State, "%v", res.Findings)
	w.isNow(t, want)
}

// isNow wants that nothing is left to do and that the live zone is the wanted
// one.
func (w walker) isNow(t *testing.T, want *zone.Zone) {
	t.Helper()
	again, err := w.syncer().Plan(context.Background(), w.intent(want))
	require.NoError(t, err)
	require.True(t, again.Plan.Empty(), "the live zone is not the one that was set; a second sync would still do:\n%s", again.Plan)
	if a := w.adjusted(want); a != nil {
		require.Empty(t, zone.Diff(w.data(w.read(t)), w.data(a)).String()[len("no changes\n"):], "what was read back differs")
	}
}

// adjusted is want as the service is said to hold it.
func (w walker) adjusted(want *zone.Zone) *zone.Zone {
	if a, ok := provider.As[provider.Adjuster](w.Provider); ok {
		want, _ = a.Adjust(nil, want)
		return want
	}
	want, _ = w.traits().Adjust(nil, want)
	return want
}

// data is a zone without what the service decides.
func (w walker) data(z *zone.Zone) *zone.Zone {
	return z.Only(func(s zone.RRset) bool { return w.traits().Authority || !s.Key.IsAuthority(w.Zone) })
}

func (w walker) read(t *testing.T) *zone.Zone {
	t.Helper()
	z, err := w.Provider.Zone(context.Background(), w.Zone)
	require.NoError(t, err)
	return z
}

func (w walker) absent(t *testing.T) {
	name, err := w.Zone.Join("never-there")
	require.NoError(t, err)
	_, err = w.Provider.Zone(context.Background(), name)
	require.Error(t, err, "an absent zone was read as if it were there")
	require.True(t, errors.Is(err, provider.ErrNoZone), "want ErrNoZone, got %v", err)
	set := zone.RRset{Key: zone.Key{Name: name, Type: zone.A}, TTL: 3600, Data: []string{"192.0.2.1"}}
	require.Error(t, w.Provider.Apply(context.Background(), zone.Plan{Zone: name, Changes: []zone.Change{{New: set}}}))
}

func (w walker) create(t *testing.T) {
	_, err := w.Provider.Zone(context.Background(), w.Zone)
	if errors.Is(err, provider.ErrNoZone) {
		if _, ok := provider.As[provider.Creator](w.Provider); !ok {
			t.Fatalf("the service has no zone %s and the driver cannot create it", w.Zone)
		}
	}
	w.becomes(t, "")
}

// step plays one step of the story, as far as the service holds its types.
func (w walker) step(t *testing.T, st step) {
	for _, typ := range st.types {
		if tr := w.traits(); len(tr.Types) > 0 && !slices.Contains(tr.Types, typ) {
			t.Logf("left out: the service has no %s", typ)
			return
		}
	}
	defer func() { // so that the next step is judged by itself
		if t.Failed() && w.Fill != nil {
			w.Fill(w.zone(t, st.lines))
		}
	}()
	w.becomes(t, st.lines)
}
