package route53

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// edited is the service behind a proxy that changes what it answers.
func edited(s *route53test.Service, change func(string) string) *http.Client {
	return &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		res, err := s.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(res.Body)
		text := change(string(body))
		res.Body, res.ContentLength = io.NopCloser(bytes.NewReader([]byte(text))), int64(len(text))
		return res, err
	})}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestAZoneIsFoundByItsWholeName(t *testing.T) {
	s := &route53test.Service{}
	for _, name := range []string{"example.com.au.", "aexample.com.", "example.co.", "a.example.com.", "example.con."} {
		s.AddZone(name)
	}
	s.AddPrivateZone("example.com.")
	_, err := open(t, s).Zone(t.Context(), "example.com.")
	assert.ErrorIs(t, err, provider.ErrNoZone)
	id := s.AddZone("Example.COM")
	h, err := open(t, s).lookUp(t.Context(), "example.com.")
	require.NoError(t, err)
	assert.Equal(t, id, h.ID)
	s.AddZone("0/25.2.0.192.in-addr.arpa.")
	_, err = open(t, s).Zone(t.Context(), "0/25.2.0.192.in-addr.arpa.")
	assert.NoError(t, err)
}

func TestNamesakesAreFoundOnAllPages(t *testing.T) {
	s := &route53test.Service{}
	for range 25 {
		s.AddPrivateZone("example.com.")
	}
	public := s.AddZone("example.com.")
	for i := range 30 {
		s.AddZone(fmt.Sprintf("www%d.example.com.", i))
	}
	h, err := open(t, s).lookUp(t.Context(), "example.com.")
	require.NoError(t, err)
	assert.Equal(t, public, h.ID)
}

func TestOfTwoZonesOfANameTheConfigurationHasToChoose(t *testing.T) {
	s := &route53test.Service{}
	one, two := s.AddZone("example.com."), s.AddZone("example.com.")
	_, err := open(t, s).Zone(t.Context(), "example.com.")
	assert.ErrorContains(t, err, one)
	assert.ErrorContains(t, err, two)
	assert.Equal(t, provider.KindRefused, provider.KindOf(err))
	assert.NotErrorIs(t, err, provider.ErrNoZone)
	_, err = open(t, s).CreateZone(t.Context(), parsed(t, "example.com.", ""))
	assert.Error(t, err)

	p := open(t, s, func(c *Config) { c.HostedZones = map[zone.Name]string{"example.com.": "/hostedzone/" + two} })
	h, _, err := p.find(t.Context(), "example.com.")
	require.NoError(t, err)
	assert.Equal(t, two, h.ID)
}

func TestAConfiguredIdIsThatOfThePublicZoneOfThisName(t *testing.T) {
	s := &route53test.Service{}
	for _, id := range []string{s.AddZone("example.org."), s.AddPrivateZone("example.com.")} {
		p := open(t, s, func(c *Config) { c.HostedZones = map[zone.Name]string{"example.com.": id} })
		_, err := p.Zone(t.Context(), "example.com.")
		assert.ErrorContains(t, err, "is no public zone of this name")
	}
	p := open(t, s, func(c *Config) { c.HostedZones = map[zone.Name]string{"example.com.": "Z0GONE"} })
	_, err := p.Zone(t.Context(), "example.com.")
	assert.ErrorContains(t, err, "there is no hosted zone Z0GONE")
	assert.NotErrorIs(t, err, provider.ErrNoZone)
	_, err = p.CreateZone(t.Context(), parsed(t, "example.com.", ""))
	assert.Error(t, err, "another id would not be the configured one")
}

func TestAnAnswerThatMayNotBeCompleteIsNoAbsence(t *testing.T) {
	s := &route53test.Service{}
	for i := range 30 {
		s.AddZone(fmt.Sprintf("www%d.example.com.", i))
	}
	for _, change := range []func(string) string{
		func(body string) string { return replaced(body, "DNSName", "example.org.") },
		func(body string) string { return replaced(body, "NextHostedZoneId", "") },
		func(body string) string { return replaced(body, "NextDNSName", "example.com.") },
	} {
		p := open(t, s, func(c *Config) { c.HTTPClient = edited(s, change) })
		_, err := p.Zone(t.Context(), "example.com.")
		assert.Error(t, err)
		assert.NotErrorIs(t, err, provider.ErrNoZone)
		_, err = p.CreateZone(t.Context(), parsed(t, "example.com.", ""))
		assert.Error(t, err)
	}
	assert.Zero(t, s.Count("CreateHostedZone"))
}

// replaced puts another text into an element.
func replaced(body, element, text string) string {
	before, rest, found := bytes.Cut([]byte(body), []byte("<"+element+">"))
	_, after, ok := bytes.Cut(rest, []byte("</"+element+">"))
	if !found || !ok {
		return body
	}
	return string(before) + "<" + element + ">" + text + "</" + element + ">" + string(after)
}

// notes are what a ledger keeps.
type notes map[string]string

func (n notes) Owner() string                                                     { return "" }
func (n notes) Recall(_ context.Context, key string) (string, error)              { return n[key], nil }
func (n notes) Keep(_ context.Context, key, value string) error                   { n[key] = value; return nil }
func (n notes) Take(context.Context, string, float64, int) (time.Duration, error) { return 0, nil }

func TestANextProcessKnowsTheZone(t *testing.T) {
	s := &route53test.Service{}
	kept := notes{}
	syncer := func() *provider.Syncer {
		p := open(t, s, owned)
		p.Share(kept)
		return &provider.Syncer{Provider: p, Owner: "zonecast"}
	}
	syncs(t, syncer(), parsed(t, "example.com.", panelZone))
	s.ForgetCalls()
	syncs(t, syncer(), parsed(t, "example.com.", panelZone+"\nnew 300 A 192.0.2.1"))
	assert.Equal(t, []string{"ListResourceRecordSets", "ChangeResourceRecordSets", "ListResourceRecordSets"}, actions(s))
	assert.NotContains(t, kept["example.com."], "secret")
}

func TestAZoneThatWasMadeAnewIsFound(t *testing.T) {
	s := &route53test.Service{}
	kept := notes{}
	p := open(t, s)
	p.Share(kept)
	syncs(t, &provider.Syncer{Provider: p}, parsed(t, "example.com.", panelZone))
	old := s.Zones("")[0]
	require.NoError(t, open(t, s).DeleteZone(t.Context(), "example.com."))
	_, err := p.Zone(t.Context(), "example.com.")
	assert.ErrorIs(t, err, provider.ErrNoZone)
	new := s.AddZone("example.com.")
	require.NotEqual(t, old, new)
	kept["zone example.com."] = `{"id":"` + old + `"}`
	p = open(t, s)
	p.Share(kept)
	_, err = p.Zone(t.Context(), "example.com.")
	require.NoError(t, err)
	assert.Contains(t, kept["zone example.com."], new)
}

func TestANoteThatCannotBeReadIsNone(t *testing.T) {
	s := &route53test.Service{}
	s.AddZone("example.com.")
	p := open(t, s)
	p.Share(notes{"zone example.com.": "{nonsense"})
	_, err := p.Zone(t.Context(), "example.com.")
	assert.NoError(t, err)
}
