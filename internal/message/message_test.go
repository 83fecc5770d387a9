package message

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

const secret = "c2VjcmV0IHNlY3JldCBzZWNyZXQ="

func key(t testing.TB) Key {
	k, err := NewKey("K.example", "", secret)
	require.NoError(t, err)
	return k
}

// peerMessage is a message as miekg/dns makes it, with what can be compressed.
func peerMessage(t testing.TB) *dns.Msg {
	m := new(dns.Msg).SetQuestion("Example.com.", dns.TypeAXFR)
	m.Response, m.Compress = true, true
	for _, line := range []string{
		"example.com. 3600 IN SOA ns1.example.com. hostmaster.Example.COM. 7 1 2 3 4",
		"example.com. 3600 IN NS ns1.example.com.", "example.com. 3600 IN MX 10 Mail.example.com.",
		`a\.b.example.com. 3600 IN TXT "one" "two"`, "_s._t.example.com. 300 IN SRV 1 2 3 mail.example.com.",
		`n.example.com. 300 IN NAPTR 1 2 "u" "s" "!a!b!" mail.example.com.`, "*.example.com. 1 IN AAAA 2001:db8::1",
		"r.example.com. 1 IN RP a.example.com. b.example.com.", "c.example.com. 1 IN CNAME .",
	} {
		rr, err := dns.NewRR(line)
		require.NoError(t, err)
		m.Answer = append(m.Answer, rr)
	}
	return m
}

func TestAMessageIsReadAsAPeerWroteIt(t *testing.T) {
	m := peerMessage(t)
	raw, err := m.Pack()
	require.NoError(t, err)
	got, err := Parse(raw)
	require.NoError(t, err)
	assert.Equal(t, m.Id, got.ID())
	assert.True(t, got.IsReply())
	require.Len(t, got.Answer, len(m.Answer))
	for i, rr := range m.Answer {
		r, err := got.Answer[i].Zone()
		require.NoError(t, err)
		want, err := zone.Parse("example.com.", rr.String())
		require.NoError(t, err)
		is, err := zone.New("example.com.", r)
		require.NoError(t, err)
		assert.True(t, is.Equal(want), "%s is %s", rr, is)
	}
	for n := range raw {
		_, err := Parse(raw[:n])
		assert.Error(t, err, "cut after %d octets", n)
	}
	_, err = Parse(append(raw, 0))
	assert.ErrorIs(t, err, errTrailer)
}

func TestNamesThatPointAheadOrAroundAreNone(t *testing.T) {
	head := make([]byte, HeaderSize)
	head[5] = 1
	for words, name := range map[string]string{
		"points ahead":      "\xc0\x0c",
		"points ahead ":     "\x01a\xc0\x0c",
		"points ahead  ":    "\xc0\xff",
		"unknown kind":      "\x40a",
		"ends in the midd":  "\x05ab",
		"more than 255 oct": string(bytes.Repeat(append([]byte{63}, bytes.Repeat([]byte{'a'}, 63)...), 4)) + "\x00",
	} {
		_, err := Parse(append(append([]byte(nil), head...), name...))
		assert.ErrorContains(t, err, string(bytes.TrimSpace([]byte(words))))
	}
}

// A name may point at one that points on: 255 octets are the most in any case.
func TestAChainOfPointersIsBounded(t *testing.T) {
	raw := make([]byte, HeaderSize)
	at := 0
	for i := range 300 {
		next := len(raw)
		raw = append(raw, 1, 'a')
		if i == 0 {
			raw = append(raw, 0)
		} else {
			raw = append(raw, 0xc0|byte(at>>8), byte(at))
		}
		raw = append(raw, 0, 1, 0, 1)
		at = next
		binary.BigEndian.PutUint16(raw[4:], uint16(i+1))
		_, err := Parse(raw)
		if i < 127 {
			require.NoError(t, err, i)
		} else {
			require.ErrorIs(t, err, errLong, i)
		}
	}
}

func TestAPeerReadsWhatWeWrite(t *testing.T) {
	d := New(Query, `a\.\255b.example.com.`, TypeIXFR)
	typ, data, err := zone.Pack(zone.SOA, "a.example. b.example. 1 2 3 4 5")
	require.NoError(t, err)
	require.NoError(t, d.Add(Authority, Record{Name: "example.com.", Type: typ, Class: ClassIN, TTL: 9, Data: data}))
	var m dns.Msg
	require.NoError(t, m.Unpack(d.buf))
	assert.Equal(t, d.ID(), m.Id)
	assert.Equal(t, `a\.\255b.example.com.`, m.Question[0].Name)
	assert.Equal(t, "a.example. b.example. 1 2 3 4 5", m.Ns[0].(*dns.SOA).String()[len(m.Ns[0].Header().String()):])
	assert.ErrorIs(t, d.Add(Authority, Record{Name: "x.", Data: make([]byte, Size)}), ErrTooLarge)
}

// FuzzParse: whatever comes is read as a peer reads it, or refused, in bounded time.
func FuzzParse(f *testing.F) {
	m := peerMessage(f)
	raw, err := m.Pack()
	require.NoError(f, err)
	f.Add(raw)
	m.SetTsig("k.example.", dns.HmacSHA256, 300, 1)
	signed, _, err := dns.TsigGenerate(m, secret, "", false)
	require.NoError(f, err)
	f.Add(signed)
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Parse(raw)
		if err != nil {
			return
		}
		key, err := Verify(m, []Key{key(t)})
		require.True(t, err != nil || key.IsZero() || m.sig.time < 1<<40, "nobody can sign by chance")
		var peer dns.Msg
		if peer.Unpack(raw) == nil {
			require.Equal(t, len(peer.Answer), len(m.Answer))
			for i, rr := range peer.Answer {
				n, err := zone.ParseName(rr.Header().Name)
				require.NoError(t, err)
				require.Equal(t, n, m.Answer[i].Name)
			}
		}
		for _, r := range m.Answer {
			again, next, err := (&reader{raw: AppendName(nil, r.Name)}).name(0)
			require.NoError(t, err)
			require.Equal(t, r.Name, again)
			require.Equal(t, len(AppendName(nil, r.Name)), next)
		}
	})
}

func TestThePeerVerifiesOurSignature(t *testing.T) {
	for algorithm := range algorithms {
		k, err := NewKey("K.example", string(algorithm), secret)
		require.NoError(t, err)
		raw, _, err := Ask(New(Query, "example.com.", TypeSOA), k)
		require.NoError(t, err)
		require.NoError(t, dns.TsigVerify(raw, secret, "", false), algorithm)
	}
}

// answerOf is an answer that the peer has signed, and the dialog that waits for it.
func answerOf(t *testing.T, change func(*dns.TSIG), secret string) (*Dialog, *Message) {
	_, d, err := Ask(New(Query, "example.com.", TypeSOA), key(t))
	require.NoError(t, err)
	m := new(dns.Msg).SetQuestion("example.com.", dns.TypeSOA)
	m.Id, m.Response = 7, true
	m.SetTsig("k.example.", dns.HmacSHA256, 300, time.Now().Unix())
	change(m.Extra[0].(*dns.TSIG))
	raw, _, err := dns.TsigGenerate(m, secret, hex.EncodeToString(d.prior), false)
	require.NoError(t, err)
	r, err := Parse(raw)
	require.NoError(t, err)
	return d, r
}

func TestOnlyTheRightAnswerIsTrusted(t *testing.T) {
	for words, change := range map[string]func(*dns.TSIG){
		"": func(*dns.TSIG) {},
		"the answer is signed with key other. (hmac-sha256.)": func(s *dns.TSIG) { s.Hdr.Name = "other." },
		"the answer was signed at another time: it is ":       func(s *dns.TSIG) { s.TimeSigned -= 1000 },
		"the server says error 99":                            func(s *dns.TSIG) { s.Error = 99 },
		"BADTIME: key k.example.: the clocks differ":          func(s *dns.TSIG) { s.Error, s.OtherLen, s.OtherData = badTime, 6, "000000000001" },
		"BADSIG: key k.example.: the server has":              func(s *dns.TSIG) { s.Error = badSig },
		"BADTRUNC: key k.example.: the server wants":          func(s *dns.TSIG) { s.Error = badTrunc },
		"BADKEY: key k.example.: the server does not know":    func(s *dns.TSIG) { s.Error = badKey },
	} {
		d, r := answerOf(t, change, secret)
		err := d.Check(r)
		if words == "" {
			assert.NoError(t, err)
			continue
		}
		assert.ErrorContains(t, err, words)
	}
	d, r := answerOf(t, func(*dns.TSIG) {}, "b3RoZXI=")
	assert.ErrorContains(t, d.Check(r), "the signature of the answer is wrong")
	d, r = answerOf(t, func(*dns.TSIG) {}, secret)
	d.prior = []byte("another question")
	assert.ErrorContains(t, d.Check(r), "the signature of the answer is wrong", "it is the answer to another question")
}

// A transfer may leave messages unsigned between signed ones (RFC 8945 section
// 5.3.1): the next signature covers them.
func TestUnsignedMessagesAreCoveredByTheNextSignature(t *testing.T) {
	for _, test := range []struct {
		pattern string // s: signed, u: unsigned, x: unsigned and changed on the way
		words   string
	}{
		{"s", ""}, {"ss", ""}, {"sus", ""}, {"suusus", ""},
		{"su", "the last message is not signed"},
		{"us", "the answer is not signed"},
		{"sxs", "the signature of the answer is wrong"},
		{"s" + string(bytes.Repeat([]byte("u"), 99)) + "s", ""},
		{"s" + string(bytes.Repeat([]byte("u"), 100)) + "s", "more than 99 messages in a row are not signed"},
	} {
		err := runDialog(t, test.pattern)
		if test.words == "" {
			assert.NoError(t, err, test.pattern)
		} else {
			assert.ErrorContains(t, err, test.words, test.pattern)
		}
	}
}

// runDialog plays both sides: the server's as the RFC has it, step by step.
func runDialog(t *testing.T, pattern string) error {
	k := key(t)
	_, d, err := Ask(New(Query, "example.com.", TypeAXFR), k)
	require.NoError(t, err)
	prior, covered := d.prior, []byte(nil)
	for i, kind := range pattern {
		m := New(Query, "example.com.", TypeAXFR)
		if kind != 's' {
			covered = append(covered, m.buf...)
			if kind == 'x' {
				m.buf[3] ^= 0x40
			}
		} else {
			s := k.new(time.Now(), m.ID())
			last := s.timers(nil)
			if i == 0 {
				last = s.variables(nil)
			}
			s.mac = k.sum(sized(prior), covered, m.buf, last)
			prior, covered = s.mac, nil
			_, err := m.seal(s)
			require.NoError(t, err)
		}
		r, err := Parse(m.buf)
		require.NoError(t, err)
		if err := d.Check(r); err != nil {
			return err
		}
	}
	return d.Settled()
}

// What others sign we verify, and they verify our answer.
func TestAPeerVerifiesOurAnswer(t *testing.T) {
	m := new(dns.Msg).SetNotify("example.com.")
	m.SetTsig("k.example.", dns.HmacSHA256, 300, time.Now().Unix())
	raw, mac, err := dns.TsigGenerate(m, secret, "", false)
	require.NoError(t, err)
	q, err := Parse(raw)
	require.NoError(t, err)
	assert.True(t, q.Signed())
	k, err := Verify(q, []Key{key(t)})
	require.NoError(t, err)
	assert.Equal(t, zone.Name("k.example."), k.Name())
	answer, err := Reply(q, 0).Sign(q, k, nil)
	require.NoError(t, err)
	require.NoError(t, dns.TsigVerify(bytes.Clone(answer), secret, mac, false))
	var got dns.Msg
	require.NoError(t, got.Unpack(answer))
	assert.Equal(t, dns.OpcodeNotify, got.Opcode)
	assert.True(t, got.Response)

	other, err := NewKey("other", "", secret)
	require.NoError(t, err)
	_, err = Verify(q, []Key{other})
	assert.ErrorContains(t, err, "BADKEY: key k.example.: is not known here")
	wrong, err := NewKey("k.example", "", "b3RoZXI=")
	require.NoError(t, err)
	_, err = Verify(q, []Key{wrong})
	assert.ErrorContains(t, err, "BADSIG")
	refusal, serr := Reply(q, NotAuth).Sign(q, wrong, err)
	require.NoError(t, serr)
	require.NoError(t, got.Unpack(refusal))
	assert.EqualValues(t, badSig, got.IsTsig().Error)
	assert.Empty(t, got.IsTsig().MAC)

	m.SetTsig("k.example.", dns.HmacSHA256, 300, time.Now().Unix()-1000)
	m.Extra = m.Extra[len(m.Extra)-1:]
	raw, mac, err = dns.TsigGenerate(m, secret, "", false)
	require.NoError(t, err)
	q, err = Parse(raw)
	require.NoError(t, err)
	k, err = Verify(q, []Key{key(t)})
	assert.ErrorContains(t, err, "BADTIME")
	late, serr := Reply(q, 0).Sign(q, k, err)
	require.NoError(t, serr)
	require.NoError(t, got.Unpack(late))
	assert.EqualValues(t, badTime, got.IsTsig().Error)
	assert.ErrorIs(t, dns.TsigVerify(late, secret, mac, false), dns.ErrTime, "the signature is right, and the time is theirs") // of NOTAUTH the peer verifies nothing
}

func TestAKeyThatIsNoneShowsNoSecret(t *testing.T) {
	for _, k := range [][3]string{{"a..b", "", secret}, {"k", "hmac-none", secret}, {"k", "", "no base64 " + secret}, {"k", "", ""}} {
		_, err := NewKey(k[0], k[1], k[2])
		require.Error(t, err)
		assert.NotContains(t, err.Error(), secret)
	}
}

func TestNamesAreAsShortAsThoseBeforeThemLetThemBe(t *testing.T) {
	d := New(Update, "example.com.", TypeSOA)
	names := []zone.Name{"example.com.", "www.example.com.", "www.example.com.", `a\.b.www.example.com.`, "*.example.com.", "notexample.com.", "."}
	for _, n := range names {
		require.NoError(t, d.Add(Answer, Record{Name: n, Type: 1, Class: ClassIN, Data: []byte{192, 0, 2, 1}}))
	}
	assert.Less(t, d.Len(), 190, "in full they are 240")
	for i := range 4000 { // farther than a pointer reaches
		require.NoError(t, d.Add(Answer, Record{Name: zone.Name(fmt.Sprintf("h%d.example.com.", i%2000)), Type: 1, Class: ClassIN}))
	}
	var peer dns.Msg
	require.NoError(t, peer.Unpack(d.buf))
	got, err := Parse(d.buf)
	require.NoError(t, err)
	for i, n := range names {
		assert.Equal(t, n, got.Answer[i].Name)
		assert.Equal(t, string(n), peer.Answer[i].Header().Name)
	}
	assert.Equal(t, zone.Name("h1999.example.com."), got.Answer[len(got.Answer)-1].Name)
	full := d.Len()
	assert.ErrorIs(t, d.Add(Answer, Record{Name: "more.example.com.", Type: 16, Data: make([]byte, 40_000)}), ErrTooLarge)
	assert.Equal(t, full, d.Len())
}
