package engine_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// generations are zones of which some stand below others.
var generations = []zone.Name{"example.", "sub.example.", "deep.sub.example.", "other.example."}

const plesks = "ns.plesk.example."

// A family is what becomes of generations when they come and go in any order, while
// calls fail and processes die.
type family struct {
	*rapid.T
	service provider.Memory
	ledger  *ledger.Ledger
	now     time.Time
	wishes  map[zone.Name]zone.Wish
	steps   int // until something fails; 0: nothing does
	dead    bool
}

func TestNoZoneEverDelegatesToServersThatAreNotThere(t *testing.T) {
	dir := shm(t)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		f := &family{T: rt, ledger: open(t, filepath.Join(dir, fmt.Sprint(n))), now: time.Now(), wishes: map[zone.Name]zone.Wish{}}
		defer f.ledger.Close()
		f.ledger.Now = func() time.Time { return f.now }
		f.service.OwnServers = ownServers()
		f.service.Fault = func(string, provider.Point) error { return f.fails() }
		f.service.Lose = func(string, provider.Point) error {
			f.look()
			return f.fails()
		}
		rt.Repeat(map[string]func(*rapid.T){"": func(*rapid.T) {}, "document": f.document, "later": f.later})
		f.steps = 0
		for range 8 { // a step each, where somebody was interrupted
			f.now = f.now.Add(2 * time.Hour)
			f.work()
		}
		f.settled()
	})
}

var errDied = errors.New("died")

// fails counts down to what fails: one call, or from then on everything.
func (f *family) fails() error {
	if f.dead {
		return errDied
	}
	if f.steps > 0 {
		if f.steps--; f.steps == 0 {
			f.dead = rapid.Bool().Draw(f.T, "dies")
			return errDied
		}
	}
	return nil
}

// mortal is the ledger as a process sees it that may die.
type mortal struct {
	*ledger.Ledger
	*family
}

func (m mortal) Begin(ctx context.Context, lease string, plan zone.Plan) error {
	return errors.Join(m.fails(), m.Ledger.Begin(ctx, lease, plan))
}

func (m mortal) Commit(ctx context.Context, lease string, base *zone.Base, settled bool, repaired ...zone.Key) ([]zone.Name, error) {
	if err := m.fails(); err != nil {
		return nil, err
	}
	roused, err := m.Ledger.Commit(ctx, lease, base, settled, repaired...)
	return roused, errors.Join(err, m.fails())
}

func (m mortal) Settle(ctx context.Context, lease string, a provider.Account) error {
	if err := m.fails(); err != nil {
		return err
	}
	return m.Ledger.Settle(ctx, lease, a)
}

func (f *family) engine() *engine.Engine {
	f.dead = false
	return &engine.Engine{Ledger: mortal{f.ledger, f}, Refresh: -1,
		Targets: []engine.Target{{Parallel: 1, Syncer: provider.Syncer{Target: "dns", Provider: &f.service, Limits: zone.Limits{Off: true}}}}}
}

// document is what the panel says of some zones, in any order.
func (f *family) document(t *rapid.T) {
	var ins []zone.Intent
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(generations), 1, 4, rapid.ID).Draw(t, "zones") {
		in := zone.Intent{Zone: name, Source: "plesk", Wish: zone.Remove{}}
		if rapid.IntRange(0, 3).Draw(t, "removes") > 0 {
			in.Wish = zone.Replace{Zone: f.zone(t, name)}
		}
		ins = append(ins, in)
		f.wishes[name] = in.Wish
	}
	f.weather(t)
	_ = f.engine().Run(context.Background(), each(ins...))
}

// zone is one with what the panel may have at the names of zones below it: servers of
// its own, hosts, or nothing.
func (f *family) zone(t *rapid.T, name zone.Name) *zone.Zone {
	text := fmt.Sprintf("www 300 A 192.0.2.%d\n", rapid.IntRange(1, 9).Draw(t, "host"))
	for _, below := range generations {
		if below != name && below.In(name) {
			text += rapid.SampledFrom([]string{"", string(below) + " 300 NS " + plesks + "\n",
				string(below) + " 300 A 192.0.2.77\nwww." + string(below) + " 300 A 192.0.2.78\n", string(below) + " 300 CNAME www\n"}).Draw(t, "below")
		}
	}
	z, err := zone.Parse(name, text)
	require.NoError(t, err)
	if len(z.Conflicts()) > 0 { // below a CNAME
		return f.zone(t, name)
	}
	return z
}

func (f *family) weather(t *rapid.T) {
	f.steps = 0
	if rapid.Bool().Draw(t, "storm") {
		f.steps = rapid.IntRange(1, 25).Draw(t, "steps")
	}
}

func (f *family) later(t *rapid.T) {
	f.now = f.now.Add(time.Duration(rapid.IntRange(1, 120).Draw(t, "minutes")) * time.Minute)
	f.weather(t)
	f.work()
}

func (f *family) work() { _, _ = f.engine().Drain(context.Background()) }

// look sees to it that each delegation is as the panel has it, or leads somewhere.
func (f *family) look() {
	for _, above := range generations {
		for s := range f.service.Get(above).All() {
			if s.Type != zone.NS || s.Name == above || slices.Equal(s.Data, []string{plesks}) {
				continue
			}
			has, _ := f.service.Get(s.Name).Get(s.Key)
			if !slices.Equal(has.Data, s.Data) {
				f.Fatalf("%s delegates %s to %s, which has %s", above, s.Name, s.Data, has.Data)
			}
		}
	}
}

// settled sees to it that everything is as it was wished last.
func (f *family) settled() {
	list, _ := f.ledger.Standings(context.Background(), true)
	for name, wish := range f.wishes {
		live := f.service.Get(name)
		r, ok := wish.(zone.Replace)
		if !ok {
			require.Nil(f.T, live, "%s %+v", name, list)
			continue
		}
		require.NotNil(f.T, live, "%s", name)
		ns, _ := live.Get(zone.Key{Name: name, Type: zone.NS})
		var cuts []*zone.Zone
		for below := range maps.Keys(f.wishes) {
			if _, is := f.wishes[below].(zone.Replace); is && f.nearest(below) == name {
				cuts = append(cuts, f.service.Get(below).Cut())
			}
		}
		want, err := zone.New(name, ns.Records()...)
		require.NoError(f.T, err)
		want = want.Apply(zone.Diff(nil, r.Zone)).Delegate(cuts...)
		require.True(f.T, live.Equal(want), "%s\nis\n%swants\n%s%+v", name, live, want, list)
	}
}

// nearest is the zone that a name is delegated by, "" where there is none.
func (f *family) nearest(n zone.Name) zone.Name {
	for at := n.Parent(); at != zone.Root; at = at.Parent() {
		if _, ok := f.wishes[at].(zone.Replace); ok {
			return at
		}
	}
	return ""
}
