package zone

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestServersRefuseWhatIsWellFormedButUnsound(t *testing.T) {
	for text, sound := range map[string]bool{
		"DS 1 8 2 " + strings.Repeat("ab", 32):  true,
		"DS 1 8 2 ab":                           false,
		"DS 1 8 99 ab":                          false,
		"DS 1 8 3 " + strings.Repeat("ab", 32):  false,
		"CDS 1 8 2 " + strings.Repeat("ab", 32): false,
		"CDNSKEY 0 3 0 AA==":                    true,
		"CDNSKEY 257 3 8 AAAA":                  false,
		"CDS 0 0 0 00":                          true,
		"TLSA 3 1 1":                            false,
		"TLSA 3 1 1 ab":                         true,
		"SSHFP 1 1 ab":                          false,
		"SSHFP 1 2 " + strings.Repeat("ab", 32): true,
		"HTTPS 1 . alpn=h2 mandatory=alpn":      true,
		"HTTPS 1 . mandatory=alpn":              false,
		"HTTPS 1 . alpn=":                       false,
		"HTTPS 1 . no-default-alpn":             false,
		"HTTPS 1 . alpn=h2 no-default-alpn":     true,
		"HTTPS 0 a.":                            true,
		"HTTPS 0 a. alpn=h2":                    false,
		"HTTPS 1 . key9":                        false,
		`HTTPS 1 . key9="a\"b"`:                 false,
		`HTTPS 1 . key9="a b"`:                  true,
		`CAA 0 issue "a"`:                       true,
		`CAA 0 ISSUE "a"`:                       false,
		`CAA 0 issueissueissue1 "a"`:            false,
		`NAPTR 1 1 u s "!a!b!" .`:               true,
		`NAPTR 1 1 u s "!a!b!i" .`:              true,
		`NAPTR 1 1 u s "" a.`:                   true,
		`NAPTR 1 1 u s "!a" .`:                  false,
		`NAPTR 1 1 u s "![!x!" .`:               false,
		`NAPTR 1 1 u s "!(a)!\\1!" .`:           true,
		`NAPTR 1 1 u s "!(a)!\\2!" .`:           false,
		`NAPTR 1 1 u s "!a\\!b!c!" .`:           true,
		`NAPTR 1 1 u s "!!b!" .`:                false,
		`NAPTR 1 1 u s "!a!b!x" .`:              false,
		`TYPE18 \# 5 0001016100`:                false,
		"RRSIG A 13 2 300 20270101000000 20260101000000 1 example.com. AAAA": false,
		"NSEC a. A":        false,
		`TYPE1000 \# 1 00`: true,
		"A 192.0.2.1":      true,
		`TYPE65280 \# 0`:   true,
	} {
		typ, data, _ := strings.Cut(text, " ")
		c, err := Canonical(Type(typ), data)
		require.NoError(t, err, text)
		assert.Equal(t, sound, Servable(Type(typ), c) == nil, "%s: %v", text, Servable(Type(typ), c))
	}
}

func TestSetsThatNoServerCanHave(t *testing.T) {
	texts := func(n, octets int) (data []string) {
		for i := range n {
			raw := fmt.Sprintf("%03d", i) + strings.Repeat("x", octets-3)
			data = append(data, Text(raw))
		}
		return data
	}
	for name, test := range map[string]struct {
		set  RRset
		fits bool
	}{
		"a delegation of a wildcard": {RRset{Key: Key{"*.example.com.", NS}, Data: []string{"a."}}, false},
		"a delegation":               {RRset{Key: Key{"sub.example.com.", NS}, Data: []string{"a."}}, true},
		"a DS of the zone itself":    {RRset{Key: Key{"example.com.", DS}, Data: []string{"1 8 1 ab"}}, false},
		"a DS of another":            {RRset{Key: Key{"sub.example.com.", DS}, Data: []string{"1 8 1 ab"}}, true},
		"just so many octets":        {RRset{Key: Key{"example.com.", TXT}, Data: texts(325, 187)}, true}, // of 12 + 1 + 187
		"more":                       {RRset{Key: Key{"example.com.", TXT}, Data: texts(326, 187)}, false},
		"escapes are but octets":     {RRset{Key: Key{"example.com.", TXT}, Data: []string{Text(strings.Repeat("\x01", 40000))}}, true},
	} {
		assert.Equal(t, test.fits, ServableSet("example.com.", test.set) == nil, name)
	}
}
