package secondary

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/zone"
)

func (b *bed) transfer(t *testing.T, have *zone.Zone) (Transfer, error) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	return b.Client.Transfer(ctx, b.Primaries[0], z, have)
}

// sends has the primary answer transfers with these records.
func (b *bed) sends(t *testing.T, lines ...string) {
	var rrs []dns.RR
	for _, line := range lines {
		rr, err := dns.NewRR("$ORIGIN example.com.\n" + line)
		require.NoError(t, err, line)
		rrs = append(rrs, rr)
	}
	b.primary.mu.Lock()
	defer b.primary.mu.Unlock()
	b.primary.hook = func(w dns.ResponseWriter, r *dns.Msg) bool {
		b.primary.send(w, r, rrs)
		return true
	}
}

func soa(serial int) string { return fmt.Sprintf("@ 3600 SOA a. b. %d 1 2 3 4", serial) }

func TestATransferThatIsNotOneIsAnError(t *testing.T) {
	for words, lines := range map[string][]string{
		"does not begin with the SOA": {"www 1 A 192.0.2.1", soa(7)},
		"another SOA":                 {soa(7), "www 1 A 192.0.2.1", soa(8)},
		"goes on behind its end":      {soa(7), soa(7), "www 1 A 192.0.2.1"},
		"another class":               {soa(7), "www 1 CH A 192.0.2.1", soa(7)},
		"deadline":                    {soa(7), "www 1 A 192.0.2.1"},
	} {
		bubble(t, func(t *testing.T) {
			b := newBed(t, z)
			b.primary.each = 100
			b.sends(t, lines...)
			_, err := b.transfer(t, nil)
			if words == "deadline" {
				require.Error(t, err)
				return
			}
			assert.ErrorContains(t, err, words)
		})
	}
}

func TestWhatIsNotOfTheZoneIsLeftOutWithAWord(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, z)
		b.sends(t, soa(7), "www 1 A 192.0.2.1", "www.example.org. 1 A 192.0.2.9", "notexample.com. 1 A 192.0.2.9", "WWW 1 A 192.0.2.1", "www 5 A 192.0.2.2", "www 9 RRSIG A 13 3 1 20300101000000 20260101000000 1 example.com. AQID", "www 2 RRSIG AAAA 13 3 2 20300101000000 20260101000000 1 example.com. AQID", "sub 1 SOA a. b. 1 2 3 4 5", soa(7))
		got, err := b.transfer(t, nil)
		require.NoError(t, err)
		want, err := zone.Parse(z, soa(7)+"\nwww 1 A 192.0.2.1\nwww 1 A 192.0.2.2\nwww 1 RRSIG A 13 3 1 20300101000000 20260101000000 1 example.com. AQID\nwww 2 RRSIG AAAA 13 3 2 20300101000000 20260101000000 1 example.com. AQID\nsub 1 SOA a. b. 1 2 3 4 5")
		require.NoError(t, err)
		assert.True(t, got.Zone.Equal(want), got.Zone)
		assert.Equal(t, []zone.Finding{
			{Text: "the primary has 2 records that are not in the zone, as at www.example.org., notexample.com.: they are left out"},
			{Text: "the primary has 1 records more than once: each counts once"},
			{Key: zone.Key{Name: "www.example.com.", Type: "A"}, Text: "the primary has it with more than one TTL: the lowest, 1, is taken"},
			{Key: zone.Key{Name: "www.example.com.", Type: zone.RRSIG}, Text: "the primary has a signature with a TTL of 9, which is not that of what it signs: that is taken"},
		}, got.Findings)
	})
}

func TestADifferenceIsOneOfThreeShapes(t *testing.T) {
	have, err := zone.Parse(z, soa(7)+"\nwww 300 A 192.0.2.1\nold 300 A 192.0.2.1")
	require.NoError(t, err)
	for name, test := range map[string]struct {
		lines []string
		want  string // of the zone; "": it is current; "AXFR": it is asked for again
	}{
		"nothing new":           {[]string{soa(7)}, ""},
		"the primary is behind": {[]string{soa(6)}, ""},
		"one step":              {[]string{soa(8), soa(7), "old 300 A 192.0.2.1", soa(8), "new 300 A 192.0.2.2", soa(8)}, "www 300 A 192.0.2.1\nnew 300 A 192.0.2.2"},
		"two steps":             {[]string{soa(9), soa(7), "old 300 A 192.0.2.1", soa(8), "new 300 A 192.0.2.2", soa(8), "new 300 A 192.0.2.2", soa(9), "new 300 A 192.0.2.3", soa(9)}, "www 300 A 192.0.2.1\nnew 300 A 192.0.2.3"},
		"only the serial":       {[]string{soa(8), soa(7), soa(8), soa(8)}, "www 300 A 192.0.2.1\nold 300 A 192.0.2.1"},
		"a TTL":                 {[]string{soa(8), soa(7), "www 300 A 192.0.2.1", soa(8), "www 60 A 192.0.2.1", soa(8)}, "www 60 A 192.0.2.1\nold 300 A 192.0.2.1"},
		"all of it":             {[]string{soa(8), "new 300 A 192.0.2.2", soa(8)}, "new 300 A 192.0.2.2"},
		"what is not there":     {[]string{soa(8), soa(7), "none 300 A 192.0.2.1", soa(8), soa(8)}, "AXFR"},
		"what is there already": {[]string{soa(8), soa(7), soa(8), "www 300 A 192.0.2.1", soa(8)}, "AXFR"},
		"a chain that breaks":   {[]string{soa(9), soa(7), soa(8), soa(7), soa(9), soa(9)}, "AXFR"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := newBed(t, z)
				b.sends(t, test.lines...)
				got, err := b.transfer(t, have)
				if test.want == "AXFR" {
					assert.Equal(t, 1, b.primary.count("AXFR"))
					return
				}
				require.NoError(t, err)
				if test.want == "" {
					assert.True(t, got.Current)
					assert.Same(t, have, got.Zone)
					return
				}
				want, err := zone.Parse(z, test.lines[0]+"\n"+test.want)
				require.NoError(t, err)
				assert.True(t, got.Zone.Equal(want), "%s", got.Zone)
				assert.Equal(t, want.Serial(), got.Zone.Serial())
				if got.Delta != nil {
					patched, err := have.Patch(*got.Delta)
					require.NoError(t, err)
					assert.True(t, patched.Equal(want), "%s", patched)
				}
			})
		})
	}
}

func TestWhereADifferenceIsRefusedAllIsGot(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, z)
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		b.primary.set(t, z, 2, "www 300 A 192.0.2.2")
		b.primary.hook = func(w dns.ResponseWriter, r *dns.Msg) bool {
			if r.Question[0].Qtype != dns.TypeIXFR {
				return false
			}
			w.WriteMsg(new(dns.Msg).SetRcode(r, dns.RcodeNotImplemented))
			return true
		}
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.Equal(t, []string{"example.com. Replace", "example.com. Replace"}, b.target.told())
	})
}

// A handler that does not know what a difference leads from gets the whole zone, and not
// at the next try.
func TestADifferenceThatIsNotTakenIsHandedOnAsTheWholeZone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, z, "other.example.")
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		b.target.told()
		b.target.zones = nil
		b.primary.set(t, z, 2, "www 300 A 192.0.2.2")
		b.primary.set(t, "other.example.", 2, "www 300 A 192.0.2.2")
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.ElementsMatch(t, []string{"example.com. Replace", "other.example. Replace"}, b.target.told())
		b.primary.set(t, z, 3, "www 300 A 192.0.2.3")
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.Equal(t, []string{"example.com. Patch"}, b.target.told())
	})
}

// Whatever versions a zone has had, who follows it has the last one in the end,
// whole, and was told of each as it became.
func TestDifferencesLeadToWhatThePrimaryHas(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		lines := rapid.SliceOfN(rapid.SliceOfNDistinct(rapid.Custom(func(rt *rapid.T) string {
			return fmt.Sprintf("h%d 300 A 192.0.2.%d", rapid.IntRange(0, 5).Draw(rt, "host"), rapid.IntRange(1, 4).Draw(rt, "address"))
		}), 0, 10, func(s string) string { return s }), 2, 6).Draw(rt, "versions")
		each := rapid.IntRange(1, 20).Draw(rt, "each")
		skip := rapid.SliceOfN(rapid.Bool(), len(lines), len(lines)).Draw(rt, "skip")
		bubble(t, func(t *testing.T) {
			b := newBed(t, z)
			b.primary.each = each
			for i, version := range lines {
				b.primary.set(t, z, uint32(i+10), version...)
				if skip[i] && i < len(lines)-1 {
					continue
				}
				require.NoError(t, b.Once(t.Context(), b.target.hand))
				want := mustZone(t, z, version...)
				require.True(t, b.target.zone(z).Equal(want), "want\n%s\ngot\n%s", want, b.target.zone(z))
				kept, err := b.store().Content(t.Context(), "crm", z)
				require.NoError(t, err)
				require.True(t, kept.Equal(want))
				require.EqualValues(t, i+10, kept.Serial())
			}
		})
	})
}

// A cutter ends a connection after some octets.
type cutter struct {
	net.Conn
	left *atomic.Int64
}

func (c cutter) Read(b []byte) (int, error) {
	left := c.left.Load()
	if left <= 0 {
		c.Close()
		return 0, io.EOF
	}
	n, err := c.Conn.Read(b[:min(int64(len(b)), left)])
	c.left.Add(-int64(n))
	return n, err
}

// However much of a transfer arrives, the target has a whole version of the zone, the
// former or the new one; and in the end the new one.
func TestATransferCutAnywhereLeavesTheZoneWhole(t *testing.T) {
	var lines [2][]string
	for i := range 120 {
		lines[0] = append(lines[0], fmt.Sprintf("h%d 300 A 192.0.2.%d", i, i))
		lines[1] = append(lines[1], fmt.Sprintf("h%d 300 A 198.51.100.%d", i, i))
	}
	for _, journal := range []bool{true, false} {
		for cut := int64(1); cut < 9000; cut += 197 {
			bubble(t, func(t *testing.T) {
				b := newBed(t, z)
				b.primary.each, b.primary.journal = 20, journal
				b.Primaries[0].Key, b.primary.key = testKey, testKey.Name
				b.primary.set(t, z, 2, lines[0]...)
				require.NoError(t, b.Once(t.Context(), b.target.hand))
				b.primary.set(t, z, 3, lines[1]...)
				var left atomic.Int64
				left.Store(cut)
				b.net.wrap = func(_ string, c net.Conn) net.Conn { return cutter{c, &left} }
				err := b.Once(t.Context(), b.target.hand)
				old, new := mustZone(t, z, lines[0]...), mustZone(t, z, lines[1]...)
				got := b.target.zone(z)
				require.True(t, err != nil && got.Equal(old) || err == nil && got.Equal(new), "after %d octets: %v", cut, err)
				b.net.wrap = nil
				require.NoError(t, b.Once(t.Context(), b.target.hand))
				require.True(t, b.target.zone(z).Equal(new))
			})
		}
	}
}

// raw has the primary write octets to whoever transfers, as long as they are read.
func (b *bed) raw(t *testing.T, write func(w dns.ResponseWriter, r *dns.Msg)) {
	b.primary.mu.Lock()
	defer b.primary.mu.Unlock()
	b.primary.hook = func(w dns.ResponseWriter, r *dns.Msg) bool {
		if r.Question[0].Qtype == dns.TypeSOA || r.Question[0].Name != z {
			return false
		}
		write(w, r)
		return true
	}
}

func TestAHostilePrimaryCostsBoundedTimeAndHarmsNoOtherZone(t *testing.T) {
	pack := func(m *dns.Msg) []byte {
		raw, err := m.Pack()
		if err != nil {
			panic(err)
		}
		return raw
	}
	// signed is an answer with a signature, by whoever has a secret.
	signed := func(r *dns.Msg, m *dns.Msg, secret string) []byte {
		m.SetTsig(testKey.Name, dns.HmacSHA256, 300, time.Now().Unix())
		raw, _, err := dns.TsigGenerate(m, secret, r.IsTsig().MAC, false)
		if err != nil {
			panic(err)
		}
		return raw
	}
	var padded atomic.Int64 // octets of messages that are longer written out
	first := func() dns.RR {
		rr, _ := dns.NewRR(z + " 1 SOA a. b. 9 1 2 3 4")
		return rr
	}
	for name, test := range map[string]struct {
		words string
		write func(w dns.ResponseWriter, r *dns.Msg)
	}{
		"records of other zones without end": {"larger than is allowed", func(w dns.ResponseWriter, r *dns.Msg) {
			m := new(dns.Msg).SetReply(r)
			m.Answer = []dns.RR{first()}
			for i := 0; ; i++ {
				if _, err := w.Write(pack(m)); err != nil {
					return
				}
				m.Answer = nil
				for j := range 800 {
					rr, _ := dns.NewRR(fmt.Sprintf("h%d-%d.other.example. 1 A 192.0.2.1", i, j))
					m.Answer = append(m.Answer, rr)
				}
			}
		}},
		"names that are long by compression": {"larger than is allowed", func(w dns.ResponseWriter, r *dns.Msg) {
			m := new(dns.Msg).SetReply(r)
			m.Answer = []dns.RR{first()}
			w.Write(pack(m))
			m.Answer, m.Compress = nil, true
			long := strings.Repeat(strings.Repeat("x", 60)+".", 3) + strings.Repeat("y", 50) + "." + z
			for j := range 2000 {
				rr, _ := dns.NewRR(fmt.Sprintf("%x.%s 1 A 192.0.2.1", j%4096, long))
				m.Answer = append(m.Answer, rr)
			}
			raw := pack(m)
			for {
				if _, err := w.Write(raw); err != nil {
					return
				}
				padded.Add(int64(len(raw)))
			}
		}},
		"a wrong signature": {"the signature of the answer is wrong", func(w dns.ResponseWriter, r *dns.Msg) {
			m := new(dns.Msg).SetReply(r)
			m.Answer = []dns.RR{first(), first()}
			w.Write(signed(r, m, "b3RoZXI="))
		}},
		"no signature": {"the answer is not signed", func(w dns.ResponseWriter, r *dns.Msg) {
			m := new(dns.Msg).SetReply(r)
			m.Answer = []dns.RR{first(), first()}
			w.Write(pack(m))
		}},
		"messages in the middle without signatures, without end": {"more than 99 messages in a row are not signed", func(w dns.ResponseWriter, r *dns.Msg) {
			m := new(dns.Msg).SetReply(r)
			m.Answer = []dns.RR{first()}
			w.Write(signed(r, m, testSecret))
			m.Extra = nil
			for i := 0; ; i++ {
				rr, _ := dns.NewRR(fmt.Sprintf("h%d.%s 1 A 192.0.2.1", i, z))
				m.Answer = []dns.RR{rr}
				if _, err := w.Write(pack(m)); err != nil {
					return
				}
			}
		}},
		"a last message without a signature": {"the last message is not signed", func(w dns.ResponseWriter, r *dns.Msg) {
			m := new(dns.Msg).SetReply(r)
			m.Answer = []dns.RR{first()}
			w.Write(signed(r, m, testSecret))
			m.Extra = nil
			w.Write(pack(m))
		}},
		"answers to something else": {"none to the question", func(w dns.ResponseWriter, r *dns.Msg) {
			m := new(dns.Msg).SetReply(r)
			m.Answer = []dns.RR{first(), first()}
			m.Id++
			w.Write(signed(r, m, testSecret))
		}},
		"octets that are no message": {"", func(w dns.ResponseWriter, r *dns.Msg) {
			for {
				if _, err := w.Write(make([]byte, 60_000)); err != nil {
					return
				}
			}
		}},
		"an endless transfer": {"larger than is allowed", func(w dns.ResponseWriter, r *dns.Msg) {
			m := new(dns.Msg).SetReply(r)
			first, _ := dns.NewRR(z + " 1 SOA a. b. 9 1 2 3 4")
			m.Answer = []dns.RR{first}
			for i := 0; ; i++ {
				raw := pack(m)
				if _, err := w.Write(raw); err != nil {
					return
				}
				m.Answer = nil
				for j := range 800 {
					rr, _ := dns.NewRR(fmt.Sprintf("h%d-%d.%s 1 A 192.0.2.1", i, j, z))
					m.Answer = append(m.Answer, rr)
				}
			}
		}},
		"an endless transfer, slowly": {"takes longer than is allowed", func(w dns.ResponseWriter, r *dns.Msg) {
			m := new(dns.Msg).SetReply(r)
			first, _ := dns.NewRR(z + " 1 SOA a. b. 9 1 2 3 4")
			m.Answer = []dns.RR{first}
			for i := 0; ; i++ {
				if _, err := w.Write(pack(m)); err != nil {
					return
				}
				time.Sleep(9 * time.Second)
				rr, _ := dns.NewRR(fmt.Sprintf("h%d.%s 1 A 192.0.2.1", i, z))
				m.Answer = []dns.RR{rr}
			}
		}},
		"empty messages": {"without records", func(w dns.ResponseWriter, r *dns.Msg) {
			for {
				if w.WriteMsg(new(dns.Msg).SetReply(r)) != nil {
					return
				}
			}
		}},
		"a name that points at itself": {"points ahead", func(w dns.ResponseWriter, r *dns.Msg) {
			raw := pack(new(dns.Msg).SetReply(r))
			raw[7] = 1
			at := len(raw)
			w.Write(append(raw, 0xc0|byte(at>>8), byte(at), 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))
		}},
		"silence": {"timeout", func(w dns.ResponseWriter, r *dns.Msg) { time.Sleep(time.Hour) }},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := newBed(t, z, "other.example.")
				b.Client.Largest = 1 << 20
				if strings.Contains(name, "signature") || strings.Contains(name, "something else") {
					b.Primaries[0].Key, b.primary.key = testKey, testKey.Name
				}
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				b.raw(t, test.write)
				began := time.Now()
				err := b.Once(t.Context(), b.target.hand)
				require.Error(t, err)
				if test.words != "" {
					assert.ErrorContains(t, err, test.words)
				}
				assert.Less(t, time.Since(began), 11*time.Minute)
				assert.Equal(t, []string{"other.example. Replace"}, b.target.told())
				runtime.ReadMemStats(&after)
				assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(100<<20), "what it has cost, the primary's part included")
				b.primary.mu.Lock()
				b.primary.hook = nil
				b.primary.mu.Unlock()
				time.Sleep(2 * time.Hour)
			})
		})
	}
	assert.Less(t, padded.Load(), int64(1<<19), "names count as they are written out")
}

// A dripper hands over one octet a second.
type dripper struct{ net.Conn }

func (d dripper) Read(b []byte) (int, error) {
	time.Sleep(time.Second)
	return d.Conn.Read(b[:1])
}

func TestAMessageThatComesInSmallPiecesHasItsTimeAllTheSame(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, z)
		b.net.wrap = func(_ string, c net.Conn) net.Conn { return dripper{c} }
		began := time.Now()
		require.ErrorIs(t, b.Once(t.Context(), b.target.hand), os.ErrDeadlineExceeded)
		assert.Less(t, time.Since(began), time.Minute)
	})
}

// FuzzTransfer: whatever a primary sends, what comes of it is a whole zone or an
// error.
func FuzzTransfer(f *testing.F) {
	m := new(dns.Msg).SetAxfr(z)
	m.Response, m.Compress = true, true
	for _, line := range []string{soa(8), soa(7), "old 300 A 192.0.2.1", soa(8), "new 300 A 192.0.2.2", soa(8)} {
		rr, err := dns.NewRR("$ORIGIN example.com.\n" + line)
		require.NoError(f, err)
		m.Answer = append(m.Answer, rr)
	}
	raw, err := m.Pack()
	require.NoError(f, err)
	f.Add(raw, true)
	f.Add(raw, false)
	have, err := zone.Parse(z, soa(7)+"\nold 300 A 192.0.2.1")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, raw []byte, ixfr bool) {
		m, err := message.Parse(raw)
		if err != nil {
			return
		}
		in := &incoming{name: z, ixfr: ixfr, have: 7}
		if in.take(m.Answer) != nil || !in.done || in.current {
			return
		}
		var got Transfer
		if len(in.steps) > 0 {
			got, err = in.onto(have, 0)
		} else {
			got, err = in.whole(0)
		}
		if err != nil {
			return
		}
		start, ok := got.Zone.Start()
		require.True(t, ok)
		require.Equal(t, in.serial, start.Serial)
		for s := range got.Zone.All() {
			require.True(t, s.Name.In(z))
		}
		if got.Delta != nil {
			patched, err := have.Patch(*got.Delta)
			require.NoError(t, err)
			noSOA := func(s zone.RRset) bool { return s.Type != zone.SOA }
			require.True(t, patched.Only(noSOA).Equal(got.Zone.Only(noSOA)), "%s\n%s", patched, got.Zone)
		}
	})
}
