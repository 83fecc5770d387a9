package zone

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestDataBecomesOctetsAndComesBack(t *testing.T) {
	for _, r := range []struct {
		typ    Type
		data   string
		octets string
	}{
		{A, "192.0.2.1", "c0000201"},
		{AAAA, "::ffff:192.0.2.1", "00000000000000000000ffffc0000201"},
		{TXT, `"" "a\"\\" "\000\255"`, "000361225c0200ff"},
		{MX, `10 a\.b.c.`, "000a03612e62016300"},
		{SOA, "a. b. 1 2 3 4 4294967295", "016100016200000000010000000200000003" + "00000004ffffffff"},
		{CAA, `0 issue ""`, "00056973737565"},
		{"TYPE65280", `\# 0`, ""},
		{"TYPE65280", `\# 2 abcd`, "abcd"},
		{"TLSA", "3 1 1 ab", "030101ab"},
		{"LOC", `\# 1 01`, "01"}, // of another version
	} {
		number, octets, err := Pack(r.typ, r.data)
		require.NoError(t, err, r)
		assert.Equal(t, r.octets, hex.EncodeToString(octets), r)
		typ, data, err := Unpack(number, octets)
		require.NoError(t, err, r)
		assert.Equal(t, r.typ, typ)
		assert.Equal(t, r.data, data)
	}
}

func TestWhatIsNoDataHasNoOctets(t *testing.T) {
	for typ, data := range map[Type]string{A: "::1", AAAA: "192.0.2.1", MX: "x", "TLSA": "z"} {
		_, _, err := Pack(typ, data)
		assert.Error(t, err, "%s %s", typ, data)
	}
	for _, number := range []uint16{0, 41, 250, 255} {
		_, _, err := Unpack(number, nil)
		assert.ErrorContains(t, err, "exists only in messages")
	}
	for typ, octets := range map[Type]string{A: "c00002", AAAA: "c0000201", TXT: "05ab", CNAME: "0161", MX: "0a"} {
		b, _ := hex.DecodeString(octets)
		_, data, err := Unpack(typ.number(), b)
		assert.Error(t, err, "%s became %s", typ, data)
	}
}

// What our own code makes of common types is what miekg/dns makes of them.
func TestPropertyOctetsAgreeWithThePeer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for s := range anyZone().Draw(t, "zone").All() {
			for _, data := range s.Data {
				number, octets, err := Pack(s.Type, data)
				require.NoError(t, err)
				fields, err := lexData(data, nil)
				require.NoError(t, err)
				theirs, err := rdata{data, fields, ""}.pack(s.Type)
				require.NoError(t, err)
				require.Equal(t, theirs, octets, "%s %s", s.Type, data)
				typ, again, err := Unpack(number, octets)
				require.NoError(t, err)
				require.Equal(t, Record{Type: s.Type, Data: data}, Record{Type: typ, Data: again})
			}
		}
	})
}

// Unpack never panics; what it gives is canonical, and becomes octets that read
// back as the same.
func FuzzUnpack(f *testing.F) {
	f.Add(uint16(1), []byte("\xc0\x00\x02\x01"))
	f.Add(uint16(16), []byte("\x03abc\x00"))
	f.Add(uint16(65), []byte("\x00\x01\x00\x00\x01\x00\x03\x02h2"))
	f.Add(uint16(35), []byte("\x00\x01\x00\x02\x01u\x01s\x00\x00"))
	f.Add(uint16(29), []byte("\x01"))
	f.Fuzz(func(t *testing.T, number uint16, octets []byte) {
		typ, data, err := Unpack(number, octets)
		if err != nil {
			return
		}
		c, err := Canonical(typ, data)
		require.NoError(t, err)
		require.Equal(t, c, data)
		again, packed, err := Pack(typ, data)
		require.NoError(t, err)
		require.Equal(t, number, again)
		_, same, err := Unpack(number, packed)
		require.NoError(t, err)
		require.Equal(t, data, same)
	})
}
