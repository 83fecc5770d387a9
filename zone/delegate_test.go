package zone

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func parseAt(t require.TestingT, name Name, text string) *Zone {
	z, err := Parse(name, text)
	require.NoError(t, err)
	return z
}

const shop = `
@ 300 SOA ns1 hostmaster 1 2 3 4 5
@ 300 NS ns1
@ 300 NS ns.example.net.
@ 300 A 192.0.2.1
ns1 300 A 192.0.2.53
ns1 300 AAAA 2001:db8::53
ns2 300 A 192.0.2.54
`

func TestACutIsWhatTheZoneAboveHasToSay(t *testing.T) {
	cut := parseAt(t, "shop.example.", shop).Cut()
	assert.Equal(t, `shop.example.	300	IN	NS	ns.example.net.
shop.example.	300	IN	NS	ns1.shop.example.
ns1.shop.example.	300	IN	A	192.0.2.53
ns1.shop.example.	300	IN	AAAA	2001:db8::53
`, cut.String())
	assert.False(t, cut.Signed())
	assert.True(t, parseAt(t, "shop.example.", shop+"@ 300 DNSKEY 257 3 13 AQID").Cut().Signed())

	assert.Nil(t, parseAt(t, "shop.example.", "@ 300 A 192.0.2.1").Cut(), "nobody serves it")
	assert.Nil(t, parseAt(t, "shop.example.", "@ 300 NS ns1").Cut(), "nobody would find who does")
	assert.Nil(t, (*Zone)(nil).Cut())
}

func TestADelegationTakesThePlaceOfWhatCannotStandBesideIt(t *testing.T) {
	above := parseAt(t, "example.", `
www 300 A 192.0.2.9
shop 300 NS ns.plesk.example.
ns1.shop 300 AAAA 2001:db8::1
ns2.shop 300 CNAME www
www.shop 300 A 192.0.2.7
mail 300 CNAME www
`)
	mail := parseAt(t, "mail.example.", "@ 300 NS ns.example.net.")
	got := above.Delegate(parseAt(t, "shop.example.", shop).Cut(), mail.Cut())
	assert.Equal(t, `mail.example.	300	IN	NS	ns.example.net.
shop.example.	300	IN	NS	ns.example.net.
shop.example.	300	IN	NS	ns1.shop.example.
ns1.shop.example.	300	IN	A	192.0.2.53
ns1.shop.example.	300	IN	AAAA	2001:db8::53
ns2.shop.example.	300	IN	CNAME	www.example.
www.shop.example.	300	IN	A	192.0.2.7
www.example.	300	IN	A	192.0.2.9
`, got.String())
	kept := above.Protect(Protected{Key: Key{Name: "mail.example."}, Reason: "a bad row"})
	assert.True(t, kept.Delegate(mail.Cut()).Equal(kept))
}

func TestAShieldStandsBeforeANameAndAllBelowIt(t *testing.T) {
	want := parseAt(t, "example.", "www 300 A 192.0.2.1\nshop 300 NS ns.example.net.")
	live := parseAt(t, "example.", "shop 300 A 192.0.2.2\na.shop 300 A 192.0.2.3\nb.a.shop 300 MX 10 a.shop\nmyshop 300 A 192.0.2.4")
	goal, fs := Reconcile(nil, live, want.Shield("shop.example.", "waits", live), Rules{Foreign: ForeignPurge, Adopt: AdoptTake})
	assert.Empty(t, fs)
	assert.Equal(t, Diff(live, goal).String(), Diff(parseAt(t, "example.", "myshop 300 A 192.0.2.4"), parseAt(t, "example.", "www 300 A 192.0.2.1")).String())
}

func TestToDelegateTwiceIsToDelegateOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		above := soundZone().Draw(t, "above")
		ns := RRset{Key{"b.example.com.", NS}, 300, []string{"a.b.example.com.", "t1.example.net."}}
		cut := &Zone{name: "b.example.com.", sets: []RRset{ns, {Key{"a.b.example.com.", A}, 300, []string{"192.0.2.1"}}}}
		once := above.Delegate(cut)
		assert.True(t, once.Delegate(cut).Equal(once), "%s", once)
		assert.True(t, once.Cut().Equal(above.Cut()), "who serves the zone itself is another matter")
		for s := range above.All() {
			if is, ok := once.Get(s.Key); !s.Name.In("b.example.com.") {
				assert.True(t, ok && is.Equal(s), "%s", s)
			}
		}
		if _, below := above.Get(Key{"example.com.", DNAME}); !below {
			assert.Empty(t, once.Conflicts(), "%s", once)
		}
	})
}
