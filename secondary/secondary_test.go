package secondary

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

// published is a target: the zones as intents leave them, and what came.
type published struct {
	mu    sync.Mutex
	zones map[zone.Name]*zone.Zone
	ins   []zone.Intent
	fail  error
	slow  time.Duration
}

func (p *published) hand(_ context.Context, ins []zone.Intent) error {
	time.Sleep(p.slow)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail != nil {
		return p.fail
	}
	if p.zones == nil {
		p.zones = map[zone.Name]*zone.Zone{}
	}
	for _, in := range ins {
		switch w := in.Wish.(type) {
		case zone.Replace:
			p.zones[in.Zone] = w.Zone
		case zone.Patch:
			z, err := p.zones[in.Zone].Patch(w)
			if err != nil {
				return err
			}
			if p.zones[in.Zone].Serial() != w.From || z.Serial() != w.To || len(z.Conflicts()) > 0 {
				return errors.New("the difference leads from or to something else")
			}
			p.zones[in.Zone] = z
		case zone.Remove:
			delete(p.zones, in.Zone)
		}
	}
	p.ins = append(p.ins, ins...)
	return nil
}

func (p *published) zone(name zone.Name) *zone.Zone {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.zones[name]
}

// told gives the wishes that came since the last call.
func (p *published) told() (out []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, in := range p.ins {
		out = append(out, fmt.Sprintf("%s %T", in.Zone, in.Wish)[:len(in.Zone)+1]+fmt.Sprintf("%T", in.Wish)[5:])
	}
	p.ins = nil
	return out
}

// names is a list that a test changes.
type names struct {
	mu      sync.Mutex
	entries []Entry
	err     error
}

func (l *names) set(names ...zone.Name) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = nil
	for _, n := range names {
		l.entries = append(l.entries, Entry{Name: n})
	}
}

func (l *names) Zones(context.Context) ([]Entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.entries, l.err
}

const at = "192.0.2.53:53"

// bed is a primary, a list and a secondary that follows them.
type bed struct {
	net     *fakeNet
	primary *fakePrimary
	list    *names
	target  *published
	*Secondary
}

func newBed(t testing.TB, zones ...zone.Name) *bed {
	b := &bed{net: newFakeNet(), list: &names{}, target: &published{}}
	b.primary = newFakePrimary(t, b.net, at)
	b.list.set(zones...)
	for _, n := range zones {
		b.primary.set(t, string(n), 1, "www 300 A 192.0.2.1")
	}
	b.Secondary = &Secondary{Name: "crm", Differences: true, Primaries: []Primary{{Address: at}}, List: b.list,
		Client: Client{Dial: b.net.Dial}, Listen: b.net.Listen, ListenPacket: b.net.ListenPacket}
	return b
}

// run runs it until the test is over.
func (b *bed) run(t testing.TB) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- b.Run(ctx, b.target.hand) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			assert.NoError(t, <-done)
			streams, packets := b.net.left()
			assert.Zero(t, streams, "connections that are left open")
			assert.Zero(t, packets, "sockets that are left open")
		})
	}
	t.Cleanup(stop)
	return stop
}

// bubble runs a test in virtual time; what is left running fails it.
func bubble(t *testing.T, do func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, do)
}

func TestAPassHandsOnWhatIsNew(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "example.com.", "example.org.")
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.ElementsMatch(t, []string{"example.com. Replace", "example.org. Replace"}, b.target.told())
		assert.True(t, b.target.zone("example.com.").Equal(mustZone(t, "example.com.", "www 300 A 192.0.2.1")))

		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.Empty(t, b.target.told(), "nothing has changed")
		assert.Equal(t, 2, b.primary.count("AXFR"))

		b.primary.set(t, "example.com.", 2, "www 300 A 192.0.2.2", "mail 300 A 192.0.2.3")
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.Equal(t, []string{"example.com. Patch"}, b.target.told())
		assert.True(t, b.target.zone("example.com.").Equal(mustZone(t, "example.com.", "www 300 A 192.0.2.2", "mail 300 A 192.0.2.3")))
	})
}

func TestEverythingIsSignedWhereThereIsAKey(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "example.com.")
		b.primary.key = testKey.Name
		err := b.Once(t.Context(), b.target.hand)
		require.ErrorContains(t, err, "REFUSED")
		e, ok := errors.AsType[*PrimaryError](err)
		require.True(t, ok)
		assert.Equal(t, PrimaryError{Address: at, Zone: "example.com.", Code: "REFUSED", Err: e.Err}, *e)

		b.Primaries[0].Key = testKey
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		b.primary.set(t, "example.com.", 2, "www 300 A 192.0.2.2")
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.Equal(t, []string{"example.com. Replace", "example.com. Patch"}, b.target.told())

		b.Primaries[0].Key.Secret = "b3RoZXI="
		b.primary.set(t, "example.com.", 3, "www 300 A 192.0.2.3")
		err = b.Once(t.Context(), b.target.hand)
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "b3RoZXI=")
		assert.Empty(t, b.target.told())
	})
}

func TestAZoneIsFollowed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "example.com.")
		b.run(t)
		time.Sleep(time.Second)
		assert.Equal(t, []string{"example.com. Replace"}, b.target.told())
		b.primary.set(t, "example.com.", 2, "www 300 A 192.0.2.2")
		time.Sleep(2 * time.Minute)
		assert.Equal(t, []string{"example.com. Patch"}, b.target.told())
		assert.True(t, b.target.zone("example.com.").Equal(mustZone(t, "example.com.", "www 300 A 192.0.2.2")))

		b.list.set("example.com.", "example.org.")
		b.primary.set(t, "example.org.", 1)
		time.Sleep(2 * time.Minute)
		assert.Equal(t, []string{"example.org. Replace"}, b.target.told())
	})
}

func TestWhatWasNotTakenIsOfferedAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "example.com.")
		b.target.fail = errors.New("the disk is full")
		b.run(t)
		time.Sleep(time.Second)
		b.target.mu.Lock()
		b.target.fail = nil
		b.target.mu.Unlock()
		assert.Nil(t, b.target.zone("example.com."))
		time.Sleep(2 * time.Minute)
		assert.NotNil(t, b.target.zone("example.com."))
	})
}

func TestAPrimaryThatWasAwayIsCaughtUpWith(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var zones []zone.Name
		for i := range 50 {
			zones = append(zones, zone.Name(fmt.Sprintf("z%d.example.", i)))
		}
		b := newBed(t, zones...)
		b.run(t)
		time.Sleep(time.Second)
		assert.Len(t, b.target.told(), 50)
		b.primary.stop()
		time.Sleep(3 * time.Hour)
		assert.Empty(t, b.target.told(), "that nobody answers changes nothing")
		for _, n := range zones {
			b.primary.set(t, string(n), 2, "www 300 A 192.0.2.2")
		}
		b.net.mu.Lock()
		dials := b.net.dials
		b.net.mu.Unlock()
		assert.Less(t, dials, 2000, "a dead primary is left alone")
		b.primary.start(t)
		time.Sleep(7 * time.Minute)
		assert.Len(t, b.target.told(), 50)
	})
}

func TestALostPacketIsSentAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "example.com.")
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		n := 0
		b.net.lose = func(to string, _ []byte) bool { n++; return to == at && n <= 2 }
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.Equal(t, 1, b.primary.count("SOA"))
		b.net.lose = func(to string, _ []byte) bool { return to == at }
		b.primary.set(t, "example.com.", 2)
		require.NoError(t, b.Once(t.Context(), b.target.hand), "over TCP")
		assert.Equal(t, 2, b.primary.count("SOA"))
		assert.Equal(t, uint32(2), must(b.store().Content(t.Context(), "crm", "example.com.")).Serial())
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestNoMoreTransfersAtATimeThanAreSet(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var zones []zone.Name
		for i := range 300 {
			zones = append(zones, zone.Name(fmt.Sprintf("z%d.example.", i)))
		}
		b := newBed(t, zones...)
		b.Transfers = 3
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.Len(t, b.target.told(), 300)
		assert.LessOrEqual(t, b.net.most, 3)
		assert.LessOrEqual(t, b.net.dials, 10, "connections are used again")
	})
}

func TestASignedZoneIsHeldWhereThatIsSaid(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "example.com.")
		b.primary.set(t, "example.com.", 2, "@ 300 DNSKEY 257 3 13 AwEAAag=")
		b.DNSSEC = Hold
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		require.Len(t, b.target.ins, 1)
		assert.Equal(t, []zone.Finding{{Level: zone.Refused, Text: held}}, b.target.ins[0].Findings)
		b.DNSSEC, b.Store = Presigned, &MemoryStore{}
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.Empty(t, b.target.ins[1].Findings)
	})
}

var _ = dns.TypeA
