package provider_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func ptr(name zone.Name, host string) zone.Record {
	return zone.Record{Name: name, Type: zone.PTR, TTL: 300, Data: host}
}

func patch(t *testing.T, s *provider.Syncer, at zone.Name, p zone.Patch) provider.Result {
	t.Helper()
	res, err := s.Sync(context.Background(), zone.Intent{Zone: at, Wish: p})
	require.NoError(t, err)
	return res
}

func reverseZone(t *testing.T, name zone.Name, text string) *zone.Zone {
	t.Helper()
	z, err := zone.Parse(name, text)
	require.NoError(t, err)
	return z
}

func TestAPatchGoesIntoTheZoneWithTheLongestName(t *testing.T) {
	for _, ledger := range []provider.Ledger{nil, &provider.MemoryLedger{}} {
		m := &provider.Memory{}
		s := provider.Syncer{Provider: m, Ledger: ledger, Reverse: provider.Reverse{PTR: provider.PTRAdd}}
		m.Put(reverseZone(t, "0.203.in-addr.arpa.", ""))
		m.Put(reverseZone(t, "113.0.203.in-addr.arpa.", "10 300 PTR other.example."))
		at := zone.Name("10.113.0.203.in-addr.arpa.")

		res := patch(t, &s, at, zone.Patch{Add: []zone.Record{ptr(at, "example.com.")}})
		assert.Equal(t, zone.Name("113.0.203.in-addr.arpa."), res.Zone)
		says(t, res, provider.Agreed, "+ 10.113.0.203.in-addr.arpa. 300 PTR example.com.")
		assert.Equal(t, 1, m.Get("113.0.203.in-addr.arpa.").Len())
		assert.True(t, patch(t, &s, at, zone.Patch{Add: []zone.Record{ptr(at, "example.com.")}}).Plan.Empty(), "twice is once")

		says(t, patch(t, &s, at, zone.Patch{Drop: []zone.Record{ptr(at, "example.com.")}}), provider.Agreed, "- 10.113.0.203.in-addr.arpa. 300 PTR example.com.")
		assert.True(t, patch(t, &s, at, zone.Patch{Drop: []zone.Record{ptr(at, "example.com.")}}).Plan.Empty(), "gone is gone")
		got, _ := m.Get("113.0.203.in-addr.arpa.").Get(zone.Key{Name: at, Type: zone.PTR})
		assert.Equal(t, []string{"other.example."}, got.Data)
	}
}

func TestAPatchNeverReachesTheTopOfATree(t *testing.T) {
	m := &provider.Memory{}
	for _, n := range []zone.Name{".", "arpa.", "in-addr.arpa.", "ip6.arpa.", "com."} {
		m.Put(reverseZone(t, n, ""))
	}
	s := provider.Syncer{Provider: m}
	for _, n := range []zone.Name{"10.113.0.203.in-addr.arpa.", "1.0.0.2.ip6.arpa.", "example.com."} {
		res := patch(t, &s, n, zone.Patch{Add: []zone.Record{ptr(n, "x.example.")}})
		says(t, res, provider.Unmanaged, "note: the target has no zone for this name")
		assert.Zero(t, res.State.ExitCode())
	}
}

func TestAPatchRespectsWhatIsThere(t *testing.T) {
	m := &provider.Memory{NameServers: []zone.Name{"ns.example.net."}}
	s := provider.Syncer{Provider: m}
	z := reverseZone(t, "113.0.203.in-addr.arpa.", "@ 300 NS ns.example.net.\n5 300 CNAME 5.0-63")
	m.Put(z.Protect(zone.Protected{Key: zone.Key{Name: "6.113.0.203.in-addr.arpa.", Type: zone.PTR}, Reason: "managed elsewhere"}))
	says(t, patch(t, &s, z.Name(), zone.Patch{Add: []zone.Record{
		ptr("5.113.0.203.in-addr.arpa.", "a.example."),
		ptr("6.113.0.203.in-addr.arpa.", "b.example."),
		ptr("7.113.0.203.in-addr.arpa.", "c.example."),
		{Name: "113.0.203.in-addr.arpa.", Type: zone.NS, TTL: 300, Data: "evil.example."},
	}}), provider.Blocked, "+ 7.113.0.203.in-addr.arpa. 300 PTR c.example.",
		`blocked: 5.113.0.203.in-addr.arpa. PTR: "a.example." cannot stand beside what is there`,
		"blocked: 6.113.0.203.in-addr.arpa. PTR: protected at the target: managed elsewhere")
	_, err := s.Sync(context.Background(), zone.Intent{Zone: z.Name(), Wish: zone.Patch{Add: []zone.Record{ptr("x.example.", "y.example.")}}})
	assert.ErrorIs(t, err, zone.ErrOutOfZone)
}

func TestAPatchIsRemembered(t *testing.T) {
	s := newStage(t, "@ 300 TXT foreign")
	add := zone.Record{Name: example, Type: zone.TXT, TTL: 300, Data: `"token"`}
	patch(t, &s.Syncer, example, zone.Patch{Add: []zone.Record{add}})
	s.has("@ 300 TXT foreign\n@ 300 TXT token")
	base, err := s.Ledger.Base(context.Background(), "memory", example)
	require.NoError(t, err)
	got, _ := base.Wrote.Get(zone.Key{Name: example, Type: zone.TXT})
	assert.Equal(t, []string{`"token"`}, got.Data, "ours alone")
	says(t, s.sync("www 300 A 192.0.2.1"), provider.Agreed, "+ www.example.com. 300 A 192.0.2.1", `- example.com. 300 TXT "token"`)
}

func TestAPatchThatTakesTooMuchIsHeld(t *testing.T) {
	var lines string
	var drop []zone.Record
	for _, n := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"} {
		lines += n + " 300 A 192.0.2.1\n"
		name, _ := example.Join(n)
		drop = append(drop, zone.Record{Name: name, Type: zone.A, Data: "192.0.2.1"})
	}
	s := newStage(t, "")
	s.sync(lines)
	res := patch(t, &s.Syncer, example, zone.Patch{Drop: drop})
	assert.Equal(t, provider.Held, res.State)
	s.has(lines)
	s.Approved = []zone.Digest{res.Held.Digest()}
	assert.Equal(t, provider.Agreed, patch(t, &s.Syncer, example, zone.Patch{Drop: drop}).State, "an approval lets it through")
	s.has("")
}
