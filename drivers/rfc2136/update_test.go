package rfc2136_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/rfc2136"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A traffic is what went over the connections of a driver.
type traffic struct {
	sent     atomic.Int64 // messages
	received atomic.Int64 // octets
}

// counted counts the traffic of a driver.
func counted(p *rfc2136.Provider) *traffic {
	n := &traffic{}
	p.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		return countingConn{c, n}, err
	}
	return n
}

type countingConn struct {
	net.Conn
	n *traffic
}

func (c countingConn) Write(b []byte) (int, error) {
	c.n.sent.Add(1)
	return c.Conn.Write(b)
}

func (c countingConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.n.received.Add(int64(n))
	return n, err
}

// lines gives so many records.
func lines(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format+"\n", i)
	}
	return b.String()
}

func applyError(t *testing.T, err error) *provider.ApplyError {
	t.Helper()
	ae, ok := errors.AsType[*provider.ApplyError](err)
	require.True(t, ok, err)
	return ae
}

func TestAPlanIsOneMessage(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		p := driver(s)
		n := counted(p)
		plan := planTo(t, s, lines(300, "h%d 300 A 192.0.2.1"))
		require.NoError(t, p.Apply(ctx, plan))
		assert.EqualValues(t, 1, n.sent.Load())
		assert.True(t, s.Transfer(t, apex).Equal(parse(t, lines(300, "h%d 300 A 192.0.2.1"))))
		assert.EqualValues(t, 2, s.Serial(t, apex), "one change, one serial")
	})
}

func TestAPlanThatDoesNotFitAMessageIsSeveral(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		p := driver(s)
		n := counted(p)
		text := lines(3000, "host-with-a-long-name-%[1]d 300 A 192.0.2.1\nhost-with-a-long-name-%[1]d 300 TXT \"a text that takes some room in the message\"")
		require.NoError(t, p.Apply(ctx, planTo(t, s, text)))
		assert.Less(t, n.sent.Load(), int64(12))
		assert.Greater(t, n.sent.Load(), int64(1))
		assert.True(t, s.Transfer(t, apex).Equal(parse(t, text)))
	})
}

func TestARaceIsRefusedAndNotLost(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		require.Equal(t, provider.Agreed, mirror(driver(s), parse(t, "a 300 A 192.0.2.1\nb 300 A 192.0.2.1\nc 300 A 192.0.2.1\nd 300 TXT x")).State)
		plan := planTo(t, s, "a 300 A 192.0.2.9\nc 300 A 192.0.2.9\nd 300 TXT x\ne 300 A 192.0.2.9\nf 300 CNAME a\nd 300 A 192.0.2.9\ng 300 A 192.0.2.9")
		// somebody else was there before: another value, a set gone, a set come, a name taken
		s.Fill(t, parse(t, "a 300 A 192.0.2.2\nc 300 A 192.0.2.1\nd 300 TXT x\ne 300 A 192.0.2.2\nf 300 MX 10 a\nd 300 A 192.0.2.1"))
		ae := applyError(t, driver(s).Apply(ctx, plan))
		conflicts := map[string]bool{}
		for _, f := range ae.Failed {
			ce, ok := errors.AsType[*provider.ConflictError](f.Err)
			require.True(t, ok, f.Err)
			assert.Equal(t, plan.Changes[f.Index].Key(), ce.Key)
			conflicts[ce.Key.String()] = true
		}
		assert.Equal(t, map[string]bool{"a.example.com. A": true, "b.example.com. A": true, "d.example.com. A": true, "e.example.com. A": true, "f.example.com. CNAME": true}, conflicts)
		assert.Empty(t, ae.Unknown)
		assert.NoError(t, ae.Err)
		done := map[string]bool{}
		for _, i := range ae.Done {
			done[plan.Changes[i].Key().String()] = true
		}
		assert.Equal(t, map[string]bool{"c.example.com. A": true, "g.example.com. A": true}, done)
		assert.True(t, s.Transfer(t, apex).Equal(parse(t, "a 300 A 192.0.2.2\nc 300 A 192.0.2.9\nd 300 TXT x\ne 300 A 192.0.2.2\nf 300 MX 10 a\nd 300 A 192.0.2.1\ng 300 A 192.0.2.9")))
	})
}

func TestAtANameTheSetThatHasChangedIsNamed(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		require.Equal(t, provider.Agreed, mirror(driver(s), parse(t, "a 300 A 192.0.2.1\na 300 TXT x")).State)
		plan := planTo(t, s, "a 300 A 192.0.2.9\na 300 TXT y")
		s.Fill(t, parse(t, "a 300 A 192.0.2.1\na 300 TXT z"))
		ae := applyError(t, driver(s).Apply(ctx, plan))
		require.Len(t, ae.Failed, 2)
		_, isConflict := errors.AsType[*provider.ConflictError](ae.Failed[0].Err)
		assert.False(t, isConflict, ae.Failed[0].Err)
		assert.ErrorContains(t, ae.Failed[0].Err, "not done, since a.example.com. TXT was not")
		_, isConflict = errors.AsType[*provider.ConflictError](ae.Failed[1].Err)
		assert.True(t, isConflict)
		assert.True(t, s.Transfer(t, apex).Equal(parse(t, "a 300 A 192.0.2.1\na 300 TXT z")), "all changes of a name stand or fall together")
	})
}

func TestACNAMETakesNoNameThatSomebodyElseHasTaken(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		require.Equal(t, provider.Agreed, mirror(driver(s), parse(t, "a 300 A 192.0.2.1")).State)
		swap := planTo(t, s, "a 300 CNAME b")
		s.Fill(t, parse(t, "a 300 A 192.0.2.1\na 300 MX 10 b"))
		ae := applyError(t, driver(s).Apply(ctx, swap))
		assert.Len(t, ae.Failed, 2)
		assert.True(t, s.Transfer(t, apex).Equal(parse(t, "a 300 A 192.0.2.1\na 300 MX 10 b")))

		s.Fill(t, parse(t, ""))
		add := planTo(t, s, "a 300 A 192.0.2.1")
		s.Fill(t, parse(t, "a 300 CNAME b"))
		ae = applyError(t, driver(s).Apply(ctx, add))
		_, isConflict := errors.AsType[*provider.ConflictError](ae.Failed[0].Err)
		assert.True(t, isConflict, "a server would say yes and do nothing")
	})
}

// What BIND minds in its stock configuration stands alone in the end.
func TestWhatIsRefusedStandsAlone(t *testing.T) {
	s := servers.BIND(t, bare())
	p := driver(s)
	n := counted(p)
	text := lines(100, "h%d 300 A 192.0.2.1")
	plan := planTo(t, s, text+"no_host 300 A 192.0.2.1\nno_mail 300 MX 10 no_host\n")
	ae := applyError(t, p.Apply(ctx, plan))
	require.Len(t, ae.Failed, 2)
	for i, name := range []zone.Name{"no_host.example.com.", "no_mail.example.com."} {
		f := ae.Failed[i]
		assert.Equal(t, name, plan.Changes[f.Index].Key().Name)
		assert.Equal(t, provider.KindRefused, provider.KindOf(f.Err))
		assert.ErrorContains(t, f.Err, "REFUSED")
	}
	assert.Len(t, ae.Done, 100)
	assert.NoError(t, ae.Err)
	assert.Less(t, n.sent.Load(), int64(25), "one of a hundred is found in seven steps")
	assert.True(t, s.Transfer(t, apex).Equal(parse(t, text)))
}

func TestALargeSetIsReplacedOnConditionOfTheSOA(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		long := func(letter string) string {
			return lines(99, "big 300 TXT \"%d "+strings.Repeat(letter, 240)+"\" \""+strings.Repeat(letter, 240)+"\"")
		}
		p := driver(s)
		require.Equal(t, provider.Agreed, mirror(p, parse(t, long("a"))).State)
		res := mirror(p, parse(t, long("b")))
		assert.Equal(t, provider.Agreed, res.State, res.Findings)
		assert.True(t, s.Transfer(t, apex).Equal(parse(t, long("b"))))

		plan := planTo(t, s, long("c"))
		require.Equal(t, provider.Agreed, mirror(p, parse(t, long("b")+"big 300 TXT other")).State)
		ae := applyError(t, p.Apply(ctx, plan))
		_, isConflict := errors.AsType[*provider.ConflictError](ae.Failed[0].Err)
		assert.True(t, isConflict)
		assert.True(t, s.Transfer(t, apex).Equal(parse(t, long("b")+"big 300 TXT other")))
	})
}

func TestWhatNoMessageHoldsIsRefused(t *testing.T) {
	s := servers.BIND(t, bare("max-records-per-type 0;"))
	p := driver(s)
	text := lines(150, "a 300 TXT \"%d "+strings.Repeat("x", 240)+"\"") + lines(150, "a 300 SPF \"%d "+strings.Repeat("x", 240)+"\"")
	plan := planTo(t, s, text+"b 300 A 192.0.2.1")
	ae := applyError(t, p.Apply(ctx, plan))
	require.Len(t, ae.Failed, 2)
	assert.Equal(t, provider.KindRefused, provider.KindOf(ae.Failed[0].Err))
	assert.ErrorContains(t, ae.Failed[0].Err, "does not fit a message of 65535 octets")
	assert.Len(t, ae.Done, 1, "the rest is done")
	assert.True(t, s.Transfer(t, apex).Equal(parse(t, "b 300 A 192.0.2.1")))
}

func TestSOAAndApexNSComeFromTheSourceWhereItIsTheAuthority(t *testing.T) {
	each(t, bare(), func(t *testing.T, s *servers.NameServer) {
		p := driver(s)
		p.Authority = true
		before := s.Serial(t, apex)
		want, err := zone.Parse(apex, "@ 600 SOA ns9 admin 1 2 3 4 5\n@ 600 NS ns9\nns9 600 A 192.0.2.9\n")
		require.NoError(t, err)
		res := mirror(p, want)
		assert.Equal(t, provider.Agreed, res.State, res)
		got := s.Transfer(t, apex)
		assert.True(t, got.Equal(want), got)
		assert.Greater(t, s.Serial(t, apex), before)

		only, err := zone.Parse(apex, "ns9 600 A 192.0.2.9\n")
		require.NoError(t, err)
		ae := applyError(t, p.Apply(ctx, zone.Diff(got, only)))
		require.Len(t, ae.Failed, 2)
		assert.ErrorContains(t, ae.Failed[0].Err, "a zone cannot be without it")
		assert.True(t, s.Transfer(t, apex).Equal(want))
	})
}
