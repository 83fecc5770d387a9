package route53

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestASetIsReadWithoutTheRestOfItsZone(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com.")
	fill(s, id, parsed(t, "example.com.", fivethousand("192.0.2.1")))
	p := open(t, s)
	key := func(label string) zone.Key { return zone.Key{Name: zone.Name(label + ".example.com."), Type: zone.A} }
	for pages, keys := range map[int][]zone.Key{
		1: {key("host77"), key("host78"), {Name: "host78.example.com.", Type: zone.TXT}, key("host78a")},
		2: {key("host0"), key("host4999")},
		4: {key("host4999"), key("host2500"), key("_absent"), key("zzz")},
	} {
		s.ForgetCalls()
		z, err := p.RRsets(t.Context(), "example.com.", keys...)
		require.NoError(t, err)
		assert.Equal(t, pages, s.Count("ListResourceRecordSets"), "%v", keys)
		whole, err := p.Zone(t.Context(), "example.com.")
		require.NoError(t, err)
		for _, k := range keys {
			want, wantOK := whole.Get(k)
			got, gotOK := z.Get(k)
			assert.Equal(t, wantOK, gotOK, "%v", k)
			assert.Equal(t, want, got)
		}
	}
}

// odd names: what sorts otherwise than by labels, and what is spelled otherwise.
var oddNames = []string{"www", "www-1", "www.a", "www!", "*", "*.a", `x\.y`, `a\032b`, "_a", "0/25", "a", "a-b", "b.a-b", "zz", "@"}

func TestSetsReadAloneAreThoseOfTheWholeZone(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com.")
	p := open(t, s)
	rapid.Check(t, func(rt *rapid.T) {
		var lines strings.Builder
		for _, n := range rapid.SliceOfNDistinct(rapid.SampledFrom(oddNames), 0, len(oddNames), rapid.ID[string]).Draw(rt, "names") {
			fmt.Fprintf(&lines, "%s 300 A 192.0.2.1\n%s 300 TXT x\n", n, n)
		}
		for i := range rapid.SampledFrom([]int{0, 0, 0, 295, 298, 299, 300, 301, 650}).Draw(rt, "filler") {
			fmt.Fprintf(&lines, "filler%d.a 300 A 192.0.2.1\n", i)
		}
		fill(s, id, parsed(t, "example.com.", lines.String()))
		var keys []zone.Key
		for _, n := range rapid.SliceOfN(rapid.SampledFrom(append(oddNames, "filler0.a", "filler299.a", "filler50.a")), 1, 8).Draw(rt, "keys") {
			name, err := zone.Name("example.com.").Join(n)
			require.NoError(rt, err)
			keys = append(keys, zone.Key{Name: name, Type: rapid.SampledFrom([]zone.Type{zone.A, zone.TXT, zone.CNAME}).Draw(rt, "type")})
		}
		whole, err := p.Zone(t.Context(), "example.com.")
		require.NoError(rt, err)
		pages := (len(s.Sets(id)) + pageSize - 1) / pageSize
		s.ForgetCalls()
		got, err := p.RRsets(t.Context(), "example.com.", keys...)
		require.NoError(rt, err)
		want, err := choose(whole, keys)
		require.NoError(rt, err)
		require.Equal(rt, want.String(), got.String())
		require.LessOrEqual(rt, s.Count(), pages, "more calls than the whole zone takes")
	})
}

func TestWhatIsProtectedIsReadAloneToo(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com.")
	s.Put(id, route53test.Alias("www.example.com.", "A", "Z2", "lb.example.net."), route53test.Alias("ftp.example.com.", "A", "Z2", "lb.example.net."))
	k := zone.Key{Name: "www.example.com.", Type: zone.A}
	z, err := open(t, s).RRsets(t.Context(), "example.com.", k)
	require.NoError(t, err)
	assert.Equal(t, []zone.Protected{{Key: k, Reason: "an alias of lb.example.net."}}, z.Protected())
}

func TestOneNameMayFillPages(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com.")
	var sets []route53test.RecordSet
	for i := range 650 {
		sets = append(sets, route53test.Simple("w.example.com.", "A", 60, "192.0.2.1").Weighted(fmt.Sprintf("id%03d", i), 1))
	}
	s.Put(id, append(sets, route53test.Simple("z.example.com.", "A", 60, "192.0.2.1"))...)
	p := open(t, s)
	z, err := p.RRsets(t.Context(), "example.com.", zone.Key{Name: "z.example.com.", Type: zone.A}, zone.Key{Name: "w.example.com.", Type: zone.A})
	require.NoError(t, err)
	assert.Equal(t, 1, z.Len())
	assert.Len(t, z.Protected(), 1)
	whole, err := p.Zone(t.Context(), "example.com.")
	require.NoError(t, err)
	assert.Equal(t, 650, strings.Count(whole.Protected()[0].Reason, "weighted"))
}

func TestPagesThatChangeWhileTheyAreReadAreNoZone(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com.")
	fill(s, id, parsed(t, "example.com.", many(1200, "192.0.2.1")))
	pages := 0
	s.Fault = func(action string, _ route53test.Call) (f route53test.Fault) {
		if pages++; action == "ListResourceRecordSets" && pages == 3 {
			s.Clear(id) // somebody empties the zone while we read it
		}
		return f
	}
	p := open(t, s)
	z, err := p.Zone(t.Context(), "example.com.")
	require.NoError(t, err, "what is gone is gone")
	plan := zone.Diff(z, parsed(t, "example.com.", many(1200, "192.0.2.2"))).Only(func(c zone.Change) bool { return c.Key().Type == zone.A })
	ae := failure[*provider.ApplyError](t, p.Apply(t.Context(), plan))
	conflicts := 0
	for _, f := range ae.Failed {
		if _, ok := errors.AsType[*provider.ConflictError](f.Err); ok {
			conflicts++
		}
	}
	assert.Len(t, ae.Failed, conflicts)
	assert.LessOrEqual(t, s.Count("ChangeResourceRecordSets"), 6)
	assert.NotZero(t, conflicts, "and what is written is only what is still as it was read")
}

func TestAListThatStandsStillOrIsNotWholeIsAnError(t *testing.T) {
	synctest.Test(t, listsThatAreNone)
}

func listsThatAreNone(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com.")
	fill(s, id, parsed(t, "example.com.", many(700, "192.0.2.1")))
	for want, change := range map[string]func(string) string{
		"stands still": func(body string) string {
			return replaced(body, "NextRecordName", "")
		},
		"is there twice": func(body string) string {
			return strings.ReplaceAll(body, "<Name>host1.example.com.</Name>", "<Name>host0.example.com.</Name>")
		},
		"so it is not whole": func(body string) string { return strings.ReplaceAll(body, "<Type>SOA</Type>", "<Type>TXT</Type>") },
	} {
		p := open(t, s, func(c *Config) { c.HTTPClient = edited(s, change) })
		_, err := p.Zone(t.Context(), "example.com.")
		assert.ErrorContains(t, err, want)
		assert.Equal(t, provider.KindTransient, provider.KindOf(err))
	}
}
