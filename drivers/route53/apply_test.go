package route53

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// mirror makes a zone what is wanted, whatever is there.
func mirror(p provider.Provider) *provider.Syncer {
	return &provider.Syncer{Provider: p, Rules: zone.Rules{Foreign: zone.ForeignPurge, Adopt: zone.AdoptTake}, Limits: zone.Limits{Off: true}}
}

// planned is the plan from what is live to what is wanted, without SOA and NS.
func planned(t testing.TB, p *Provider, want *zone.Zone) zone.Plan {
	t.Helper()
	live, err := p.Zone(t.Context(), want.Name())
	require.NoError(t, err)
	return zone.Diff(live, want).Only(func(c zone.Change) bool { return !c.Key().IsAuthority(want.Name()) })
}

// faulty lets faults happen to one action, by how often it was called before.
func faulty(s *route53test.Service, action string, faults ...route53test.Fault) {
	n := 0
	s.Fault = func(a string, _ route53test.Call) (f route53test.Fault) {
		if a == action && n < len(faults) {
			f = faults[n]
			n++
		}
		return f
	}
}

func fivethousand(address string) string { return many(5000, address) }

// many are the lines of so many sets.
func many(n int, address string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "host%d 300 A %s\n", i, address)
	}
	return b.String()
}

func TestFiveThousandSetsTakeAsManyBatchesAsTheyMust(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com.")
	fill(s, id, parsed(t, "example.com.", fivethousand("192.0.2.1")))
	p := open(t, s)
	syncs(t, mirror(p), parsed(t, "example.com.", fivethousand("192.0.2.2")))
	assert.Equal(t, 10, s.Count("ChangeResourceRecordSets"), "10,000 elements, 1,000 in a batch")
	assert.Equal(t, 2*17, s.Count("ListResourceRecordSets"), "5,002 sets, 300 on a page, read twice")
	assert.Zero(t, s.Answered("InvalidChangeBatch"))

	// of characters there are more than of elements
	long := strings.ReplaceAll(fivethousand("192.0.2.3"), "A 192.0.2.3", "TXT "+strings.Repeat("x", 200))
	s.ForgetCalls()
	fill(s, id, parsed(t, "example.com.", ""))
	syncs(t, mirror(p), parsed(t, "example.com.", long))
	assert.Equal(t, 32, s.Count("ChangeResourceRecordSets"), "1,010,000 characters, 32,000 in a batch")
}

func TestANameChangesItsTypeInOneBatch(t *testing.T) {
	s := &route53test.Service{}
	p := open(t, s)
	syncs(t, mirror(p), parsed(t, "example.com.", "www 300 CNAME host.example.net."))
	for _, lines := range []string{"www 300 A 192.0.2.1\nwww 300 TXT x", "www 300 CNAME host.example.net."} {
		s.ForgetCalls()
		syncs(t, mirror(p), parsed(t, "example.com.", lines))
		assert.Equal(t, 1, s.Count("ChangeResourceRecordSets"))
	}
}

func TestWhatHostersSendArrives(t *testing.T) {
	s := &route53test.Service{}
	want := parsed(t, "example.com.", `@ 300 MX 0 .
		* 300 A 192.0.2.1
		s1._domainkey 300 TXT `+zone.Text("v=DKIM1; k=rsa; p="+strings.Repeat("MIICIjANBgkq", 61))+`
		@ 300 TXT "v=spf1 include:\"x\" -all"
		t 300 TXT "gr\195\188\195\159e \\ \"hi\"" "two"
		x\.y 300 CNAME a\ b.example.net.
		_443._tcp 300 TLSA 3 1 1 ba4ca788a3b4ca8e38bb56db990bf8c5e2cf054294c5ff2c1bc2f0a51316d60b
		@ 300 HTTPS 1 . alpn=h2,h3
		@ 300 CAA 0 issue "ca.example.net; x=\"1\""
		sub 300 NS ns1.example.net.
		sub 300 DS 12345 13 2 ba4ca788a3b4ca8e38bb56db990bf8c5e2cf054294c5ff2c1bc2f0a51316d60b
		enum 300 NAPTR 10 20 "U" "E2U+sip" "!^.*$!sip:a@example.net!" .
		host 300 SSHFP 4 2 ba4ca788a3b4ca8e38bb56db990bf8c5e2cf054294c5ff2c1bc2f0a51316d60b`)
	res := syncs(t, mirror(open(t, s)), want)
	assert.Empty(t, res.Findings)
	assert.Equal(t, 1, s.Count("ChangeResourceRecordSets"))
	again, err := mirror(open(t, s)).Plan(t.Context(), intent(want))
	require.NoError(t, err)
	assert.True(t, again.Plan.Empty(), "%s", again)
}

func TestATypeThatTheServiceHasNotIsBlockedAndNotSent(t *testing.T) {
	s := &route53test.Service{}
	res, err := mirror(open(t, s)).Sync(t.Context(), intent(parsed(t, "example.com.", "www 300 A 192.0.2.1\nwww 300 LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m")))
	require.NoError(t, err)
	assert.Equal(t, provider.Blocked, res.State)
	assert.Zero(t, s.Answered("InvalidInput"))
	_, found := s.Get(s.Zones("example.com.")[0], "www.example.com.", "A")
	assert.True(t, found)
}

// a value that Route 53 does not take, and that no model knows of: over 4,000
// characters.
var longText = zone.Text(strings.Repeat("x", 5000))

func TestOneBadNameDoesNotKeepTheOthersBack(t *testing.T) {
	for bad, words := range map[string]string{
		"bad 300 TXT " + longText: "Member must have length less than or equal to 4000",
		`bad 300 TLSA \# 2 0301`:  "Invalid Resource Record", // which does not say whose
	} {
		s := &route53test.Service{OldErrors: true}
		var lines strings.Builder
		for i := range 60 {
			fmt.Fprintf(&lines, "host%d 300 A 192.0.2.1\n", i)
		}
		want := parsed(t, "example.com.", lines.String()+bad+"\nbad 300 A 192.0.2.1")
		res, err := mirror(open(t, s)).Sync(t.Context(), intent(want))
		require.NoError(t, err)
		assert.Equal(t, provider.Blocked, res.State)
		id := s.Zones("example.com.")[0]
		assert.Len(t, s.Sets(id), 62, "all but the bad name")
		require.Len(t, res.Findings, 2, "the changes of a name stand and fall together")
		for _, f := range res.Findings {
			assert.Equal(t, zone.Name("bad.example.com."), f.Key.Name)
			assert.Contains(t, f.Text, words, "the words of the service")
			assert.Less(t, len(f.Text), 2500)
			assert.Contains(t, f.Text, "[request ", "and what its support asks for")
		}
		assert.LessOrEqual(t, s.Count("ChangeResourceRecordSets"), 14)
	}
}

func TestANameThatTheServiceAccusesIsParted(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com.")
	p := open(t, s)
	plan := planned(t, p, parsed(t, "example.com.", strings.Join([]string{panelZone, "alias 300 CNAME host.example.net."}, "\n")))
	s.Put(id, route53test.Alias("alias.example.com.", "A", "Z2", "lb.example.net.")) // meanwhile
	s.ForgetCalls()
	err := p.Apply(t.Context(), plan)
	ae := failure[*provider.ApplyError](t, err)
	require.Len(t, ae.Failed, 1)
	assert.Equal(t, zone.Key{Name: "alias.example.com.", Type: zone.CNAME}, plan.Changes[ae.Failed[0].Index].Key())
	assert.Len(t, ae.Done, len(plan.Changes)-1)
	assert.Equal(t, provider.KindRefused, provider.KindOf(ae.Failed[0].Err))
	assert.Equal(t, 3, s.Count("ChangeResourceRecordSets"), "all, all but one, one")
}

func TestAConcurrentEditIsRefusedAndSettled(t *testing.T) {
	s := &route53test.Service{}
	syncer := mirror(open(t, s))
	syncer.Ledger = &provider.MemoryLedger{}
	syncs(t, syncer, parsed(t, "example.com.", panelZone))
	id := s.Zones("example.com.")[0]
	edits := 0
	s.Fault = func(action string, _ route53test.Call) (f route53test.Fault) {
		if action == "ChangeResourceRecordSets" && edits == 0 {
			edits++
			s.Put(id, route53test.Simple("www.example.com.", "CNAME", 3600, "somebody.example.net."))
		}
		return f
	}
	s.ForgetCalls()
	res := syncs(t, syncer, parsed(t, "example.com.", strings.Replace(panelZone, "www 3600 CNAME @", "www 3600 CNAME mail", 1)))
	assert.Equal(t, 1, s.Answered("InvalidChangeBatch"), "nothing was overwritten that was not seen")
	got, _ := s.Get(id, "www.example.com.", "CNAME")
	assert.Equal(t, []string{"mail.example.com."}, got.Data())
	assert.Len(t, res.Plan.Changes, 1)
}

func TestAConflictIsToldOfTheSetAlone(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com.")
	fill(s, id, parsed(t, "example.com.", "a 300 A 192.0.2.1\nb 300 A 192.0.2.1\nc 300 A 192.0.2.1"))
	p := open(t, s)
	plan := planned(t, p, parsed(t, "example.com.", "a 300 A 192.0.2.2\nb 300 A 192.0.2.2\nd 300 A 192.0.2.2"))
	s.Put(id, route53test.Simple("b.example.com.", "A", 300, "192.0.2.9"), route53test.Simple("d.example.com.", "A", 300, "192.0.2.9"))
	ae := failure[*provider.ApplyError](t, p.Apply(t.Context(), plan))
	assert.Len(t, ae.Done, 2, "a and c")
	var keys []zone.Name
	for _, f := range ae.Failed {
		keys = append(keys, failure[*provider.ConflictError](t, f.Err).Key.Name)
	}
	assert.ElementsMatch(t, []zone.Name{"b.example.com.", "d.example.com."}, keys)
	assert.Equal(t, 2, s.Count("ChangeResourceRecordSets"), "the service has said whose they are")
}

func TestALostAnswerIsUnknownAndNotAskedForAgain(t *testing.T) {
	s := &route53test.Service{}
	s.AddZone("example.com.")
	p := open(t, s)
	plan := planned(t, p, parsed(t, "example.com.", panelZone))
	for _, f := range []route53test.Fault{route53test.LostAnswer, {Drop: true}, route53test.Internal, {Code: "InternalFailure", Done: true}} {
		s.ForgetCalls()
		faulty(s, "ChangeResourceRecordSets", f)
		ae := failure[*provider.ApplyError](t, p.Apply(t.Context(), plan))
		assert.Equal(t, 1, s.Count("ChangeResourceRecordSets"))
		assert.Len(t, ae.Unknown, len(plan.Changes))
		assert.Empty(t, ae.Done)
		assert.Empty(t, ae.Failed)
		assert.Equal(t, provider.KindTransient, provider.KindOf(ae.Err))
		syncs(t, mirror(p), parsed(t, "example.com.", panelZone))
		fill(s, s.Zones("")[0], parsed(t, "example.com.", ""))
	}
}

func TestAFailureInMidPlanTellsWhatIsDone(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com.")
	fill(s, id, parsed(t, "example.com.", many(1500, "192.0.2.1")))
	p := open(t, s)
	want := parsed(t, "example.com.", many(1500, "192.0.2.2"))
	for _, f := range []route53test.Fault{route53test.Internal, route53test.ExpiredToken} {
		plan := planned(t, p, want)
		faulty(s, "ChangeResourceRecordSets", route53test.Fault{}, route53test.Fault{}, f)
		ae := failure[*provider.ApplyError](t, p.Apply(t.Context(), plan))
		live, err := p.Zone(t.Context(), "example.com.")
		require.NoError(t, err)
		for i, c := range plan.Changes {
			now, _ := live.Get(c.Key())
			assert.Equal(t, slices.Contains(ae.Done, i), now.Equal(c.New))
		}
		assert.Len(t, ae.Done, 1000)
		assert.Equal(t, f.Code == "InternalFailure", len(ae.Unknown) == 500)
		fill(s, id, parsed(t, "example.com.", many(1500, "192.0.2.1")))
	}
	faulty(s, "ChangeResourceRecordSets", route53test.Fault{}, route53test.Internal)
	_, err := mirror(p).Sync(t.Context(), intent(want))
	require.Error(t, err)
	syncs(t, mirror(p), want)
}

func TestASetInTheSpellingOfOthersIsReplaced(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com.")
	s.Put(id, route53test.Simple("www.example.com.", "CNAME", 300, "Target.Example.NET"),
		route53test.Simple("gone.example.com.", "AAAA", 300, "2001:DB8:0::1"),
		route53test.Simple("t.example.com.", "TXT", 300, `"\141\052"`))
	syncs(t, mirror(open(t, s)), parsed(t, "example.com.", "www 300 CNAME target.example.net.\nt 300 TXT b"))
	assert.Zero(t, s.Answered("InvalidChangeBatch"))
	got, _ := s.Get(id, "www.example.com.", "CNAME")
	assert.Equal(t, []string{"Target.Example.NET"}, got.Data(), "it means the same and stays")
	assert.Len(t, s.Sets(id), 4)
}

func TestWhatCannotBeDeletedAsItIsListedIsSpelledAnewOrBlocked(t *testing.T) {
	refusal := route53test.Fault{Code: "InvalidChangeBatch", Message: "Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be enclosed in quotation marks) encountered'"}
	for _, takes := range []bool{true, false} {
		s := &route53test.Service{}
		id := s.AddZone("example.com.")
		s.Put(id, route53test.Simple("t.example.com.", "TXT", 300, `"a""b"`))
		p := open(t, s)
		plan := planned(t, p, parsed(t, "example.com.", "t 300 TXT c\nwww 300 A 192.0.2.1"))
		faulty(s, "ChangeResourceRecordSets", refusal, route53test.Fault{After: func() {}}, refusal)
		if takes { // the service would understand what it does not list
			s.Put(id, route53test.Simple("t.example.com.", "TXT", 300, `"a" "b"`))
		}
		err := p.Apply(t.Context(), plan)
		if takes {
			assert.NoError(t, err)
			continue
		}
		ae := failure[*provider.ApplyError](t, err)
		assert.Len(t, ae.Done, 1)
		require.Len(t, ae.Failed, 1)
		assert.Equal(t, provider.KindRefused, provider.KindOf(ae.Failed[0].Err))
		assert.ErrorContains(t, ae, "InvalidCharacterString")
	}
}

func TestAPolicyOfOthersSurvivesAnUpdateAndAPurge(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com.")
	s.Put(id, route53test.Alias("example.com.", "A", "Z2", "lb.example.net."),
		route53test.Simple("w.example.com.", "A", 60, "192.0.2.1").Weighted("blue", 90),
		route53test.Simple("w.example.com.", "A", 60, "192.0.2.2").Weighted("green", 10))
	before := s.Sets(id)
	res, err := mirror(open(t, s)).Sync(t.Context(), intent(parsed(t, "example.com.", "@ 300 A 192.0.2.9\nw 300 CNAME x\nwww 300 A 192.0.2.1")))
	require.NoError(t, err)
	for _, set := range before {
		assert.Contains(t, s.Sets(id), set)
	}
	assert.Contains(t, fmt.Sprint(res.Findings), "an alias of lb.example.net.")
	assert.Contains(t, fmt.Sprint(res.Findings), "weighted 90 (blue)")
}

func TestARecordMadeByHandIsKept(t *testing.T) {
	s := &route53test.Service{}
	syncer := &provider.Syncer{Provider: open(t, s), Ledger: &provider.MemoryLedger{}}
	syncs(t, syncer, parsed(t, "example.com.", panelZone))
	id := s.Zones("")[0]
	s.Put(id, route53test.Simple("hand.example.com.", "A", 60, "192.0.2.77"))
	syncs(t, syncer, parsed(t, "example.com.", strings.Replace(panelZone, "ipv4 3600 A 192.0.2.1\n", "", 1)))
	_, kept := s.Get(id, "hand.example.com.", "A")
	_, gone := s.Get(id, "ipv4.example.com.", "A")
	assert.Equal(t, []bool{true, false}, []bool{kept, gone})
}

func TestANameThatNoBatchHoldsIsRefusedAndStays(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com.")
	big := func(with string) string {
		var b strings.Builder
		for i := range 100 {
			fmt.Fprintf(&b, "big 300 TXT %s%d%s\n", with, i, strings.Repeat("x", 190))
		}
		return b.String()
	}
	fill(s, id, parsed(t, "example.com.", big("a")))
	p := open(t, s)
	plan := planned(t, p, parsed(t, "example.com.", big("b")+"www 300 A 192.0.2.1"))
	ae := failure[*provider.ApplyError](t, p.Apply(t.Context(), plan))
	assert.Equal(t, []int{0}, ae.Done)
	require.Len(t, ae.Failed, 1)
	assert.Equal(t, provider.KindRefused, provider.KindOf(ae.Failed[0].Err))
	assert.ErrorContains(t, ae, "big.example.com.")
}

func TestTheQuotaOfAZoneIsFoundBeforeAnythingIsWritten(t *testing.T) {
	s := &route53test.Service{MaxSets: 10_003}
	id := s.AddZone("example.com.")
	fill(s, id, parsed(t, "example.com.", fivethousand("192.0.2.1")+strings.ReplaceAll(fivethousand("192.0.2.1"), "host", "other")))
	p := open(t, s)
	before := s.Sets(id)
	err := p.Apply(t.Context(), planned(t, p, parsed(t, "example.com.", fivethousand("192.0.2.1")+strings.ReplaceAll(fivethousand("192.0.2.1"), "host", "other")+"a 300 A 192.0.2.1\nb 300 A 192.0.2.1")))
	assert.Equal(t, provider.KindQuota, provider.KindOf(err))
	assert.ErrorContains(t, err, "10004")
	assert.Zero(t, s.Count("ChangeResourceRecordSets"))
	assert.Equal(t, before, s.Sets(id))
	require.NoError(t, p.Apply(t.Context(), planned(t, p, parsed(t, "example.com.", fivethousand("192.0.2.1")+strings.ReplaceAll(fivethousand("192.0.2.1"), "host", "other")+"a 300 A 192.0.2.1"))))
}

func TestAPlanForAZoneThatIsGoneIsNoZone(t *testing.T) {
	s := &route53test.Service{}
	s.AddZone("example.com.")
	p := open(t, s)
	plan := planned(t, p, parsed(t, "example.com.", "www 300 A 192.0.2.1"))
	require.NoError(t, open(t, s).DeleteZone(context.Background(), "example.com."))
	assert.ErrorIs(t, p.Apply(t.Context(), plan), provider.ErrNoZone)
	syncs(t, mirror(p), parsed(t, "example.com.", "www 300 A 192.0.2.1"))
}
