package godaddy_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/godaddy"
	"github.com/zonecast/zonecast/drivers/internal/godaddytest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// onlyWrite is a plan with a change of one set from 192.0.2.1 to 192.0.2.2.
func (s stage) onlyWrite(t *testing.T) zone.Plan {
	s.service.Fill(parse(t, "www 600 A 192.0.2.1"))
	return s.plan(t, parse(t, "www 600 A 192.0.2.2"))
}

// What a write that always meets a fault ends with: the class, the words, and what
// is known of the change.
func TestFaultsOfWrites(t *testing.T) {
	const (
		failed = iota
		unknown
	)
	body := func(code string) string {
		return fmt.Sprintf(`{"code":%q,"message":"these are the words","fields":[{"path":"records[0].ttl","code":"X1","message":"is odd"}]}`, code)
	}
	for name, c := range map[string]struct {
		fault resttest.Fault
		kind  provider.Kind
		known int
		says  string
		code  string
	}{
		"401":                    {resttest.Status(401, body("UNABLE_TO_AUTHENTICATE")), provider.KindAuth, failed, "the key or token is not accepted", "UNABLE_TO_AUTHENTICATE"},
		"403, not eligible":      {resttest.Status(403, body("ACCESS_DENIED")), provider.KindAuth, failed, "the account is not eligible for GoDaddy's DNS API", "ACCESS_DENIED"},
		"403, not eligible, too": {resttest.Status(403, body("ACCOUNT_NOT_ELIGIBLE")), provider.KindAuth, failed, "the account is not eligible for GoDaddy's DNS API", "ACCOUNT_NOT_ELIGIBLE"},
		"403, no right":          {resttest.Status(403, body("INSUFFICIENT_SCOPE")), provider.KindAuth, failed, "the token lacks a right: it needs the scopes domains.domain:read and domains.dns:update", "INSUFFICIENT_SCOPE"},
		"403, the quota":         {resttest.Status(403, body("QUOTA_EXCEEDED")), provider.KindQuota, failed, "the account has used up its calls", "QUOTA_EXCEEDED"},
		"403, a wrong key":       {resttest.Status(403, body("UNABLE_TO_AUTHENTICATE")), provider.KindAuth, failed, "the key or token is not accepted", "UNABLE_TO_AUTHENTICATE"},
		"403, another":           {resttest.Status(403, body("NO")), provider.KindAuth, failed, "these are the words: records[0].ttl is odd (X1)", "NO"},
		"403, a page":            {resttest.Status(403, resttest.Page), provider.KindTransient, failed, `403 Forbidden: "Bad gateway The upstream & its friends are away."`, ""},
		"404, the domain":        {resttest.Status(404, body("UNKNOWN_DOMAIN")), provider.KindNotFound, failed, "the service does not have the zone", "UNKNOWN_DOMAIN"},
		"404, a page":            {resttest.Status(404, resttest.Page), provider.KindNotFound, failed, "404 Not Found", ""},
		"409":                    {resttest.Status(409, body("BUSY")), provider.KindTransient, failed, "these are the words", "BUSY"},
		"409, not mutable":       {resttest.Status(409, body("dns_record_not_mutable")), provider.KindRefused, failed, "these are the words", "dns_record_not_mutable"},
		"422":                    {resttest.Status(422, body("INVALID_BODY")), provider.KindRefused, failed, "refused (INVALID_BODY): these are the words: records[0].ttl is odd (X1) [request r1]", "INVALID_BODY"},
		"429":                    {resttest.Status(429, body("TOO_MANY_REQUESTS"), "Retry-After", "0"), provider.KindThrottled, failed, "these are the words", "TOO_MANY_REQUESTS"},
		"429, the quota":         {resttest.Status(429, body("QUOTA_EXCEEDED")), provider.KindQuota, failed, "the account has used up its calls", "QUOTA_EXCEEDED"},
		"429, a short quota":     {resttest.Status(429, body("QUOTA_EXCEEDED"), "Retry-After", "0.001"), provider.KindThrottled, failed, "these are the words", "QUOTA_EXCEEDED"},
		"429, for an hour":       {resttest.Status(429, body("TOO_MANY_REQUESTS"), "Retry-After", "3600"), provider.KindThrottled, failed, "these are the words", "TOO_MANY_REQUESTS"},
		"500":                    {resttest.Status(500, body("INTERNAL_ERROR")), provider.KindTransient, unknown, "these are the words", "INTERNAL_ERROR"},
		"504, a page":            {resttest.Status(504, resttest.Page), provider.KindTransient, unknown, "504 Gateway Timeout", ""},
		"200 with an error body": {resttest.Status(200, body("INVALID_BODY")), provider.KindTransient, unknown, "these are the words", "INVALID_BODY"},
		"no connection":          {resttest.Refused, provider.KindTransient, failed, "not sent: connection refused", ""},
		"no answer":              {resttest.Dropped, provider.KindTransient, unknown, "no answer: connection reset by peer", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, version := range []string{"v1", "v3"} {
				s := newStage(t, version)
				plan := s.onlyWrite(t)
				withID := func(r *http.Request, serve func() *http.Response) (*http.Response, error) {
					res, err := c.fault(r, serve)
					if res != nil {
						res.Header.Set("X-Request-Id", "r1")
					}
					return res, err
				}
				s.transport.SetFault(resttest.Always(resttest.Writes, withID))
				err := s.driver.Apply(ctx, plan)
				ae, ok := errors.AsType[*provider.ApplyError](err)
				require.True(t, ok)
				assert.Empty(t, ae.Done)
				assert.Equal(t, c.known == unknown, len(ae.Unknown) == 1, "%v", err)
				assert.Equal(t, c.known == failed, len(ae.Failed) == 1, "%v", err)
				assert.Equal(t, c.kind, provider.KindOf(err), "%s: %v", version, err)
				assert.ErrorContains(t, err, c.says)
				if e, ok := errors.AsType[*provider.ServiceError](err); ok {
					assert.Equal(t, c.code, e.Code)
				}
				assert.Equal(t, strings.Contains(name, "hour"), hasRetryAfter(err, time.Hour))
				assert.Equal(t, []string{"192.0.2.1"}, s.service.Values("example.com", "A", "www"), "nothing is lost")
				assert.NotContains(t, err.Error(), "not known whether it was done: it is not known")
			}
		})
	}
}

func hasRetryAfter(err error, d time.Duration) bool {
	e, ok := errors.AsType[*provider.ServiceError](err)
	return ok && e.RetryAfter == d
}

// A write takes effect and its answer gets lost: nothing is done twice, and what
// comes behind it is done.
func TestAnAnswerThatGetsLostIsMadeUpFor(t *testing.T) {
	for version, want := range map[string]string{
		"v1": "PUT /A/www|PUT /A/www",
		"v3": "GET ?name=www&1|POST|GET ?name=www&1|DELETE /id",
	} {
		s := newStage(t, version)
		plan := s.onlyWrite(t)
		s.transport.Log()
		s.transport.SetFault(resttest.Once(resttest.Writes, resttest.Lost))
		require.NoError(t, s.driver.Apply(ctx, plan))
		assert.Equal(t, want, strings.Join(s.short(), "|"))
		assert.Equal(t, []string{"192.0.2.2"}, s.service.Values("example.com", "A", "www"))
	}
}

func TestAQuestionThatGetsLostIsAskedAgain(t *testing.T) {
	for version, want := range map[string]string{
		"v1": "PUT /A/www|PUT /A/www",
		"v3": "GET ?name=www&1|POST|GET ?name=www&1|POST|DELETE /id",
	} {
		s := newStage(t, version)
		plan := s.onlyWrite(t)
		s.transport.Log()
		s.transport.SetFault(resttest.Once(resttest.Writes, resttest.Dropped))
		require.NoError(t, s.driver.Apply(ctx, plan))
		assert.Equal(t, want, strings.Join(s.short(), "|"))
	}
}

// Version 3 is read before it is written, version 1 only where it has SRV.
func TestWhatSomebodyElseChangedIsAConflict(t *testing.T) {
	const a, b, c = "x 600 %s", "x 600 %s\ny 600 A 192.0.2.1", "y 600 A 192.0.2.1"
	for version, sets := range map[string][2]string{"v3": {"A 192.0.2.1", "A 192.0.2.2"}, "v1": {"SRV 0 0 1 a.example.net.", "SRV 0 0 2 a.example.net."}} {
		name := map[string]string{"v3": "x", "v1": "_x._tcp"}[version]
		text := func(form string, set int) *zone.Zone {
			return parse(t, strings.ReplaceAll(strings.ReplaceAll(form, "%s", sets[set]), "x 600", name+" 600"))
		}
		longer := strings.ReplaceAll(a, "600", "900")
		for i, step := range []struct{ live, want, meanwhile *zone.Zone }{
			{text(a, 0), text(b, 1), parse(t, strings.ReplaceAll(name+longer[1:], "%s", sets[0]))},
			{text(a, 0), text(c, 0), text(a, 1)},
			{parse(t, ""), text(b, 0), text(a, 1)},
		} {
			s := newStage(t, version)
			s.service.Fill(step.live)
			plan := s.plan(t, step.want)
			s.service.Fill(step.meanwhile)
			before := s.read(t)
			err := s.driver.Apply(ctx, plan)
			e, ok := errors.AsType[*provider.ConflictError](err)
			require.True(t, ok, "%s %d: %v", version, i, err)
			assert.Equal(t, zone.Name(name+".example.com."), e.Key.Name)
			exact(t, plan.Only(func(c zone.Change) bool { return c.Key().Name == "y.example.com." }), before, s.read(t), nil)
		}
	}
}

func TestADeletionWhoseAnswerGotLostIsDone(t *testing.T) {
	for _, version := range []string{"v1", "v3"} {
		s := newStage(t, version)
		s.service.Fill(parse(t, "www 600 A 192.0.2.1"))
		plan := s.plan(t, parse(t, ""))
		s.transport.SetFault(resttest.Once(resttest.Writes, resttest.Lost))
		assert.NoError(t, s.driver.Apply(ctx, plan), version)
		assert.True(t, s.plan(t, parse(t, "")).Empty())
		assert.Empty(t, s.service.Values("example.com", "A", "www"))
	}
}

// Somebody else took the record away first.
func TestADeletionOfWhatIsGone(t *testing.T) {
	s := newStage(t, "v1")
	s.service.Fill(parse(t, "www 600 A 192.0.2.1"))
	plan := s.plan(t, parse(t, ""))
	s.service.Fill(parse(t, ""))
	err := s.driver.Apply(ctx, plan)
	_, ok := errors.AsType[*provider.ConflictError](err)
	assert.True(t, ok, "%v", err)
	assert.NotErrorIs(t, err, provider.ErrNoZone)
}

// A CNAME that cannot come leaves the name as it was.
func TestACnameThatIsRefusedComesBack(t *testing.T) {
	for _, version := range []string{"v1", "v3"} {
		s := newStage(t, version)
		s.service.Fill(parse(t, "www 600 CNAME x.example.net."))
		for lines, nth := range map[string]int{"www 600 CNAME y.example.net.": 2, "www 600 A 192.0.2.1": 2} {
			if version == "v1" && strings.Contains(lines, "CNAME") {
				nth = 1 // it is one PUT
			}
			plan := s.plan(t, parse(t, lines))
			s.transport.SetFault(resttest.Nth(resttest.Writes, nth, resttest.Status(422, "{}")))
			err := s.driver.Apply(ctx, plan)
			s.transport.SetFault(nil)
			assert.Equal(t, provider.KindRefused, provider.KindOf(err), "%v", err)
			ae, _ := errors.AsType[*provider.ApplyError](err)
			assert.Empty(t, ae.Done)
			assert.Empty(t, ae.Unknown)
			assert.Len(t, ae.Failed, len(plan.Changes))
			assert.Equal(t, []string{"x.example.net."}, s.service.Values("example.com", "CNAME", "www"), version)
		}
	}
}

// Whether an MX is another record when only its preference is, nobody says.
func TestAPreferenceChangesEitherWay(t *testing.T) {
	for _, narrow := range []bool{false, true} {
		s := newStage(t, "v3")
		s.service.NarrowIdentity = narrow
		s.service.Fill(parse(t, "@ 600 MX 10 x.example.net.\n@ 600 MX 20 y.example.net."))
		want := parse(t, "@ 600 MX 30 x.example.net.\n@ 600 MX 20 y.example.net.")
		require.NoError(t, s.driver.Apply(ctx, s.plan(t, want)))
		assert.True(t, s.plan(t, want).Empty())

		s.service.Fill(parse(t, "@ 600 MX 10 x.example.net."))
		err := s.driver.Apply(ctx, s.plan(t, parse(t, "@ 600 MX 30 x.example.net.")))
		assert.Equal(t, narrow, provider.KindOf(err) == provider.KindRefused, "%v", err)
		assert.Len(t, s.service.Values("example.com", "MX", "@"), 1, "it is never empty")
	}
}

func TestAWriteWaitsUntilTheOneBeforeHasSettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := godaddytest.New("example.com")
		s.Settles = 3 * time.Second
		p := &godaddy.Provider{Credential: credentials(t, s)["v1"], Transport: &resttest.Transport{Handler: s}}
		st := stage{service: s, driver: p, transport: p.Transport.(*resttest.Transport)}
		plan := st.plan(t, parse(t, "a 600 A 192.0.2.1\nb 600 A 192.0.2.1\nc 600 A 192.0.2.1"))
		require.NoError(t, p.Apply(ctx, plan))
		assert.Zero(t, s.Exceeded())
	})
}

// Whatever GoDaddy says back, no error has the credential in it.
func TestNoErrorHasTheCredential(t *testing.T) {
	const secret = "s3cret/+value"
	said := []string{secret, "Authorization: sso-key " + secret + ":" + secret, base64.StdEncoding.EncodeToString([]byte(secret))}
	for _, cred := range []godaddy.Credential{godaddy.Token(secret), godaddy.Key(secret, secret), godaddy.Key("key1234", secret)} {
		for _, status := range []int{200, 302, 400, 401, 403, 404, 409, 422, 429, 500} {
			for _, text := range said {
				for _, form := range []string{`{"code":%q,"message":%q,"correlationId":%q,"fields":[{"path":%q}]}`, `{"name":%q,"message":%q,"details":[{"issue":%q,"description":%q}]}`, "<p>%s %s %s %s"} {
					tr := &resttest.Transport{Fault: resttest.Always(resttest.Any, resttest.Status(status, fmt.Sprintf(form, text, text, text, text), "X-Request-Id", text, "Location", "https://x.example/"+text))}
					p := &godaddy.Provider{Credential: cred, Transport: tr}
					godaddy.Hurry(p)
					_, err := p.Zone(ctx, "example.com.")
					require.Error(t, err)
					for _, words := range []string{err.Error(), fmt.Sprintf("%+v %#v", p, err)} {
						for _, no := range []string{secret, said[2]} {
							assert.NotContains(t, words, no)
						}
					}
				}
			}
		}
	}
}

func TestATokenThatWasExchangedIsUsedAtOnce(t *testing.T) {
	s := godaddytest.New("example.com")
	s.Token = "first-" + t.Name()
	now := s.Token
	p := &godaddy.Provider{Credential: godaddy.TokenFrom(func() (string, error) { return now, nil }), Transport: &resttest.Transport{Handler: s}}
	_, err := p.Zone(ctx, "example.com.")
	require.NoError(t, err)
	s.Token = "second-" + t.Name()
	_, err = p.Zone(ctx, "example.com.")
	assert.Equal(t, provider.KindAuth, provider.KindOf(err))
	now = s.Token
	_, err = p.Zone(ctx, "example.com.")
	assert.NoError(t, err)
}

func TestEachVersionWantsItsOwnCredential(t *testing.T) {
	s := godaddytest.New("example.com")
	seen := make(chan *http.Request, 9)
	tr := &resttest.Transport{Handler: s, Fault: func(r *http.Request) resttest.Fault { seen <- r; return nil }}
	for _, c := range []struct {
		provider *godaddy.Provider
		url      string
		auth     string
	}{
		{&godaddy.Provider{Credential: godaddy.Token(s.Token), Shopper: "42", OTE: true}, "https://api.ote-godaddy.com/v3/domains/zones/example.com/dns-records", "Bearer " + s.Token},
		{&godaddy.Provider{Credential: godaddy.Key(s.Key, s.Secret), Shopper: "42"}, "https://api.godaddy.com/v1/domains/example.com/records", "sso-key " + s.Key + ":" + s.Secret},
	} {
		c.provider.Transport = tr
		_, err := c.provider.Zone(ctx, "example.com.")
		require.NoError(t, err)
		r := <-seen
		assert.Equal(t, c.auth, r.Header.Get("Authorization"))
		assert.Equal(t, "42", r.Header.Get("X-Shopper-Id"))
		r.URL.RawQuery = ""
		assert.Equal(t, c.url, r.URL.String())
	}
	_, err := (&godaddy.Provider{Credential: godaddy.Key(s.Key, "wrong"), Transport: tr}).Zone(ctx, "example.com.")
	assert.ErrorContains(t, err, "auth (UNABLE_TO_AUTHENTICATE): the key or token is not accepted")
	_, err = (&godaddy.Provider{Credential: godaddy.TokenFrom(func() (string, error) { return "", errors.New("no file") }), Transport: tr}).Zone(ctx, "example.com.")
	assert.ErrorContains(t, err, "no file")
	assert.Equal(t, provider.KindAuth, provider.KindOf(err))
}
