package rfc2136

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// adds is a plan that adds so many sets.
func adds(n, size int) zone.Plan {
	p := zone.Plan{Zone: "example.com."}
	for i := range n {
		k := zone.Key{Name: zone.Name(fmt.Sprintf("n%d.example.com.", i)), Type: zone.TXT}
		p.Changes = append(p.Changes, zone.Change{New: zone.RRset{Key: k, TTL: 300, Data: []string{zone.Text(fmt.Sprintf("%0*d", size, i))}}})
	}
	return p
}

func asApplyError(t *testing.T, err error) *provider.ApplyError {
	t.Helper()
	ae, ok := errors.AsType[*provider.ApplyError](err)
	require.True(t, ok, err)
	return ae
}

func TestAnAnswerThatIsCutLeavesTheChangeUnknown(t *testing.T) {
	total := 0
	p, c := newPeer(t, peerZone)
	p.mangle = func(_ int, m []byte) []byte { total += len(m); return m }
	require.NoError(t, c.Apply(t.Context(), adds(3, 10)))
	for cut := range total {
		p, c := newPeer(t, peerZone)
		p.mangle = func(_ int, m []byte) []byte { return m[:cut] }
		ae := asApplyError(t, c.Apply(t.Context(), adds(3, 10)))
		require.Equal(t, []int{0, 1, 2}, ae.Unknown)
		require.Empty(t, ae.Done)
		require.Error(t, ae.Err)
		require.Len(t, p.updates, 1, "and it is not sent again")
	}
}

func TestAYesThatNobodySignedIsNone(t *testing.T) {
	p, c := newPeer(t, peerZone)
	p.hook = func(w dns.ResponseWriter, r *dns.Msg) { w.WriteMsg(new(dns.Msg).SetReply(r)) }
	ae := asApplyError(t, c.Apply(t.Context(), adds(1, 10)))
	assert.Equal(t, []int{0}, ae.Unknown)
	assert.ErrorContains(t, ae.Err, "the answer is not signed")
	p.hook = func(w dns.ResponseWriter, r *dns.Msg) { w.WriteMsg(new(dns.Msg).SetRcode(r, dns.RcodeRefused)) }
	ae = asApplyError(t, c.Apply(t.Context(), adds(1, 10)))
	assert.Equal(t, []int{0}, ae.Unknown, "nor is a no")
	assert.ErrorContains(t, ae.Err, "refused (REFUSED): the server refuses this, or to do it for this key, and does not sign it")
}

func TestOfSeveralMessagesEachIsAccountedFor(t *testing.T) {
	p, c := newPeer(t, peerZone)
	var n atomic.Int64
	p.mangle = func(_ int, m []byte) []byte {
		if n.Add(1) == 2 {
			return nil
		}
		return m
	}
	plan := adds(600, 200)
	ae := asApplyError(t, c.Apply(t.Context(), plan))
	require.Len(t, p.updates, 2, "the third was not sent")
	first, second := len(p.updates[0].Ns), len(p.updates[1].Ns)
	assert.Len(t, ae.Done, first)
	assert.Len(t, ae.Unknown, second)
	assert.Empty(t, ae.Failed)
	assert.Greater(t, len(plan.Changes), first+second)
	assert.Equal(t, first, ae.Unknown[0])
}

func TestAServerThatFailsAltogetherIsAskedNoMoreThanTwice(t *testing.T) {
	for rcode, kind := range map[int]provider.Kind{
		dns.RcodeServerFailure: provider.KindTransient, dns.RcodeRefused: provider.KindRefused, dns.RcodeNotImplemented: provider.KindRefused, 15: provider.KindRefused,
	} {
		p, c := newPeer(t, peerZone)
		p.rcode = func(*dns.Msg) int { return rcode }
		ae := asApplyError(t, c.Apply(t.Context(), adds(100, 10)))
		assert.Equal(t, kind, provider.KindOf(ae.Err), "%s", ae.Err)
		assert.Empty(t, ae.Failed, "it is not the fault of a set")
		assert.Len(t, p.updates, 2, "once with the changes and once without any")
		assert.Empty(t, p.updates[1].Ns)
	}
}

func TestWhatTheServerFailsAtStandsAlone(t *testing.T) {
	for _, rcode := range []int{dns.RcodeServerFailure, dns.RcodeFormatError, dns.RcodeRefused, dns.RcodeNotZone} {
		p, c := newPeer(t, peerZone)
		p.rcode = func(m *dns.Msg) int {
			for _, rr := range m.Ns {
				if rr.Header().Name == "n13.example.com." || rr.Header().Name == "n77.example.com." {
					return rcode
				}
			}
			return 0
		}
		ae := asApplyError(t, c.Apply(t.Context(), adds(100, 10)))
		require.Len(t, ae.Failed, 2)
		assert.Equal(t, []int{13, 77}, []int{ae.Failed[0].Index, ae.Failed[1].Index})
		assert.Equal(t, provider.KindRefused, provider.KindOf(ae.Failed[0].Err), "the server takes others, so it is this one")
		assert.Len(t, ae.Done, 98)
		assert.NoError(t, ae.Err)
	}
}

func TestACancelledPlanIsNotBegun(t *testing.T) {
	p, c := newPeer(t, peerZone)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ae := asApplyError(t, c.Apply(ctx, adds(1, 10)))
	assert.ErrorIs(t, ae.Err, context.Canceled)
	assert.Empty(t, ae.Unknown)
	assert.Empty(t, p.updates)
}

func TestASilentServerIsWaitedForAsLongAsIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, c := newPeer(t, peerZone)
		c.Timeout = time.Minute
		release := make(chan struct{})
		p.hook = func(dns.ResponseWriter, *dns.Msg) { <-release }
		start := time.Now()
		_, err := c.Zone(t.Context(), "example.com.")
		assert.ErrorContains(t, err, "timeout")
		assert.Equal(t, time.Minute, time.Since(start))
		close(release)
	})
}

func TestNoMoreConnectionsThanAreAllowed(t *testing.T) {
	p, c := newPeer(t, peerZone)
	c.Parallel = 3
	var now, most atomic.Int64
	p.hook = func(w dns.ResponseWriter, r *dns.Msg) {
		most.Store(max(most.Load(), now.Add(1)))
		time.Sleep(time.Millisecond)
		now.Add(-1)
		p.update(w, r)
	}
	var wg sync.WaitGroup
	for range 30 {
		wg.Go(func() { assert.NoError(t, c.Apply(t.Context(), adds(1, 10))) })
	}
	wg.Wait()
	assert.EqualValues(t, 3, most.Load())
}

// What an update says is what RFC 2136 sections 2.4 and 2.5 have it say.
func TestAnUpdateSaysWhatThePeerReads(t *testing.T) {
	p, c := newPeer(t, peerZone)
	live, err := zone.Parse("example.com.", "a 300 A 192.0.2.1\na 300 A 192.0.2.2\nb 300 CNAME a\nc 300 MX 1 a\n@ 300 NS ns1.\n")
	require.NoError(t, err)
	want, err := zone.Parse("example.com.", "a 300 A 192.0.2.3\nb 300 TXT x\nd 300 CNAME a\n@ 300 NS ns2.\n")
	require.NoError(t, err)
	require.NoError(t, c.Apply(t.Context(), zone.Diff(live, want)))
	require.Len(t, p.updates, 1)
	var got []string
	for _, rr := range p.updates[0].Answer {
		got = append(got, "if "+words4(rr))
	}
	for _, rr := range p.updates[0].Ns {
		got = append(got, "do "+words4(rr))
	}
	assert.Equal(t, []string{
		"if d.example.com. 0 NONE CNAME", "if d.example.com. 0 NONE ANY",
		"if example.com. 0 IN NS ns1.",
		"if a.example.com. 0 IN A 192.0.2.1", "if a.example.com. 0 IN A 192.0.2.2",
		"if b.example.com. 0 IN CNAME a.example.com.", "if b.example.com. 0 NONE TXT",
		"if c.example.com. 0 IN MX 1 a.example.com.",
		"do d.example.com. 300 IN CNAME a.example.com.",
		"do example.com. 300 IN NS ns2.", "do example.com. 0 NONE NS ns1.",
		"do a.example.com. 0 ANY A", "do a.example.com. 300 IN A 192.0.2.3",
		"do b.example.com. 0 ANY CNAME", "do b.example.com. 300 IN TXT \"x\"",
		"do c.example.com. 0 ANY MX",
	}, got)
}

// words4 is a record in one line with single blanks.
func words4(rr dns.RR) string {
	h := rr.Header()
	out := fmt.Sprintf("%s %d %s %s", h.Name, h.Ttl, dns.ClassToString[h.Class], dns.TypeToString[h.Rrtype])
	if data := rr.String()[len(h.String()):]; h.Rdlength > 0 {
		out += " " + data
	}
	return out
}
