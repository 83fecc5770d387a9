package zone

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAPlanIsReadableAndOrdered(t *testing.T) {
	live := parse(t, `
		www   300 A     192.0.2.1
		www   300 A     192.0.2.2
		www   300 MX    10 mail
		shop  300 CNAME cdn.example.net.
		blog  300 A     192.0.2.3
		old   300 A     192.0.2.4
		pool  300 A     192.0.2.5
		pool  300 A     192.0.2.6
	`)
	want := parse(t, `
		www   300 CNAME cdn.example.net.
		shop  300 A     192.0.2.7
		shop  300 AAAA  2001:db8::7
		blog  600 A     192.0.2.3
		pool  300 A     192.0.2.6
		pool  300 A     192.0.2.8
		new   300 TXT   "hello"
	`)
	assert.Equal(t, `+ new.example.com. 300 TXT "hello"
~ blog.example.com. TTL 300 -> 600 A 192.0.2.3
- pool.example.com. 300 A 192.0.2.5
+ pool.example.com. 300 A 192.0.2.8
- shop.example.com. 300 CNAME cdn.example.net.
+ shop.example.com. 300 A 192.0.2.7
+ shop.example.com. 300 AAAA 2001:db8::7
- www.example.com. 300 A 192.0.2.1
- www.example.com. 300 A 192.0.2.2
- www.example.com. 300 MX 10 mail.example.com.
+ www.example.com. 300 CNAME cdn.example.net.
- old.example.com. 300 A 192.0.2.4
`, Diff(live, want).String())
	assert.Equal(t, "no changes\n", Diff(live, live).String())
	assert.Equal(t, "+ zone example.com.\n", Diff(nil, parse(t, "")).String())
	assert.Equal(t, "- zone example.com.\n- a.example.com. 1 A 192.0.2.1\n", Diff(parse(t, "a 1 A 192.0.2.1"), nil).String())
}

func TestWhatComesIsThereBeforeWhatGoesUnlessACNAMEForbids(t *testing.T) {
	live := parse(t, "a 1 A 192.0.2.1")
	want := parse(t, "a 1 AAAA 2001:db8::1")
	assert.Equal(t, "+ a.example.com. 1 AAAA 2001:db8::1\n- a.example.com. 1 A 192.0.2.1\n", Diff(live, want).String())
	want = parse(t, "a 1 CNAME b")
	assert.Equal(t, "- a.example.com. 1 A 192.0.2.1\n+ a.example.com. 1 CNAME b.example.com.\n", Diff(live, want).String())
}

func TestZonesWithDifferentNamesHaveNoPlan(t *testing.T) {
	a, _ := Parse("a.", "x 1 A 192.0.2.1")
	b, _ := Parse("b.", "x 1 A 192.0.2.1")
	assert.True(t, Diff(a, b).Empty())
	assert.True(t, Diff(nil, nil).Empty())
}

// pair draws two zones, one of them now and then not there.
func zonePair(t *rapid.T) (live, want *Zone) {
	live = anyZone().Draw(t, "live")
	want = related(live).Draw(t, "want")
	switch rapid.IntRange(0, 9).Draw(t, "missing") {
	case 0:
		live = nil
	case 1:
		want = nil
	}
	return live, want
}

func TestPropertyDiffLeadsToWhatIsWanted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live, want := zonePair(t)
		got := live.Apply(Diff(live, want))
		require.True(t, got.Equal(want), "%s", Diff(got, want))
		require.True(t, Diff(got, want).Empty())
	})
}

func TestPropertyAPlanAndItsInverseChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live, want := zonePair(t)
		p := Diff(live, want)
		require.True(t, live.Apply(p).Apply(p.Invert()).Equal(live))
		require.Equal(t, p, p.Invert().Invert())
	})
}

// No step of a plan makes a conflict that live did not have, and nothing is
// gone in between that both sides have.
func TestPropertyEveryPrefixOfAPlanIsSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live, want := zonePair(t)
		for _, p := range []Plan{Diff(live, want), Diff(want, live).Invert()} {
			requireSafe(t, live, p)
		}
	})
}

func requireSafe(t require.TestingT, live *Zone, p Plan) {
	before := live.Conflicts()
	for i := range p.Changes {
		prefix := Plan{Zone: p.Zone, Create: p.Create, Changes: p.Changes[:i+1]}
		z := live.Apply(prefix)
		for _, k := range z.Conflicts() {
			require.True(t, slices.Contains(before, k) || slices.Contains(before, Key{Name: k.Name}),
				"step %d of\n%s makes a conflict at %s", i, p, k)
		}
		require.NotEqual(t, Update, opOfPrefix(p, i), "a set is changed twice")
	}
}

// opOfPrefix finds a set that comes back after it went, which would be an update
// in two steps.
func opOfPrefix(p Plan, i int) Op {
	for _, c := range p.Changes[:i] {
		if c.Key() == p.Changes[i].Key() {
			return Update
		}
	}
	return Create
}

func TestPropertyGroupsKeepANameTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live, want := zonePair(t)
		p := Diff(live, want)
		require.Equal(t, p.Changes, slices.Concat(p.Groups()...))
		seen := map[Name]int{}
		for i, g := range p.Groups() {
			for _, c := range g {
				at, ok := seen[c.Key().Name]
				require.True(t, !ok || at == i, "%s is in two groups of\n%s", c.Key().Name, p)
				seen[c.Key().Name] = i
			}
		}
		for _, g := range p.Groups() { // each group is safe without the others before it
			requireSafe(t, live, Plan{Zone: p.Zone, Create: p.Create, Changes: g})
		}
	})
}

func TestPropertyDiffLeavesAloneWhatIsProtected(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live := anyZone().Draw(t, "live")
		want := related(live).Draw(t, "want")
		live, want = guarded(live).Draw(t, "live'"), guarded(want).Draw(t, "want'")
		p := Diff(live, want)
		touched := map[Key]bool{}
		for _, c := range p.Changes {
			touched[c.Key()] = true
			for _, z := range []*Zone{live, want} {
				_, ok := z.Protection(c.Key())
				require.False(t, ok, c)
				_, ok = z.keeps(c.Key())
				require.False(t, ok && shrinks(c.Old, c.New), c)
			}
		}
		requireSafe(t, live, p)
		requireBesideGuards(t, live, live.Apply(p))
		guards := slices.Concat(live.Protected(), want.Protected())
		for _, c := range Diff(live.bare(), want.bare()).Changes { // and what has nothing to do with them is done
			away := !slices.ContainsFunc(guards, func(g Protected) bool { return g.Name == "" || g.Name.In(c.Key().Name) || c.Key().Name.In(g.Name) })
			require.True(t, !away || hasDNAME(live) || hasDNAME(want) || touched[c.Key()], c)
		}
	})
}

func hasDNAME(z *Zone) bool {
	for s := range z.All() {
		if s.Type == DNAME {
			return true
		}
	}
	return false
}

// requireBesideGuards wants that nothing came beside a protected CNAME, and no
// CNAME beside protected data.
func requireBesideGuards(t require.TestingT, live, after *Zone) {
	for s := range after.All() {
		for _, g := range live.guardsAt(s.Name) {
			_, there := live.Get(s.Key)
			require.True(t, there || !excludes(g, s.Type), "%s came beside %s", s, g)
		}
	}
}

// bare is the zone without protection.
func (z *Zone) bare() *Zone {
	if z == nil {
		return nil
	}
	return &Zone{name: z.name, sets: z.sets}
}

func TestPropertyTheJSONOfAPlanRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live, want := zonePair(t)
		p := Diff(live, want)
		b, err := json.Marshal(p)
		require.NoError(t, err)
		var back Plan
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, p, back)
		require.Equal(t, p.Digest(), back.Digest())
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, b, again)
	})
}

func TestTheDigestOfAPlanStays(t *testing.T) {
	p := Diff(parse(t, "a 1 A 192.0.2.1"), parse(t, "a 1 A 192.0.2.2\nb 1 TXT \"<&>\""))
	b, err := json.Marshal(p)
	require.NoError(t, err)
	assert.Equal(t, `{"version":1,"zone":"example.com.","changes":[`+
		`{"new":{"name":"b.example.com.","type":"TXT","ttl":1,"data":["\"\u003c\u0026\u003e\""]}},`+
		`{"old":{"name":"a.example.com.","type":"A","ttl":1,"data":["192.0.2.1"]},"new":{"name":"a.example.com.","type":"A","ttl":1,"data":["192.0.2.2"]}}]}`, string(b))
	d, err := ParseDigest(p.Digest().String())
	require.NoError(t, err)
	assert.Equal(t, p.Digest(), d)
	for _, s := range []string{"", "xyz", p.Digest().String() + "00", p.Digest().String()[:63] + "g"} {
		_, err = ParseDigest(s)
		assert.Error(t, err)
	}
}

func TestAPlanThatIsNotOursIsRefused(t *testing.T) {
	set := `{"name":"a.","type":"A","ttl":1,"data":["192.0.2.1"]}`
	for text, want := range map[string]string{
		`{"zone":"a.","changes":[]}`:                                                            "version 0",
		`{"version":1,"zone":"a.","changes":[{}]}`:                                              "change 0: want an old half",
		`{"version":1,"zone":"b.","changes":[{"new":` + set + `}]}`:                             "not in the zone",
		`{"version":1,"zone":"..","changes":[]}`:                                                "empty label",
		`{"version":1,"zone":"a.","changes":[{"new":` + set + `},{"old":` + set + `}]}`:         "change 1: its set has changed before",
		`{"version":1,"zone":"a.","changes":[{"new":{"name":"a.","type":"A","ttl":1}}]}`:        "no data",
		`{"version":1,"zone":"a.","changes":[{"new":{"name":"a.","type":"A","ttl":1,"x":[]}}]}`: "unknown key",
		`{"version":1,"zone":"a.","create":true,"delete":true,"changes":[]}`:                    "creates and deletes",
		`{"version":1,"zone":"a.","delete":true,"changes":[{"new":` + set + `}]}`:               "only takes away",
	} {
		var p Plan
		err := p.UnmarshalJSON([]byte(text))
		require.Error(t, err, text)
		assert.Contains(t, err.Error(), want)
	}
}

func FuzzPlanJSON(f *testing.F) {
	f.Add(`{"version":1,"zone":"a.","create":true,"changes":[{"new":{"name":"a.","type":"A","ttl":1,"data":["192.0.2.1"]}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		var p Plan
		if p.UnmarshalJSON([]byte(text)) != nil {
			return
		}
		b, err := p.MarshalJSON()
		require.NoError(t, err)
		var back Plan
		require.NoError(t, back.UnmarshalJSON(b))
		require.Equal(t, p, back)
		_ = p.String()
		p.Groups()
	})
}
