package zone

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// panelZone has n sets, as a panel makes them, beside its SOA and NS.
func panelZone(n int) string {
	lines := strings.Split(strings.TrimSpace(panelText), "\n")
	for i := len(lines); i < n; i++ {
		lines = append(lines, fmt.Sprintf("host%d 300 A 192.0.2.1", i))
	}
	return "@ 300 SOA ns1 admin 1 2 3 4 5\n@ 300 NS ns1.example.net.\n" + strings.Join(lines[:n], "\n")
}

const panelText = `
@ 300 A 192.0.2.1
www 300 CNAME @
@ 300 MX 10 mail
mail 300 A 192.0.2.1
@ 300 TXT "v=spf1 +a +mx -all"
_dmarc 300 TXT "v=DMARC1; p=none"
default._domainkey 300 TXT "v=DKIM1; p=AAAA"
webmail 300 A 192.0.2.1
ftp 300 CNAME @
@ 300 AAAA 2001:db8::1
mail 300 AAAA 2001:db8::1
_imaps._tcp 300 SRV 0 0 993 mail
_smtps._tcp 300 SRV 0 0 465 mail
ipv4 300 A 192.0.2.1
blog 300 A 192.0.2.1
`

// without drops the lines that begin with one of the words.
func without(words ...string) func(string) string {
	return func(text string) string {
		var keep []string
		for _, l := range strings.Split(text, "\n") {
			drop := false
			for _, w := range words {
				drop = drop || strings.HasPrefix(l, w)
			}
			if !drop {
				keep = append(keep, l)
			}
		}
		return strings.Join(keep, "\n")
	}
}

func with(lines ...string) func(string) string {
	return func(text string) string { return text + "\n" + strings.Join(lines, "\n") }
}

func replace(oldnew ...string) func(string) string { return strings.NewReplacer(oldnew...).Replace }

// inTurn does several things to a zone.
func inTurn(fs ...func(string) string) func(string) string {
	return func(text string) string {
		for _, f := range fs {
			text = f(text)
		}
		return text
	}
}

// first keeps the SOA, the NS and a share of the rest.
func first(share float64) func(string) string {
	return func(text string) string {
		lines := strings.Split(text, "\n")
		return strings.Join(lines[:2+int(share*float64(len(lines)-2)+0.5)], "\n")
	}
}

var operations = []struct {
	name string
	do   func(string) string
}{
	{"nothing", with()},
	{"a record added", with("shop 300 A 192.0.2.3")},
	{"a record removed", without("www")},
	{"a subdomain added", with("shop 300 A 192.0.2.3", "www.shop 300 CNAME shop", "ftp.shop 300 CNAME shop")},
	{"a subdomain removed", without("blog", "ipv4", "ftp")},
	{"mail switched off", without("@ 300 MX", "@ 300 TXT", "_dmarc", "default._domainkey", "webmail", "_imaps", "_smtps")},
	{"mail moved elsewhere", inTurn(without("mail", "webmail", "_imaps", "_smtps", "default._domainkey"), replace("MX 10 mail", "MX 1 aspmx.l.google.com.", "+a +mx", "include:_spf.google.com"), with("google._domainkey 300 TXT x"))},
	{"MX replaced", replace("MX 10 mail", "MX 10 mx.example.net.")},
	{"mail refused by null MX", replace("MX 10 mail", "MX 0 .")},
	{"SPF changed", replace("-all", "~all")},
	{"DKIM rotated", inTurn(without("default._domainkey"), with("s2._domainkey 300 TXT x"))},
	{"all addresses changed", replace("192.0.2.1", "198.51.100.7", "2001:db8::1", "2001:db8::7")},
	{"IPv6 switched on", with("www6 300 AAAA 2001:db8::1", "blog 300 AAAA 2001:db8::1")},
	{"IPv6 switched off", without("@ 300 AAAA", "mail 300 AAAA")},
	{"www from CNAME to A", replace("www 300 CNAME @", "www 300 A 192.0.2.1")},
	{"hosts from A to CNAME", replace("webmail 300 A 192.0.2.1", "webmail 300 CNAME @", "ipv4 300 A 192.0.2.1", "ipv4 300 CNAME @", "blog 300 A 192.0.2.1", "blog 300 CNAME @")},
	{"TTL of everything", replace(" 300 ", " 60 ")},
	{"template applied", inTurn(without("ftp", "ipv4", "webmail", "_smtps", "blog"), replace(" 300 ", " 3600 "), with("autodiscover 3600 CNAME @", "lists 3600 CNAME @", "relay 3600 A 192.0.2.1"))},
	{"half of the rows lost", first(0.5)},
	{"four rows in five lost", first(0.2)},
	{"the zone of another domain", func(string) string {
		return "@ 300 SOA ns1 admin 1 2 3 4 5\n@ 300 NS ns1.example.net.\nother 300 A 192.0.2.9\nnames 300 A 192.0.2.9"
	}},
	{"the source emptied", first(0)},
}

// The golden file shows what the default limits make of panel work on zones of
// several sizes.
func TestOrdinaryPanelWorkPassesTheLimits(t *testing.T) {
	sizes := []int{3, 5, 10, 15, 1000}
	var out bytes.Buffer
	fmt.Fprint(&out, "What the default limits say to panel operations on zones of so many sets (SOA and\nNS not counted): ok, or how many deletions are held.\n\n")
	w := tabwriter.NewWriter(&out, 0, 0, 3, ' ', 0)
	fmt.Fprint(w, "operation")
	for _, n := range sizes {
		fmt.Fprintf(w, "\t%d", n)
	}
	fmt.Fprintln(w)
	for _, op := range operations {
		fmt.Fprint(w, op.name)
		for _, n := range sizes {
			live := parse(t, panelZone(n))
			want := parse(t, op.do(panelZone(n)))
			_, held, why := Limits{}.Split(live, Diff(live, want))
			verdict := "ok"
			if why != nil {
				verdict = fmt.Sprintf("holds %d", len(held.Changes))
			}
			fmt.Fprintf(w, "\t%s", verdict)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	golden(t, "testdata/limits.txt", trimRight(out.String()))
}

func TestWhatIsHeldIsExplained(t *testing.T) {
	live := parse(t, panelZone(15))
	now, held, err := Limits{}.Split(live, Diff(live, parse(t, "@ 300 A 192.0.2.9\nnew 300 A 192.0.2.9")))
	var le *LimitError
	require.True(t, errors.As(err, &le))
	assert.EqualError(t, err, "the plan would lose 14 of 16 sets, 8 may go")
	assert.Len(t, held.Changes, 14)
	assert.Equal(t, "+ new.example.com. 300 A 192.0.2.9\n- example.com. 300 A 192.0.2.1\n+ example.com. 300 A 192.0.2.9\n", now.Only(func(c Change) bool { return c.Key().Type == A }).String())
	_, _, err = Limits{}.Split(live, Diff(live, parse(t, "@ 300 NS other.example.net.")))
	assert.EqualError(t, err, "the plan would lose all 15 sets")
}

func TestLimitsCanBeSet(t *testing.T) {
	live := parse(t, panelZone(10))
	lose := func(n int) Plan { return Diff(live, parse(t, first(1-float64(n)/10)(panelZone(10)))) }
	for _, c := range []struct {
		l     Limits
		loses int
		held  bool
	}{
		{Limits{}, 5, false}, {Limits{}, 6, true},
		{Limits{Free: 4}, 4, false}, {Limits{Free: 4}, 5, true},
		{Limits{Share: 0.8, Free: 1}, 8, false}, {Limits{Share: 0.8}, 9, true},
		{Limits{Share: 1}, 9, false}, {Limits{Share: 1}, 10, true},
		{Limits{Off: true}, 10, false},
		{Limits{Share: 0.01, Free: 1}, 1, false}, {Limits{Share: 0.01, Free: 1}, 2, true},
	} {
		_, held, err := c.l.Split(live, lose(c.loses))
		assert.Equal(t, c.held, err != nil, "%+v losing %d", c.l, c.loses)
		assert.Equal(t, c.held, !held.Empty())
	}
	_, _, err := Limits{}.Split(live, Diff(live, nil))
	assert.NoError(t, err, "the zone itself may go when the source says so")
}

func TestAMassOfCNAMEsDoesNotTakeTheMailAway(t *testing.T) {
	live := "@ 300 A 192.0.2.1\n"
	want := live
	for i := range 20 {
		live += fmt.Sprintf("h%d 300 A 192.0.2.1\nh%d 300 MX 10 mail\n", i, i)
		want += fmt.Sprintf("h%d 300 CNAME cdn.example.net.\n", i)
	}
	now, held, err := Limits{}.Split(parse(t, live), Diff(parse(t, live), parse(t, want)))
	require.Error(t, err)
	assert.Empty(t, now.Changes, "a CNAME cannot come while the MX stays")
	assert.Len(t, held.Changes, 60)
}

func TestASetThatLosesMostOfItsValuesIsALoss(t *testing.T) {
	live := parse(t, "@ 1 A 192.0.2.1\na 1 TXT 1\na 1 TXT 2\na 1 TXT 3\na 1 TXT 4\nb 1 A 192.0.2.1")
	_, held, _ := Limits{Free: 1, Share: 0.01}.Split(live, Diff(live, parse(t, "@ 1 A 192.0.2.1\na 1 TXT 1")))
	assert.Len(t, held.Changes, 2)
}

func TestPropertySplitPartsAPlanSafely(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live := anyZone().Draw(t, "live")
		want := related(live).Draw(t, "want")
		p := Diff(live, want)
		now, held, why := Limits{Free: 1, Share: 0.01}.Split(live, p)
		require.Equal(t, why == nil, held.Empty())
		require.Equal(t, len(p.Changes), len(now.Changes)+len(held.Changes))
		require.True(t, live.Apply(now).Apply(held).Equal(want))
		requireSafe(t, live, now)
		if why != nil {
			done := live.Apply(now)
			again, still, _ := Limits{Free: 1, Share: 0.01}.Split(done, Diff(done, want))
			require.True(t, again.Empty(), "goes on the second time: %s", again)
			require.Len(t, still.Changes, len(held.Changes))
		}
		losses := p.losses()
		for _, g := range held.Groups() {
			lost := slices.ContainsFunc(g, func(c Change) bool {
				i := slices.IndexFunc(p.Changes, func(o Change) bool { return o.Key() == c.Key() })
				return losses[i]
			})
			require.True(t, lost, "held without a loss: %s", g)
		}
	})
}
