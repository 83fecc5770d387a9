package rfc2136

import (
	"bytes"
	"crypto/hmac"
	"encoding/binary"
	"encoding/hex"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What we sign others verify, with every algorithm.
func TestThePeerVerifiesOurSignature(t *testing.T) {
	for algorithm := range algorithms {
		key, err := Key{Name: "K.example", Algorithm: algorithm, Secret: testSecret}.signer()
		require.NoError(t, err)
		d := &dialog{key: key, now: time.Now}
		m, err := newMessage(7, dns.OpcodeQuery, "example.com.", dns.TypeSOA)
		require.NoError(t, err)
		before := len(m.buf)
		signed, err := d.sign(m)
		require.NoError(t, err)
		assert.LessOrEqual(t, len(signed)-before, key.size())
		require.NoError(t, dns.TsigVerify(bytes.Clone(signed), testSecret, "", false), algorithm)
	}
}

// answerOf is an answer that the peer has signed, and the dialog that waits for it.
func answerOf(t *testing.T, change func(*dns.TSIG), secret string) (*dialog, *reply) {
	key, err := testKey.signer()
	require.NoError(t, err)
	d := &dialog{key: key, now: time.Now}
	q, err := newMessage(7, dns.OpcodeQuery, "example.com.", dns.TypeSOA)
	require.NoError(t, err)
	_, err = d.sign(q)
	require.NoError(t, err)
	m := new(dns.Msg).SetQuestion("example.com.", dns.TypeSOA)
	m.Id, m.Response = 7, true
	m.SetTsig("k.example.", dns.HmacSHA256, 300, time.Now().Unix())
	change(m.Extra[0].(*dns.TSIG))
	raw, _, err := dns.TsigGenerate(m, secret, hex.EncodeToString(d.prior), false)
	require.NoError(t, err)
	r, err := parse(raw)
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
	} {
		d, r := answerOf(t, change, testSecret)
		err := d.check(r)
		if words == "" {
			assert.NoError(t, err)
			continue
		}
		assert.ErrorContains(t, err, words)
	}
	d, r := answerOf(t, func(*dns.TSIG) {}, "b3RoZXI=")
	assert.ErrorContains(t, d.check(r), "the signature of the answer is wrong")
	d, r = answerOf(t, func(*dns.TSIG) {}, testSecret)
	d.prior = []byte("another question")
	assert.ErrorContains(t, d.check(r), "the signature of the answer is wrong", "it is the answer to another question")
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
	key, err := testKey.signer()
	require.NoError(t, err)
	d := &dialog{key: key, now: time.Now}
	q, err := newMessage(7, dns.OpcodeQuery, "example.com.", dns.TypeAXFR)
	require.NoError(t, err)
	_, err = d.sign(q)
	require.NoError(t, err)
	prior, covered := d.prior, []byte(nil)
	for i, kind := range pattern {
		m, err := newMessage(7, dns.OpcodeQuery, "example.com.", dns.TypeAXFR)
		require.NoError(t, err)
		if kind != 's' {
			covered = append(covered, m.buf...)
			if kind == 'x' {
				m.buf[3] ^= 0x40
			}
		} else {
			s := &signature{name: key.name, algorithm: key.algorithm, time: uint64(time.Now().Unix()), fudge: 300, id: 7}
			mac := hmac.New(key.hash, key.secret)
			mac.Write(binary.BigEndian.AppendUint16(nil, uint16(len(prior))))
			mac.Write(prior)
			mac.Write(covered)
			mac.Write(m.buf)
			if i == 0 {
				mac.Write(s.variables(nil))
			} else {
				mac.Write(s.timers(nil))
			}
			s.mac = mac.Sum(nil)
			prior, covered = s.mac, nil
			require.NoError(t, m.add(inAdditional, rr{name: s.name, typ: typeTSIG, class: classANY, data: s.data()}))
		}
		r, err := parse(m.buf)
		require.NoError(t, err)
		if err := d.check(r); err != nil {
			return err
		}
	}
	return d.settled()
}
