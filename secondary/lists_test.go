package secondary

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/testbed"
	"github.com/zonecast/zonecast/zone"
)

func file(t testing.TB, dir, name, text string) string {
	path := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

// said gives what a list says: names, or the error.
func said(entries []Entry, err error) string {
	if err != nil {
		return err.Error()
	}
	var out []string
	for _, e := range entries {
		text := strings.TrimSuffix(string(e.Name), ".")
		if e.Serial != nil {
			text += fmt.Sprintf("=%d", *e.Serial)
		}
		if e.Member != "" {
			text += "(" + e.Member + ")"
		}
		if e.Heir != "" {
			text += ">" + strings.TrimSuffix(string(e.Heir), ".")
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

func TestAFolderIsAList(t *testing.T) {
	dir := t.TempDir()
	d := Directory{Path: dir, Suffix: ".zone"}
	assert.Contains(t, said(d.Zones(t.Context())), "the folder has no zones")
	for _, name := range []string{"example.com.zone", "example.org.zone", ".example.net.zone", "readme", "example.com.zone~", "sub.zone/x"} {
		file(t, dir, name, "")
	}
	assert.Equal(t, "example.com example.org", said(d.Zones(t.Context())))
	file(t, dir, "a..b.zone", "")
	assert.Contains(t, said(d.Zones(t.Context())), "empty label")
	assert.Contains(t, said(Directory{Path: dir + "/none"}.Zones(t.Context())), "no such file")
	assert.Contains(t, said(File(dir+"/none").Zones(t.Context())), "no such file")
	assert.Equal(t, "example.com", said(File(file(t, dir, "list", "example.com\n")).Zones(t.Context())))
	assert.Equal(t, "b.example", said(Static{"B.example"}.Zones(t.Context())))
}

func TestRsyncFetchesAListFirst(t *testing.T) {
	testbed.Need(t, "rsync")
	from, to := file(t, t.TempDir(), "zones.list", "example.com\n"), t.TempDir()
	r := &Rsync{From: from, To: to, Every: time.Hour, List: File(filepath.Join(to, "zones.list"))}
	assert.Equal(t, "example.com", said(r.Zones(t.Context())))
	require.NoError(t, os.WriteFile(from, nil, 0o644))
	assert.Equal(t, "example.com", said(r.Zones(t.Context())), "not before its time")
	r.Every = 0
	assert.Contains(t, said(r.Zones(t.Context())), "the list has no zones", "that rsync calls an empty file a success is no matter")
	require.NoError(t, os.Remove(from))
	assert.Contains(t, said(r.Zones(t.Context())), "the file does not exist there (exit status 23)")
}

func TestRsyncIsToldWhatItNeeds(t *testing.T) {
	var argv []string
	r := &Rsync{From: "rsync://u@host/m/zones.list", To: "/d", PasswordFile: "/secret", List: Static{"a.example"},
		Command: func(ctx context.Context, name string, args ...string) *exec.Cmd {
			argv = append([]string{name}, args...)
			return exec.CommandContext(ctx, "/nothing/there")
		}}
	assert.Contains(t, said(r.Zones(t.Context())), "rsync rsync://u@host/m/zones.list: ")
	assert.Equal(t, "rsync --times --checksum --timeout=10 --contimeout=5 --password-file=/secret -- rsync://u@host/m/zones.list /d/", strings.Join(argv, " "))
}

func TestTheConfigurationOfABINDIsAList(t *testing.T) {
	for text, want := range map[string]string{
		`zone "example.com" { type primary; file "x"; }; zone "Example.org." IN { type master; };`: "example.com example.org",
		`// zone "no1.example" { type primary; };
		 # zone "no2.example" { type primary; };
		 /* zone "no3.example" { type primary; }; */
		 options { directory "/x"; listen-on port 53 { 127.0.0.1; }; allow-query { any; }; };
		 zone example.com { allow-update { none; }; type primary; };`: "example.com",
		`zone "." { type hint; file "root"; }; zone "localhost" { type master; }; zone "127.in-addr.arpa" { type primary; };
		 zone "f.example" { type forward; }; zone "s.example" { type slave; }; zone "ch.example" CH { type primary; };
		 zone "0/25.2.0.192.in-addr.arpa" { type primary; };`: "0/25.2.0.192.in-addr.arpa",
		`view "in" { match-clients { 10/8; }; zone "in.example" { type primary; }; };
		 view "out" IN { zone "out.example" { type primary; }; zone "in.example" { in-view "in"; }; };`: "in.example out.example",
		`zone "a\"b.example" { type primary; };`:                   `"a\"b.example": has what no name of a zone has`,
		`include "more.conf"; zone "z.example" { type primary; };`: "more.example z.example",
		`include "loop.conf";`:                                     "nested too deeply",
		`include "missing.conf";`:                                  "no such file",
		``:                                                         "the list has no zones",
		`options { directory "/x"; };`:                             "the list has no zones",
		`zone "a.example" { type primary; }; zone "b.exa`:          "line 1: a text in quotes has no end",
		`zone "a.example" { type primary; }; zone "b.example" { type`: "line 1: a block has no end: the file was cut",
		`zone "a.example" { type primary; }; zone "b.example"`:        "line 1: the last statement has no end: the file was cut",
		"zone \"a.example\" { type primary; };\n/* ":                  "line 2: a comment has no end: the file was cut",
		`zone "a.example" { type primary; }; };`:                      "line 1: there is a } too many",
		`zone "a.example" { file "x"; };`:                             `zone "a.example": has no type`,
		strings.Repeat("a {", 100):                                    "nested too deeply",
	} {
		dir := t.TempDir()
		file(t, dir, "more.conf", `zone "more.example" { type primary; };`)
		file(t, dir, "loop.conf", `include "loop.conf";`)
		got := said(NamedConf{Path: file(t, dir, "named.conf", text)}.Zones(t.Context()))
		assert.True(t, got == want || strings.Contains(got, want) && strings.Contains(want, " ") && strings.Contains(got, dir), "%s\nwant %s\ngot  %s", text, want, got)
	}
	path := file(t, t.TempDir(), "x", `view a { zone "a.example" { type slave; }; }; view b { zone "b.example" { type slave; }; };`)
	assert.Equal(t, "b.example", said(NamedConf{Path: path, Types: []string{"slave"}, Views: []string{"b"}}.Zones(t.Context())))
}

const catalogName = "catalog.example."

func TestCatalogs(t *testing.T) {
	for text, want := range map[string]string{
		"version TXT 2\na.zones PTR example.com.\nb.zones PTR example.org.\ngroup.a.zones TXT g\ncoo.b.zones PTR other.example.\nx.ext TXT y": "example.com(a) example.org(b)>other.example",
		"version TXT 1\na.zones PTR example.com.":                                                                                  `want one TXT "2" at version`,
		"a.zones PTR example.com.":                                                                                                 `want one TXT "2" at version`,
		"version TXT 2\nversion TXT 3\na.zones PTR example.com.":                                                                   `want one TXT "2" at version`,
		"version TXT 2\na.zones PTR example.com.\na.zones PTR example.org.":                                                        "a.zones.catalog.example.: want one PTR for each member",
		"version TXT 2\na.zones PTR example.com.\nb.zones PTR example.com.":                                                        "the zone example.com.: is there twice",
		"version TXT 2\na.zones PTR example.com.\ncoo.a.zones PTR x.\ncoo.a.zones PTR y.":                                          "coo.a.zones.catalog.example.: want one PTR for the catalog that is to have the zone",
		"version TXT 2\na.zones PTR example.com.\ncoo.a.zones PTR .":                                                               "the root is no zone to follow",
		"version TXT 2\na.zones PTR example.com.\ncoo.a.zones TXT x.":                                                              "example.com(a)",
		"version TXT 2\na.zones PTR catalog.example.":                                                                              "the catalog lists itself",
		"version TXT 2\na.zones PTR example.com.\nx.y.zones PTR other.example.\nzones PTR no.example.\na.notzones PTR no.example.": "example.com(a)",
		"version A 192.0.2.1\na.zones PTR example.com.":                                                                            `want one TXT "2" at version`,
		"version CNAME x\na.zones PTR example.com.":                                                                                `want one TXT "2" at version`,
		"version TXT 2\na.zones CNAME example.com.":                                                                                "the list has no zones",
		"version TXT 2\n*.zones PTR example.com.":                                                                                  "example.com(*)",
		"version TXT 2":                         "the list has no zones",
		"version TXT 2\na.zones PTR .":          "the root is no zone to follow",
		"version TXT 2\na.zones PTR a\\032b.c.": "has what no name of a zone has",
	} {
		z, err := zone.Parse(catalogName, "$TTL 0\n@ SOA . . 1 2 3 4 5\n@ NS invalid.\n"+text)
		require.NoError(t, err, text)
		got := said(ParseCatalog(z))
		assert.True(t, got == want || strings.HasPrefix(got, "catalog catalog.example.: ") && strings.HasSuffix(got, want), "%s\nwant %s\ngot  %s", text, want, got)
	}
}

func catalogLines(members ...string) []string {
	lines := []string{"version 0 TXT 2"}
	for _, m := range members {
		id, name, _ := strings.Cut(m, "=")
		lines = append(lines, id+".zones 0 PTR "+name+".")
	}
	return lines
}

func TestZonesOfACatalogAreFollowed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "a.example.", "b.example.")
		c := &Catalog{Name: catalogName, Primaries: b.Primaries, Client: b.Client}
		b.List, b.Notify, b.Poll = c, []string{ours}, time.Hour
		b.primary.set(t, catalogName, 1, catalogLines("x=a.example")...)
		b.run(t)
		time.Sleep(10 * time.Second)
		assert.Equal(t, []string{"a.example. Replace"}, b.target.told())
		b.primary.set(t, catalogName, 2, catalogLines("x=a.example", "y=b.example")...)
		assert.Zero(t, b.notify(t, "192.0.2.53:1", "udp", catalogName, ""))
		time.Sleep(10 * time.Second)
		assert.Equal(t, []string{"b.example. Replace"}, b.target.told(), "the catalog is read again at once")

		// A member with another label begins anew; the target is told what the zone is,
		// and never that it is gone.
		b.primary.set(t, catalogName, 3, catalogLines("z=a.example", "y=b.example")...)
		before := b.primary.count("AXFR")
		b.notify(t, "192.0.2.53:1", "udp", catalogName, "")
		time.Sleep(10 * time.Second)
		assert.Equal(t, before+2, b.primary.count("AXFR"))
		assert.Equal(t, []string{"a.example. Replace"}, b.target.told())

		b.primary.set(t, catalogName, 4, "version 0 TXT 9")
		time.Sleep(24 * time.Hour)
		assert.Empty(t, b.target.told(), "a broken catalog changes nothing")
		c.Takes = func(n zone.Name) bool { return n != "b.example." }
		b.primary.set(t, catalogName, 5, catalogLines("z=a.example", "y=b.example")...)
		time.Sleep(24 * time.Hour)
		assert.Empty(t, b.target.told(), "nor one that has what it may not have")
	})
}

const statisticsText = `{"json-stats-version":"1.7","views":{
	"_default":{"zones":[
		{"name":"example.com","class":"IN","serial":7,"type":"primary","loaded":"2026-01-01T00:00:00Z"},
		{"name":"localhost","class":"IN","serial":1,"type":"primary"},
		{"name":"slave.example","class":"IN","serial":1,"type":"secondary"},
		{"name":"broken.example","class":"IN","type":"primary"},
		{"name":"10.in-addr.arpa","class":"IN","serial":0,"type":"builtin"}]},
	"other":{"zones":[{"name":"EXAMPLE.org","class":"IN","serial":4294967295,"type":"master"},{"name":"example.com","class":"IN","serial":8,"type":"primary"}]},
	"_bind":{"zones":[{"name":"authors.bind","class":"CH","serial":0,"type":"primary"},{"name":"x.bind","class":"IN","serial":0,"type":"primary"}]}}}`

func TestTheStatisticsOfABINDAreAList(t *testing.T) {
	read := func(s Statistics, text string) string { return said(s.read(strings.NewReader(text))) }
	assert.Equal(t, "example.com broken.example example.org=4294967295", read(Statistics{}, statisticsText))
	assert.Equal(t, "example.com=7 broken.example", read(Statistics{Views: []string{"_default"}}, statisticsText))
	assert.Equal(t, "slave.example=1", read(Statistics{Types: []string{"secondary"}}, statisticsText))
	for n := range len(statisticsText) - 1 {
		_, err := Statistics{}.read(strings.NewReader(statisticsText[:n]))
		require.Error(t, err, "cut after %d octets", n)
	}
	assert.Equal(t, errNoViews.Error(), read(Statistics{}, `{}`))
	assert.Equal(t, errEmptyList.Error(), read(Statistics{}, `{"views":{}}`))

	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/json/v1/zones" {
			http.NotFound(w, r)
			return
		}
		w.Write([]byte(statisticsText))
	}))
	defer s.Close()
	assert.Equal(t, "example.com broken.example example.org=4294967295", said(Statistics{URL: s.URL}.Zones(t.Context())))
	assert.Contains(t, said(Statistics{URL: s.URL + "/else"}.Zones(t.Context())), "404")
}

func TestSerialsOfAListNeedNoQuestion(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, z)
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		one, two := uint32(1), uint32(2)
		b.list.entries[0].Serial = &one
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.Zero(t, b.primary.count("SOA"))
		b.primary.set(t, z, 2, "www 300 A 192.0.2.2")
		b.list.entries[0].Serial = &two
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.Equal(t, []string{"example.com. Replace", "example.com. Patch"}, b.target.told())
		assert.Zero(t, b.primary.count("SOA"))
	})
}

func FuzzNamedConf(f *testing.F) {
	f.Add(`include "x"; view v { zone "example.com" IN { type primary; }; }; // x`)
	f.Add("zone a { type master; }; /* */ # \n")
	f.Fuzz(func(t *testing.T, text string) {
		r := confReader{NamedConf: NamedConf{Types: []string{"primary"}}, seen: map[zone.Name]bool{}, read: func(path string) ([]byte, error) {
			if path == "named.conf" {
				return []byte(text), nil
			}
			return nil, errors.New("none")
		}}
		if r.file("named.conf", "", 0) != nil {
			return
		}
		for _, e := range r.entries {
			n, err := zone.ParseName(string(e.Name))
			require.NoError(t, err)
			require.Equal(t, n, e.Name)
		}
	})
}

func FuzzStatistics(f *testing.F) {
	f.Add(statisticsText)
	f.Fuzz(func(t *testing.T, text string) {
		entries, err := Statistics{}.read(strings.NewReader(text))
		require.Equal(t, err == nil, len(entries) > 0)
	})
}

func FuzzCatalog(f *testing.F) {
	f.Add("version TXT 2\na.zones PTR example.com.\n")
	f.Fuzz(func(t *testing.T, text string) {
		z, err := zone.Parse(catalogName, "$TTL 0\n"+text)
		if err != nil {
			return
		}
		entries, err := ParseCatalog(z)
		require.Equal(t, err == nil, len(entries) > 0)
		seen := map[zone.Name]bool{}
		for _, e := range entries {
			require.False(t, seen[e.Name])
			require.NotEmpty(t, e.Member)
			seen[e.Name] = true
		}
	})
}

// owners is who follows each zone, as the program keeps it for its sources.
type owners struct {
	mu   sync.Mutex
	of   map[zone.Name]string
	heir map[zone.Name]zone.Name
}

func (o *owners) takes(source string, catalog zone.Name) func(Entry) bool {
	return func(e Entry) bool {
		o.mu.Lock()
		defer o.mu.Unlock()
		switch owner := o.of[e.Name]; {
		case owner == "" || owner != source && o.heir[e.Name] == catalog:
			o.of[e.Name] = source
		case owner != source:
			return false
		}
		if e.Member != "" {
			o.heir[e.Name] = e.Heir
		}
		return true
	}
}

// A zone that passes to another catalog is never removed: neither while both have it,
// nor when the former one drops it, nor when it is dropped there before the new one has it.
func TestAZonePassesFromOneCatalogToAnother(t *testing.T) {
	const other = "other.example."
	for name, hasty := range map[string]bool{"as it should": false, "dropped too soon": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := newBed(t, "a.example.", "b.example.")
				o := &owners{of: map[zone.Name]string{}, heir: map[zone.Name]zone.Name{}}
				b.List, b.Takes = &Catalog{Name: catalogName, Primaries: b.Primaries, Client: b.Client}, o.takes("crm", catalogName)
				b.primary.set(t, catalogName, 1, catalogLines("x=a.example", "y=b.example")...)
				b.primary.set(t, other, 1, catalogLines("z=c.example")...)
				b.primary.set(t, "c.example.", 1)
				second := &Secondary{Name: "second", Primaries: b.Primaries, Client: b.Client,
					List: &Catalog{Name: other, Primaries: b.Primaries, Client: b.Client}, Takes: o.takes("second", other)}
				its := &bed{net: b.net, target: &published{}, Secondary: second}
				b.run(t)
				its.run(t)
				time.Sleep(5 * time.Minute)
				b.target.told()
				assert.Equal(t, []string{"c.example. Replace"}, its.target.told())

				b.primary.set(t, other, 2, catalogLines("z=c.example", "w=a.example")...)
				time.Sleep(30 * time.Minute)
				assert.Empty(t, its.target.told(), "who lists it first keeps it")
				b.primary.set(t, other, 3, catalogLines("z=c.example")...)
				time.Sleep(5 * time.Minute)

				b.primary.set(t, catalogName, 2, append(catalogLines("x=a.example", "y=b.example"), "coo.x.zones 0 PTR "+other)...)
				time.Sleep(5 * time.Minute)
				if hasty {
					b.primary.set(t, catalogName, 3, catalogLines("y=b.example")...)
					time.Sleep(5 * time.Minute)
				}
				b.primary.set(t, other, 4, catalogLines("z=c.example", "w=a.example")...)
				time.Sleep(5 * time.Minute)
				assert.Equal(t, []string{"a.example. Replace"}, its.target.told())
				b.primary.set(t, catalogName, 4, catalogLines("y=b.example")...)
				time.Sleep(time.Hour)
				assert.Empty(t, b.target.told(), "it is not removed")
				assert.Len(t, must(b.store().Copies(t.Context(), "crm")), 1)

				b.primary.set(t, other, 5, catalogLines("z=c.example")...)
				time.Sleep(time.Hour)
				assert.Equal(t, []string{"a.example. Remove"}, its.target.told(), "it is its new catalog's to remove")
			})
		})
	}
}

// A hostile catalog costs little, and changes nothing but its own zones.
func TestAHostileCatalogHarmsNoOtherZones(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "a.example.")
		o := &owners{of: map[zone.Name]string{"theirs.example.": "another"}, heir: map[zone.Name]zone.Name{}}
		b.List, b.Takes = &Catalog{Name: catalogName, Primaries: b.Primaries, Client: Client{Dial: b.net.Dial, Largest: 1 << 20}}, o.takes("crm", catalogName)
		b.Poll, b.primary.each = 10*time.Minute, 200
		b.primary.set(t, "theirs.example.", 1)
		b.primary.set(t, catalogName, 1, catalogLines("x=a.example", "y=theirs.example")...)
		b.run(t)
		time.Sleep(5 * time.Minute)
		assert.Equal(t, []string{"a.example. Replace"}, b.target.told())
		endless := []string{"version 0 TXT 2"}
		for i := range 60_000 {
			endless = append(endless, fmt.Sprintf("m%d.zones 0 PTR h%d.example.", i, i))
		}
		for i, lines := range [][]string{
			append(catalogLines("x=a.example"), "z.zones 0 PTR "+catalogName), // itself
			append(catalogLines("x=a.example"), "z.zones 0 PTR ."),
			append(catalogLines("x=a.example"), "z.zones 0 PTR a.example."),
			append(catalogLines("x=a.example"), "coo.x.zones 0 PTR x.", "coo.x.zones 0 PTR y."),
			endless,
		} {
			b.primary.set(t, catalogName, uint32(2+i), lines...)
			time.Sleep(30 * time.Minute)
			assert.Empty(t, b.target.told(), "%.60q", lines)
			assert.NotEmpty(t, b.Status().ListError, "%.60q", lines)
		}
		b.primary.set(t, "a.example.", 2, "www 300 A 192.0.2.2")
		time.Sleep(20 * time.Minute)
		assert.Equal(t, []string{"a.example. Patch"}, b.target.told(), "what is known is still followed")
	})
}

func TestWhatSomebodyElseHasMeanwhileIsNotHandedOn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, z)
		var passed atomic.Bool
		b.Takes = func(Entry) bool { return !passed.Load() }
		b.primary.hook = func(_ dns.ResponseWriter, r *dns.Msg) bool {
			passed.Store(r.Question[0].Qtype == dns.TypeAXFR)
			return false
		}
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.Empty(t, b.target.told())
		assert.Empty(t, must(b.store().Copies(t.Context(), "crm")))
	})
}
