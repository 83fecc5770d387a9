package route53

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/provider/providertest"
	"github.com/zonecast/zonecast/zone"
)

// open makes a provider for a fake, at no pace and with a key of its test's own.
func open(t testing.TB, s *route53test.Service, change ...func(*Config)) *Provider {
	t.Helper()
	c := Config{AccessKeyID: "AKID-" + t.Name(), SecretAccessKey: "secret", HTTPClient: s.Client(), Limits: Limits{Off: true}}
	for _, ch := range change {
		ch(&c)
	}
	p, err := New(t.Context(), c)
	require.NoError(t, err)
	return p
}

// fill makes a hosted zone hold just these sets, without the driver.
func fill(s *route53test.Service, id string, z *zone.Zone) {
	var sets []route53test.RecordSet
	for set := range z.All() {
		if !set.Key.IsAuthority(z.Name()) {
			w := toWire(set)
			sets = append(sets, route53test.Simple(*w.Name, string(w.Type), *w.TTL, values(w)...))
		}
	}
	s.Clear(id)
	s.Put(id, sets...)
}

func TestTheWalk(t *testing.T) {
	for _, old := range []bool{false, true} {
		s := &route53test.Service{OldErrors: old}
		p := open(t, s)
		id := func() string { return s.Zones("example.com.")[0] }
		providertest.Run(t, providertest.Subject{
			Provider: p, Zone: "example.com.",
			Fill: func(z *zone.Zone) { fill(s, id(), z) },
			FailAfter: func(changes int) {
				s.Fault = nil
				if changes >= 0 {
					s.Fault = func(action string, _ route53test.Call) (f route53test.Fault) {
						if action == "ChangeResourceRecordSets" {
							f = route53test.Internal
						}
						return f
					}
				}
			},
			Protect: func(k zone.Key) {
				s.Put(id(), route53test.Alias(string(k.Name), string(k.Type), "Z35SXDOTRQ7X7K", "lb.example.net."))
			},
			Calls: func() int { return s.Count() },
		})
	}
}

// parsed reads lines of a zone, with what every zone has.
func parsed(t testing.TB, name zone.Name, lines string) *zone.Zone {
	t.Helper()
	var b strings.Builder
	b.WriteString("@ 3600 SOA ns1.plesk.example. hostmaster.plesk.example. 1 10800 3600 604800 3600\n@ 3600 NS ns1.plesk.example.\n")
	for line := range strings.Lines(lines) {
		b.WriteString(strings.TrimLeft(line, "\t "))
	}
	z, err := zone.Parse(name, b.String())
	require.NoError(t, err)
	return z
}

func intent(z *zone.Zone) zone.Intent {
	return zone.Intent{Zone: z.Name(), Wish: zone.Replace{Zone: z}}
}

// syncs syncs a zone and wants it to end well.
func syncs(t testing.TB, s *provider.Syncer, z *zone.Zone) provider.Result {
	t.Helper()
	res, err := s.Sync(context.Background(), intent(z))
	require.NoError(t, err)
	require.Equal(t, provider.Agreed, res.State, "%s", res)
	return res
}

const panelZone = `@ 3600 A 192.0.2.1
	@ 3600 AAAA 2001:db8::1
	@ 3600 MX 10 mail
	@ 3600 TXT "v=spf1 +a +mx -all"
	_dmarc 3600 TXT "v=DMARC1; p=quarantine"
	default._domainkey 3600 TXT "v=DKIM1; p=abc"
	ftp 3600 CNAME @
	ipv4 3600 A 192.0.2.1
	mail 3600 A 192.0.2.1
	webmail 3600 A 192.0.2.1
	www 3600 CNAME @
	_imaps._tcp 3600 SRV 0 0 993 mail`

func TestANewZoneCostsFiveCalls(t *testing.T) {
	s := &route53test.Service{}
	syncer := &provider.Syncer{Provider: open(t, s, owned), Ledger: &provider.MemoryLedger{}, Owner: "zonecast"}
	want := parsed(t, "example.com.", panelZone)
	res := syncs(t, syncer, want)
	assert.Len(t, res.NameServers, 4)
	assert.True(t, strings.HasSuffix(string(res.NameServers[0]), "."))
	assert.Equal(t, []string{"ListHostedZonesByName", "CreateHostedZone", "ListResourceRecordSets", "ChangeResourceRecordSets", "ListResourceRecordSets"}, actions(s))
	assert.Equal(t, "zonecast", ownerOf(t, s, syncer.Provider))

	s.ForgetCalls()
	syncs(t, syncer, want)
	assert.Equal(t, []string{"ListResourceRecordSets"}, actions(s), "unchanged: it is read and nothing else")

	s.ForgetCalls()
	syncs(t, syncer, parsed(t, "example.com.", strings.Replace(panelZone, "ftp 3600 CNAME @", "ftp 3600 A 192.0.2.9", 1)))
	assert.Equal(t, []string{"ListResourceRecordSets", "ChangeResourceRecordSets", "ListResourceRecordSets"}, actions(s))
}

func TestAZoneThatIsThereCostsFourCalls(t *testing.T) {
	s := &route53test.Service{}
	s.AddZone("example.com.")
	syncs(t, &provider.Syncer{Provider: open(t, s)}, parsed(t, "example.com.", panelZone))
	assert.Equal(t, []string{"ListHostedZonesByName", "ListResourceRecordSets", "ChangeResourceRecordSets", "ListResourceRecordSets"}, actions(s))
}

func owned(c *Config) { c.Owner = "zonecast" }

func ownerOf(t testing.TB, s *route53test.Service, p provider.Provider) string {
	t.Helper()
	owner, err := open(t, s).Owner(t.Context(), "example.com.")
	require.NoError(t, err)
	return owner
}

// actions gives the calls that the service got.
func actions(s *route53test.Service) (out []string) {
	for _, c := range s.Calls() {
		out = append(out, c.Action)
	}
	return out
}

func TestAConfigurationThatMakesNoSenseIsAnError(t *testing.T) {
	t.Setenv("AWS_CONFIG_FILE", t.TempDir()+"/none")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", t.TempDir()+"/none")
	for want, c := range map[string]Config{
		"come together":    {AccessKeyID: "a"},
		"want one of them": {AccessKeyID: "a", SecretAccessKey: "b", Profile: "c"},
		"is one word":      {Owner: "two words"},
		"no URL":           {Endpoint: "127.0.0.1:4566"},
		"id of a hosted":   {HostedZones: map[zone.Name]string{"Example.com": "Z1"}},
		"there-is-none":    {Profile: "there-is-none"},
	} {
		_, err := New(t.Context(), c)
		assert.ErrorContains(t, err, want)
		assert.ErrorContains(t, err, "route53: ")
	}
}

func TestWithoutCredentialsTheErrorSaysSo(t *testing.T) {
	for _, k := range []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"} {
		t.Setenv(k, t.TempDir()+"/none")
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	s := &route53test.Service{}
	p, err := New(t.Context(), Config{HTTPClient: s.Client()})
	require.NoError(t, err)
	_, err = p.Zone(t.Context(), "example.com.")
	assert.Equal(t, provider.KindAuth, provider.KindOf(err))
	assert.ErrorContains(t, err, "there are no credentials")
	assert.Zero(t, s.Count())
}

func TestTheProviderIsWhatItSays(t *testing.T) {
	var p provider.Provider = &Provider{}
	for name, ok := range map[string]bool{
		"Describer": is[provider.Describer](p), "Creator": is[provider.Creator](p), "Lister": is[provider.Lister](p),
		"Getter": is[provider.Getter](p), "Owner": is[provider.Owner](p), "Sharer": is[provider.Sharer](p),
	} {
		assert.True(t, ok, name)
	}
}

func is[T any](p provider.Provider) bool { _, ok := provider.As[T](p); return ok }

// failure finds the error of a kind in an error.
func failure[T error](t testing.TB, err error) T {
	t.Helper()
	e, ok := errors.AsType[T](err)
	require.True(t, ok, "%v", err)
	return e
}
