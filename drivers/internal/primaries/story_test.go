package primaries

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/secondary"
	"github.com/zonecast/zonecast/zone"
)

const second = zone.Name("example.org.")

// numbered is a zone with another serial.
func numbered(z *zone.Zone, serial uint32) *zone.Zone {
	start, _ := z.Start()
	start.Serial = serial
	old, _ := z.Get(zone.Key{Name: z.Name(), Type: zone.SOA})
	next := old
	next.Data = []string{start.String()}
	return z.Apply(zone.Plan{Zone: z.Name(), Changes: []zone.Change{{Old: old, New: next}}})
}

// A story is a server, a secondary of it, and the target.
type story struct {
	*servers.NameServer
	*secondary.Secondary
	*target
	store *secondary.MemoryStore
	list  string
}

func (s *story) lists(t *testing.T, text string) {
	require.NoError(t, os.WriteFile(s.list, []byte(text), 0o644))
}

// pass has the secondary look once, and gives what the target was told.
func (s *story) pass(t *testing.T) []string {
	t.Helper()
	require.NoError(t, s.Once(t.Context(), s.take))
	return s.told()
}

// has wants the target to have what the server has, and that to be z.
func (s *story) has(t *testing.T, z *zone.Zone) {
	t.Helper()
	got := s.target.zone(z.Name())
	assert.True(t, got.Only(notSOA).Equal(z.Only(notSOA)), "want\n%sgot\n%s", z, got)
	assert.True(t, got.Only(notSOA).Equal(s.Transfer(t, z.Name()).Only(notSOA)))
	kept, err := s.store.Content(t.Context(), s.Name, z.Name())
	require.NoError(t, err)
	assert.Equal(t, s.Serial(t, z.Name()), kept.Serial())
}

// later makes what the list has lost be lost for longer.
func (s *story) later(t *testing.T, by time.Duration) {
	copies, err := s.store.Copies(t.Context(), s.Name)
	require.NoError(t, err)
	for _, c := range copies {
		if !c.Gone.IsZero() {
			c.Gone = c.Gone.Add(-by)
		}
		require.NoError(t, s.store.Keep(t.Context(), s.Name, c))
	}
}

// suspect wants a pass to find the zone suspect and to change nothing.
func (s *story) suspect(t *testing.T, when string) {
	t.Helper()
	_, ok := errors.AsType[*secondary.SuspectError](s.Once(t.Context(), s.take))
	assert.True(t, ok, when)
	assert.Empty(t, s.told(), when)
}

// What happens to zones in their lives, at every server, with a key and without one.
func TestTheStoryOfAZoneAtEveryServer(t *testing.T) {
	for name, start := range kinds {
		for _, open := range []bool{false, true} {
			t.Run(name+map[bool]string{true: " without TSIG", false: " with TSIG"}[open], func(t *testing.T) {
				t.Parallel()
				port := fmt.Sprintf("127.0.0.1:%d", servers.FreePort(t))
				was := numbered(servers.Bare(apex), 1<<32-1)
				n := start(t, servers.Setup{Open: open, Notify: port, Zones: []*zone.Zone{was, servers.Bare(second)}})
				s := &story{NameServer: n, Secondary: follow(n), target: &target{}, store: &secondary.MemoryStore{}, list: filepath.Join(t.TempDir(), "zones.list")}
				s.List, s.Secondary.Store = secondary.File(s.list), s.store
				if open {
					s.Primaries[0].Key = secondary.Key{}
				}
				s.comesAndGoes(t, was)
				s.goesBack(t)
				s.isNotified(t, port)
			})
		}
	}
}

// comesAndGoes: zones are added, changed while serials wrap, and removed; the list is
// bad; the server is killed.
func (s *story) comesAndGoes(t *testing.T, was *zone.Zone) {
	s.lists(t, "example.com\n")
	assert.Equal(t, []string{"Replace"}, s.pass(t))
	s.has(t, was)
	s.lists(t, "example.com\nexample.org\n")
	assert.Equal(t, []string{"Replace"}, s.pass(t), "a zone was added")
	s.has(t, servers.Bare(second))

	full := filled(t, apex, everything)
	s.Fill(t, full)
	assert.Less(t, s.Serial(t, apex), uint32(9), "the serial has wrapped")
	assert.Len(t, s.pass(t), 1)
	s.has(t, full)

	for i, bad := range []string{"example.com\nexample.o", "", "# nothing\n", "<html>\n"} {
		s.lists(t, bad)
		require.ErrorContains(t, s.Once(t.Context(), s.take), "list: ", "%q", bad)
		assert.Empty(t, s.told(), "%q", bad)
		s.later(t, time.Hour)
		if i == 0 {
			s.Fill(t, filled(t, second, "www 300 A 192.0.2.1"))
			require.Error(t, s.Once(t.Context(), s.take))
			assert.Len(t, s.told(), 1, "what is known is followed all the same")
		}
	}
	s.lists(t, "example.com\n")
	assert.Empty(t, s.pass(t))
	assert.Empty(t, s.pass(t))
	s.later(t, 11*time.Minute)
	assert.Equal(t, []string{"Remove"}, s.pass(t))
	assert.Nil(t, s.target.zone(second))

	s.Kill(t)
	require.Eventually(t, func() bool { return s.Once(t.Context(), s.take) != nil }, 10*time.Second, 10*time.Millisecond,
		"the children of NSD outlive it for a moment")
	assert.Empty(t, s.told())
	s.Start(t)
	assert.Empty(t, s.pass(t))
	s.has(t, full)
}

// goesBack: the server is restored from a backup, and worked on.
func (s *story) goesBack(t *testing.T) {
	full, old := numbered(s.target.zone(apex), s.Serial(t, apex)), filled(t, apex, "www 300 A 192.0.2.9")
	s.Restore(t, numbered(old, full.Serial()-7))
	s.suspect(t, "the serial went backwards")
	s.Restore(t, numbered(old, full.Serial()))
	s.suspect(t, "and up again to an equal number")
	s.Restore(t, numbered(old, full.Serial()+1))
	s.suspect(t, "and above")
	s.Restore(t, numbered(full, full.Serial()+2))
	s.pass(t)
	s.has(t, full)

	s.Restore(t, numbered(old, full.Serial()-3))
	s.suspect(t, "once more")
	n, err := s.store.Force(t.Context(), s.Name)
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	assert.Equal(t, []string{"Replace"}, s.pass(t))
	s.has(t, old)
}

// isNotified: changes come at once by NOTIFY, and by the next poll where it is lost.
func (s *story) isNotified(t *testing.T, address string) {
	if s.Software == "PowerDNS" && s.Primaries[0].Key.Name == "" { // or it signs what it says with a key that nobody knows here
		s.Control(t, "set-meta", "example.com", "TSIG-ALLOW-AXFR")
	}
	for i, lost := range []bool{true, false} {
		s.Poll, s.Secondary.Notify = time.Hour, []string{address}
		if lost {
			s.Poll, s.Secondary.Notify = time.Second, nil
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx, s.take) }()
		require.Eventually(t, func() bool { return s.Status().Ready && (lost || listens(address)) }, 10*time.Second, 5*time.Millisecond)
		want := filled(t, apex, fmt.Sprintf("www 300 A 192.0.2.%d", 20+i))
		began := time.Now()
		s.Fill(t, want)
		if s.Software == "PowerDNS" && !lost { // which looks for what has changed each minute
			s.Tell(t, "notify", "example.com")
		}
		require.Eventually(t, func() bool { return s.target.zone(apex).Only(notSOA).Equal(want.Only(notSOA)) }, 20*time.Second, 5*time.Millisecond, "lost: %v", lost)
		t.Logf("lost: %v; the change was there after %s", lost, time.Since(began).Round(time.Millisecond))
		cancel()
		require.NoError(t, <-done)
	}
}

// listens reports whether somebody listens for NOTIFY.
func listens(address string) bool {
	c, err := net.Dial("tcp", address)
	if err == nil {
		c.Close()
	}
	return err == nil
}
