package zone

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProtectIsADoorToo(t *testing.T) {
	live := parse(t, "www 1 A 192.0.2.1").Protect(Protected{Key{"WWW.example.com", "a"}, "alias"})
	assert.True(t, Diff(live, parse(t, "")).Empty(), "a key is known in every spelling")
	odd := parse(t, "").Protect(
		Protected{Key{"bad..name", A}, "x"},
		Protected{Key{"x.example.com.\nevil.example.com. 1 IN A 6.6.6.6 ;", A}, "y\nz"},
		Protected{Key{"www.example.com.", "ALIAS"}, "z"},
	)
	assert.NotContains(t, odd.String(), "6.6.6.6")
	b, err := odd.MarshalJSON()
	require.NoError(t, err)
	var back Zone
	require.NoError(t, back.UnmarshalJSON(b))
	assert.True(t, odd.Equal(&back))
	_, ok := odd.Protection(Key{"www.example.com.", MX})
	assert.True(t, ok, "a type that nobody knows protects the whole name")
}

func TestDiffMakesNoConflictWithWhatIsProtected(t *testing.T) {
	for _, c := range []struct{ live, want, guard string }{
		{"n 1 CNAME x", "n 1 A 192.0.2.1", "want CNAME"},
		{"n 1 A 192.0.2.1", "n 1 CNAME x", "live A"},
		{"", "n 1 CNAME x", "live A"},
		{"", "n 1 A 192.0.2.1", "live CNAME"},
		{"x.n 1 A 192.0.2.1", "n 1 DNAME y", "want A below"},
	} {
		live, want := parse(t, c.live), parse(t, c.want)
		side, typ, _ := strings.Cut(c.guard, " ")
		key := Key{"n.example.com.", Type(typ)}
		if typ == "A below" {
			key = Key{"x.n.example.com.", A}
		}
		if side == "live" {
			live = live.Protect(Protected{key, "odd"})
		} else {
			want = want.Protect(Protected{key, "odd"})
		}
		assert.True(t, Diff(live, want).Empty(), "%+v: %s", c, Diff(live, want))
	}
	lost := Protected{Key{Type: A}, "a row without owner"}
	live := parse(t, "n 1 A 192.0.2.1\nn 1 A 192.0.2.2\nm 1 A 192.0.2.1")
	p := Diff(live, parse(t, "n 1 A 192.0.2.2\nm 1 A 192.0.2.9").Protect(lost))
	assert.Equal(t, "- m.example.com. 1 A 192.0.2.1\n+ m.example.com. 1 A 192.0.2.9\n", p.String(), "no set gets smaller, but one may change")
}

// Whatever the source wants gone and cannot get rid of is said.
func TestNothingIsStuckInSilence(t *testing.T) {
	old := parse(t, "@ 300 TXT old")
	base := &Base{Wrote: old, Stored: old}
	for name, live := range map[string]*Zone{
		"a flattened apex": old.Protect(Protected{Key{"example.com.", CNAME}, "flattened"}),
		"a CNAME in live":  parse(t, "@ 300 TXT old\n@ 300 CNAME x."),
	} {
		goal, fs := Reconcile(base, live, parse(t, "w 1 A 192.0.2.1"), Rules{})
		_, there := goal.Get(Key{"example.com.", TXT})
		assert.False(t, there, "%s: a removal makes no conflict worse", name)
		assert.Empty(t, fs)
	}
	ours := parse(t, "n 300 A 192.0.2.1")
	goal, _ := Reconcile(&Base{Wrote: ours, Stored: ours}, parse(t, "n 300 A 192.0.2.1\nn 300 CNAME x.\nn 300 MX 1 y."), parse(t, "w 1 A 192.0.2.1"), Rules{})
	_, there := goal.Get(Key{"n.example.com.", A})
	assert.False(t, there)
}

func TestApprovalMakesRoomForADNAME(t *testing.T) {
	live := parse(t, "x.sub 1 A 192.0.2.1\nsub 1 TXT here")
	want := parse(t, "sub 1 DNAME example.net.")
	goal, fs := Reconcile(nil, live, want, Rules{Adopt: AdoptTake})
	assert.True(t, goal.Equal(parse(t, "sub 1 DNAME example.net.\nsub 1 TXT here")), goal)
	assert.Empty(t, fs)
	goal, _ = Reconcile(nil, want, parse(t, "x.sub 1 A 192.0.2.1"), Rules{Adopt: AdoptTake})
	assert.True(t, goal.Equal(parse(t, "x.sub 1 A 192.0.2.1")), goal)
	guarded := parse(t, "").Protect(Protected{Key{"sub.example.com.", DNAME}, "odd"})
	goal, fs = Reconcile(nil, guarded, parse(t, "x.sub 1 A 192.0.2.1"), Rules{Adopt: AdoptTake})
	assert.Zero(t, goal.Len())
	assert.Equal(t, "blocked: x.sub.example.com. A: below a protected DNAME: odd", fs[0].String())
}

func TestADNAMEStaysWhereItsNameIsHeld(t *testing.T) {
	live := parse(t, "@ 1 DNAME example.net.")
	want := parse(t, "@ 1 A 192.0.2.1\n@ 1 CNAME x.\nsub 1 A 192.0.2.1")
	goal, fs := Reconcile(nil, live, want, Mirror())
	assert.True(t, goal.Equal(live), goal)
	var findings []string
	for _, f := range fs {
		findings = append(findings, f.String())
	}
	assert.Equal(t, []string{
		"refused: example.com. A: cannot stand beside what else the source has at this name",
		"refused: example.com. CNAME: cannot stand beside what else the source has at this name",
		"blocked: example.com. DNAME: stays, since the changes of its name stand or fall together",
		"blocked: sub.example.com. A: the DNAME of example.com. and data below it cannot stand together",
	}, findings)
}

func TestADelegationDoesNotHideWhatOthersHave(t *testing.T) {
	live := parse(t, "sub 1 MX 1 mail.sub\nmail.sub 1 A 192.0.2.1")
	want := parse(t, "sub 1 NS ns.example.net.\nw 1 A 192.0.2.1")
	goal, fs := Reconcile(nil, live, want, Rules{})
	assert.True(t, goal.Equal(parse(t, "sub 1 MX 1 mail.sub\nmail.sub 1 A 192.0.2.1\nw 1 A 192.0.2.1")), goal)
	require.Len(t, fs, 1)
	assert.Equal(t, "blocked: sub.example.com. NS: a delegation would hide sub.example.com. MX, which is not ours", fs[0].String())
	goal, _ = Reconcile(nil, live, want, Rules{Adopt: AdoptTake})
	_, ok := goal.Get(Key{"sub.example.com.", NS})
	assert.True(t, ok, "somebody approved")
	goal, fs = Reconcile(nil, parse(t, "ns.sub 1 A 192.0.2.1"), parse(t, "sub 1 NS ns.sub\nns.sub 1 A 192.0.2.1"), Rules{})
	_, ok = goal.Get(Key{"sub.example.com.", NS})
	assert.True(t, ok, "glue is no data to hide: %v", fs)
}

func TestZonesOfDifferentNamesAreNotReconciled(t *testing.T) {
	a, _ := Parse("a.", "x 1 A 192.0.2.1")
	b, _ := Parse("b.", "x 1 A 192.0.2.1")
	goal, fs := Reconcile(nil, a, b, Mirror())
	assert.True(t, goal.Equal(a))
	assert.Equal(t, Refused, fs[0].Level)
}

func TestTheTTLOfAMergedSetIsNotOverwrittenInSilence(t *testing.T) {
	live, want := parse(t, "@ 3600 TXT a"), parse(t, "@ 300 TXT a\n@ 300 TXT b")
	goal, fs := Reconcile(nil, live, want, Rules{})
	s, _ := goal.Get(Key{"example.com.", TXT})
	assert.EqualValues(t, 3600, s.TTL)
	assert.Len(t, fs, 1)
	goal, _ = Reconcile(nil, live, want, Rules{Adopt: AdoptTake})
	s, _ = goal.Get(Key{"example.com.", TXT})
	assert.EqualValues(t, 300, s.TTL)
	ours := parse(t, "@ 300 TXT a")
	goal, fs = Reconcile(&Base{Wrote: ours, Stored: ours}, live, ours, Rules{Drift: DriftKeep})
	assert.True(t, goal.Equal(live))
	assert.Equal(t, Blocked, fs[0].Level)
}

func TestPoliciesAreKnownHoweverTheyAreSpelled(t *testing.T) {
	for text, want := range map[string]string{
		`"v=spf1"`: "v=spf1", `"V=SPF1 -all"`: "v=spf1", `"v=spf" "1 -all"`: "v=spf1", `"v=spf10 x"`: "", `"v=spf2.0/pra -all"`: "",
		`"v=DMARC1; p=none"`: "v=dmarc1", `"v = DMARC1 ;p=none"`: "v=dmarc1", `"v=DMARC12"`: "", `"x v=spf1 -all"`: "",
	} {
		assert.Equal(t, want, policy(text), text)
	}
}

func TestANilZoneCannotBePatched(t *testing.T) {
	_, err := (*Zone)(nil).Patch(Patch{})
	assert.Error(t, err)
}
