package provider_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// presigned gives lines with an SOA and what a signer adds to them. No test looks at
// whether a signature is sound.
func presigned(serial, lines string) string {
	out := "@ 3600 SOA ns1.example.net. hostmaster.example.net. " + serial + " 10800 3600 604800 3600\n@ 3600 NS ns1.example.net.\n" +
		"@ 3600 DNSKEY 257 3 13 AQID\n" + lines
	for _, typ := range []string{"SOA", "NS", "DNSKEY", "NSEC"} {
		out += "\n@ 3600 RRSIG " + typ + " 13 2 3600 20270101000000 20260101000000 1 example.com. " + strings.Repeat("A", 8-len(serial)) + serial
	}
	return out + "\n@ 3600 NSEC www NS SOA RRSIG NSEC DNSKEY"
}

func presigning(t *testing.T, live string) *stage {
	s := newStage(t, live)
	s.Can = provider.Traits{Authority: true, Presigned: true}
	return s
}

// is wants the live zone to be these lines, serial and all.
func (s *stage) is(lines string) {
	s.t.Helper()
	require.Equal(s.t, parse(s.t, lines).String(), s.Get(example).String())
}

func TestAPresignedZoneIsWrittenAsItIs(t *testing.T) {
	s := presigning(t, "")
	first := presigned("7", "www 300 A 192.0.2.1\nwww 60 TXT a")
	assert.Equal(t, provider.Agreed, s.sync(first).State)
	s.is(first)
	assert.True(t, s.sync(first).Plan.Empty())

	next := presigned("8", "www 300 A 192.0.2.1\nwww 60 TXT b\nnew 300 A 192.0.2.2")
	assert.Equal(t, provider.Agreed, s.sync(next).State)
	s.is(next)

	plain := "@ 3600 SOA ns1.example.net. hostmaster.example.net. 9 10800 3600 604800 3600\n@ 3600 NS ns1.example.net.\nwww 300 A 192.0.2.1"
	assert.Equal(t, provider.Agreed, s.sync(plain).State)
	s.has(plain)
}

func TestATargetThatDoesNotServePresignedZonesKeepsWhatItHas(t *testing.T) {
	for _, can := range []provider.Traits{{}, {Authority: true}, {Presigned: true}} {
		s := newStage(t, "www 300 A 192.0.2.1")
		s.Can = can
		res := s.sync(presigned("7", "www 300 A 192.0.2.2"))
		assert.Equal(t, provider.Blocked, res.State)
		assert.True(t, res.Plan.Empty())
		assert.Contains(t, res.String(), "does not serve zones with the signatures that they bring")
		s.has("www 300 A 192.0.2.1")
	}
}

// A service that would change anything of it gets nothing of it.
func TestWhatCannotBeWrittenAsItIsKeepsTheWholeZoneBack(t *testing.T) {
	for _, can := range []provider.Traits{{MinTTL: 60}, {MaxTTL: 300}, {JoinsTXT: true}, {Types: []zone.Type{zone.SOA, zone.NS, zone.A, "DNSKEY", zone.RRSIG}}} {
		can.Authority, can.Presigned = true, true
		s := presigning(t, "")
		s.Can = can
		res := s.sync(presigned("7", "www 30 A 192.0.2.1\nwww 3600 TXT a b"))
		assert.Equal(t, provider.Blocked, res.State, can)
		assert.Contains(t, res.String(), "not all of it can be written here just as it is")
		assert.Nil(t, s.Get(example))
	}
}

func TestWhatIsNotOursHoldsAPresignedZoneBackWhole(t *testing.T) {
	for name, foreign := range map[string]string{"a set beside ours": "other 300 A 192.0.2.9", "a set that differs": "www 300 A 192.0.2.9", "a text": "www 60 TXT token"} {
		t.Run(name, func(t *testing.T) {
			s := presigning(t, foreign)
			want := presigned("7", "www 300 A 192.0.2.1\nwww 60 TXT a")
			res := s.sync(want)
			assert.Contains(t, res.String(), "written whole or not at all")
			s.has(foreign)
			s.approve(res)
			assert.Equal(t, provider.Agreed, s.sync(want).State)
			s.is(want)
		})
	}
}

func TestProofsAreNoLosses(t *testing.T) {
	s := presigning(t, "")
	var old, salted strings.Builder
	for i := range 40 {
		hash := strings.Repeat(string("0123456789abcdefghijklmnopqrstuv"[i%32]), 31)
		old.WriteString(hash + string("ab"[i/32]) + " 300 NSEC3 1 0 0 - " + hash + "0 A\n")
		salted.WriteString(hash + string("cd"[i/32]) + " 300 NSEC3 1 0 0 ab " + hash + "1 A\n")
	}
	require.Equal(t, provider.Agreed, s.sync(presigned("7", "www 300 A 192.0.2.1\n"+old.String())).State)
	require.Equal(t, provider.Agreed, s.sync(presigned("8", "www 300 A 192.0.2.1\n"+salted.String())).State)

	many := strings.Builder{}
	for _, c := range "abcdefghijklmnopqrst" {
		many.WriteString("\nh" + string(c) + " 300 A 192.0.2.1")
	}
	require.Equal(t, provider.Agreed, s.sync(presigned("9", "www 300 A 192.0.2.1"+many.String())).State)
	before := s.Get(example)
	res := s.sync(presigned("10", "www 300 A 192.0.2.1"))
	assert.Contains(t, res.String(), "the plan would lose 20 of 22 sets")
	assert.Equal(t, before.String(), s.Get(example).String(), "not even the serial is another one")
	s.approve(res)
	require.Equal(t, provider.Agreed, s.sync(presigned("10", "www 300 A 192.0.2.1")).State)
}

// Whatever was there, and whoever else writes: a zone that brings its signatures is there
// octet for octet, or what was there is.
func TestAPresignedZoneIsThereWholeOrNotAtAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newTwin(zone.Rules{Foreign: rapid.SampledFrom([]zone.Foreign{zone.ForeignKeep, zone.ForeignPurge}).Draw(t, "foreign"),
			Adopt: rapid.SampledFrom([]zone.Adopt{zone.AdoptHold, zone.AdoptTake}).Draw(t, "adopt")}, rapid.Bool().Draw(t, "exact"), nil)
		w.m.Can.Authority, w.m.Can.Presigned = true, true
		for step := range rapid.IntRange(1, 6).Draw(t, "steps") {
			before := w.m.Get(example)
			if before != nil && rapid.IntRange(0, 2).Draw(t, "hand") == 0 {
				before = with(before, someLines(t, "by hand"))
				w.m.Put(before)
			}
			want := someLines(t, "wish")
			sign := rapid.IntRange(0, 3).Draw(t, "sign") > 0
			if sign {
				want = with(parse(t, presigned(fmt.Sprint(step+1), "")), want)
			}
			w.s.Fresh = rapid.Bool().Draw(t, "fresh") && w.s.Fresh
			res, err := w.s.Sync(t.Context(), replace(want))
			require.NoError(t, err)
			if rapid.Bool().Draw(t, "approve") && !res.Held.Empty() {
				w.s.Approved = []zone.Digest{res.Held.Digest()}
				res, err = w.s.Sync(t.Context(), replace(want))
				require.NoError(t, err)
				require.True(t, res.Held.Empty() || !sign, res)
			}
			live := w.m.Get(example).String()
			if w.s.Fresh = res.State == provider.Agreed; sign && w.s.Fresh {
				require.Equal(t, want.String(), live)
			} else if sign {
				require.Equal(t, before.String(), live, res)
			}
		}
	})
}

func TestAPresignedZoneBeyondTheLimitForAllZonesIsHeldWhole(t *testing.T) {
	f := newFleet(t, provider.Fleet{Free: 1})
	f.Can = provider.Traits{Authority: true, Presigned: true}
	f.sync(1, full)
	f.sync(1, "www 300 A 192.0.2.1")
	at := func(serial, lines string) *zone.Zone { return parse(t, presigned(serial, lines)) }
	_, err := f.Syncer.Sync(t.Context(), replace(at("7", full)))
	require.NoError(t, err)
	res, err := f.Syncer.Sync(t.Context(), replace(at("8", "www 300 A 192.0.2.1\n@ 300 A 192.0.2.2")))
	require.NoError(t, err)
	assert.Equal(t, provider.Held, res.State, res)
	assert.Equal(t, at("7", full).String(), f.Get(example).String())
	f.Approved = []zone.Digest{res.Held.Digest()}
	_, err = f.Syncer.Sync(t.Context(), replace(at("8", "www 300 A 192.0.2.1\n@ 300 A 192.0.2.2")))
	require.NoError(t, err)
	assert.EqualValues(t, 8, f.Get(example).Serial())
}

func TestSingleRecordsOfAPresignedZoneAreNotPatched(t *testing.T) {
	s := presigning(t, "")
	want := presigned("7", "www 300 A 192.0.2.1")
	s.sync(want)
	res, err := s.Sync(context.Background(), zone.Intent{Zone: "www." + example, Wish: zone.Patch{Add: []zone.Record{{Name: "www." + example, Type: zone.A, TTL: 300, Data: "192.0.2.2"}}}})
	require.NoError(t, err)
	assert.Equal(t, provider.Blocked, res.State, res)
	s.is(want)
}
