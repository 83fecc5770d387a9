package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/plesk"
	"github.com/zonecast/zonecast/zone"
)

// TestPayloadsAreServed has a panel say all that the reference has it say, one
// document after another, to a BIND and to a PowerDNS over MariaDB at once. What
// they serve then, dig is asked.
func TestPayloadsAreServed(t *testing.T) {
	if testing.Short() {
		t.Skip("three servers and thirty documents take a while")
	}
	docs := documents(t)
	wanted := map[zone.Name]*zone.Zone{}
	reverse := []zone.Name{"113.0.203.in-addr.arpa.", "c.0.0.0.a.a.0.0.8.b.d.0.1.0.0.2.ip6.arpa."}
	for _, doc := range docs {
		want(wanted, doc)
	}
	bind := servers.BIND(t, servers.Setup{Zones: unused(t, slices.Concat(reverse, slices.Collect(maps.Keys(wanted)), []zone.Name{"example.org."}))})
	pdns := servers.PowerDNS(t, servers.Setup{Zones: unused(t, reverse), Database: servers.MariaDB(t)})
	panel := newPanel(t, bind, pdns)

	for _, name := range slices.Sorted(maps.Keys(docs)) {
		lost := panel.say(t, docs[name])
		now := map[zone.Name]*zone.Zone{}
		want(now, docs[name])
		for _, s := range []*servers.NameServer{bind, pdns} {
			for _, z := range now {
				if lost[s.Software][string(z.Name())] {
					continue
				}
				if s == pdns {
					s.Admit(t, z.Name())
				}
				blocked := lost[s.Software]
				t.Run(fmt.Sprintf("%s/%s/%s", name, s.Software, z.Name()), func(t *testing.T) {
					assert.Subset(t, refusedBy[s.Software], slices.Collect(maps.Keys(blocked)), "what is not written is known")
					s.Serves(t, completed(s.Transfer(t, z.Name()), z, blocked))
				})
			}
		}
		panel.followUp(t, name, bind, pdns)
	}
	assert.Equal(t, "", panel.problems.String())
	panel.say(t, []byte(`[{"command":"delete","zone":{"name":"example.com."}}]`))
	assert.Equal(t, "REFUSED", pdns.Ask(t, "example.com.", zone.SOA).Status, "a zone that we made goes")
	assert.Equal(t, "NOERROR", bind.Ask(t, "example.com.", zone.SOA).Status, "one that was there does not")
}

// refusedBy is what of the documents cannot be written, as names with types: what
// their own rows contradict, and what a BIND does not take in its usual
// configuration (an MX to a name without an address, an address at a name that no
// host can have, what it signs with itself).
var refusedBy = map[string][]string{
	"BIND":     append([]string{"strings.example.MX", "strings.example.SOA", "strings.example.NS", "under_score.wild.example.A", "acl.example.TYPE65534"}, contradictions...),
	"PowerDNS": contradictions,
}

var contradictions = []string{"empty.example.", "conflict.example.CNAME", "www.conflict.example.", "www.conflict.example.A", "dup.conflict.example."}

// followUp asks what a document brings beside its zones.
func (p *panel) followUp(t *testing.T, name string, all ...*servers.NameServer) {
	for _, s := range all {
		switch name {
		case "05-create-ptrs.json", "07-mixed-batch.json":
			assert.Equal(t, []string{"example.com."}, s.Ask(t, "10.113.0.203.in-addr.arpa.", zone.PTR).Data(zone.PTR), s.Software)
		case "06-delete-ptrs.json":
			assert.Equal(t, "NXDOMAIN", s.Ask(t, "10.113.0.203.in-addr.arpa.", zone.PTR).Status, s.Software)
		}
	}
}

// completed is what of a zone could be written, with the SOA and the name servers
// that are there where it has none, or an SOA without a primary server.
func completed(live, want *zone.Zone, blocked map[string]bool) *zone.Zone {
	want = want.Only(func(s zone.RRset) bool { return !blocked[string(s.Name)+string(s.Type)] })
	p := zone.Plan{Zone: want.Name()}
	for _, t := range []zone.Type{zone.SOA, zone.NS} {
		k := zone.Key{Name: want.Name(), Type: t}
		was, ok := want.Get(k)
		if start, _ := want.Start(); !ok || t == zone.SOA && start.MName == zone.Root {
			s, _ := live.Get(k)
			p.Changes = append(p.Changes, zone.Change{Old: was, New: s})
		}
	}
	return want.Apply(p)
}

func documents(t *testing.T) map[string][]byte {
	files, err := filepath.Glob("../../plesk/testdata/payloads/*.json")
	require.NoError(t, err)
	require.Len(t, files, 30)
	docs := map[string][]byte{}
	for _, f := range files {
		docs[filepath.Base(f)], err = os.ReadFile(f)
		require.NoError(t, err)
	}
	return docs
}

// want adds the zones that a document wishes for.
func want(to map[zone.Name]*zone.Zone, doc []byte) {
	for in := range plesk.Decode(bytes.NewReader(doc)) {
		if r, ok := in.Wish.(zone.Replace); ok && r.Zone.Len() > 0 {
			to[in.Zone] = r.Zone
		}
	}
}

// unused are zones as a hoster makes them before anybody has said what is in them.
func unused(t *testing.T, names []zone.Name) (zones []*zone.Zone) {
	for _, n := range names {
		z, err := zone.Parse(n, "@ 3600 SOA ns.hoster.test. admin.hoster.test. 1 10800 3600 604800 3600\n@ 3600 NS ns.hoster.test.")
		require.NoError(t, err)
		zones = append(zones, z)
	}
	return zones
}

// A panel is one whose custom backend is zonecast.
type panel struct {
	config   string
	problems bytes.Buffer
}

func newPanel(t *testing.T, bind, pdns *servers.NameServer) *panel {
	dir := t.TempDir()
	p := &panel{config: filepath.Join(dir, "zonecast.yaml")}
	require.NoError(t, os.WriteFile(p.config, fmt.Appendf(nil, `
targets:
  - name: BIND
    driver: rfc2136
    options: {servers: [%q], authority: true, key: {name: %q, algorithm: %s, secret: %q}}
  - name: PowerDNS
    driver: powerdnssql
    options:
      {database: mysql, dsn: %q, name_servers: [ns1.example.net], api: {url: %q, key: %q}}
policy: {adopt: take, remove_after: 0s, on_remove: delete-created, limits: {share: 1, free: 1000}}
plesk: {wait: 60s}
`, bind.Addr, bind.Key.Name, bind.Key.Algorithm, bind.Key.Secret, pdns.Database.DSN(), pdns.API, pdns.APIKey), 0o600))
	return p
}

// say hands the program a document, and tells what it could not write, by target.
func (p *panel) say(t *testing.T, doc []byte) map[string]map[string]bool {
	var out bytes.Buffer
	run([]string{"plesk", "--json", "--config", p.config}, bytes.NewReader(doc), &out, &p.problems)
	lost := map[string]map[string]bool{"BIND": {}, "PowerDNS": {}}
	for line := range strings.Lines(out.String()) {
		var r struct {
			Target   string
			Zone     string
			Error    string
			Findings []struct {
				Level string
				Key   struct{ Name, Type string }
				Text  string
			}
		}
		require.NoError(t, json.Unmarshal([]byte(line), &r), line)
		assert.Empty(t, r.Error, line)
		for _, f := range r.Findings {
			if f.Level == "blocked" || f.Level == "refused" {
				t.Logf("%s: %s %s: %s: %s", r.Target, f.Key.Name, f.Key.Type, f.Level, f.Text)
				lost[r.Target][cmp.Or(f.Key.Name+f.Key.Type, r.Zone)] = true
			}
		}
	}
	return lost
}
