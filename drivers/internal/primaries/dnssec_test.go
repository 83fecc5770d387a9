package primaries

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/zonefile"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/secondary"
	"github.com/zonecast/zonecast/zone"
)

// A BIND that signs a zone and has its parent as well: without a DS there the zone goes
// on as it was before it was signed, and with one it does not.
func TestAZoneThatBINDSignsIsStripped(t *testing.T) {
	plain := filled(t, apex, everything)
	parent, err := zone.Parse("com.", servers.Bare("com.").String()+"example 300 NS ns1.example.net.\n")
	require.NoError(t, err)
	s := servers.BIND(t, servers.Setup{Zones: []*zone.Zone{plain, parent}, Settings: "dnssec-policy default;"})
	isSigned(t, s, "alias."+apex)
	store := &secondary.MemoryStore{}
	f := follow(s, apex)
	f.DNSSEC, f.Resolvers, f.Store = secondary.Strip, []string{s.Addr}, store
	var last zone.Intent
	pass := func() {
		last = zone.Intent{}
		require.NoError(t, f.Once(t.Context(), func(_ context.Context, ins []zone.Intent) error {
			last = ins[0]
			return nil
		}))
	}

	pass()
	require.Len(t, last.Findings, 1)
	assert.Contains(t, last.Findings[0].Text, "its parent has no DS for it, but caches may still have one")
	pass()
	assert.Nil(t, last.Wish)

	copies, err := store.Copies(t.Context(), f.Name)
	require.NoError(t, err)
	copies[0].Secured = time.Now().Add(-time.Second) // two days later
	require.NoError(t, store.Keep(t.Context(), f.Name, copies...))
	pass()
	got := last.Wish.(zone.Replace).Zone
	assert.True(t, got.Only(notSOA).Equal(plain.Only(notSOA)), "want\n%sgot\n%s", plain, got)

	updateZone(t, s, "com", "update add example.com 300 DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000")
	pass()
	require.Len(t, last.Findings, 1)
	assert.Equal(t, zone.Refused, last.Findings[0].Level)
	assert.Contains(t, last.Findings[0].Text, "its parent has a DS for it")
	updateZone(t, s, "com", "update delete example.com DS")
	pass()
	assert.Nil(t, last.Wish, "and it is two days again")

	// A server that has the zone alone denies its DS, and is not believed.
	alone := servers.BIND(t, servers.Setup{Zones: []*zone.Zone{plain}})
	f.Resolvers, f.Store = []string{alone.Addr}, &secondary.MemoryStore{}
	pass()
	assert.Contains(t, last.Findings[0].Text, "does not come from the parent of the zone")
}

// isSigned waits until a server has signed a name and has nothing more to do.
func isSigned(t *testing.T, s *servers.NameServer, name zone.Name) {
	var last *zone.Zone
	require.Eventually(t, func() bool {
		was := last
		last = s.Transfer(t, apex)
		_, ok := last.Get(zone.Key{Name: name, Type: zone.RRSIG})
		return ok && last.Equal(was)
	}, 20*time.Second, 300*time.Millisecond)
}

// hashed ends the options of BIND and begins a policy, which ends where they would.
const hashed = "hashed; }; dnssec-policy hashed { keys { csk lifetime unlimited algorithm ecdsap256sha256; }; nsec3param iterations 0 optout no salt-length 4;"

// A zone that BIND signs goes to zone files, from which other servers serve it octet for
// octet, TTLs and serial included, however it changes. PowerDNS is not among them: it
// makes the proofs of what is not there itself.
func TestAPresignedZoneIsServedAsItIs(t *testing.T) {
	for name, policy := range map[string]string{"NSEC": "default;", "NSEC3": hashed} {
		t.Run(name, func(t *testing.T) {
			plain := filled(t, apex, everything, "www 7 TXT less", "@ 86400 TXT more", "big 300 TYPE64 \\# 3 000100")
			s := servers.BIND(t, servers.Setup{Zones: []*zone.Zone{plain}, Settings: "dnssec-policy " + policy})
			isSigned(t, s, "alias."+apex)
			d := &zonefile.Dir{Path: t.TempDir()}
			y := provider.Syncer{Provider: d, Ledger: &provider.MemoryLedger{}}
			f := follow(s, apex)
			pass := func() {
				require.NoError(t, f.Once(t.Context(), func(ctx context.Context, ins []zone.Intent) error {
					for _, in := range ins {
						res, err := y.Sync(ctx, in)
						require.NoError(t, err)
						require.Equal(t, provider.Agreed, res.State, "%+v", res)
					}
					return nil
				}))
				z, err := d.Zone(t.Context(), apex)
				require.NoError(t, err)
				want := transferred(t, s)
				for _, name := range []string{"BIND", "Knot", "NSD"} {
					require.Equal(t, want, transferred(t, kinds[name](t, servers.Setup{Zones: []*zone.Zone{z}})), name)
				}
				out, err := exec.Command("dnssec-verify", "-z", "-o", "example.com", filepath.Join(d.Path, "example.com.zone")).CombinedOutput()
				require.NoError(t, err, "%s", out)
			}
			pass()
			update(t, s, "update delete www.example.com A", "update add new.example.com 77 A 192.0.2.77", "update delete mail.example.com")
			isSigned(t, s, "new."+apex)
			pass()
		})
	}
}

// transferred gives all records of a zone as a server has them, each octet of them.
func transferred(t *testing.T, s *servers.NameServer) (out []string) {
	m := new(dns.Msg).SetAxfr(string(apex))
	key := dns.Fqdn(s.Key.Name)
	m.SetTsig(key, dns.Fqdn(s.Key.Algorithm), 300, time.Now().Unix())
	answers, err := (&dns.Transfer{TsigSecret: map[string]string{key: s.Key.Secret}}).In(m, s.Addr)
	require.NoError(t, err)
	for a := range answers {
		require.NoError(t, a.Error)
		for _, r := range a.RR {
			r.Header().Name = strings.ToLower(r.Header().Name)
			buf := make([]byte, dns.Len(r)+1)
			n, err := dns.PackRR(r, buf, 0, nil, false)
			require.NoError(t, err)
			out = append(out, fmt.Sprintf("%s %s %x", r.Header().Name, dns.TypeToString[r.Header().Rrtype], buf[:n]))
		}
	}
	slices.Sort(out)
	return out
}
