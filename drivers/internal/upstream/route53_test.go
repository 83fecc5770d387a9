package upstream

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/libdns/libdns"
	"github.com/libdns/route53"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/provider/providertest"
	"github.com/zonecast/zonecast/zone"
)

// route53Fake is an account with one zone, behind a socket: the package knows no
// other way to be led elsewhere than the environment.
type route53Fake struct {
	*route53test.Service
	zone string
}

func newRoute53(t *testing.T) route53Fake {
	s := &route53test.Service{}
	f := route53Fake{s, s.AddZone(zoneName)}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	for k, v := range map[string]string{
		"AWS_ENDPOINT_URL_ROUTE_53": srv.URL, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(k, v)
	}
	return f
}

func (f route53Fake) put(name, typ string, ttl int64, values ...string) {
	f.Put(f.zone, route53test.Simple(name, typ, ttl, values...))
}

func (f route53Fake) alias(name, typ string) {
	f.Put(f.zone, route53test.Alias(name, typ, "Z2FDTNDATAQYW2", "d1.cloudfront.net"))
}

func (f route53Fake) values(name, typ string) []string {
	set, _ := f.Get(f.zone, name, typ)
	return set.Data()
}

// fill makes the zone hold these records, as the service keeps them.
func (f route53Fake) fill(z *zone.Zone) {
	f.Clear(f.zone)
	for s := range z.All() {
		f.put(string(s.Name), string(s.Type), int64(s.TTL), s.Data...)
	}
}

// failAfter lets so many more batches through, of which each is one change here.
func (f route53Fake) failAfter(changes int) {
	f.Fault = nil
	if changes >= 0 {
		f.Fault = func(action string, _ route53test.Call) route53test.Fault {
			if action != "ChangeResourceRecordSets" {
				return route53test.Fault{}
			}
			if changes--; changes < 0 {
				return route53test.Internal
			}
			return route53test.Fault{}
		}
	}
}

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
	f.alias("www.example.com.", "A")
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
	assert.Equal(t, 5, f.Count("ChangeResourceRecordSets"))
	_, err = (&route53.Provider{}).DeleteRecords(ctx, zoneName, records)
	require.NoError(t, err)
	assert.Equal(t, 5, f.Count("ListResourceRecordSets"))
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
		Zone:      zoneName,
		Fill:      f.fill,
		FailAfter: f.failAfter,
		Protect:   func(k zone.Key) { f.alias(string(k.Name), string(k.Type)) },
		Calls:     func() int { return f.Count() },
	})
}
