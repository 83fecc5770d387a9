package upstream

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/libdns/libdns"
	"github.com/libdns/route53"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/provider/providertest"
	"github.com/zonecast/zonecast/zone"
)

func hasText(err error, s string) bool { return err != nil && strings.Contains(err.Error(), s) }

func TestRoute53DoesNotKnowItsOwnWildcard(t *testing.T) {
	f := newRoute53(t)
	f.put("*.example.com.", "A", 3600, "192.0.2.1")
	p := &route53.Provider{}
	records, err := p.GetRecords(ctx, zoneName)
	require.NoError(t, err)
	names := map[string]bool{}
	for _, r := range records {
		names[r.RR().Name] = true
	}
	assert.True(t, names[`\052`] && !names["*"], "%v", names)

	_, err = p.AppendRecords(ctx, zoneName, []libdns.Record{rr("A", "*", "192.0.2.2")})
	require.NoError(t, err)
	assert.Equal(t, []string{"192.0.2.2"}, f.values("*.example.com.", "A"), "an append that replaces")
	_, err = p.DeleteRecords(ctx, zoneName, []libdns.Record{rr("A", "*", "192.0.2.2")})
	require.NoError(t, err)
	assert.Len(t, f.values("*.example.com.", "A"), 1, "a deletion that does nothing")
}

func TestRoute53OverwritesAnAliasThatItDoesNotSee(t *testing.T) {
	f := newRoute53(t)
	f.sets = append(f.sets, route53Set{Name: "www.example.com.", Type: "A", Alias: &route53Alias{"Z2", "lb.example.net.", false}})
	p := &route53.Provider{}
	records, err := p.GetRecords(ctx, zoneName)
	require.NoError(t, err)
	for _, r := range records {
		assert.NotEqual(t, "www", r.RR().Name)
	}
	_, err = p.SetRecords(ctx, zoneName, []libdns.Record{rr("A", "www", "192.0.2.1")})
	require.NoError(t, err)
	assert.Equal(t, []string{"192.0.2.1"}, f.values("www.example.com.", "A"), "the alias is gone")
}

func TestRoute53StripsQuotesThatBelongToTheText(t *testing.T) {
	f := newRoute53(t)
	f.put("t.example.com.", "TXT", 3600, `"say \"hi\""`)
	records, err := (&route53.Provider{}).GetRecords(ctx, zoneName)
	require.NoError(t, err)
	for _, r := range records {
		if r.RR().Name == "t" {
			assert.Equal(t, `say "hi`, r.RR().Data)
		}
	}
}

func TestRoute53ReplacesASetThatIsSpelledInUpperCase(t *testing.T) {
	f := newRoute53(t)
	f.put("www.example.com.", "A", 3600, "192.0.2.1")
	_, err := (&route53.Provider{}).AppendRecords(ctx, zoneName, []libdns.Record{rr("A", "WWW", "192.0.2.2")})
	require.NoError(t, err)
	assert.Equal(t, []string{"192.0.2.2"}, f.values("www.example.com.", "A"))
}

func TestRoute53WritesASetACallAndListsTheZoneForEachDeletion(t *testing.T) {
	f := newRoute53(t)
	var records []libdns.Record
	for _, n := range []string{"a", "b", "c", "d", "e"} {
		records = append(records, rr("A", n, "192.0.2.1"))
	}
	_, err := (&route53.Provider{}).SetRecords(ctx, zoneName, records)
	require.NoError(t, err)
	assert.Equal(t, 5, f.calls["change"])
	_, err = (&route53.Provider{}).DeleteRecords(ctx, zoneName, records)
	require.NoError(t, err)
	assert.Equal(t, 5, f.calls["list"])
}

func TestRoute53EndsTheProcessOnABadProfile(t *testing.T) {
	if os.Getenv("UPSTREAM_BAD_PROFILE") != "" {
		(&route53.Provider{Profile: "there-is-none"}).GetRecords(ctx, zoneName)
		return
	}
	newRoute53(t)
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), "UPSTREAM_BAD_PROFILE=1")
	out, err := cmd.CombinedOutput()
	assert.Error(t, err, "a library ended the process")
	assert.Contains(t, string(out), "unable to load AWS SDK config")
}

// walkRoute53 is the conformance walk, to be run where it may fail.
func walkRoute53(t *testing.T) {
	f := newRoute53(t)
	providertest.Run(t, providertest.Subject{
		Provider: provider.FromLibdns(&route53.Provider{MaxRetries: 1}, provider.LibdnsTraits{
			SetReplaces: true, NotFound: func(err error) bool { return hasText(err, "HostedZoneNotFound") },
		}),
		Zone: zoneName,
		Fill: f.fill,
		FailAfter: func(changes int) {
			f.faults = func(string) bool { changes--; return changes < 0 }
			if changes < 0 {
				f.faults = nil
			}
		},
		Protect: func(k zone.Key) {
			f.sets = append(f.sets, route53Set{Name: string(k.Name), Type: string(k.Type), Alias: &route53Alias{"Z2", "lb.example.net.", false}})
		},
		Calls: func() int {
			n := 0
			for _, c := range f.calls {
				n += c
			}
			return n
		},
	})
}
