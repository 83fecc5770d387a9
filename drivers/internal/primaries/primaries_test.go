package primaries

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/secondary"
	"github.com/zonecast/zonecast/zone"
)

const apex = zone.Name("example.com.")

var kinds = map[string]func(testing.TB, servers.Setup) *servers.NameServer{"BIND": servers.BIND, "Knot": servers.Knot, "NSD": servers.NSD, "PowerDNS": servers.PowerDNS}

// target is where intents arrive.
type target struct {
	mu    sync.Mutex
	zones map[zone.Name]*zone.Zone
	kinds []string
}

func (p *target) take(_ context.Context, ins []zone.Intent) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.zones == nil {
		p.zones = map[zone.Name]*zone.Zone{}
	}
	for _, in := range ins {
		p.kinds = append(p.kinds, strings.TrimPrefix(fmt.Sprintf("%T", in.Wish), "zone."))
		switch w := in.Wish.(type) {
		case zone.Replace:
			p.zones[in.Zone] = w.Zone
		case zone.Patch:
			z, err := p.zones[in.Zone].Patch(w)
			if err != nil {
				return err
			}
			p.zones[in.Zone] = z
		case zone.Remove:
			delete(p.zones, in.Zone)
		}
	}
	return nil
}

func (p *target) zone(n zone.Name) *zone.Zone {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.zones[n]
}

func (p *target) told() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer func() { p.kinds = nil }()
	return p.kinds
}

// follow is a secondary of a server.
func follow(s *servers.NameServer, zones ...zone.Name) *secondary.Secondary {
	return &secondary.Secondary{Name: "crm", Differences: true, Primaries: []secondary.Primary{{Address: s.Addr, Key: secondary.Key(s.Key)}}, List: secondary.Static(zones)}
}

func filled(t testing.TB, name zone.Name, lines ...string) *zone.Zone {
	z, err := zone.Parse(name, servers.Bare(name).String()+strings.Join(lines, "\n"))
	require.NoError(t, err)
	return z
}

const everything = `www 300 A 192.0.2.1
www 300 AAAA 2001:db8::1
@ 300 MX 10 mail
mail 300 A 192.0.2.2
*.wild 300 TXT "one; \"two\"" "\195\188"
_sip._tcp 300 SRV 1 2 3 mail
alias 300 CNAME www
@ 300 CAA 0 issue "ca.example"
sub 300 NS ns.sub
ns.sub 300 A 192.0.2.3
t 300 TYPE65400 \# 3 010203
n 300 NAPTR 1 2 "u" "s" "!a!b!" mail`

func TestZonesOfEveryServerAreFollowed(t *testing.T) {
	for name, start := range kinds {
		t.Run(name, func(t *testing.T) {
			s := start(t, servers.Setup{Zones: []*zone.Zone{servers.Bare(apex), servers.Bare("example.org.")}})
			f, p := follow(s, apex, "example.org."), &target{}
			require.NoError(t, f.Once(t.Context(), p.take))
			assert.True(t, p.zone(apex).Equal(servers.Bare(apex)), p.zone(apex))
			assert.Equal(t, []string{"Replace", "Replace"}, p.told())
			require.NoError(t, f.Once(t.Context(), p.take))
			assert.Empty(t, p.told())

			want := filled(t, apex, everything)
			s.Fill(t, want)
			require.NoError(t, f.Once(t.Context(), p.take))
			assert.True(t, p.zone(apex).Only(notSOA).Equal(want.Only(notSOA)), "want\n%sgot\n%s", want, p.zone(apex))
			assert.True(t, p.zone(apex).Equal(s.Transfer(t, apex)) || len(p.told()) == 1 && p.zone(apex).Only(notSOA).Equal(s.Transfer(t, apex).Only(notSOA)))

			s.Kill(t)
			require.Eventually(t, func() bool { return f.Once(t.Context(), p.take) != nil }, 10*time.Second, 10*time.Millisecond,
				"the children of NSD outlive it for a moment")
			s.Start(t)
			require.NoError(t, f.Once(t.Context(), p.take))
			p.told()

			f.Primaries[0].Key = secondary.Key(s.Stranger)
			f.Store = &secondary.MemoryStore{}
			err := f.Once(t.Context(), p.take)
			require.Error(t, err, "who may not has nothing")
			assert.NotContains(t, err.Error(), s.Stranger.Secret)
			f.Primaries[0].Key = secondary.Key{Name: s.Key.Name, Secret: "b3RoZXI="}
			err = f.Once(t.Context(), p.take)
			require.Error(t, err)
			t.Log(err)
			assert.Empty(t, p.told())
		})
	}
}

func notSOA(s zone.RRset) bool { return s.Type != zone.SOA }

// update changes a zone as a CRM does.
func update(t *testing.T, s *servers.NameServer, lines ...string) {
	updateZone(t, s, "example.com", lines...)
}

func updateZone(t *testing.T, s *servers.NameServer, name string, lines ...string) {
	host, port, _ := net.SplitHostPort(s.Addr)
	cmd := exec.Command("nsupdate", "-v", "-y", fmt.Sprintf("%s:%s:%s", s.Key.Algorithm, s.Key.Name, s.Key.Secret))
	cmd.Stdin = strings.NewReader(fmt.Sprintf("server %s %s\nzone %s\n%s\nsend\n", host, port, name, strings.Join(lines, "\n")))
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func TestChangesComeAsDifferences(t *testing.T) {
	for _, name := range []string{"BIND", "Knot"} {
		t.Run(name, func(t *testing.T) {
			s := kinds[name](t, servers.Setup{Zones: []*zone.Zone{filled(t, apex, everything)}})
			f, p := follow(s, apex), &target{}
			require.NoError(t, f.Once(t.Context(), p.take))
			for i := range 5 {
				update(t, s, "update delete www.example.com A", fmt.Sprintf("update add www.example.com 300 A 192.0.2.%d", 100+i), fmt.Sprintf("update add h%d.example.com 60 TXT x", i))
				if i == 2 {
					continue // two steps at once
				}
				require.NoError(t, f.Once(t.Context(), p.take))
				assert.True(t, p.zone(apex).Only(notSOA).Equal(s.Transfer(t, apex).Only(notSOA)))
			}
			assert.Equal(t, []string{"Replace", "Patch", "Patch", "Patch", "Patch"}, p.told())
		})
	}
}

// A difference is of what the primary says, and a target may keep something else: by way
// of a journal it is right all the same, and nothing but the difference is journalled.
func TestDifferencesReachATargetThatKeepsThingsOtherwise(t *testing.T) {
	s := servers.BIND(t, servers.Setup{Zones: []*zone.Zone{filled(t, apex, everything, `t 5 TXT "a" "b"`, `t 5 TXT "a" "c"`)}})
	m := &provider.Memory{Can: provider.Traits{JoinsTXT: true, MinTTL: 60}}
	e := engine.Engine{Ledger: openLedger(t), Targets: []engine.Target{{Syncer: provider.Syncer{Target: "here", Provider: m}}}}
	f := follow(s, apex)
	var kinds []string
	pass := func() {
		require.NoError(t, f.Once(t.Context(), func(ctx context.Context, ins []zone.Intent) error {
			err := e.Run(ctx, func(yield func(zone.Intent, error) bool) {
				for _, in := range ins {
					if !yield(in, nil) {
						return
					}
				}
			})
			if err == nil {
				kinds = append(kinds, fmt.Sprintf("%T", ins[0].Wish))
			}
			return err
		}))
		want, _ := m.Can.Adjust(nil, s.Transfer(t, apex))
		plain := func(s zone.RRset) bool { return !s.Key.IsAuthority(apex) }
		require.True(t, m.Get(apex).Only(plain).Same(want.Only(plain)), "want\n%sgot\n%s", want, m.Get(apex))
	}
	pass()
	update(t, s, `update delete t.example.com TXT "a" "b"`)
	pass()
	update(t, s, `update add t.example.com 5 TXT "ab" "c"`, "update delete www.example.com")
	update(t, s, `update delete t.example.com TXT "a" "c"`)
	pass()
	assert.Equal(t, []string{"zone.Replace", "zone.Patch", "zone.Patch"}, kinds)
}

func TestZonesAreGotOverTLS(t *testing.T) {
	s := servers.BIND(t, servers.Setup{Zones: []*zone.Zone{filled(t, apex, everything)}})
	f, p := follow(s, apex), &target{}
	f.Primaries[0].Address, f.Primaries[0].TLS = s.TLS, &tls.Config{RootCAs: s.CA, ServerName: "localhost"}
	require.NoError(t, f.Once(t.Context(), p.take))
	assert.True(t, p.zone(apex).Equal(s.Transfer(t, apex)))
	update(t, s, "update add new.example.com 60 TXT x")
	require.NoError(t, f.Once(t.Context(), p.take))
	assert.Equal(t, []string{"Replace", "Patch"}, p.told())

	f.Store, f.Client.Timeout = &secondary.MemoryStore{}, time.Second
	f.Primaries[0].TLS = &tls.Config{RootCAs: s.CA, ServerName: "other.example"}
	require.ErrorContains(t, f.Once(t.Context(), p.take), "certificate")
	f.Primaries[0].Address, f.Primaries[0].TLS = s.Addr, &tls.Config{RootCAs: s.CA, ServerName: "localhost"}
	require.Error(t, f.Once(t.Context(), p.take), "never without TLS")
	assert.Empty(t, p.told())
}

func large(t testing.TB, records int) *zone.Zone {
	var b strings.Builder
	for i := range records {
		fmt.Fprintf(&b, "h%d 300 A 10.%d.%d.%d\n", i, i>>16&255, i>>8&255, i&255)
	}
	return filled(t, apex, b.String())
}

func TestALargeZoneIsGotWhole(t *testing.T) {
	want := large(t, 100_000)
	for name, start := range kinds {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "BIND" {
				t.Skip("it takes a while")
			}
			t.Parallel()
			s := start(t, servers.Setup{Zones: []*zone.Zone{want}})
			f, p := follow(s, apex), &target{}
			began := time.Now()
			require.NoError(t, f.Once(t.Context(), p.take))
			t.Logf("100,000 records by AXFR in %s", time.Since(began))
			assert.True(t, p.zone(apex).Only(notSOA).Equal(want.Only(notSOA)))
			if name == "NSD" || name == "PowerDNS" { // which know no differences
				return
			}
			update(t, s, "update add new.example.com 60 TXT x")
			began = time.Now()
			require.NoError(t, f.Once(t.Context(), p.take))
			t.Logf("one changed record by IXFR in %s", time.Since(began))
			assert.Equal(t, []string{"Replace", "Patch"}, p.told())
		})
	}
}

// proxy hands on what a server says, up to so many octets, and then hangs up.
func proxy(t *testing.T, to string, cut func() int64) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				up, err := net.Dial("tcp", to)
				if err != nil {
					return
				}
				defer up.Close()
				go io.Copy(up, c)
				io.CopyN(c, up, cut())
			}()
		}
	}()
	return l.Addr().String()
}

// The zone at the target is a whole version at any time, and never an older one than
// before, however often its transfer is cut.
func TestTransfersThatAreCutLeaveZonesWhole(t *testing.T) {
	cuts := 1000
	if testing.Short() || os.Getenv("CI") == "" {
		cuts = 100
	}
	cutTransfers(t, 500, cuts, 20, 3, 14_000)
}

func TestTransfersOfALargeZoneThatAreCutLeaveItWhole(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a while")
	}
	cutTransfers(t, 100_000, 20, 10, 1, 2_500_000)
}

// cutTransfers cuts that many transfers of a zone of a size, each after less than most
// octets. The zone changes each so many cuts, and of again that came whole one has all
// of it got again.
func cutTransfers(t *testing.T, size, cuts, each, again int, most int64) {
	s := servers.BIND(t, servers.Setup{Zones: []*zone.Zone{large(t, size)}})
	f, p := follow(s, apex), &target{}
	require.NoError(t, f.Once(t.Context(), p.take))
	versions := []*zone.Zone{p.zone(apex).Only(notSOA)}
	var mu sync.Mutex
	address := proxy(t, s.Addr, func() int64 { mu.Lock(); defer mu.Unlock(); return rand.Int64N(most) })
	f.Primaries[0].Address = address // UDP does not reach anybody there, so that all is asked over TCP
	whole, at := 0, 0                // transfers that came whole, and the version that the target has
	for i := range cuts {
		if i%each == 0 {
			update(t, s, fmt.Sprintf("update add x%d.example.com 60 TXT x", i))
			versions = append(versions, s.Transfer(t, apex).Only(notSOA))
			f.Store = &secondary.MemoryStore{} // all of it is got again
		}
		if f.Once(t.Context(), p.take) == nil {
			if whole++; whole%again == 0 {
				f.Store = &secondary.MemoryStore{}
			}
		}
		is := p.zone(apex).Only(notSOA)
		newer := slices.IndexFunc(versions[at:], is.Equal)
		require.GreaterOrEqual(t, newer, 0, "after %d cuts the target has no version of the zone, or one before version %d", i, at)
		at += newer
	}
	t.Logf("%d of %d came whole", whole, cuts)
	mu.Lock()
	most = 1 << 40
	mu.Unlock()
	for range 100 {
		if f.Once(t.Context(), p.take) == nil {
			break
		}
	}
	assert.True(t, p.zone(apex).Only(notSOA).Equal(s.Transfer(t, apex).Only(notSOA)))
}

// TestFirstLoad tells how long it takes until 1,000 small zones and a large one are
// here, and until nothing was found to be new: go test -run FirstLoad -v.
func TestFirstLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a while")
	}
	zones := []*zone.Zone{large(t, 100_000)}
	names := []zone.Name{apex}
	for i := range 1000 {
		n := zone.Name(fmt.Sprintf("z%d.example.", i))
		names, zones = append(names, n), append(zones, filled(t, n, everything))
	}
	s := servers.BIND(t, servers.Setup{Zones: zones})
	f, p := follow(s, names...), &target{}
	began := time.Now()
	require.NoError(t, f.Once(t.Context(), p.take))
	t.Logf("first load: %s", time.Since(began))
	assert.Len(t, p.told(), 1001)
	for _, key := range []servers.Key{s.Key, s.Key, s.Key, {}, {}, {}} {
		f.Primaries[0].Key = secondary.Key(key)
		began = time.Now()
		require.NoError(t, f.Once(t.Context(), p.take))
		t.Logf("nothing new, key %q: %s", key.Name, time.Since(began))
	}
	assert.Empty(t, p.told())
}

func TestBINDTellsItsZonesAndTheirSerials(t *testing.T) {
	port := servers.FreePort(t)
	const catalog = zone.Name("catalog.example.")
	members, err := zone.Parse(catalog, servers.Bare(catalog).String()+"version 0 TXT 2\na.zones 0 PTR example.com.\nb.zones 0 PTR example.org.\n")
	require.NoError(t, err)
	s := servers.BIND(t, servers.Setup{Zones: []*zone.Zone{servers.Bare(apex), servers.Bare("example.org."), members},
		Settings: fmt.Sprintf("}; statistics-channels { inet 127.0.0.1 port %d allow { 127.0.0.1; }; }; logging {", port)})

	f, p := follow(s), &target{}
	f.List = secondary.Statistics{URL: fmt.Sprintf("http://127.0.0.1:%d", port)}
	require.NoError(t, f.Once(t.Context(), p.take))
	assert.Len(t, p.told(), 3, "the catalog is a zone, too")
	update(t, s, "update add new.example.com 60 TXT x")
	require.NoError(t, f.Once(t.Context(), p.take))
	assert.Len(t, p.told(), 1, "of so small a zone BIND hands out all")

	f, p = follow(s), &target{}
	f.List = &secondary.Catalog{Name: catalog, Primaries: f.Primaries}
	require.NoError(t, f.Once(t.Context(), p.take))
	assert.Len(t, p.told(), 2)
	assert.True(t, p.zone(apex).Only(notSOA).Equal(s.Transfer(t, apex).Only(notSOA)))
}
