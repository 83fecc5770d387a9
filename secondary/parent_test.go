package secondary

import (
	"fmt"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/zone"
)

const (
	aKey  = "@ 300 DNSKEY 257 3 13 AwEAAag="
	aSig  = "www 300 RRSIG A 13 3 300 20300101000000 20200101000000 1 example.com. AAAA"
	aDS   = z + " 3600 DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000"
	above = "com. 900 SOA a. b. 1 2 3 4 5"
)

// resolver is one that says of every zone what it is told to.
const resolver = "192.0.2.9:53"

func (b *bed) resolver(t *testing.T) *fakePrimary {
	b.Resolvers = []string{resolver}
	b.DNSSEC, b.Poll = Strip, 10*time.Minute
	return newFakePrimary(t, b.net, resolver)
}

// says has a resolver answer with a code, the records of an answer and of the
// authority section.
func (p *fakePrimary) says(code int, answer, authority string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hook = func(w dns.ResponseWriter, r *dns.Msg) bool {
		w.WriteMsg(answerOf(r, code, answer, authority))
		return true
	}
}

func answerOf(r *dns.Msg, code int, answer, authority string) *dns.Msg {
	m := new(dns.Msg).SetRcode(r, code)
	m.RecursionAvailable = true
	for text, into := range map[string]*[]dns.RR{answer: &m.Answer, authority: &m.Ns} {
		if text == "" {
			continue
		}
		rr, err := dns.NewRR(text)
		if err != nil {
			panic(err)
		}
		*into = []dns.RR{rr}
	}
	return m
}

// What answers mean: that there is no DS is believed only of who knows the parent.
func TestWhatAnswersAboutADSMean(t *testing.T) {
	for name, test := range map[string]struct {
		code              int
		answer, authority string
		change            func(*dns.Msg)
		want              string
	}{
		"a DS":                             {0, aDS, "", nil, "a DS for 1h0m0s"},
		"a DS from the parent itself":      {0, aDS, "", func(m *dns.Msg) { m.RecursionAvailable, m.Authoritative = false, true }, "a DS for 1h0m0s"},
		"no data":                          {0, "", above, nil, "none"},
		"no data, from the parent itself":  {0, "", above, func(m *dns.Msg) { m.RecursionAvailable, m.Authoritative = false, true }, "none"},
		"no such name":                     {3, "", above, nil, "none"},
		"no such name, from the root":      {3, "", ". 900 SOA a. b. 1 2 3 4 5", nil, "none"},
		"no data, from the zone itself":    {0, "", z + " 900 SOA a. b. 1 2 3 4 5", nil, errWhose.Error()},
		"no data, from another zone":       {0, "", "org. 900 SOA a. b. 1 2 3 4 5", nil, errWhose.Error()},
		"nothing at all":                   {0, "", "", nil, errWhose.Error()},
		"a referral":                       {0, "", "com. 900 NS a.gtld-servers.net.", nil, errWhose.Error()},
		"from who does not know":           {0, "", above, func(m *dns.Msg) { m.RecursionAvailable = false }, errNoResolver.Error()},
		"an alias":                         {0, z + " 60 CNAME example.org.", above, nil, errAlias.Error()},
		"the DS of another zone":           {0, "other.com. 60 DS 1 13 2 00", above, nil, errAlias.Error()},
		"SERVFAIL, as of a bogus parent":   {2, "", above, nil, "SERVFAIL: whether there is a DS is not known there"},
		"REFUSED":                          {5, "", above, nil, "REFUSED: whether there is a DS is not known there"},
		"a message that was cut":           {0, "", above, func(m *dns.Msg) { m.Truncated = true }, errCut.Error()},
		"the answer to something else":     {0, "", above, func(m *dns.Msg) { m.Question[0].Qtype = dns.TypeA }, errOther.Error()},
		"a DS of a zone that is not there": {3, aDS, above, nil, "a DS for 1h0m0s"},
	} {
		q := &question{name: z, typ: message.TypeDS}
		m := answerOf(&dns.Msg{Question: []dns.Question{{Name: z, Qtype: dns.TypeDS, Qclass: dns.ClassINET}}}, test.code, test.answer, test.authority)
		if test.change != nil {
			test.change(m)
		}
		raw, err := m.Pack()
		require.NoError(t, err)
		got, err := message.Parse(raw)
		require.NoError(t, err)
		assert.Equal(t, test.want, said2(q, got), name)
	}
}

func said2(q *question, m *message.Message) string {
	ttl, err := q.delegation(m)
	if other := q.isOther(m); other != nil {
		err = other
	}
	switch {
	case err != nil:
		return err.Error()
	case ttl == nil:
		return "none"
	}
	return "a DS for " + ttl.String()
}

// What a zone may do after answers: + is a DS, - is none, ? is no answer, each behind
// the hours at which it was asked; = is the verdict then.
func TestWhenAZoneMayBeWithoutItsSignatures(t *testing.T) {
	day := func(from, to int) (out []string) {
		for h := from; h <= to; h += 4 {
			out = append(out, fmt.Sprintf("%d-", h))
		}
		return out
	}
	join := func(parts ...[]string) (out []string) {
		for _, p := range parts {
			out = append(out, p...)
		}
		return out
	}
	for name, test := range map[string]struct {
		events []string
		at     int
		want   bool
	}{
		"nobody was asked":                         {nil, 0, false},
		"the first answer":                         {[]string{"0-"}, 0, false},
		"a day without a DS":                       {day(0, 24), 24, false},
		"nearly two days":                          {day(0, 44), 47, false},
		"two days":                                 {day(0, 48), 48, true},
		"two days, then a DS":                      {join(day(0, 48), []string{"49+"}), 49, false},
		"a day after the DS went":                  {join(day(0, 48), []string{"49+"}, day(50, 74)), 74, false},
		"two days after the DS went":               {join([]string{"0+"}, day(2, 50)), 50, true},
		"two days in which nobody asked":           {[]string{"0-", "48-"}, 48, false},
		"two days, and silence for five hours":     {day(0, 48), 53, true},
		"two days, and silence for six hours":      {day(0, 48), 54, false},
		"heard again after a long silence":         {join(day(0, 48), []string{"200-"}), 200, true},
		"a DS that lives for a week, two days ago": {join([]string{"0w"}, day(2, 60)), 60, false},
		"a DS that lives for a week":               {join([]string{"0w"}, day(2, 7*24)), 7 * 24, true},
	} {
		began := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		var f follower
		for _, e := range test.events {
			var hour int
			var what string
			_, err := fmt.Sscanf(e, "%d%s", &hour, &what)
			require.NoError(t, err)
			ttl := map[string]time.Duration{"+": time.Hour, "w": 30 * 24 * time.Hour}[what]
			at := began.Add(time.Duration(hour) * time.Hour)
			if what == "-" {
				f.parentSays(nil, at)
			} else {
				f.parentSays(&ttl, at)
			}
		}
		assert.Equal(t, test.want, f.mayStrip(began.Add(time.Duration(test.at)*time.Hour)), name)
	}
}

func TestASignedZoneGoesOnWithoutSignaturesOnceItsParentHasHadNoDS(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, z)
		r := b.resolver(t)
		r.says(0, aDS, "")
		b.primary.set(t, z, 2, "www 300 A 192.0.2.1", aKey, aSig)
		b.run(t)
		time.Sleep(72 * time.Hour)
		assert.Equal(t, []string{"example.com. Replace"}, b.target.told())
		assert.Contains(t, zoneStatus(t, b.Secondary, z).Reason, "its parent has a DS for it")
		assert.Equal(t, Signed, zoneStatus(t, b.Secondary, z).Condition)
		assert.Less(t, r.count("DS"), 80, "each hour")

		r.says(0, "", above)
		time.Sleep(46 * time.Hour) // the last DS was heard up to an hour and a poll before
		assert.Empty(t, b.target.told())
		assert.Contains(t, zoneStatus(t, b.Secondary, z).Reason, "caches may still have one")
		time.Sleep(4 * time.Hour)
		assert.Equal(t, []string{"example.com. Replace"}, b.target.told())
		assert.True(t, b.target.zone(z).Equal(mustZone(t, z, "www 300 A 192.0.2.1")), b.target.zone(z))
		assert.Equal(t, Fresh, zoneStatus(t, b.Secondary, z).Condition)

		b.primary.set(t, z, 3, "www 300 A 192.0.2.2", aKey, aSig)
		time.Sleep(20 * time.Minute)
		assert.True(t, b.target.zone(z).Equal(mustZone(t, z, "www 300 A 192.0.2.2")), "changes go on")

		r.stop()
		b.primary.set(t, z, 4, "www 300 A 192.0.2.3", aKey, aSig)
		time.Sleep(4 * time.Hour)
		assert.Equal(t, "192.0.2.3", data(b.target.zone(z), "www."+z), "the last answer is good for a while")
		time.Sleep(4 * time.Hour)
		assert.Contains(t, zoneStatus(t, b.Secondary, z).Reason, "could not be found out")
		r.start(t)
		time.Sleep(time.Hour)
		assert.Equal(t, Fresh, zoneStatus(t, b.Secondary, z).Condition, "nothing begins anew")
	})
}

// The handler refuses what has a Finding Refused; what was published stays.
func TestADSThatComesBackHasTheZoneHeld(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, z)
		r := b.resolver(t)
		r.says(3, "", above)
		b.primary.set(t, z, 2, "www 300 A 192.0.2.1", aKey)
		b.Store = &MemoryStore{}
		stop := b.run(t)
		time.Sleep(24 * time.Hour)
		stop()
		stop = b.run(t) // what was learnt lasts
		time.Sleep(26 * time.Hour)
		b.target.mu.Lock()
		last := b.target.ins[len(b.target.ins)-1]
		b.target.mu.Unlock()
		assert.Equal(t, []zone.Finding{{Text: stripped}}, last.Findings)

		r.says(0, aDS, "")
		b.target.told()
		time.Sleep(2 * time.Hour)
		b.target.mu.Lock()
		require.Len(t, b.target.ins, 1)
		last = b.target.ins[0]
		b.target.mu.Unlock()
		require.Len(t, last.Findings, 1)
		assert.Equal(t, zone.Refused, last.Findings[0].Level)
		assert.Contains(t, last.Findings[0].Text, "its parent has a DS for it")
		stop()

		b.DNSSEC = Presigned
		b.target.told()
		b.run(t)
		time.Sleep(20 * time.Minute)
		assert.Empty(t, b.target.told(), "it was handed on signed already")
	})
}

// Many signed zones are no storm at a resolver, and each parent is asked but each hour.
func TestResolversAreSpared(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var zones []zone.Name
		for i := range 60 {
			zones = append(zones, zone.Name(fmt.Sprintf("z%d.example.", i)))
		}
		b := newBed(t, zones...)
		r := b.resolver(t)
		r.hook = func(w dns.ResponseWriter, r *dns.Msg) bool {
			time.Sleep(time.Second)
			w.WriteMsg(answerOf(r, 0, "", "example. 900 SOA a. b. 1 2 3 4 5"))
			return true
		}
		for _, n := range zones {
			b.primary.set(t, string(n), 2, aKey)
		}
		most := 0
		open := map[net.Conn]bool{}
		b.net.wrap = func(address string, c net.Conn) net.Conn {
			if address != resolver {
				return c
			}
			b.net.mu.Lock()
			defer b.net.mu.Unlock()
			open[c] = true
			most = max(most, len(open))
			return closing{c, func() { b.net.mu.Lock(); defer b.net.mu.Unlock(); delete(open, c) }}
		}
		b.run(t)
		time.Sleep(6 * time.Hour)
		b.net.mu.Lock()
		assert.LessOrEqual(t, most, 4)
		b.net.mu.Unlock()
		assert.Less(t, r.count("DS"), 60*8)
		assert.Greater(t, r.count("DS"), 60*4)
		for _, n := range zones {
			require.Equal(t, Signed, zoneStatus(t, b.Secondary, n).Condition)
		}
	})
}

// A closing connection says so.
type closing struct {
	net.Conn
	closed func()
}

func (c closing) Close() error {
	c.closed()
	return c.Conn.Close()
}

func TestSinglePassesLearnOfTheParentAsWell(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, z)
		b.resolver(t).says(0, "", above)
		b.primary.set(t, z, 2, "www 300 A 192.0.2.1", aKey)
		for range 25 {
			require.NoError(t, b.Once(t.Context(), b.target.hand))
			time.Sleep(2 * time.Hour)
		}
		assert.Equal(t, []string{"example.com. Replace", "example.com. Replace"}, b.target.told())
		assert.True(t, b.target.zone(z).Equal(mustZone(t, z, "www 300 A 192.0.2.1")))
	})
}

func TestWithoutAResolverSignedZonesAreHeld(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, z)
		b.Poll = 10 * time.Minute
		b.DNSSEC, b.Resolvers = Strip, []string{"192.0.2.77"} // where nobody is
		b.primary.set(t, z, 2, "www 300 A 192.0.2.1", aKey)
		b.run(t)
		time.Sleep(60 * time.Hour)
		b.target.mu.Lock()
		defer b.target.mu.Unlock()
		require.NotEmpty(t, b.target.ins)
		for _, in := range b.target.ins {
			assert.Equal(t, zone.Refused, in.Findings[0].Level)
			assert.Contains(t, in.Findings[0].Text, "could not be found out")
		}
	})
}

func TestWhatOnlySignedZonesHaveIsTakenAway(t *testing.T) {
	signed, err := zone.Parse(z, `
		@ 300 SOA a. b. 1 2 3 4 5
		@ 300 NS a.
		@ 300 DNSKEY 257 3 13 AwEAAag=
		@ 300 CDS 1 13 2 00
		@ 300 CDNSKEY 257 3 13 AwEAAag=
		@ 0 NSEC3PARAM 1 0 0 -
		@ 300 ZONEMD 1 1 1 000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
		@ 0 TYPE65534 \# 5 0D00010001
		@ 300 RRSIG SOA 13 2 300 20300101000000 20200101000000 1 example.com. AAAA
		www 300 A 192.0.2.1
		www 300 RRSIG A 13 3 300 20300101000000 20200101000000 1 example.com. AAAA
		www 300 NSEC a A
		0p9mhaveqvm6t7vbl5lop2u3t2rp3tom 300 NSEC3 1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr A RRSIG
		sub 300 NS ns.sub
		sub 300 DS 1 13 2 00
		k 300 TYPE65534 \# 1 00
	`)
	require.NoError(t, err)
	want, err := zone.Parse(z, "@ 300 SOA a. b. 1 2 3 4 5\n@ 300 NS a.\nwww 300 A 192.0.2.1\nsub 300 NS ns.sub\nsub 300 DS 1 13 2 00\nk 300 TYPE65534 \\# 1 00")
	require.NoError(t, err)
	assert.True(t, strip(signed).Equal(want), strip(signed))
}

func TestResolversOfTheSystem(t *testing.T) {
	assert.Equal(t, []string{"192.0.2.1:53", "[2001:db8::1]:53"}, resolversOf("# x\nsearch a\nnameserver 192.0.2.1\nnameserver 2001:db8::1 \nnameserver\n"))
}

// FuzzDelegation: whatever a resolver says, that there is no DS is believed only with the
// SOA of a zone above.
func FuzzDelegation(f *testing.F) {
	r := &dns.Msg{Question: []dns.Question{{Name: z, Qtype: dns.TypeDS, Qclass: dns.ClassINET}}}
	for _, m := range []*dns.Msg{answerOf(r, 0, aDS, ""), answerOf(r, 0, "", above), answerOf(r, 3, "", above), answerOf(r, 0, "", z+" 900 SOA a. b. 1 2 3 4 5")} {
		raw, err := m.Pack()
		require.NoError(f, err)
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := message.Parse(raw)
		if err != nil {
			return
		}
		ttl, err := (&question{name: z, typ: message.TypeDS}).delegation(m)
		if err == nil && ttl == nil {
			require.True(t, fromAbove(m, z))
			require.Empty(t, slices.DeleteFunc(m.Answer, func(r message.Record) bool { return r.Type == message.TypeRRSIG }))
		}
	})
}
