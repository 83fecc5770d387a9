package rfc2136

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestATransferIsReadWhole(t *testing.T) {
	for each := 1; each <= 9; each++ {
		p, c := newPeer(t, peerZone)
		p.each = each
		z, err := c.Zone(t.Context(), "example.com.")
		require.NoError(t, err)
		assert.True(t, z.Equal(wantPeerZone(t)), z)
		assert.EqualValues(t, 7, z.Serial())
	}
}

// However much of a transfer arrives, it is the whole zone or an error.
func TestATransferCutAnywhereIsNoZone(t *testing.T) {
	total := 0
	p, c := newPeer(t, peerZone)
	p.mangle = func(_ int, m []byte) []byte { total += len(m); return m }
	_, err := c.Zone(t.Context(), "example.com.")
	require.NoError(t, err)
	for cut := range total {
		p, c := newPeer(t, peerZone)
		left := cut
		p.mangle = func(_ int, m []byte) []byte {
			m = m[:min(left, len(m))]
			left -= len(m)
			return m
		}
		_, err := c.Zone(t.Context(), "example.com.")
		require.Error(t, err, "after %d octets of %d", cut, total)
		require.Equal(t, provider.KindTransient, provider.KindOf(err), err)
	}
}

// Whatever octet is changed on the way, it is noticed.
func TestAChangedOctetIsNoticed(t *testing.T) {
	total := 0
	p, c := newPeer(t, peerZone)
	p.mangle = func(_ int, m []byte) []byte { total += len(m); return m }
	_, err := c.Zone(t.Context(), "example.com.")
	require.NoError(t, err)
	for at := range total {
		p, c := newPeer(t, peerZone)
		c.Timeout = 20 * time.Millisecond // where a length has become larger
		left := at
		p.mangle = func(_ int, m []byte) []byte {
			if left >= 0 && left < len(m) {
				m[left] ^= 1
			}
			left -= len(m)
			return m
		}
		z, err := c.Zone(t.Context(), "example.com.")
		if err == nil {
			require.True(t, z.Equal(wantPeerZone(t)), "octet %d gave\n%s", at, z) // a letter's case
		}
	}
}

func TestATransferThatIsNotOneIsAnError(t *testing.T) {
	soa := strings.SplitAfter(peerZone, "\n")[1]
	for name, test := range map[string]struct{ text, words string }{
		"no SOA":                 {"www 1 A 192.0.2.1\n" + soa, "does not begin with the SOA"},
		"only the SOA":           {soa, ""},
		"out of zone":            {soa + "www.example.org. 1 A 192.0.2.1", `record "www.example.org.": is not in the zone example.com.`},
		"out of zone by a label": {soa + "www.notexample.com. 1 A 192.0.2.1", "is not in the zone example.com."},
		"another class":          {soa + "www 1 CH A 192.0.2.1", "another class"},
		"goes on":                {soa + "@ 1 NS a.\n" + soa + "www 1 A 192.0.2.1", "goes on behind its end"},
		"another end":            {soa + "@ 1 NS a.\n" + strings.Replace(soa, " 7 ", " 8 ", 1), "ends with another SOA"},
		"an SOA below":           {soa + "sub 1 SOA a. b. 1 2 3 4 5\n@ 1 NS a.", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p, c := newPeer(t, test.text)
			p.each = 100
			_, err := c.Zone(t.Context(), "example.com.")
			if test.words == "" {
				require.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, test.words)
		})
	}
}

func TestAnErrorInTheMiddleOfATransferIsOne(t *testing.T) {
	p, c := newPeer(t, peerZone)
	p.hook = func(w dns.ResponseWriter, r *dns.Msg) {
		m := new(dns.Msg).SetReply(r)
		m.Answer = p.records[:3]
		sign(m, r)
		w.WriteMsg(m)
		w.TsigTimersOnly(true)
		m = new(dns.Msg).SetRcode(r, dns.RcodeServerFailure)
		sign(m, r)
		w.WriteMsg(m)
	}
	_, err := c.Zone(t.Context(), "example.com.")
	assert.ErrorContains(t, err, "SERVFAIL")
}

func TestATransferWithoutSignaturesIsNone(t *testing.T) {
	p, c := newPeer(t, peerZone)
	p.hook = func(w dns.ResponseWriter, r *dns.Msg) {
		m := new(dns.Msg).SetReply(r)
		m.Answer = append(p.records[:len(p.records):len(p.records)], p.records[0])
		w.WriteMsg(m)
	}
	_, err := c.Zone(t.Context(), "example.com.")
	assert.ErrorContains(t, err, "the answer is not signed")
	assert.Equal(t, provider.KindAuth, provider.KindOf(err))
	c.Key = Key{}
	z, err := c.Zone(t.Context(), "example.com.")
	require.NoError(t, err, "who has no key takes what comes")
	assert.True(t, z.Equal(wantPeerZone(t)))
}

func TestATransferEndsWithItsContext(t *testing.T) {
	p, c := newPeer(t, peerZone)
	ctx, cancel := context.WithCancel(t.Context())
	p.hook = func(w dns.ResponseWriter, r *dns.Msg) {
		m := new(dns.Msg).SetReply(r)
		m.Answer = p.records[:3]
		sign(m, r)
		w.WriteMsg(m)
		cancel()
	}
	_, err := c.Zone(ctx, "example.com.")
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "after 3 records")
}

// FuzzParse: whatever comes is read or refused, and what a transfer makes of it is a
// zone or an error.
func FuzzParse(f *testing.F) {
	m := new(dns.Msg)
	m.SetUpdate("example.com.")
	zp := dns.NewZoneParser(strings.NewReader(peerZone), "example.com.", "")
	for rr, ok := zp.Next(); ok; rr, ok = zp.Next() {
		m.Answer = append(m.Answer, rr)
	}
	m.Answer = append(m.Answer, m.Answer[0])
	m.Compress, m.Opcode, m.Response = true, dns.OpcodeQuery, true
	m.Question[0].Qtype = dns.TypeAXFR
	plain, err := m.Pack()
	require.NoError(f, err)
	f.Add(plain)
	m.SetTsig("k.example.", dns.HmacSHA256, 300, 1)
	signed, _, err := dns.TsigGenerate(m, testSecret, "", false)
	require.NoError(f, err)
	f.Add(signed)
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := message.Parse(raw)
		if err != nil {
			return
		}
		key, err := testKey.read()
		require.NoError(t, err)
		_, d, err := message.Ask(message.New(message.Query, "example.com.", message.TypeAXFR), key)
		require.NoError(t, err)
		require.True(t, d.Check(r) != nil || !r.Signed(), "nobody can sign by chance")
		tr := transfer{name: "example.com.", id: r.ID()}
		if tr.take(r) != nil || !tr.done {
			return
		}
		z, err := zoneOf("example.com.", tr.records)
		if err != nil {
			return
		}
		require.Equal(t, zone.Name("example.com."), z.Name())
		_, ok := z.Start()
		require.True(t, ok)
		var peer dns.Msg
		if peer.Unpack(raw) == nil {
			require.Equal(t, len(peer.Answer), len(r.Answer))
		}
	})
}
